package workspace

import (
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/domain/customer"
)

// How many first certificates are asked for in an hour, on each node. The installation has one account at the certificate authority,
// and what it is allowed there has to last for everybody and for renewals, which are not counted here.
const (
	ordersEvery       = time.Hour
	ordersOfAll       = 30
	ordersOfACustomer = 5
)

// orders counts what was asked for. It may be used concurrently.
type orders struct {
	mu    sync.Mutex // guards the fields below
	since time.Time
	all   int
	of    map[customer.ID]int
}

// take counts one for the customer; false when there are none left.
func (o *orders) take(c customer.ID, now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.of == nil || now.Sub(o.since) >= ordersEvery {
		o.since, o.all, o.of = now, 0, map[customer.ID]int{}
	}
	if o.all >= ordersOfAll || o.of[c] >= ordersOfACustomer {
		return false
	}
	o.all++
	o.of[c]++
	return true
}
