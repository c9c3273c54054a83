package httpapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/httpapi"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// event is one event of a stream.
type event struct {
	id, name, data string
}

// events reads a stream until it ends.
func events(body *bufio.Scanner, each func(event) bool) {
	var e event
	for body.Scan() {
		name, value, _ := strings.Cut(body.Text(), ": ")
		switch {
		case body.Text() == "" && e.name != "":
			if !each(e) {
				return
			}
			e = event{}
		case name == "id":
			e.id = value
		case name == "event":
			e.name = value
		case name == "data":
			e.data = value
		}
	}
}

// signedIn serves every request as that of a browser with a session.
func signedIn(api *httpapi.API, auth edge.Authenticator) http.Handler {
	h := edge.BySession(auth, auth, api.Write, api)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.AddCookie(&http.Cookie{Name: "__Host-session", Value: "token"})
		h.ServeHTTP(w, r)
	})
}

// console serves the live stream of the fixture to an owner of customer one.
func (f *fixture) console(t *testing.T) *httptest.Server {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	texts, err := text.Load()
	require.NoError(t, err)
	api := httpapi.New("test", httpapi.NewProblems(texts, log), f.ring)
	actor := owner("one")
	api.Live(httpapi.LiveDeps{Logs: systemlog.NewService(f.db.Logs(), f.clk), Notifications: notify.NewService(f.db.Notifications(), f.clk),
		Feed: new(connector.Feed)})
	server := httptest.NewServer(signedIn(api, func(context.Context, secret.Text, netip.Addr) (admin.Actor, error) { return actor, nil }))
	t.Cleanup(server.Close)
	return server
}

// follow opens the stream and gives its events until each returns false.
func follow(t *testing.T, server *httptest.Server, query, last string, each func(event) bool) {
	t.Helper()
	ctx, leave := context.WithTimeout(t.Context(), time.Minute)
	defer leave()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/one/v1/events"+query, nil)
	require.NoError(t, err)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, "text/event-stream", res.Header.Get("Content-Type"))
	events(bufio.NewScanner(res.Body), each)
}

// TestFollowersMissNothing follows the log over several streams while it is written, breaking off after each event, as a
// browser does that loses its network: what "after" returns for the announced numbers is the log, each record once.
// Spec: OPS-143
func TestFollowersMissNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	server := f.console(t)
	_, _, token := f.principal(t, "one", admin.Rights{Full: true}) // record 1
	const records = 60
	write := func(n int) {
		for range n {
			require.NoError(t, f.db.Logs().Add(t.Context(), systemlog.OfCustomer("one"), systemlog.Record{Event: systemlog.AdministratorSignedIn, Actor: systemlog.System()}))
			require.NoError(t, f.db.Logs().Add(t.Context(), systemlog.OfCustomer("two"), systemlog.Record{Event: systemlog.AdministratorSignedIn, Actor: systemlog.System()}))
		}
	}
	last := ""
	follow(t, server, "", "", func(e event) bool {
		require.Equal(t, event{"1", "ready", `{"seq":1}`}, e)
		last = e.id
		return false
	})
	write(20) // nobody listens
	var wg sync.WaitGroup
	wg.Go(func() { write(records - 20) })
	seen := []int64{}
	for begin := int64(1); len(seen) < records; {
		header, query := last, ""
		if begin%2 == 0 { // a page that opens a stream anew cannot set headers
			header, query = "", "?lastEventId="+last
		}
		follow(t, server, query, header, func(e event) bool {
			last = e.id
			if e.name != "systemlog" {
				return true
			}
			var got struct{ Items []httpapi.LogRecord }
			r := f.do(t, "GET", fmt.Sprintf("/one/v1/systemlog/records?limit=200&after=%d", begin), "", bearer(token))
			require.NoError(t, json.Unmarshal([]byte(r.body), &got))
			for i := len(got.Items) - 1; i >= 0; i-- {
				seen = append(seen, got.Items[i].Seq)
			}
			begin = seen[len(seen)-1]
			return false
		})
	}
	wg.Wait()
	for i, seq := range seen {
		require.EqualValues(t, i+2, seq, "a gap or a repeat")
	}
	require.Len(t, seen, records)
}

// TestBellRings waits for a notification of another node's commit.
func TestBellRings(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	server := f.console(t)
	bells := []string{}
	follow(t, server, "", "", func(e event) bool {
		if e.name != "notifications" {
			return true
		}
		if bells = append(bells, e.data); len(bells) == 1 {
			for _, c := range []id.Customer{"two", "one"} {
				require.NoError(t, f.db.Notifications().Add(t.Context(), notify.Notification{ID: "ntf_" + string(c), Customer: c, At: f.clk.Now(),
					Kind: notify.AdministratorJoined, Severity: notify.Information}, nil))
			}
		}
		return len(bells) < 2
	})
	require.Equal(t, []string{`{"count":0,"newest":""}`, `{"count":1,"newest":"ntf_one"}`}, bells)
}

// stillLog and stillBell are a log and a list of notifications in which nothing happens.
type (
	stillLog  struct{ systemlog.Store }
	stillBell struct{ notify.Store }
)

func (stillLog) Last(context.Context, systemlog.Log) (int64, error) { return 7, nil }
func (stillBell) State(context.Context, id.Customer, string, time.Time) (notify.State, error) {
	return notify.State{}, nil
}

// screen is a browser in memory: it takes deadlines and flushes, and keeps what it got.
type screen struct {
	mu   sync.Mutex // guards text
	text strings.Builder
	http.ResponseWriter
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}
func (s *screen) Flush()                           {}
func (s *screen) SetWriteDeadline(time.Time) error { return nil }
func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// TestIdleSessionsEndTheirStream lets the session behind an open stream run out, and leaves another one alone for its life.
// Spec: PLT-171, PLT-175
func TestIdleSessionsEndTheirStream(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	open := func(t *testing.T, authenticate edge.Authenticator) (*screen, chan struct{}) {
		api := httpapi.New("test", httpapi.NewProblems(texts, slog.New(slog.DiscardHandler)), nil)
		api.Live(httpapi.LiveDeps{Logs: systemlog.NewService(stillLog{}, clock.Real{}), Notifications: notify.NewService(stillBell{}, clock.Real{}),
			Feed: new(connector.Feed)})
		s, ended := &screen{ResponseWriter: httptest.NewRecorder()}, make(chan struct{})
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/one/v1/events", nil)
		go func() { defer close(ended); signedIn(api, authenticate).ServeHTTP(s, r) }()
		return s, ended
	}
	synctest.Test(t, func(t *testing.T) {
		var idle atomic.Bool
		s, ended := open(t, func(context.Context, secret.Text, netip.Addr) (admin.Actor, error) {
			if idle.Load() {
				return admin.Actor{}, signin.ErrSessionIdle
			}
			return owner("one"), nil
		})
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		require.NotContains(t, s.String(), "event: end")
		idle.Store(true)
		time.Sleep(10*time.Second + time.Millisecond)
		synctest.Wait()
		require.Contains(t, s.String(), "event: end\ndata: {\"reason\":\"session_ended\"}")
		<-ended
	})
	synctest.Test(t, func(t *testing.T) {
		s, ended := open(t, func(context.Context, secret.Text, netip.Addr) (admin.Actor, error) { return owner("one"), nil })
		time.Sleep(15*time.Minute - time.Millisecond)
		synctest.Wait()
		require.NotContains(t, s.String(), "event: end")
		<-ended
		require.Contains(t, s.String(), "id: 7\nevent: end\ndata: {\"reason\":\"renew\"}")
	})
}
