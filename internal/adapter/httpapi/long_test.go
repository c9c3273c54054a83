package httpapi_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// slow is a reader who takes a second for each buffer of a file.
type slow struct{ http.ResponseWriter }

func (s slow) Write(b []byte) (int, error) {
	time.Sleep(time.Second)
	return s.ResponseWriter.Write(b)
}

// export reads customer one's log as slowly as that; the result tells whether the connection was cut.
func export(t *testing.T, h http.Handler, header, value string) <-chan bool {
	t.Helper()
	cut := make(chan bool, 1)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.causeway.example/one/v1/systemlog/export", nil)
	r.Header.Set(header, value)
	go func() {
		defer func() { cut <- recover() == any(http.ErrAbortHandler) }()
		h.ServeHTTP(slow{httptest.NewRecorder()}, r)
	}()
	return cut
}

// fill writes a log whose export takes a slow reader more than a minute.
func (f *fixture) fill(t *testing.T) {
	t.Helper()
	now := f.clk.Now()
	require.NoError(t, store.SeedRecords(t.Context(), f.db, systemlog.OfCustomer("one"), 5_000, func(i int) (systemlog.Record, time.Time) {
		r := systemlog.Record{Event: systemlog.AdministratorSignedIn, Actor: systemlog.System(), Target: systemlog.Target{Name: strings.Repeat("x", 300)}}
		return r, now.Add(time.Duration(i) * time.Microsecond)
	}))
}

// TestExportsEndWithTheRight takes from the reader of a running export what lets him read. Spec: OPS-133, IAM-025, PLT-175
func TestExportsEndWithTheRight(t *testing.T) {
	t.Parallel()
	const session = "__Host-session=token-one"
	for name, tc := range map[string]struct {
		bearer bool
		end    func(t *testing.T, p people, client string)
		cut    bool
	}{
		"nothing happens": {end: func(*testing.T, people, string) {}},
		"removal": {cut: true, end: func(t *testing.T, p people, _ string) {
			require.NoError(t, p.admins.Remove(t.Context(), owner("one"), "one", "login_carl"))
		}},
		"sign-out": {cut: true, end: func(t *testing.T, p people, _ string) {
			s, _, err := p.sessions.Authenticate(t.Context(), secret.New("token-one"), owner("one").Addr)
			require.NoError(t, err)
			require.NoError(t, p.sessions.SignOut(t.Context(), s, signin.Client{}))
		}},
		"inactivity": {cut: true, end: func(t *testing.T, p people, _ string) {
			p.exec(`insert into account_inactivity (customer_id, enabled, minutes, version) values ('one', 1, 10, 1)`)
			p.clk.Advance(11 * time.Minute)
		}},
		"a right less": {cut: true, end: func(_ *testing.T, p people, _ string) {
			p.exec(`update administrator_link set access = 'custom', permissions = '["notifications"]' where customer_id = 'one' and login_id = 'login_carl'`)
		}},
		"a client goes on": {bearer: true, end: func(*testing.T, people, string) {}},
		"a client's removal": {bearer: true, cut: true, end: func(t *testing.T, p people, client string) {
			require.NoError(t, p.principals.Delete(t.Context(), owner("one"), "one", admin.PrincipalID(client)))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := newPeople(t)
				p.fill(t)
				client, _, token := p.principal(t, "one", admin.Rights{Custom: []admin.Permission{admin.SystemLog}})
				h, header, value := p.console, "Cookie", session
				if tc.bearer {
					h, header, value = p.api, "Authorization", "Bearer "+token
				}
				cut := export(t, h, header, value)
				time.Sleep(15 * time.Second)
				select {
				case <-cut:
					t.Fatal("the export ended by itself")
				default:
				}
				tc.end(t, p, client)
				if !tc.cut {
					require.False(t, <-cut, "the reader lost a file that is his")
					return
				}
				ended := time.Now()
				require.True(t, <-cut, "the file looks whole")
				require.LessOrEqual(t, time.Since(ended), 12*time.Second)
			})
		})
	}
}

// TestLongAnswersAreCounted opens more exports and more streams than one session may have; another session has its own, and
// what has ended makes room. Spec: OPS-133
func TestLongAnswersAreCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPeople(t)
		p.fill(t)
		get := func(ctx context.Context, c, path string) reply {
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/"+c+"/v1/"+path, nil)
			r.AddCookie(&http.Cookie{Name: "__Host-session", Value: "token-" + c})
			rec := &screen{ResponseWriter: httptest.NewRecorder()}
			p.console.ServeHTTP(rec, r)
			return reply{status: rec.ResponseWriter.(*httptest.ResponseRecorder).Code, body: rec.String()}
		}
		first, second := export(t, p.console, "Cookie", "__Host-session=token-one"), export(t, p.console, "Cookie", "__Host-session=token-one")
		time.Sleep(time.Second)
		refused := get(t.Context(), "one", "systemlog/export")
		require.Equal(t, http.StatusTooManyRequests, refused.status)
		require.Contains(t, refused.body, "exports_too_many")
		require.Equal(t, http.StatusOK, get(t.Context(), "two", "systemlog/export").status)
		require.False(t, <-first)
		require.False(t, <-second)
		require.Equal(t, http.StatusOK, get(t.Context(), "one", "systemlog/export").status)

		ctx, leave := context.WithCancel(t.Context())
		ended := make(chan struct{}, 20)
		for range 20 {
			go func() {
				get(ctx, "one", "events")
				ended <- struct{}{}
			}()
		}
		time.Sleep(time.Second)
		refused = get(t.Context(), "one", "events")
		require.Equal(t, http.StatusTooManyRequests, refused.status)
		require.Contains(t, refused.body, "streams_too_many")
		leave()
		for range 20 {
			<-ended
		}
		ctx, leave = context.WithTimeout(t.Context(), time.Second)
		defer leave()
		require.Contains(t, get(ctx, "one", "events").body, "event: ready")
	})
}
