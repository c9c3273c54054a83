package pages_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/pages"
	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// house is an installation whose accounts and console sites stand behind the real edge.
type house struct {
	t         testing.TB
	clock     *clock.Shifted
	db        *store.DB
	ring      *keyring.Ring
	customers *customer.Service
	arrivals  *customer.Arrivals
	admins    *admin.Administrators
	logins    *signin.SignIns
	sessions  *signin.Sessions
	handler   http.Handler
	hashes    atomic.Int64  // how many passwords have been hashed
	dir       string        // of the database
	log       *bytes.Buffer // everything that the server logged
}

const (
	accountsSite = "https://accounts.causeway.test"
	consoleSite  = "https://console.causeway.test"
)

// newHouse has hashes of passwords that cost next to nothing: hundreds of them are made here.
func newHouse(t testing.TB) *house {
	t.Helper()
	return newHouseAtCost(t, signin.Cost{MemoryKiB: 64, Passes: 1})
}

func newHouseAtCost(t testing.TB, cost signin.Cost) *house {
	t.Helper()
	h := &house{t: t, clock: new(clock.Shifted), log: new(bytes.Buffer)}
	log := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	dsn := storetest.SQLiteURL(t)
	h.dir = filepath.Dir(strings.TrimPrefix(dsn, "sqlite://"))
	db, err := store.Open(t.Context(), dsn, h.clock, log)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	h.db = db
	file, err := keyring.CreateKeyFile(filepath.Join(t.TempDir(), "keys.json"))
	require.NoError(t, err)
	ring, err := keyring.Load(t.Context(), h.db.Keys(), file, h.clock, log)
	require.NoError(t, err)
	hasher, err := signin.NewHasher(countingPepper{ring, &h.hashes}, cost)
	require.NoError(t, err)
	texts, err := text.Load()
	require.NoError(t, err)
	logins := h.db.WebLogins()
	h.customers = customer.NewService(h.db.Customers(), hasher, h.clock, "test")
	addresses := edge.Addresses{BaseDomain: "causeway.test", Scheme: "https"}
	h.ring = ring
	h.arrivals = customer.NewArrivals(h.db.Customers(), h.clock, customer.ArrivalSettings{Region: "test", Others: map[string]string{"far": "https://onboarding.far.test/"},
		TermsVersion: "1", Console: consoleSite + "/administrators"})
	h.admins = admin.NewAdministrators(h.db.Admins(), ring, h.clock, consoleSite+pages.InvitationPath)
	h.logins = &signin.SignIns{Logins: logins, Transactions: logins, Accounts: logins, Invitations: admin.NewInvitations(h.db.Admins(), h.clock), Onboarding: h.arrivals,
		URL: func(path string) string { return addresses.URL(edge.Accounts, path) }, Hasher: hasher, Pepper: ring, Sealer: ring, Clock: h.clock, Log: log}
	h.sessions = &signin.Sessions{Store: logins, Logins: logins, Clock: h.clock, Log: log}
	p := &pages.SignIn{SignIns: h.logins, Sessions: h.sessions, Sealer: ring, Addresses: addresses, Senders: []string{"customerservice@causeway.test"}, TermsURL: "https://www.causeway.test/terms", Texts: texts, Clock: h.clock, Log: log}
	h.handler = edge.New(addresses, edge.TrustedProxies{}, log).Handler(map[edge.Site]http.Handler{
		edge.Accounts: p.Accounts(), edge.Console: h.console(p.ConsoleSession()),
	})
	return h
}

// countingPepper counts the passwords that are hashed.
type countingPepper struct {
	signin.Pepper
	n *atomic.Int64
}

func (p countingPepper) MAC(use string, data []byte) ([]byte, error) {
	p.n.Add(1)
	return p.Pepper.MAC(use, data)
}

