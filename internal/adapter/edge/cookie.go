package edge

import (
	"net/http"
	"strings"
	"time"
)

// Cookie is a cookie of this host alone: the name gets the prefix __Host-, which browsers accept only with Secure, Path=/
// and without Domain. It is never readable by scripts.
type Cookie struct {
	Name     string        // without the prefix
	Value    string        // sealed or random
	MaxAge   time.Duration // 0 = until the browser closes; negative = delete
	SameSite http.SameSite // 0 = Lax
}

const hostPrefix = "__Host-"

// SetCookie sends the cookie.
func SetCookie(w http.ResponseWriter, c Cookie) { w.Header().Add("Set-Cookie", c.String()) }

// String is the value of the Set-Cookie header.
func (c Cookie) String() string {
	if c.SameSite == 0 {
		c.SameSite = http.SameSiteLaxMode
	}
	age := int(c.MaxAge / time.Second)
	if c.MaxAge < 0 {
		age = -1
	}
	return (&http.Cookie{
		Name: hostPrefix + c.Name, Value: c.Value, Path: "/", MaxAge: age, Secure: true, HttpOnly: true, SameSite: c.SameSite,
	}).String()
}

// ClearCookie deletes the cookie.
func ClearCookie(w http.ResponseWriter, name string) {
	SetCookie(w, Cookie{Name: name, MaxAge: -1})
}

// ReadCookie returns the value of a cookie set with SetCookie, "" when there is none.
func ReadCookie(r *http.Request, name string) string {
	c, err := r.Cookie(hostPrefix + name)
	if err != nil {
		return ""
	}
	return c.Value
}

// CookieNames returns the names, without the prefix, of the request's cookies that begin with the given text.
func CookieNames(r *http.Request, begin string) []string {
	var out []string
	for _, c := range r.Cookies() {
		if name, ok := strings.CutPrefix(c.Name, hostPrefix+begin); ok {
			out = append(out, begin+name)
		}
	}
	return out
}
