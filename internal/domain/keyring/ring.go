package keyring

import (
	"cmp"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// reloadEvery is how often a node looks for keys that another node made. A new key becomes active twice as late.
const reloadEvery = 30 * time.Second

// Expected failures.
var (
	ErrNoKey  = fault.New(fault.Unavailable, "key_missing")
	ErrSealed = fault.New(fault.Invalid, "sealed_value_invalid") // not made here, for something else, or changed on its way
)

// Store keeps the rows.
type Store interface {
	// List returns every key, oldest first.
	List(ctx context.Context) ([]Row, error)
	// CreateFirst stores the key unless its purpose has one already; two nodes that start at once end with one.
	CreateFirst(ctx context.Context, r Row, eff systemlog.Effects) error
	// ForgetScoped deletes the keys of the purpose that were made before the instant and whose scope is no entity ID of anybody, with a
	// record each.
	ForgetScoped(ctx context.Context, p Purpose, before time.Time, record func(Row) systemlog.Record) error
}

// Ring holds the opened keys. It may be used concurrently.
type Ring struct {
	store Store
	file  *KeyFile
	clock clock.Clock
	log   *slog.Logger
	host  string                            // of SAMLName
	keys  atomic.Pointer[map[Purpose][]Key] // newest first within a purpose
}

// Option sets something of a Ring that most of its users do not care for.
type Option func(*Ring)

// ForHost names the domain of the installation in the SAML signing certificates that are made from now on.
func ForHost(host string) Option { return func(r *Ring) { r.host = host } }

// Load opens all keys of the installation and makes the first key of each purpose that has none.
func Load(ctx context.Context, store Store, file *KeyFile, clk clock.Clock, log *slog.Logger, opts ...Option) (*Ring, error) {
	r := &Ring{store: store, file: file, clock: clk, log: log}
	for _, set := range opts {
		set(r)
	}
	if err := r.Reload(ctx); err != nil {
		return nil, err
	}
	if err := r.makeMissing(ctx); err != nil {
		return nil, err
	}
	return r, r.Reload(ctx)
}

// makeMissing makes the keys in parallel: an RSA key takes longer than all the rest of a start.
func (r *Ring) makeMissing(ctx context.Context) error {
	have := *r.keys.Load()
	var wg sync.WaitGroup
	errs := make([]error, len(Purposes()))
	for i, p := range Purposes() {
		if len(have[p]) > 0 {
			continue
		}
		wg.Go(func() {
			errs[i] = r.makeFirst(ctx, p)
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Reload reads the keys again. It fails when one does not open, and then keeps what it had.
func (r *Ring) Reload(ctx context.Context) error {
	rows, err := r.store.List(ctx)
	if err != nil {
		return fmt.Errorf("load keys: %w", err)
	}
	keys := map[Purpose][]Key{}
	for _, row := range rows {
		k, err := open(r.file, row)
		if err != nil {
			return err
		}
		keys[row.Purpose] = append(keys[row.Purpose], k)
	}
	for _, list := range keys {
		slices.SortFunc(list, func(a, b Key) int {
			return cmp.Or(b.ActiveAt.Compare(a.ActiveAt), strings.Compare(a.ID, b.ID))
		})
	}
	r.keys.Store(&keys)
	return nil
}

// Run reloads the keys until ctx ends.
func (r *Ring) Run(ctx context.Context) error {
	tick := time.NewTicker(reloadEvery)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		err := r.Reload(ctx)
		if (err != nil) != failing && ctx.Err() == nil {
			failing = err != nil
			if failing {
				r.log.Error("keys not reloaded", "err", err)
			} else {
				r.log.Info("keys reloaded again")
			}
		}
	}
}

// Active returns the key that signs or seals now: the newest active one. Errors: ErrNoKey.
func (r *Ring) Active(p Purpose) (Key, error) {
	now := r.clock.Now()
	for _, k := range (*r.keys.Load())[p] {
		if k.State(now) == Active {
			return k, nil
		}
	}
	return Key{}, ErrNoKey.With("purpose", string(p))
}

// Next returns the advertised key that replaces the active one at its time; ok is false while there is none.
func (r *Ring) Next(p Purpose) (k Key, ok bool) {
	if waiting := r.inState(p, Advertised); len(waiting) > 0 {
		return waiting[len(waiting)-1], true
	}
	return Key{}, false
}

// Trusted returns every key of the purpose that is active now, newest first: what may verify and open.
func (r *Ring) Trusted(p Purpose) []Key { return r.inState(p, Active) }

// Published returns what others should know of: active and advertised keys, newest first.
func (r *Ring) Published(p Purpose) []Key { return r.inState(p, Active, Advertised) }

// Serving returns the channel keys that may still answer connectors that name them: retired ones too, until they are
// marked compromised.
func (r *Ring) Serving(p Purpose) []Key { return r.inState(p, Active, Advertised, Retired) }

func (r *Ring) inState(p Purpose, states ...State) []Key {
	now := r.clock.Now()
	var out []Key
	for _, k := range (*r.keys.Load())[p] {
		if slices.Contains(states, k.State(now)) {
			out = append(out, k)
		}
	}
	return out
}

// Seal encrypts a small value for a cookie, a handle or a column. use names what it is for and is bound to the value: a
// value sealed for one use does not open for another. The result is URL-safe text.
func (r *Ring) Seal(use string, plain []byte) (string, error) {
	k, err := r.Active(CookieSealing)
	if err != nil {
		return "", err
	}
	gcm, err := k.gcm()
	if err != nil {
		return "", err
	}
	return k.ID + "." + base64.RawURLEncoding.EncodeToString(gcm.Seal(nil, nil, plain, []byte(use))), nil
}

// Open returns what Seal got. Errors: ErrSealed for anything else than a value sealed here for the same use.
func (r *Ring) Open(use, sealed string) ([]byte, error) {
	keyID, body, ok := strings.Cut(sealed, ".")
	if !ok {
		return nil, ErrSealed
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil {
		return nil, ErrSealed
	}
	for _, k := range r.Trusted(CookieSealing) {
		if k.ID != keyID {
			continue
		}
		gcm, err := k.gcm()
		if err != nil {
			return nil, err
		}
		plain, err := gcm.Open(nil, nil, raw, []byte(use))
		if err != nil {
			return nil, ErrSealed
		}
		return plain, nil
	}
	return nil, ErrSealed
}

func (k Key) gcm() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k.secret)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// MAC is HMAC-SHA-256 under the pepper, separated by use: what is stored of random codes and API secrets. The first
// pepper is used for ever: what is hashed with it cannot be hashed again.
func (r *Ring) MAC(use string, data []byte) ([]byte, error) {
	peppers := (*r.keys.Load())[Pepper]
	if len(peppers) == 0 {
		return nil, ErrNoKey.With("purpose", string(Pepper))
	}
	h := hmac.New(sha256.New, peppers[len(peppers)-1].secret)
	h.Write([]byte(use))
	h.Write([]byte{0})
	h.Write(data)
	return h.Sum(nil), nil
}

// FileKeyIDs names the keys of the key file, for a backup's manifest.
func (r *Ring) FileKeyIDs() []string { return r.file.IDs() }