// console stands for the console: its pages and its API want the actor of the session.
func (h *house) console(session http.Handler) http.Handler {
	mux := http.NewServeMux()
	for _, path := range pages.ConsoleSessionPaths() {
		mux.Handle(path, session)
	}
	fail := func(w http.ResponseWriter, _ *http.Request, err error) {
		http.Error(w, err.Error(), http.StatusUnauthorized)
	}
	mux.Handle("/", edge.BySession(h.sessions.Actor, h.sessions.Background, fail, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actor := edge.ActorFrom(r.Context())
		if actor.ID == "" {
			http.Error(w, "nobody", http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, "console of "+string(actor.Customer)+" as "+actor.Name+" at "+r.URL.RequestURI())
	})))
	return mux
}

// onboard makes a customer; the password is the one that is handed over.
func (h *house) onboard(name, company string) customer.Onboarded {
	return h.onboardAt(name, company, name+"@example.test")
}

func (h *house) onboardAt(name, company, email string) customer.Onboarded {
	h.t.Helper()
	made, err := h.customers.Onboard(h.t.Context(), systemlog.Actor{Type: systemlog.ActorOperator, ID: "uid:0", Name: "root"}, customer.Onboarding{
		Company: company, SiteAddress: "Hauptstrasse 1", Administrator: customer.Administrator{UserName: name, Email: email, EmailVerified: true}})
	require.NoError(h.t, err)
	return made
}

// onboardAnother makes one more customer of the same company for the same person.
func (h *house) onboardAnother(first customer.Onboarded, name string) customer.Onboarded {
	h.t.Helper()
	made, err := h.customers.Onboard(h.t.Context(), systemlog.Actor{Type: systemlog.ActorOperator, ID: "uid:0", Name: "root"}, customer.Onboarding{
		OrgID: first.Company.OrgID, Customer: name, Administrator: customer.Administrator{UserName: first.UserName, Email: first.UserName + "@example.test"}})
	require.NoError(h.t, err)
	return made
}

// visitor is a browser: it keeps cookies, follows redirects and refuses those that browsers refuse.
type visitor struct {
	house *house
	jar   http.CookieJar
	addr  string
}

func (h *house) visitor() *visitor {
	jar, err := cookiejar.New(nil)
	require.NoError(h.t, err)
	return &visitor{house: h, jar: jar, addr: "198.51.100.7:4711"}
}

// sheet is what a visitor sees.
type sheet struct {
	status int
	url    *url.URL
	header http.Header
	body   string
}

func (v *visitor) get(address string) sheet { return v.send(http.MethodGet, address, nil) }

func (v *visitor) post(address string, form url.Values) sheet {
	return v.send(http.MethodPost, address, form)
}

func (v *visitor) send(method, address string, form url.Values) sheet {
	t := v.house.t
	t.Helper()
	target, err := url.Parse(address)
	require.NoError(t, err)
	for range 8 {
		req := httptest.NewRequest(method, target.String(), strings.NewReader(form.Encode()))
		req.RemoteAddr = v.addr
		req.TLS = nil
		if method == http.MethodPost {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set("Origin", "https://"+target.Host)
			req.Header.Set("Sec-Fetch-Site", "same-origin")
		}
		for _, c := range v.jar.Cookies(target) {
			req.AddCookie(c)
		}
		rec := httptest.NewRecorder()
		v.house.handler.ServeHTTP(rec, req)
		res := rec.Result()
		v.jar.SetCookies(target, res.Cookies())
		if res.StatusCode/100 != 3 {
			return sheet{res.StatusCode, target, res.Header, rec.Body.String()}
		}
		require.Equal(t, http.StatusSeeOther, res.StatusCode)
		to, err := target.Parse(res.Header.Get("Location"))
		require.NoError(t, err)
		if method == http.MethodPost {
			require.Equal(t, target.Host, to.Host, "the answer to a form leads to another site, which browsers block")
		}
		method, target, form = http.MethodGet, to, nil
	}
	t.Fatal("redirects without an end")
	return sheet{}
}

func (v *visitor) cookie(site, name string) string {
	u, _ := url.Parse(site)
	for _, c := range v.jar.Cookies(u) {
		if c.Name == "__Host-"+name {
			return c.Value
		}
	}
	return ""
}

func (v *visitor) setCookie(site, name, value string) {
	u, _ := url.Parse(site)
	v.jar.SetCookies(u, []*http.Cookie{{Name: "__Host-" + name, Value: value, Path: "/", Secure: true}})
}

