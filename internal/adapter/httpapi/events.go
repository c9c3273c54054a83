package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Times of a stream of live updates.
const (
	streamLife    = 15 * time.Minute // then the browser comes again
	streamLook    = 2 * time.Second  // how late a new record is noticed
	streamRecheck = 10 * time.Second // how late an ended session or a changed right ends the stream
)

// LiveDeps is what the stream of live updates works with.
type LiveDeps struct {
	Logs         *systemlog.Service
	Feed         *connector.Feed
	Authenticate edge.Authenticator
}

// Live registers GET /{customerId}/v1/events: server-sent events for the console. It is no activity of the person.
func (a *API) Live(d LiveDeps) {
	a.router.Get("/{customerId}/v1/events", func(w http.ResponseWriter, r *http.Request) {
		c := id.FoldCustomer(chi.URLParam(r, "customerId"))
		actor := edge.ActorFrom(r.Context())
		if err := actor.RequireAny(c); err != nil {
			a.Write(w, r, err)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), streamLife)
		defer cancel()
		s, err := edge.OpenStream(w)
		if err != nil {
			return // a browser that has gone cannot be told
		}
		d.run(ctx, s, actor, c, edge.ReadCookie(r, edge.SessionCookie))
	})
}

// run sends what happens until the stream ends: its life is over, the node stops, the session has ended, a right has
// changed, or the browser has gone.
func (d LiveDeps) run(ctx context.Context, s *edge.Stream, actor admin.Actor, c id.Customer, token string) {
	changes := d.Feed.Watch(ctx, c)
	look, comment, recheck := time.NewTicker(streamLook), time.NewTicker(edge.StreamComment), time.NewTicker(streamRecheck)
	defer look.Stop()
	defer comment.Stop()
	defer recheck.Stop()
	log := systemlog.OfCustomer(c)
	seq, err := d.Logs.Last(ctx, log)
	for err == nil {
		select {
		case <-ctx.Done():
			_ = s.Event("end", seq, map[string]string{"reason": "renew"}) // a browser that has gone cannot be told
			return
		case <-edge.From(ctx).Stopping: // the browser comes again and finds another node
			_ = s.Event("end", seq, map[string]string{"reason": "renew"})
			return
		case change, ok := <-changes:
			if !ok { // too slow: it reads the lists anew and comes again
				_ = s.Event("end", seq, map[string]string{"reason": "renew"})
				return
			}
			if actor.Rights.Allow(admin.ResourceLocations) {
				err = s.Event("connectors", seq, map[string]string{"locationId": string(change.Location), "connectorId": string(change.Connector)})
			}
		case <-look.C:
			var now int64
			if now, err = d.Logs.Last(ctx, log); err == nil && now > seq {
				seq = now
				if actor.Rights.Allow(admin.SystemLog) {
					err = s.Event("systemlog", seq, map[string]int64{"seq": seq})
				}
			}
		case <-comment.C:
			err = s.Comment()
		case <-recheck.C:
			if reason := d.over(ctx, actor, token); reason != "" {
				_ = s.Event("end", seq, map[string]string{"reason": reason})
				return
			}
		}
	}
}

// over tells why the stream must end, "" when it may go on.
func (d LiveDeps) over(ctx context.Context, was admin.Actor, token string) string {
	now, err := d.Authenticate(ctx, secret.New(token), was.Addr)
	switch {
	case err != nil:
		return "session_ended"
	case now.Customer != was.Customer || now.Rights.String() != was.Rights.String():
		return "rights_changed"
	}
	return ""
}
