package controlplane

import (
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/config"
)

// certificateLook is how often the files are compared with what was read; a renewed certificate is used without a restart.
const certificateLook = time.Minute

// certificateFile serves the certificate of two files. It may be used concurrently.
type certificateFile struct {
	certFile, keyFile string
	log               *slog.Logger

	mu      sync.Mutex // guards the fields below
	current *tls.Certificate
	changed time.Time // of the file that current came from
	looked  time.Time
	failing bool // said in the log
}

// newCertificateFile reads the files once; they must fit together. Errors: config.Problems, each under the key of its file.
func newCertificateFile(certFile, keyFile string, log *slog.Logger) (*certificateFile, error) {
	var wrong config.Problems
	for _, f := range []struct{ key, path string }{{"http.cert_file", certFile}, {"http.key_file", keyFile}} {
		if _, err := os.ReadFile(f.path); err != nil {
			wrong = append(wrong, config.Problem{Key: f.key, Message: err.Error() + "; name a PEM file that the user of the server may read"})
		}
	}
	if wrong != nil {
		return nil, wrong
	}
	c := &certificateFile{certFile: certFile, keyFile: keyFile, log: log}
	if err := c.load(); err != nil {
		return nil, config.Problems{misfit(certFile, keyFile, err)}
	}
	return c, nil
}

// misfit says which of two readable files is wrong: the certificate, the key, or that they do not belong together.
func misfit(certFile, keyFile string, err error) config.Problem {
	certPEM, keyPEM := blocks(certFile), blocks(keyFile)
	switch {
	case !slices.Contains(certPEM, "CERTIFICATE"):
		return config.Problem{Key: "http.cert_file", Message: certFile + " holds no certificate in PEM; write the certificate and then its intermediates into it"}
	case !slices.ContainsFunc(keyPEM, func(kind string) bool { return strings.HasSuffix(kind, "PRIVATE KEY") }):
		return config.Problem{Key: "http.key_file", Message: keyFile + " holds no private key in PEM; name the key of the certificate, without a passphrase"}
	}
	return config.Problem{Key: "http.key_file", Message: fmt.Sprintf("%s is not the key of the certificate %s (%v); name the key that the certificate was requested with, and put that certificate first in its file", keyFile, certFile, err)}
}

// blocks lists the types of the PEM blocks of a file.
func blocks(file string) []string {
	raw, _ := os.ReadFile(file) // an unreadable file has none
	var out []string
	for {
		b, rest := pem.Decode(raw)
		if b == nil {
			return out
		}
		out, raw = append(out, b.Type), rest
	}
}

func (c *certificateFile) load() error {
	info, err := os.Stat(c.certFile)
	if err != nil {
		return err
	}
	if info.ModTime().Equal(c.changed) {
		return nil
	}
	cert, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return err
	}
	c.current, c.changed = &cert, info.ModTime()
	return nil
}

// get implements tls.Config.GetCertificate. Files that cannot be read leave the certificate as it was; the log says so
// once, and again when they are well.
func (c *certificateFile) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.looked) >= certificateLook {
		c.looked = now
		err := c.load()
		switch {
		case err != nil && !c.failing:
			c.log.Error("certificate not renewed: the one from before goes on until it expires", "cert_file", c.certFile, "key_file", c.keyFile, "err", err)
		case err == nil && c.failing:
			c.log.Info("certificate read again", "cert_file", c.certFile)
		}
		c.failing = err != nil
	}
	return c.current, nil
}
