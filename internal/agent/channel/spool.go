package channel

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"

	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// Bounds of the spool. When it is full the oldest events give way: the newest tell what is wrong now.
const (
	spoolEvents = 10_000
	spoolBytes  = 16 << 20
)

// spool keeps events on the disk until the control plane has stored them: one JSON line each, in order. Events that were
// taken leave the file when it is rewritten, so that some may be reported again after a crash; their key tells.
type spool struct {
	home *Home
	log  *slog.Logger

	mu     sync.Mutex // guards the fields below and the file
	file   *os.File
	events []spooled // not taken yet, oldest first
	size   int64     // bytes of events
	stale  int64     // bytes in the file that belong to events taken or given up
	full   bool      // said so already
	wake   chan struct{}
}

type spooled struct {
	event wire.Event
	size  int64
}

// openSpool reads what an earlier process left. A last line that was cut by a crash is dropped.
func openSpool(home *Home, log *slog.Logger) (*spool, error) {
	s := &spool{home: home, log: log, wake: make(chan struct{}, 1)}
	raw, err := os.ReadFile(home.Path(spoolFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read spool: %w", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, wire.MaxPayload)
	for lines.Scan() {
		var e wire.Event
		if json.Unmarshal(lines.Bytes(), &e) == nil && e.Key != "" {
			s.keepLocked(e, int64(len(lines.Bytes()))+1)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read spool: %w", err)
	}
	if err := s.rewriteLocked(); err != nil {
		return nil, err
	}
	s.signal()
	return s, nil
}

// add returns when the event is on the disk.
func (s *spool) add(e wire.Event) error {
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode event: %w", err)
	}
	line = append(line, '\n')
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keepLocked(e, int64(len(line)))
	if _, err := s.file.Write(line); err != nil {
		return fmt.Errorf("write spool: %w", err)
	}
	if err := s.file.Sync(); err != nil {
		return fmt.Errorf("write spool: %w", err)
	}
	s.signal()
	return s.compactLocked()
}

func (s *spool) keepLocked(e wire.Event, size int64) {
	s.events = append(s.events, spooled{e, size})
	s.size += size
	for len(s.events) > spoolEvents || s.size > spoolBytes {
		s.dropLocked(1)
		if !s.full {
			s.full = true
			s.log.Warn("event spool full, oldest events dropped", "events", len(s.events), "bytes", s.size)
		}
	}
}

func (s *spool) dropLocked(n int) {
	for _, e := range s.events[:n] {
		s.size -= e.size
		s.stale += e.size
	}
	s.events = s.events[n:]
}

// batch returns the oldest events, at most one report's worth.
func (s *spool) batch() []wire.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []wire.Event
	for _, e := range s.events[:min(len(s.events), wire.MaxEvents)] {
		out = append(out, e.event)
	}
	return out
}

// taken forgets the events of a batch, as far as they are still there.
func (s *spool) taken(batch []wire.Event) error {
	keys := make(map[string]bool, len(batch))
	for _, e := range batch {
		keys[e.Key] = true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for n < len(s.events) && keys[s.events[n].event.Key] {
		n++
	}
	s.dropLocked(n)
	s.full = false
	return s.compactLocked()
}

// compactLocked rewrites the file when all of it, or more than the spool may hold, is stale.
func (s *spool) compactLocked() error {
	if s.stale == 0 || (len(s.events) > 0 && s.stale < spoolBytes) {
		return nil
	}
	return s.rewriteLocked()
}

func (s *spool) rewriteLocked() error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(true) // as json.Marshal does: sizes stay true
	for _, e := range s.events {
		if err := enc.Encode(e.event); err != nil {
			return fmt.Errorf("encode event: %w", err)
		}
	}
	if err := s.home.write(spoolFile, buf.Bytes()); err != nil {
		return err
	}
	file, err := os.OpenFile(s.home.Path(spoolFile), os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open spool: %w", err)
	}
	if s.file != nil {
		s.file.Close()
	}
	s.file, s.stale = file, 0
	return nil
}

func (s *spool) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *spool) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.file.Close()
}
