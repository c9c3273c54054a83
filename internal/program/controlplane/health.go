package controlplane

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// pingTime bounds the question whether the database answers.
const pingTime = 2 * time.Second

// health answers /healthz and /readyz on every host, because load balancers ask by address. healthz: the process runs;
// readyz: it can serve.
func (a *App) health(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/healthz":
			fmt.Fprintln(w, "ok")
		case "/readyz":
			if err := a.canServe(r.Context()); err != nil {
				w.Header().Set("Connection", "close")
				http.Error(w, err.Error(), http.StatusServiceUnavailable)
				return
			}
			fmt.Fprintln(w, "ready")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func (a *App) canServe(ctx context.Context) error {
	switch {
	case !a.ready.Load():
		return errors.New("starting")
	case a.Edge.Draining():
		return errors.New("stopping")
	}
	if err := a.bus.Ready(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	if err := a.DB.Ping(ctx); err != nil {
		return errors.New("the database does not answer")
	}
	return nil
}

// metricsListener opens metrics.addr; nil when there is none.
func (a *App) metricsListener() (net.Listener, error) {
	addr := a.opts.Config.Metrics.Addr
	if addr == "" {
		return nil, nil
	}
	return listen("metrics.addr", addr)
}

// serveMetrics serves /metrics and the health paths without TLS until ctx ends; the address is the operator's choice.
func (a *App) serveMetrics(ctx context.Context, l net.Listener) error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.Handler())
	s := &http.Server{Handler: a.health(mux), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { s.Close() })
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("metrics.addr: %w", err)
	}
	return nil
}
