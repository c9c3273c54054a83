package dev

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/clock"
)

func TestControlAnswersNoWebPage(t *testing.T) {
	t.Parallel()
	h := local(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for name, tt := range map[string]struct {
		host   string
		header map[string]string
		want   int
	}{
		"a script":                    {host: "127.0.0.1:8403", want: http.StatusNoContent},
		"a script by name":            {host: "localhost:8403", want: http.StatusNoContent},
		"without a port":              {host: "127.0.0.1", want: http.StatusNoContent},
		"typed into a browser":        {host: "127.0.0.1:8403", header: map[string]string{"Sec-Fetch-Site": "none"}, want: http.StatusNoContent},
		"a name bound to 127.0.0.1":   {host: "attacker.example:8403", want: http.StatusMisdirectedRequest},
		"a name that begins so":       {host: "127.0.0.1.attacker.example", want: http.StatusMisdirectedRequest},
		"a site of the demonstration": {host: "console.causeway.localhost:8403", want: http.StatusMisdirectedRequest},
		"no host":                     {want: http.StatusMisdirectedRequest},
		"a page":                      {host: "127.0.0.1:8403", header: map[string]string{"Origin": "https://attacker.example"}, want: http.StatusForbidden},
		"a page without an origin":    {host: "127.0.0.1:8403", header: map[string]string{"Origin": "null"}, want: http.StatusForbidden},
		"a picture of a page":         {host: "127.0.0.1:8403", header: map[string]string{"Sec-Fetch-Site": "cross-site"}, want: http.StatusForbidden},
		"a page of the same site":     {host: "127.0.0.1:8403", header: map[string]string{"Sec-Fetch-Site": "same-site"}, want: http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/dev/clock", nil)
			r.Host = tt.host
			for k, v := range tt.header {
				r.Header.Set(k, v)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			require.Equal(t, tt.want, w.Code)
		})
	}
}

// TestClockIsKept moves the clock of a folder and opens the folder again.
func TestClockIsKept(t *testing.T) {
	t.Parallel()
	first := &installation{o: Options{DataDir: t.TempDir()}, clock: new(clock.Shifted)}
	require.NoError(t, first.folder())
	_, err := first.moveClock(26 * time.Hour)
	require.NoError(t, err)
	again := &installation{o: first.o, clock: new(clock.Shifted)}
	require.NoError(t, again.folder())
	require.Equal(t, 26*time.Hour, again.clock.Advance(0))
}
