// Command mailsink accepts every mail by SMTP, keeps it in memory and shows it over HTTP.
//
//	GET /messages          all messages, oldest first
//	GET /messages?to=ADDR  those with ADDR among the envelope's recipients, compared without case
//	DELETE /messages       forgets all of them
//
// It offers STARTTLS with a certificate made at the start for localhost and the address it listens on; the
// certificate of its authority is written to the file named by -ca. Any user name and password is accepted.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"log"
	"net"
	"net/http"
	"strings"
	"time"
)

func main() {
	smtpAddress := flag.String("smtp", "127.0.0.1:0", "`address` to accept mail on")
	httpAddress := flag.String("http", "127.0.0.1:0", "`address` to show mail on")
	caFile := flag.String("ca", "", "`file` to write the certificate authority to (PEM)")
	flag.Parse()
	if err := run(*smtpAddress, *httpAddress, *caFile); err != nil {
		log.Fatal(err)
	}
}

func run(smtpAddress, httpAddress, caFile string) error {
	mail, err := net.Listen("tcp", smtpAddress)
	if err != nil {
		return err
	}
	config, err := newTLS(mail.Addr(), caFile)
	if err != nil {
		return errors.Join(err, mail.Close())
	}
	web, err := net.Listen("tcp", httpAddress) // last: who can connect here takes the sink for ready
	if err != nil {
		return errors.Join(err, mail.Close())
	}
	log.Printf("smtp %s, http %s", mail.Addr(), web.Addr())
	var box mailbox
	ended := make(chan error, 2)
	go func() { ended <- serveSMTP(mail, &box, config) }()
	go func() {
		server := &http.Server{Handler: handler(&box), ReadTimeout: 10 * time.Second}
		ended <- server.Serve(web)
	}()
	return <-ended
}

// handler shows and empties the mailbox.
func handler(box *mailbox) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /messages", func(w http.ResponseWriter, r *http.Request) {
		shown := []Message{}
		to := r.FormValue("to")
		for _, m := range box.all() {
			if to == "" || m.addressedTo(to) {
				shown = append(shown, m)
			}
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(shown); err != nil {
			log.Print(err)
		}
	})
	mux.HandleFunc("DELETE /messages", func(w http.ResponseWriter, _ *http.Request) {
		box.empty()
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

func (m Message) addressedTo(address string) bool {
	for _, to := range m.To {
		if strings.EqualFold(to, address) {
			return true
		}
	}
	return false
}
