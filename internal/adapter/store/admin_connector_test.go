package store_test

import (
	"log/slog"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// plainMAC stands for the pepper.
type plainMAC struct{}

func (plainMAC) MAC(use string, data []byte) ([]byte, error) {
	return append([]byte(use+":"), data...), nil
}

// TestConnectorsOutliveTheirInstaller registers a connector with the credential of an administrator, removes him, and lets
// the connector come back and be managed by somebody else. Spec: IAM-027
func TestConnectorsOutliveTheirInstaller(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, c := p.t, p.t.Context(), p.one.Customer.ID
		s, logs := newSites(t, p.db, p.clk), systemlog.NewService(p.db.Logs(), p.clk)
		log := slog.New(slog.NewTextHandler(t.Output(), nil))
		principals := admin.NewPrincipals(p.db.Admins(), plainMAC{}, logs, p.clk)
		gate := connector.NewGate(connector.GateDeps{Store: p.db.Connectors(), Connectors: p.db.Connectors(), Publisher: &s.feed, Recorder: logs, Clock: p.clk, Log: log,
			Credentials: admin.NewTokens(p.db.Admins(), plainMAC{}, nil, logs, p.clk, log, "")})
		carl := p.colleague("", "carl")
		_, token := p.invite(p.one, carl.Email)
		_, err := p.invitations.Accept(ctx, token, carl)
		require.NoError(t, err)
		actor := fullAdmin(c, carl.Login, "carl")
		l, err := s.locations.Create(ctx, actor, c, "Head office")
		require.NoError(t, err)
		installer, sec, err := principals.Create(ctx, actor, c, admin.NewPrincipal{Name: "carl's script", Rights: admin.Rights{Full: true}})
		require.NoError(t, err)
		r := connector.Registration{Customer: c, Client: installer.ID, Secret: secret.New(sec.Reveal()), KeySPKI: newKey(t), Facts: machine("c1"), Location: l.ID}
		conn, err := gate.Register(ctx, r)
		require.NoError(t, err)
		admit := func(instance string, generation int64) connector.Welcome {
			got, err := gate.Admit(ctx, r.KeySPKI, hello("c1", instance, generation), "n1", netip.MustParseAddr("192.0.2.1"), dead{})
			require.NoError(t, err)
			require.NoError(t, gate.Confirm(ctx, got.Channel))
			return got
		}
		first := admit("p1", 0)

		require.NoError(t, p.admins.Remove(ctx, p.actor(p.one), c, string(carl.Login)))
		again := admit("p2", first.Channel.Generation)
		require.Equal(t, conn.ID, again.Channel.Connector)
		got, err := s.connectors.Get(ctx, p.actor(p.one), c, conn.ID)
		require.NoError(t, err)
		require.Equal(t, conn.ID, got.ID)
		require.NoError(t, s.connectors.Remove(ctx, p.actor(p.one), c, conn.ID))
	})
}
