package peer_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/peer"
)

func TestNetwork(t *testing.T) { // S41
	t.Parallel()
	for addr, want := range map[string]string{
		"192.0.2.1":           "192.0.2.1/32",
		"::ffff:192.0.2.1":    "192.0.2.1/32",
		"2001:db8:0:1:2::3":   "2001:db8:0:1::/64",
		"2001:db8:0:1:ffff::": "2001:db8:0:1::/64",
		"fe80::1%eth0":        "fe80::/64",
	} {
		require.Equal(t, netip.MustParsePrefix(want), peer.Network(netip.MustParseAddr(addr)), addr)
	}
	require.Zero(t, peer.Network(netip.Addr{}))
}
