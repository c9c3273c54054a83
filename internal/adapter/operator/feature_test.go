package operator_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/operator"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// switches keeps what was asked of it; everything but one customer is unknown.
type switches struct{ on map[federation.Feature]string }

func (s switches) Set(_ context.Context, by systemlog.Actor, c customer.ID, f federation.Feature, on bool, reason string) error {
	if c != "one" {
		return federation.ErrNoCustomer.With("customer", string(c))
	}
	delete(s.on, f)
	if on {
		s.on[f] = string(by.Type) + ": " + reason
	}
	return nil
}

// TestSetFeature switches over the socket, whose peer is an operator. Spec: SSO-084
func TestSetFeature(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "operator.sock")
	l, err := operator.Listen(socket)
	require.NoError(t, err)
	texts, err := text.Load()
	require.NoError(t, err)
	s := switches{on: map[federation.Feature]string{}}
	server := &operator.Server{Features: s, Texts: texts, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, l) }()
	t.Cleanup(func() { cancel(); require.NoError(t, <-ended) })

	c := operator.NewClient(socket)
	in := operator.SetFeature{CustomerID: "one", Feature: "SendNameIDPolicyInSAMLRequest", Enabled: true, Reason: "case 1"}
	got, err := c.SetFeature(t.Context(), in)
	require.NoError(t, err)
	require.True(t, got.Enabled)
	require.Equal(t, string(systemlog.ActorOperator)+": case 1", s.on[federation.SendNameIDPolicy])
	in.Enabled = false
	_, err = c.SetFeature(t.Context(), in)
	require.NoError(t, err)
	require.Empty(t, s.on)
	in.CustomerID = "nobody"
	_, err = c.SetFeature(t.Context(), in)
	var p operator.Problem
	require.ErrorAs(t, err, &p)
	require.Equal(t, "feature_customer_unknown", p.Code)
}
