package hub

import (
	"context"
	"log/slog"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
)

// confirmGate answers Confirm only.
type confirmGate struct {
	Gate
	err error
}

func (g confirmGate) Confirm(context.Context, connector.Channel) error { return g.err }

// watched is a link under watch; closed tells after how long it was ended.
func watched(t *testing.T, gate Gate) (l *link, closed func() time.Duration) {
	t.Helper()
	started, ended := time.Now(), make(chan time.Duration, 1)
	l = newLink(connector.Welcome{}, netip.Addr{}, "", func() { ended <- time.Since(started) })
	s := &session{hub: &Hub{cfg: Config{Gate: gate}}, from: &edge.Info{}, log: slog.New(slog.DiscardHandler)}
	go s.watch(t.Context(), l)
	return l, func() time.Duration { return <-ended }
}

func TestAChannelEndsWhenItIsNotRenewed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, closed := watched(t, confirmGate{})
		l.used <- 1
		require.Equal(t, channelLife, closed())
		require.Equal(t, "not renewed in time", l.whyClosed())
	})
}

func TestAChannelThatIsNotUsedEnds(t *testing.T) {
	t.Parallel() // K10
	synctest.Test(t, func(t *testing.T) {
		l, closed := watched(t, confirmGate{})
		require.Equal(t, grantLife, closed())
		require.Equal(t, "not used", l.whyClosed())
	})
}

func TestAConnectorThatWasRemovedMeanwhileIsCut(t *testing.T) {
	t.Parallel() // K02: the removal came between admission and the first use
	synctest.Test(t, func(t *testing.T) {
		l, closed := watched(t, confirmGate{err: connector.ErrChannelGone})
		l.used <- 1
		require.Zero(t, closed())
		require.Equal(t, "not confirmed", l.whyClosed())
	})
}
