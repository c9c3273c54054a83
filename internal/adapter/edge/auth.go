package edge

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// SessionCookie is the name of the session cookie on every site that has sessions.
const SessionCookie = "session"

// BackgroundHeader marks a request that a program makes by itself, such as a list that is read anew because something has
// changed. Its value is of no meaning. It does not count as activity of the person (PLT-171).
const BackgroundHeader = "X-Background"

// Authenticator finds the actor behind a session or an access token. Errors: admin.ErrNotSignedIn and others of kind
// Unauthenticated; anything else is a failure of the server.
type Authenticator func(ctx context.Context, token secret.Text, addr netip.Addr) (admin.Actor, error)

// Failure answers a request that failed before its handler.
type Failure func(w http.ResponseWriter, r *http.Request, err error)

// BySession puts the actor of the session cookie into the request; without a cookie the actor is nobody. A cookie that
// opens nothing goes to fail. Authorization headers are not looked at. Requests that no person caused go to background.
func BySession(person, background Authenticator, fail Failure, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		auth := person
		if InBackground(r) {
			auth = background
		}
		serveAs(auth, background, fail, next, ReadCookie(r, SessionCookie), w, r)
	})
}

// InBackground reports whether no person caused the request: it says so, or it opens a stream of events, which browsers do
// again by themselves.
func InBackground(r *http.Request) bool {
	return r.Header.Get(BackgroundHeader) != "" || strings.Contains(r.Header.Get("Accept"), "text/event-stream")
}

// ByBearer puts the actor of the access token into the request; cookies are not looked at. The schemes "Bearer" and the
// documented "CwsAuth Bearer=" are taken, without regard to case (OPS-255).
func ByBearer(auth Authenticator, fail Failure, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serveAs(auth, auth, fail, next, bearer(r.Header.Get("Authorization")), w, r)
	})
}

func serveAs(auth, again Authenticator, fail Failure, next http.Handler, token string, w http.ResponseWriter, r *http.Request) {
	if token == "" {
		next.ServeHTTP(w, r)
		return
	}
	info := From(r.Context())
	actor, err := auth(r.Context(), secret.New(token), info.Addr)
	if err != nil {
		fail(w, r, err)
		return
	}
	actor.Addr, actor.Transaction = info.Addr, info.Transaction
	ctx := context.WithValue(WithActor(r.Context(), actor), againKey{}, func(ctx context.Context) (admin.Actor, error) {
		return again(ctx, secret.New(token), info.Addr)
	})
	next.ServeHTTP(w, r.WithContext(ctx))
}

type againKey struct{}

// Again finds the actor of the request once more, with the rights of this moment, for an answer that goes on for long. It is
// no activity of the person. Errors: as of an Authenticator; admin.ErrNotSignedIn when none has found him.
func Again(ctx context.Context) (admin.Actor, error) {
	again, ok := ctx.Value(againKey{}).(func(context.Context) (admin.Actor, error))
	if !ok {
		return admin.Actor{}, admin.ErrNotSignedIn
	}
	return again(ctx)
}

// bearer returns the token of an Authorization header, "" when it has none of the accepted forms.
func bearer(header string) string {
	scheme, rest, ok := strings.Cut(strings.TrimSpace(header), " ")
	if !ok {
		return ""
	}
	rest = strings.TrimSpace(rest)
	switch strings.ToLower(scheme) {
	case "bearer":
		return rest
	case "cwsauth":
		if len(rest) > 7 && strings.EqualFold(rest[:7], "bearer=") {
			return rest[7:]
		}
	}
	return ""
}
