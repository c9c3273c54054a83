package hub

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
)

// ringOf is a key ring whose channel keys are in the given states.
type ringOf struct {
	*keyring.Ring
	serving []keyring.Key
	active  keyring.Key
}

func (r ringOf) Serving(keyring.Purpose) []keyring.Key       { return r.serving }
func (r ringOf) Active(keyring.Purpose) (keyring.Key, error) { return r.active, nil }

func newRing(t *testing.T) *keyring.Ring {
	t.Helper()
	file, err := keyring.CreateKeyFile(filepath.Join(t.TempDir(), "keys", "key.json"))
	require.NoError(t, err)
	ring, err := keyring.Load(t.Context(), storetest.SQLite(t, clock.Real{}).Keys(), file, clock.Real{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return ring
}

func TestTheKeyThatAConnectorExpectsServesUntilItIsCompromised(t *testing.T) {
	t.Parallel()
	one, two := newRing(t), newRing(t)
	present, err := one.Active(keyring.Channel)
	require.NoError(t, err)
	retired, err := two.Active(keyring.Channel)
	require.NoError(t, err)
	ring := ringOf{Ring: one, serving: []keyring.Key{present, retired}, active: present}
	for name, c := range map[string]struct{ pin, want string }{
		"present": {present.Pin(), present.Pin()}, "retired": {retired.Pin(), retired.Pin()}, "any": {"", present.Pin()}, "unknown": {"x", present.Pin()},
	} {
		got, err := channelKey(ring, c.pin)
		require.NoError(t, err)
		require.Equal(t, c.want, got.Pin(), name)
	}

	ring.serving = []keyring.Key{present} // the retired one is compromised now
	got, err := channelKey(ring, retired.Pin())
	require.NoError(t, err)
	require.Equal(t, present.Pin(), got.Pin())
	ended := 0
	h := &Hub{cfg: Config{Keys: ring}, bus: &Bus{links: newLinks()}}
	old, live := &link{pin: retired.Pin(), end: func() { ended++ }}, &link{pin: present.Pin(), end: func() { t.Error("a good channel was ended") }}
	h.bus.links.add(old)
	h.bus.links.add(live)
	h.cutUntrusted()
	require.Equal(t, 1, ended)
}

func TestATokenIsGoodForOneClientAndAShortTime(t *testing.T) {
	t.Parallel()
	g := newGrants()
	token, revoke := g.issue(nil, nil)
	found, again := g.redeem(token.Reveal(), 1)
	require.NotNil(t, found)
	require.False(t, again)
	found, again = g.redeem(token.Reveal(), 1)
	require.NotNil(t, found, "the server asks again about an open session")
	require.True(t, again)
	found, _ = g.redeem(token.Reveal(), 2)
	require.Nil(t, found)
	revoke()
	found, _ = g.redeem(token.Reveal(), 1)
	require.Nil(t, found)

	token, _ = g.issue(nil, nil)
	for _, late := range g.open {
		late.expires = time.Now().Add(-time.Nanosecond)
	}
	found, _ = g.redeem(token.Reveal(), 3)
	require.Nil(t, found)
	found, _ = g.redeem("", 4)
	require.Nil(t, found)
	require.Empty(t, g.open)
}
