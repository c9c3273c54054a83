package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Times of a stream of live updates.
const (
	streamLife = 15 * time.Minute // then the browser comes again
	streamLook = 2 * time.Second  // how late a new record is noticed
)

// LiveDeps is what the stream of live updates works with.
type LiveDeps struct {
	Logs          *systemlog.Service
	Notifications *notify.Service
	Feed          *connector.Feed
}

// Live registers GET /{customerId}/v1/events: server-sent events for the console. It is no activity of the person.
//
// The ID of each event is the newest sequence number of the System Log that the browser has been told of. A browser that
// comes again names it, in the header Last-Event-ID or, where it cannot set headers, in the query as lastEventId, and is told
// of everything since: together with the list's "after" it misses nothing and sees nothing twice. The first event of each
// stream is "ready", so that there is an ID from the beginning.
func (a *API) Live(d LiveDeps) {
	a.router.Get("/{customerId}/v1/events", func(w http.ResponseWriter, r *http.Request) {
		c := id.FoldCustomer(chi.URLParam(r, "customerId"))
		actor := edge.ActorFrom(r.Context())
		if err := actor.RequireAny(c); err != nil {
			a.Write(w, r, err)
			return
		}
		release, err := a.streams.take(actor)
		if err != nil {
			a.Write(w, r, err)
			return
		}
		defer release()
		ctx, cancel := context.WithTimeout(r.Context(), streamLife)
		defer cancel()
		s, err := edge.OpenStream(w)
		if err != nil {
			return // a browser that has gone cannot be told
		}
		l := live{LiveDeps: d, stream: s, actor: actor, customer: c}
		l.run(ctx, lastEvent(r))
	})
}

// lastEvent is the ID that the browser names, -1 when it names none.
func lastEvent(r *http.Request) int64 {
	raw := r.Header.Get("Last-Event-ID")
	if raw == "" {
		raw = r.URL.Query().Get("lastEventId")
	}
	if n, err := strconv.ParseInt(raw, 10, 64); err == nil && n >= 0 {
		return n
	}
	return -1
}

// live is one open stream.
type live struct {
	LiveDeps
	stream   *edge.Stream
	actor    admin.Actor
	customer id.Customer
	seq      int64 // of the log, as the browser knows it
	bell     notify.State
	rung     bool // bell has been sent once
}

// run sends what happens until the stream ends: its life is over, the node stops, the session has ended, a right has
// changed, or the browser has gone.
func (l *live) run(ctx context.Context, last int64) {
	changes := l.Feed.Watch(ctx, l.customer)
	look, comment, recheck := time.NewTicker(streamLook), time.NewTicker(edge.StreamComment), time.NewTicker(recheckEvery)
	defer look.Stop()
	defer comment.Stop()
	defer recheck.Stop()
	err := l.begin(ctx, last)
	for err == nil {
		select {
		case <-ctx.Done():
			l.end("renew")
			return
		case <-edge.From(ctx).Stopping: // the browser comes again and finds another node
			l.end("renew")
			return
		case change, ok := <-changes:
			if !ok { // too slow: it reads the lists anew and comes again
				l.end("renew")
				return
			}
			if l.actor.Rights.Allow(admin.ResourceLocations) {
				err = l.send("connectors", map[string]string{"locationId": string(change.Location), "connectorId": string(change.Connector)})
			}
		case <-look.C:
			err = l.look(ctx)
		case <-comment.C:
			err = l.stream.Comment()
		case <-recheck.C:
			if reason := l.over(ctx); reason != "" {
				l.end(reason)
				return
			}
		}
	}
}

// begin tells the browser where the log stands, or what it has missed.
func (l *live) begin(ctx context.Context, last int64) error {
	newest, err := l.Logs.Last(ctx, systemlog.OfCustomer(l.customer))
	if err != nil {
		return err
	}
	if l.seq = last; last < 0 || last > newest {
		l.seq = newest
	}
	if err := l.send("ready", map[string]int64{"seq": l.seq}); err != nil {
		return err
	}
	return l.look(ctx)
}

// look tells the browser of new records and of its bell.
func (l *live) look(ctx context.Context) error {
	newest, err := l.Logs.Last(ctx, systemlog.OfCustomer(l.customer))
	if err != nil {
		return err
	}
	if newest > l.seq {
		l.seq = newest
		if l.actor.Rights.Allow(admin.SystemLog) {
			if err := l.send("systemlog", map[string]int64{"seq": newest}); err != nil {
				return err
			}
		}
	}
	if !l.actor.Rights.Allow(admin.Notifications) {
		return nil
	}
	bell, err := l.Notifications.State(ctx, l.actor, l.customer)
	if err != nil || (l.rung && bell == l.bell) {
		return err
	}
	l.bell, l.rung = bell, true
	return l.send("notifications", NotificationState{Count: bell.Count, Newest: bell.Newest})
}

func (l *live) send(topic string, data any) error { return l.stream.Event(topic, l.seq, data) }

// end says why the stream ends; a browser that has gone cannot be told.
func (l *live) end(reason string) { _ = l.send("end", map[string]string{"reason": reason}) }

// over tells why the stream must end, "" when it may go on.
func (l *live) over(ctx context.Context) string {
	now, err := edge.Again(ctx)
	switch {
	case err != nil && fault.KindOf(err) == fault.Unauthenticated:
		return "session_ended"
	case err != nil: // the database does not answer: the browser comes again
		return "renew"
	case now.Customer != l.actor.Customer || now.Rights.String() != l.actor.Rights.String():
		return "rights_changed"
	}
	return ""
}
