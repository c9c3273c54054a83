package keyring

import (
	"context"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// For returns the purpose for one scope only: keys of different scopes never open what is meant for another.
func (p Purpose) For(scope string) Purpose { return p + "/" + Purpose(scope) }

// kind is the purpose without a scope.
func (p Purpose) kind() Purpose {
	kind, _, _ := strings.Cut(string(p), "/")
	return Purpose(kind)
}

// Scoped returns the active key of the purpose for one scope and makes it when there is none yet; two nodes that do so at
// once end with one. Other nodes have it as soon as they have reloaded.
func (r *Ring) Scoped(ctx context.Context, p Purpose, scope string) (Key, error) {
	p = p.For(scope)
	if k, err := r.Active(p); err == nil {
		return k, nil
	}
	if err := r.makeFirst(ctx, p); err != nil {
		return Key{}, err
	}
	if err := r.Reload(ctx); err != nil {
		return Key{}, err
	}
	return r.Active(p)
}

// makeFirst makes the first key of a purpose.
func (r *Ring) makeFirst(ctx context.Context, p Purpose) error {
	now := r.clock.Now()
	row, err := newRow(r.file, p, r.host, now, now)
	if err != nil {
		return err
	}
	return r.store.CreateFirst(ctx, row, systemlog.Recorded(systemlog.Record{
		Event: systemlog.KeyCreated, Actor: systemlog.System(), Target: systemlog.Target{ID: row.ID, Name: string(p)},
		After: systemlog.Fields{"Purpose": string(p), "Algorithm": row.Algorithm, "ActiveAt": row.ActiveAt.Format(time.RFC3339)},
	}))
}

// scopedKept is how long a key outlives its scope, or comes before it: a draft may have been thrown away and be made again.
const scopedKept = time.Hour

// ForgetScoped deletes keys of scopes that nobody has any more. It is a periodic job; other nodes forget them as they reload.
func (r *Ring) ForgetScoped(ctx context.Context) error {
	return r.store.ForgetScoped(ctx, SAMLDecryption, r.clock.Now().Add(-scopedKept), func(row Row) systemlog.Record {
		return systemlog.Record{Event: systemlog.KeyRetired, Actor: systemlog.System(), Target: systemlog.Target{ID: row.ID, Name: string(row.Purpose)},
			Before: systemlog.Fields{"Purpose": string(row.Purpose), "Algorithm": row.Algorithm}, After: systemlog.Fields{"State": "deleted"}}
	})
}
