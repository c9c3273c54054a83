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

// Authenticator finds the actor behind a session or an access token. Errors: admin.ErrNotSignedIn and others of kind
// Unauthenticated; anything else is a failure of the server.
type Authenticator func(ctx context.Context, token secret.Text, addr netip.Addr) (admin.Actor, error)

// Failure answers a request that failed before its handler.
type Failure func(w http.ResponseWriter, r *http.Request, err error)

// BySession puts the actor of the session cookie into the request; without a cookie the actor is nobody. A cookie that
// opens nothing goes to fail. Authorization headers are not looked at.
func BySession(auth Authenticator, fail Failure, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serveAs(auth, fail, next, ReadCookie(r, SessionCookie), w, r)
	})
}

// ByBearer puts the actor of the access token into the request; cookies are not looked at. The schemes "Bearer" and the
// documented "CwsAuth Bearer=" are taken, without regard to case (OPS-255).
func ByBearer(auth Authenticator, fail Failure, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serveAs(auth, fail, next, bearer(r.Header.Get("Authorization")), w, r)
	})
}

func serveAs(auth Authenticator, fail Failure, next http.Handler, token string, w http.ResponseWriter, r *http.Request) {
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
	next.ServeHTTP(w, r.WithContext(WithActor(r.Context(), actor)))
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
