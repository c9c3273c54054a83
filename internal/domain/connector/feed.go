package connector

import (
	"context"
	"sync"

	"github.com/causeway-cloud/causeway/internal/base/id"
)

// feedBuffer is how many changes a watcher may be behind. A watcher that is further behind is dropped: its channel is
// closed, and it reads the lists anew before it watches again.
const feedBuffer = 64

// Feed gives the changes of this node's process to watchers. Publish on it what happens on other nodes, too.
// It may be used concurrently. The zero value is ready.
type Feed struct {
	mu       sync.Mutex // guards the field below
	watchers map[id.Customer]map[chan Change]struct{}
}

var _ Publisher = (*Feed)(nil)

// Watch returns the customer's changes from now on. The channel is closed when ctx ends or the watcher is too slow.
func (f *Feed) Watch(ctx context.Context, c id.Customer) <-chan Change {
	ch := make(chan Change, feedBuffer)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.watchers == nil {
		f.watchers = map[id.Customer]map[chan Change]struct{}{}
	}
	if f.watchers[c] == nil {
		f.watchers[c] = map[chan Change]struct{}{}
	}
	f.watchers[c][ch] = struct{}{}
	context.AfterFunc(ctx, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.dropLocked(c, ch)
	})
	return ch
}

// Publish implements Publisher.
func (f *Feed) Publish(change Change) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for ch := range f.watchers[change.Customer] {
		select {
		case ch <- change:
		default:
			f.dropLocked(change.Customer, ch)
		}
	}
}

func (f *Feed) dropLocked(c id.Customer, ch chan Change) {
	if _, here := f.watchers[c][ch]; !here {
		return
	}
	delete(f.watchers[c], ch)
	if len(f.watchers[c]) == 0 {
		delete(f.watchers, c)
	}
	close(ch)
}
