package systemlog

import (
	"context"
	"maps"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/page"
)

// Export is a walk over the records of one log that fit a filter, as they were when it began: what is written meanwhile is
// not in it. It holds one page at a time and no transaction, so that a slow reader keeps nobody waiting.
type Export struct {
	store  Store
	log    Log
	filter Filter
	Began  time.Time
}

// Export begins an export, newest records first, and records it. The caller has checked that the reader may see the log.
// Errors: ErrPeriod, field errors.
func (s *Service) Export(ctx context.Context, l Log, f Filter, actor Actor) (*Export, error) {
	f, err := s.within(f)
	if err != nil {
		return nil, err
	}
	if f.UpTo, err = s.store.Last(ctx, l); err != nil {
		return nil, err
	}
	if f.UpTo == 0 {
		f.UpTo = -1 // an empty log stays empty
	}
	e := &Export{store: s.store, log: l, filter: f, Began: s.clock.Now()}
	return e, s.store.Add(ctx, l, Record{Event: SystemLogExported, Actor: actor, After: f.fields(e.Began)})
}

// fields is what an export says about its choice.
func (f Filter) fields(now time.Time) Fields {
	to := f.To
	if to.IsZero() {
		to = now
	}
	out := Fields{"From": f.From.Format(time.RFC3339), "To": to.Format(time.RFC3339), "EventTypes": strings.Join(f.Types, ","), "Outcome": f.Outcome,
		"Actor": f.Actor, "Target": f.Target, "Text": f.Text}
	maps.DeleteFunc(out, func(_, v string) bool { return v == "" })
	return out
}

// Each calls yield with each record until there are no more, it or may returns an error, or ctx ends. may is asked before each
// page and each record, whether the reader may still have them: the work between is bounded.
func (e *Export) Each(ctx context.Context, may func(context.Context) error, yield func(Stored) error) error {
	p := page.Request{Size: page.MaxSize}
	for {
		if err := may(ctx); err != nil {
			return err
		}
		got, err := e.store.List(ctx, e.log, e.filter, p)
		if err != nil {
			return err
		}
		for _, r := range got.Items {
			if err := may(ctx); err != nil {
				return err
			}
			if err := yield(r); err != nil {
				return err
			}
		}
		if p.After = got.Next; p.After == "" {
			return nil
		}
	}
}
