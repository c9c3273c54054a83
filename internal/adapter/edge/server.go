package edge

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Times of every server. A handler that streams sets its own deadlines on the response controller.
const (
	headerTimeout = 10 * time.Second
	bodyTimeout   = 60 * time.Second
	answerTimeout = 90 * time.Second // from the header of the request to the last octet of the answer
	idleTimeout   = 120 * time.Second
	maxHeader     = 64 << 10
)

// drainTime is how long answers ask clients to move before the server stops, and stopTime how long handlers may then
// take to end. Together they stay below the 20 s that a service manager grants.
const (
	drainTime = 3 * time.Second
	stopTime  = 12 * time.Second
)

// TLSConfig is the configuration of every listener: TLS 1.2 or 1.3 and, for 1.2, only suites with forward secrecy and
// authenticated encryption (PLT-154 to PLT-156, PLT-327).
//
// protocols are application protocols beside HTTP that certificate answers.
func TLSConfig(certificate func(*tls.ClientHelloInfo) (*tls.Certificate, error), protocols ...string) *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     append([]string{"h2", "http/1.1"}, protocols...),
		GetCertificate: certificate,
		CipherSuites: []uint16{
			tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
		},
	}
}

// NewServer returns a server with the times and limits of every listener.
func NewServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       bodyTimeout,
		WriteTimeout:      answerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// Serve runs the server on the listener until ctx ends. Then answers carry "Connection: close" for three seconds while
// requests are still taken, and the server stops when the running handlers are done. TLS is used when the server has a
// configuration for it.
func (e *Edge) Serve(ctx context.Context, s *http.Server, l net.Listener) error {
	failed := make(chan error, 1)
	go func() {
		if s.TLSConfig != nil {
			failed <- s.ServeTLS(l, "", "")
			return
		}
		failed <- s.Serve(l)
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	e.Drain()
	time.Sleep(drainTime)
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	err := s.Shutdown(stop)
	if errors.Is(err, context.DeadlineExceeded) {
		err = errors.Join(err, s.Close())
	}
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
