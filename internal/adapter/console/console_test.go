package console

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

var build = fstest.MapFS{
	".keep":                  {Data: []byte("placeholder")},
	"index.html":             {Data: []byte("<!doctype html><title>console</title>" + strings.Repeat("<p>", 100))},
	"theme.js":               {Data: []byte(strings.Repeat("a();", 100))},
	"assets/app-1a2b.js":     {Data: []byte(strings.Repeat("b();", 100))},
	"assets/font-3c4d.woff2": {Data: []byte("wOF2 is compressed already")},
}

func get(t *testing.T, method, target string, header http.Header) *http.Response {
	t.Helper()
	h, err := load(build)
	require.NoError(t, err)
	r := httptest.NewRequest(method, target, nil)
	for name, values := range header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// Only pages of the application fall back to its page: a wrong link to a file or an operation must stay an error.
func TestPaths(t *testing.T) { // Spec: PLT-157
	t.Parallel()
	cases := []struct {
		name, method, path string
		status             int
		mediaType, cache   string
	}{
		{"root", "GET", "/", 200, "text/html; charset=utf-8", "no-cache"},
		{"page", "GET", "/locations/loc_1?dialog=add", 200, "text/html; charset=utf-8", "no-cache"},
		{"page by HEAD", "HEAD", "/system-log", 200, "text/html; charset=utf-8", "no-cache"},
		{"page by POST", "POST", "/system-log", 405, "", ""},
		{"boot script", "GET", "/theme.js", 200, "text/javascript; charset=utf-8", "no-cache"},
		{"hashed file", "GET", "/assets/app-1a2b.js", 200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		{"font", "GET", "/assets/font-3c4d.woff2", 200, "font/woff2", "public, max-age=31536000, immutable"},
		{"missing hashed file", "GET", "/assets/app-0000.js", 404, "", ""},
		{"folder of files", "GET", "/assets/", 404, "", ""},
		{"missing file", "GET", "/robots.txt", 404, "", ""},
		{"operation", "GET", "/api/v1/nothing", 404, "", ""},
		{"placeholder", "GET", "/.keep", 404, "", ""},
		{"way out of the folder", "GET", "/../../etc/passwd", 200, "text/html; charset=utf-8", "no-cache"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := get(t, c.method, c.path, nil)
			require.Equal(t, c.status, got.StatusCode, "%s %s", c.method, c.path)
			if c.status != 200 {
				return
			}
			require.Equal(t, c.mediaType, got.Header.Get("Content-Type"))
			require.Equal(t, c.cache, got.Header.Get("Cache-Control"))
			require.Equal(t, "nosniff", got.Header.Get("X-Content-Type-Options"))
		})
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, path, accept string
		want               string
	}{
		{"accepted", "/theme.js", "br, gzip", "gzip"},
		{"accepted with a weight", "/theme.js", "gzip;q=0.5", "gzip"},
		{"refused", "/theme.js", "gzip;q=0, identity", ""},
		{"not named", "/theme.js", "br", ""},
		{"font", "/assets/font-3c4d.woff2", "gzip", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := get(t, "GET", c.path, http.Header{"Accept-Encoding": {c.accept}})
			require.Equal(t, c.want, got.Header.Get("Content-Encoding"))
			require.Equal(t, "Accept-Encoding", got.Header.Get("Vary"))
			var body io.Reader = got.Body
			if c.want == "gzip" {
				unpacked, err := gzip.NewReader(got.Body)
				require.NoError(t, err)
				body = unpacked
			}
			content, err := io.ReadAll(body)
			require.NoError(t, err)
			require.Equal(t, build[c.path[1:]].Data, content)
		})
	}
}

// Both forms of a file have tags of their own, so that a cache never mixes them.
func TestNotModified(t *testing.T) {
	t.Parallel()
	plain := get(t, "GET", "/theme.js", nil)
	packed := get(t, "GET", "/theme.js", http.Header{"Accept-Encoding": {"gzip"}})
	require.NotEqual(t, plain.Header.Get("ETag"), packed.Header.Get("ETag"))

	again := get(t, "GET", "/theme.js", http.Header{"If-None-Match": {`"other", W/` + plain.Header.Get("ETag")}})
	require.Equal(t, http.StatusNotModified, again.StatusCode)
	changed := get(t, "GET", "/theme.js", http.Header{"If-None-Match": {`"other"`}})
	require.Equal(t, http.StatusOK, changed.StatusCode)
}

func TestNotBuilt(t *testing.T) {
	t.Parallel()
	_, err := load(fstest.MapFS{".keep": {Data: []byte("placeholder")}})
	require.ErrorIs(t, err, ErrNotBuilt)
}
