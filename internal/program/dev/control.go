package dev

import (
	"encoding/json"
	"net"
	"net/http"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/causeway-cloud/causeway/internal/program/controlplane"
)

// control is the loopback entrance of development: the clock, caught mail, and codes of the demonstration's authenticator.
// It exists in this program only and is not a route of any site.
func (d *installation) control(app *controlplane.App) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /dev/clock", func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Advance string }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			http.Error(w, `send {"advance":"26h"}`, http.StatusBadRequest)
			return
		}
		by, err := time.ParseDuration(in.Advance)
		if err != nil || by < 0 {
			http.Error(w, "advance: a positive duration such as 26h or 15m is needed", http.StatusBadRequest)
			return
		}
		offset, err := d.moveClock(by)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		// What is due at the new time is done before the answer, so that a test sees a settled world.
		if err := app.SettleClock(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		answer(w, map[string]any{"now": d.clock.Now(), "offset": offset.String()})
	})
	mux.HandleFunc("GET /dev/mail", mails(d.mailbox))
	mux.HandleFunc("GET /dev/totp/{login}", func(w http.ResponseWriter, r *http.Request) {
		st, err := d.load()
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		for _, a := range st.Info.Administrators {
			if a.Login == r.PathValue("login") {
				code, err := totp.GenerateCode(a.TOTPSecret, d.clock.Now())
				if err != nil {
					http.Error(w, err.Error(), http.StatusInternalServerError)
					return
				}
				answer(w, map[string]string{"code": code})
				return
			}
		}
		http.NotFound(w, r)
	})
	return mux
}

// local refuses what a web page could send here: requests for another host, which is what a name that was bound to
// 127.0.0.1 afterwards asks for, and requests that a browser sends on behalf of a page. The entrance has no password.
func local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		switch {
		case host != "127.0.0.1" && host != "localhost":
			http.Error(w, "this address answers to 127.0.0.1 and localhost only", http.StatusMisdirectedRequest)
		case r.Header.Get("Origin") != "" || !fromNoPage(r.Header.Get("Sec-Fetch-Site")):
			http.Error(w, "web pages may not use this address; use curl or the address bar", http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// fromNoPage reads Sec-Fetch-Site: programs send none, and a browser "none" for what a person typed.
func fromNoPage(site string) bool { return site == "" || site == "none" }

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a caller that has gone cannot be told
}
