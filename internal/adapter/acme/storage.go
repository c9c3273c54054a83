package acme

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"

	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/base/secret"
)

// Items keeps named values for all nodes. Names are paths.
type Items interface {
	// Put stores a value.
	Put(ctx context.Context, name, value string) error
	// Get returns a value and when it was stored; ok is false when there is none.
	Get(ctx context.Context, name string) (value string, at time.Time, ok bool, err error)
	// Delete forgets the item and everything below its name.
	Delete(ctx context.Context, name string) error
	// Names returns the names of the item and of everything below it, sorted.
	Names(ctx context.Context, name string) ([]string, error)
	// Take gives a lease to the holder if nobody else's lasts at now; it lasts until the instant. The holder may take it again.
	Take(ctx context.Context, name, holder string, now, until time.Time) (bool, error)
	// Release ends the holder's lease; of another holder's it does nothing.
	Release(ctx context.Context, name, holder string) error
}

// How locks work: a holder that has died loses its lock after leaseTime, and others look every lockPoll. Obtaining a certificate
// takes less than a minute.
const (
	leaseTime = 2 * time.Minute
	lockPoll  = time.Second
)

// storage implements certmagic.Storage.
type storage struct {
	items Items
	box   seal.Box

	mu      sync.Mutex        // guards holders
	holders map[string]string // of the leases that this node has, by name
}

var (
	_ certmagic.Storage          = (*storage)(nil)
	_ certmagic.LockLeaseRenewer = (*storage)(nil)
)

func newStorage(items Items, box seal.Box) *storage {
	return &storage{items: items, box: box, holders: map[string]string{}}
}

// use binds a sealed value to its name: no value can be put in another's place.
func use(name string) string { return "acme:" + name }

// Store implements certmagic.Storage.
func (s *storage) Store(ctx context.Context, name string, value []byte) error {
	sealed, err := s.box.Seal(use(name), value)
	if err != nil {
		return err
	}
	return s.items.Put(ctx, name, sealed)
}

// Load implements certmagic.Storage.
func (s *storage) Load(ctx context.Context, name string) ([]byte, error) {
	sealed, _, ok, err := s.items.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	return s.box.Open(use(name), sealed)
}

// Delete implements certmagic.Storage.
func (s *storage) Delete(ctx context.Context, name string) error { return s.items.Delete(ctx, name) }

// Exists implements certmagic.Storage.
func (s *storage) Exists(ctx context.Context, name string) bool {
	names, err := s.items.Names(ctx, name)
	return err == nil && len(names) > 0
}

// List implements certmagic.Storage.
func (s *storage) List(ctx context.Context, dir string, recursive bool) ([]string, error) {
	names, err := s.items.Names(ctx, dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, n := range names {
		below, ok := strings.CutPrefix(n, strings.TrimSuffix(dir, "/")+"/")
		switch {
		case !ok:
		case recursive:
			out = append(out, n)
		default:
			first, _, _ := strings.Cut(below, "/")
			if child := path.Join(dir, first); !slices.Contains(out, child) {
				out = append(out, child)
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: %w", dir, fs.ErrNotExist)
	}
	return out, nil
}

// Stat implements certmagic.Storage.
func (s *storage) Stat(ctx context.Context, name string) (certmagic.KeyInfo, error) {
	sealed, at, ok, err := s.items.Get(ctx, name)
	if err != nil {
		return certmagic.KeyInfo{}, err
	}
	if ok {
		value, err := s.box.Open(use(name), sealed)
		return certmagic.KeyInfo{Key: name, Modified: at, Size: int64(len(value)), IsTerminal: true}, err
	}
	if s.Exists(ctx, name) {
		return certmagic.KeyInfo{Key: name}, nil
	}
	return certmagic.KeyInfo{}, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
}

// Lock implements certmagic.Storage.
func (s *storage) Lock(ctx context.Context, name string) error {
	holder := secret.Random(12).Reveal()
	for {
		now := time.Now()
		mine, err := s.items.Take(ctx, name, holder, now, now.Add(leaseTime))
		if err != nil {
			return err
		}
		if mine {
			s.mu.Lock()
			s.holders[name] = holder
			s.mu.Unlock()
			return nil
		}
		wait := time.NewTimer(lockPoll)
		select {
		case <-ctx.Done():
			wait.Stop()
			return ctx.Err()
		case <-wait.C:
		}
	}
}

// RenewLockLease implements certmagic.LockLeaseRenewer.
func (s *storage) RenewLockLease(ctx context.Context, name string, length time.Duration) error {
	holder := s.holder(name)
	now := time.Now()
	mine, err := s.items.Take(ctx, name, holder, now, now.Add(max(length, leaseTime)))
	if err == nil && !mine {
		err = fmt.Errorf("lease of %s lost", name)
	}
	return err
}

// Unlock implements certmagic.Storage.
func (s *storage) Unlock(ctx context.Context, name string) error {
	holder := s.holder(name)
	s.mu.Lock()
	delete(s.holders, name)
	s.mu.Unlock()
	return s.items.Release(ctx, name, holder)
}

func (s *storage) holder(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.holders[name]
}
