package channel

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

func testHome(t *testing.T) *Home {
	t.Helper()
	h, err := OpenHome(filepath.Join(t.TempDir(), "data"))
	require.NoError(t, err)
	return h
}

func testLog(t *testing.T) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }

func TestTheDataDirectoryIsForItsOwnerOnly(t *testing.T) {
	t.Parallel() // K09
	h := testHome(t)
	key, err := h.Key()
	require.NoError(t, err)
	require.NoError(t, h.SaveIdentity(Identity{Connector: "conn_1"}))
	require.NoError(t, h.SaveGeneration(7))
	again, err := h.Key()
	require.NoError(t, err)
	require.Equal(t, key.Public(), again.Public())
	g, err := h.Generation()
	require.NoError(t, err)
	require.EqualValues(t, 7, g)

	info, err := os.Stat(h.dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	files, err := os.ReadDir(h.dir)
	require.NoError(t, err)
	require.Len(t, files, 3)
	for _, f := range files {
		info, err := f.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), f.Name())
	}
	require.NoError(t, os.Chmod(h.dir, 0o750))
	_, err = OpenHome(h.dir)
	require.ErrorIs(t, err, ErrExposed)
}

func TestOneProcessUsesTheDataDirectory(t *testing.T) {
	t.Parallel()
	h := testHome(t)
	unlock, err := h.Lock()
	require.NoError(t, err)
	_, err = h.Lock()
	require.ErrorIs(t, err, ErrInUse)
	unlock()
	unlock, err = h.Lock()
	require.NoError(t, err)
	unlock()
}

func event(i int) wire.Event {
	return wire.Event{Key: fmt.Sprintf("evt_%d", i), Number: wire.EventUnable, At: time.Unix(int64(i), 0).UTC(), Params: []string{"<host>"}}
}

func TestTheSpoolSurvivesTheProcess(t *testing.T) {
	t.Parallel()
	h := testHome(t)
	s, err := openSpool(h, testLog(t))
	require.NoError(t, err)
	for i := range 3 {
		require.NoError(t, s.add(event(i)))
	}
	require.NoError(t, s.taken([]wire.Event{event(0)}))
	s.close()

	// A crash may leave half a line.
	f, err := os.OpenFile(h.Path(spoolFile), os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	_, err = f.WriteString(`{"key":"evt_cut","num`)
	require.NoError(t, err)
	require.NoError(t, f.Close())

	s, err = openSpool(h, testLog(t))
	require.NoError(t, err)
	batch := s.batch()
	require.Equal(t, event(2), batch[len(batch)-1])
	require.NoError(t, s.taken(batch))
	require.Empty(t, s.batch())
	raw, err := os.ReadFile(h.Path(spoolFile))
	require.NoError(t, err)
	require.Empty(t, raw)
	s.close()
}

func TestAFullSpoolKeepsTheNewest(t *testing.T) {
	t.Parallel() // K10
	s := &spool{home: testHome(t), log: slog.New(slog.DiscardHandler), wake: make(chan struct{}, 1)}
	for i := range spoolEvents + 5 {
		line, err := json.Marshal(event(i))
		require.NoError(t, err)
		s.keepLocked(event(i), int64(len(line)+1))
	}
	require.Len(t, s.events, spoolEvents)
	require.Equal(t, "evt_5", s.batch()[0].Key)
	s.keepLocked(wire.Event{Key: "evt_large"}, spoolBytes-10)
	require.LessOrEqual(t, s.size, int64(spoolBytes))
	require.Equal(t, "evt_large", s.events[len(s.events)-1].event.Key)
}

func TestWaitsGrowAndStayRandom(t *testing.T) {
	t.Parallel()
	for range 100 {
		var b backoff
		for try := range 12 {
			d := b.next()
			require.Positive(t, d)
			require.LessOrEqual(t, d, min(mostWait, firstWait<<min(try, 6))+1)
		}
		b.up(settled - 1)
		require.Positive(t, b.tries)
		b.up(settled)
		require.Zero(t, b.tries)
	}
}

func TestTwoChannelsTakeARequestOnce(t *testing.T) {
	t.Parallel()
	var o overlap
	o.begin()
	require.True(t, o.first("req_1"))
	require.True(t, o.first("req_1"), "one channel gets nothing twice, and nothing is kept")
	require.Nil(t, o.seen)
	o.begin()
	require.True(t, o.first("req_2"))
	require.False(t, o.first("req_2"))
}

func TestAddressesOfTheControlPlane(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"https://connector.test", "wss://connector.test:8443/connect", "https://connector.test/"} {
		d, err := NewDialer(good, Proxy{Off: true}, nil)
		require.NoError(t, err, good)
		require.True(t, strings.HasPrefix(d.url.String(), "wss://connector.test"), good)
		require.Equal(t, connectPath, d.url.Path)
	}
	for _, bad := range []string{"http://connector.test", "connector.test", "", "https://", "https://u:p@connector.test", "https://connector.test/other"} {
		_, err := NewDialer(bad, Proxy{Off: true}, nil)
		require.ErrorIs(t, err, ErrAddress, bad)
	}
	require.True(t, isLocalhost("connector.causeway.localhost"))
	require.False(t, isLocalhost("localhost.example.com"))
}
