// Package handover has what takes a browser from one of our hosts to another and back: a sealed handle there, a one-time code back,
// and the path where it goes on. Of codes only secret.Hash is stored; a binder is secret.Hash of what the browser holds, so that
// the value itself need not travel.
package handover

import (
	"net/url"
	"time"
)

// Times on the way.
const (
	HandleLife = 60 * time.Second // of a handle, from the host where the way begins to the one that goes on
	CodeLife   = 60 * time.Second // of a one-time code, from the host that gives it to the one that redeems it
)

// maxReturn bounds a return path, in bytes.
const maxReturn = 1024

// ReturnPath makes a path on our own origin out of what a caller gave: parsed and built again, without its fragment; "/" for
// anything that could lead elsewhere (S39, SAM-125).
func ReturnPath(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || len(raw) > maxReturn || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || !local(u.Path) {
		return "/"
	}
	return (&url.URL{Path: u.Path, RawQuery: u.RawQuery}).String()
}

// local reports whether a browser keeps the path on the host: browsers read two slashes, or a slash and a backslash, as the
// beginning of a host, and drop control characters first.
func local(p string) bool {
	if p == "" || p[0] != '/' || len(p) > 1 && (p[1] == '/' || p[1] == '\\') {
		return false
	}
	for _, c := range p {
		if c < 0x20 || c == 0x7f || c == '\\' {
			return false
		}
	}
	return true
}
