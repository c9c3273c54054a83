package operator_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/operator"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// oneHost is had by one customer.
type oneHost string

func (h oneHost) Release(_ context.Context, by systemlog.Actor, host string) (workspace.Domain, error) {
	if host != string(h) || by.Type != systemlog.ActorOperator {
		return workspace.Domain{}, workspace.ErrNoHost.With("host", host)
	}
	return workspace.Domain{Customer: "one", Host: host}, nil
}

// TestReleaseHost releases over the socket, whose peer is an operator.
func TestReleaseHost(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "operator.sock")
	l, err := operator.Listen(socket)
	require.NoError(t, err)
	texts, err := text.Load()
	require.NoError(t, err)
	server := &operator.Server{Hosts: oneHost("work.partner.example"), Texts: texts, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, l) }()
	t.Cleanup(func() { cancel(); require.NoError(t, <-ended) })

	c := operator.NewClient(socket)
	got, err := c.ReleaseHost(t.Context(), operator.ReleaseHost{Host: "work.partner.example"})
	require.NoError(t, err)
	require.Equal(t, operator.HostReleased{Host: "work.partner.example", CustomerID: "one"}, got)
	_, err = c.ReleaseHost(t.Context(), operator.ReleaseHost{Host: "other.partner.example"})
	var p operator.Problem
	require.ErrorAs(t, err, &p)
	require.Equal(t, "custom_domain_host_unknown", p.Code)
	require.Contains(t, p.Error(), "other.partner.example")
}
