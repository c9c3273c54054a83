// Package clock gives business time: sessions, codes, schedules, retention, validity, time stamps.
// Machine time (deadlines, pings, back-off, rate limits) is plain package time in the packages listed in ARCHITECTURE.md.
package clock

import (
	"sync/atomic"
	"time"
)

// Clock tells business time, always in UTC. It may be called concurrently.
type Clock interface {
	Now() time.Time
}

// Real is the clock of the machine.
type Real struct{}

// Now returns the machine's time in UTC, cut to the microsecond that the database keeps.
func (Real) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Shifted runs with another clock but can be moved forward; tests and "causeway dev" use it.
// The zero value runs with the machine's time. It may be used concurrently.
type Shifted struct {
	offset atomic.Int64 // nanoseconds
}

// Now returns the machine's time plus every advance so far.
func (s *Shifted) Now() time.Time {
	return time.Now().UTC().Add(time.Duration(s.offset.Load())).Truncate(time.Microsecond)
}

// Advance moves the clock forward and returns the new offset. Time never runs backwards: a negative d does nothing.
func (s *Shifted) Advance(d time.Duration) time.Duration {
	if d < 0 {
		d = 0
	}
	return time.Duration(s.offset.Add(int64(d)))
}

// Fixed stands still until it is set; for tests of pure rules and stores. It may be used concurrently.
type Fixed struct {
	at atomic.Int64 // UTC microseconds
}

// NewFixed returns a clock that stands at t.
func NewFixed(t time.Time) *Fixed {
	f := new(Fixed)
	f.Set(t)
	return f
}

// Now returns the time that was set last.
func (f *Fixed) Now() time.Time { return time.UnixMicro(f.at.Load()).UTC() }

// Set moves the clock to t, forward or back.
func (f *Fixed) Set(t time.Time) { f.at.Store(t.UnixMicro()) }

// Advance moves the clock by d.
func (f *Fixed) Advance(d time.Duration) { f.at.Add(d.Microseconds()) }