var (
	choiceValue = regexp.MustCompile(`name="choice" value="([^"]*)"`)
	formValue   = regexp.MustCompile(`name="form" value="([^"]*)"`)
	typedKey    = regexp.MustCompile(`class="key"><code>([A-Z2-7 ]+)</code>`)
	backupLine  = regexp.MustCompile(`<li><code>([a-z0-9]{5}-[a-z0-9]{5})</code></li>`)
	refreshURL  = regexp.MustCompile(`^0; url=(.+)$`)
)

func (s sheet) first(t testing.TB, re *regexp.Regexp) string {
	t.Helper()
	m := re.FindStringSubmatch(s.body)
	require.NotNil(t, m, "%s has no %s:\n%s", s.url, re, s.body)
	return html.UnescapeString(m[1])
}

// password opens the sign-in page and sends the first form.
func (v *visitor) password(name, password string) sheet {
	page := v.get(consoleSite + "/signin?return=/locations%3Ftab=1")
	return v.post(accountsSite+"/signin", url.Values{"form": {page.first(v.house.t, formValue)}, "name": {name}, "password": {password}})
}

// goOn does what the page between the sites does by itself.
func (v *visitor) goOn(s sheet) sheet {
	t := v.house.t
	t.Helper()
	require.Equal(t, "/continue", s.url.Path, s.body)
	m := refreshURL.FindStringSubmatch(s.header.Get("Refresh"))
	require.NotNil(t, m)
	require.Contains(t, s.body, html.EscapeString(m[1]), "the page shows no link")
	return v.get(m[1])
}

const ownPassword = "Own-Kq7wxr0d!ë"

// account is what an enrolled administrator knows.
type account struct {
	name, password, key string
	backup              []string
}

// enrol does the whole first sign-in.
func (v *visitor) enrol(made customer.Onboarded) (account, sheet) {
	t := v.house.t
	t.Helper()
	a := account{name: made.UserName, password: ownPassword}
	s := v.password(made.UserName, made.Password.Reveal())
	require.Equal(t, "/signin/new-password", s.url.Path, s.body)
	s = v.post(s.url.String(), url.Values{"password": {ownPassword}, "repeat": {ownPassword}})
	require.Equal(t, "/signin/enroll", s.url.Path, s.body)
	s = v.proveMailbox(made.UserName, ownPassword)
	a.key = strings.ReplaceAll(s.first(t, typedKey), " ", "")
	s = v.post(s.url.String(), url.Values{"code": {v.house.codeNow(a.key)}})
	require.Contains(t, s.body, "Next: Recovery Methods")
	s = v.post(accountsSite+"/signin/phone", url.Values{"phone": {"+41 44 668 18 00"}})
	require.Contains(t, html.UnescapeString(s.body), "We will call +41446681800.")
	s = v.post(accountsSite+"/signin/no-recovery-email", nil)
	require.Equal(t, "/signin/backup-codes", s.url.Path, s.body)
	for _, m := range backupLine.FindAllStringSubmatch(s.body, -1) {
		a.backup = append(a.backup, m[1])
	}
	require.Len(t, a.backup, 10)
	return a, v.post(s.url.String(), url.Values{"kept": {"yes"}})
}

// proveMailbox does the first step of an enrolment and returns the second.
func (v *visitor) proveMailbox(name, password string) sheet {
	t := v.house.t
	t.Helper()
	mailbox := name + "@home.example"
	s := v.post(accountsSite+"/signin/email", url.Values{"email": {mailbox}})
	require.Equal(t, "/signin/email-code", s.url.Path, s.body)
	s = v.post(s.url.String(), url.Values{"code": {v.house.mailed(mailbox).arg("code")}, "password": {password}})
	require.Equal(t, "/signin/app", s.url.Path, s.body)
	return s
}

// letter is a mail that waits to be sent, with its secrets.
type letter struct {
	mail.Message
	args map[string]any
}

func (l letter) arg(name string) string { return fmt.Sprint(l.args[name]) }

