// Package quota bounds how often something is done in a window of time, by each of many and by all of them together. It counts in
// memory: each node by itself, and anew after a restart.
package quota

import (
	"sync"
	"time"
)

// Quota counts in windows of a fixed length. The fields are set before the first use; it may be used concurrently.
type Quota struct {
	Every time.Duration // length of a window, which begins with the first use after the last one's end
	Each  int           // how often for one key in a window
	All   int           // how often for all keys together in a window; it bounds how many keys are remembered too

	mu    sync.Mutex // guards the fields below
	since time.Time
	all   int
	of    map[string]int
}

// Take counts one for the key; false, and nothing counted, when there are none left in this window. A clock that was set back
// begins another window.
func (q *Quota) Take(key string, now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.of == nil || now.Sub(q.since) >= q.Every || now.Before(q.since) {
		q.since, q.all, q.of = now, 0, map[string]int{}
	}
	if q.all >= q.All || q.of[key] >= q.Each {
		return false
	}
	q.all++
	q.of[key]++
	return true
}
