package operator

import (
	"context"
	"net/http"

	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// Hosts is what the command about customers' own hosts uses.
type Hosts interface {
	Release(ctx context.Context, operator systemlog.Actor, host string) (workspace.Domain, error)
}

// ReleaseHost is the command that takes a custom domain from its customer.
type ReleaseHost struct {
	Host string `json:"host"`
}

// HostReleased is its answer.
type HostReleased struct {
	Host       string `json:"host"`
	CustomerID string `json:"customerId"` // whose it was
}

func (s *Server) mountHosts(mux *http.ServeMux) {
	mux.HandleFunc("POST /hosts/release", command(s, func(ctx context.Context, by systemlog.Actor, in ReleaseHost) (HostReleased, error) {
		d, err := s.Hosts.Release(ctx, by, in.Host)
		return HostReleased{d.Host, string(d.Customer)}, err
	}))
}

// ReleaseHost runs the command of that name. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) ReleaseHost(ctx context.Context, in ReleaseHost) (HostReleased, error) {
	var out HostReleased
	err := c.run(ctx, "/hosts/release", in, &out)
	return out, err
}