// mailsTo returns the mails to an address, oldest first.
func (h *house) mailsTo(address string) []letter {
	h.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(h.dir, "causeway.db")+"?_pragma=busy_timeout(10000)")
	require.NoError(h.t, err)
	defer db.Close()
	rows, err := db.QueryContext(h.t.Context(), `select payload from job where kind = $1 order by id`, mail.Kind)
	require.NoError(h.t, err)
	defer rows.Close()
	var out []letter
	for rows.Next() {
		var raw string
		var l letter
		require.NoError(h.t, rows.Scan(&raw))
		require.NoError(h.t, json.Unmarshal([]byte(raw), &l.Message))
		if l.To != address {
			continue
		}
		l.args, err = l.AllArgs(h.ring)
		require.NoError(h.t, err)
		out = append(out, l)
	}
	require.NoError(h.t, rows.Err())
	return out
}

// runFinds does the jobs that look for accounts.
func (h *house) runFinds() {
	h.t.Helper()
	claimed, err := h.db.Queue().Claim(h.t.Context(), 100, h.clock.Now().Add(time.Second), time.Minute)
	require.NoError(h.t, err)
	for _, job := range claimed {
		if job.Kind == signin.FindJob {
			require.NoError(h.t, h.logins.RunFind(h.t.Context(), job.Payload))
			require.NoError(h.t, h.db.Queue().Done(h.t.Context(), job.ID))
		}
	}
}

// mailed returns the newest mail to an address.
func (h *house) mailed(address string) letter {
	h.t.Helper()
	all := h.mailsTo(address)
	require.NotEmpty(h.t, all, "no mail to %s", address)
	return all[len(all)-1]
}

// codeNow is what the app shows at the house's time.
func (h *house) codeNow(key string) string {
	code, err := totp.GenerateCode(key, h.clock.Now())
	require.NoError(h.t, err)
	return code
}

// nextCode waits for a step that has not been used.
func (h *house) nextCode(key string) string {
	h.clock.Advance(30 * time.Second)
	return h.codeNow(key)
}

// signIn does a later sign-in up to the console.
func (v *visitor) signIn(a account) sheet {
	s := v.password(a.name, a.password)
	require.Equal(v.house.t, "/signin/code", s.url.Path, s.body)
	return v.goOn(v.post(s.url.String(), url.Values{"code": {v.house.nextCode(a.key)}}))
}

// records returns the events of a log, newest first.
func (h *house) records(l systemlog.Log, e systemlog.Event) []systemlog.Stored {
	h.t.Helper()
	got, err := h.db.Logs().List(h.t.Context(), l, systemlog.Filter{}, page.Request{Size: 200})
	require.NoError(h.t, err)
	return slices.DeleteFunc(got.Items, func(r systemlog.Stored) bool { return r.Event.Event != e })
}

// logsOf are the logs that hear of a login: its company's and its customer's.
func logsOf(made customer.Onboarded) []systemlog.Log {
	return []systemlog.Log{systemlog.OfCompany(made.Company.OrgID), systemlog.OfCustomer(made.Customer.ID)}
}

// exec changes the database behind the back of the program.
func (h *house) exec(query string, args ...any) {
	h.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(h.dir, "causeway.db")+"?_pragma=busy_timeout(10000)")
	require.NoError(h.t, err)
	_, err = db.ExecContext(h.t.Context(), query, args...)
	require.NoError(h.t, err)
	require.NoError(h.t, db.Close())
}

// files is everything in the database's folder.
func (h *house) files() string {
	h.t.Helper()
	var all strings.Builder
	require.NoError(h.t, filepath.WalkDir(h.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		all.Write(raw)
		return err
	}))
	require.NotEmpty(h.t, all.String())
	return all.String()
}

// foreignPost sends a form as the page of another site would, and returns the status.
func (h *house) foreignPost(address string) int {
	req := httptest.NewRequest(http.MethodPost, address, strings.NewReader("name=ann"))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", "https://evil.example")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	rec := httptest.NewRecorder()
	h.handler.ServeHTTP(rec, req)
	return rec.Code
}
