package channel

import (
	"math/rand/v2"
	"time"
)

const (
	firstWait = time.Second
	mostWait  = time.Minute
	// settled is how long a channel must have been up before the next loss counts as the first: a control plane that
	// takes connectors and loses them again must not be dialled every second by all of them.
	settled = time.Minute
)

// backoff gives the waits between tries: random up to a bound that doubles ("full jitter").
type backoff struct{ tries int }

func (b *backoff) next() time.Duration {
	most := mostWait
	if b.tries < 6 { // 2^6 s is beyond mostWait
		most = min(mostWait, firstWait<<b.tries)
	}
	b.tries++
	return rand.N(most) + 1
}

// up tells how long the channel was up that is now lost.
func (b *backoff) up(d time.Duration) {
	if d >= settled {
		b.tries = 0
	}
}
