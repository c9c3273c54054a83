package channel

import (
	"sync/atomic"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
)

// Clock is business time on the connector: the machine's time plus what the control plane's business time is ahead of
// its own machine. The zero value runs with the machine. It may be used concurrently.
type Clock struct{ offset atomic.Int64 }

var _ clock.Clock = (*Clock)(nil)

// Now implements clock.Clock.
func (c *Clock) Now() time.Time {
	return time.Now().UTC().Add(time.Duration(c.offset.Load())).Truncate(time.Microsecond)
}

func (c *Clock) set(offsetMs int64) {
	c.offset.Store(int64(time.Duration(offsetMs) * time.Millisecond))
}
