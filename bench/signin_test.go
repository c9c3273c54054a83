//go:build bench

package bench

import (
	"encoding/pem"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/argon2"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/test/faults/installation"
)

const (
	signIns       = 300
	signInsPerSec = 100
	signInRounds  = 3
	warmSignIns   = 20
	idpOrigin     = "https://idp.partner.test"
)

// TestSignIn measures complete sign-ins of subscribers, from the workspace over the identity provider back to the
// workspace, on SQLite with its commits. The identity provider is the demonstration's and runs here, outside the server:
// its work and the network to it count nowhere. Sign-ins begin at a fixed rate, whether or not earlier ones have ended. Of
// three rounds the best one is reported: browsers, provider and server together need more than half of two cores, so that
// whatever else runs for a moment makes a queue.
func TestSignIn(t *testing.T) {
	s := installation.Start(t, installation.Config{})
	w := newWorkspace(t, s)
	report("fsync_p50_us", float64(fsyncP50(t, s.Dir).Microseconds()), 0, "us")
	for range warmSignIns {
		_, err := w.signIn()
		require.NoError(t, err)
	}

	// One after the other: the processor time of a sign-in without a queue.
	before := cpu(t, s.PID())
	for range signIns {
		_, err := w.signIn()
		require.NoError(t, err)
	}
	report("signin_server_cpu_ms", ms(cpu(t, s.PID())-before)/signIns, 2, "ms")

	// The answers alone: each browser is taken to the provider and back first.
	posts := make([]func() error, signIns)
	for i := range posts {
		var err error
		posts[i], err = w.answered()
		require.NoError(t, err)
	}
	before = cpu(t, s.PID())
	for _, post := range posts {
		require.NoError(t, post())
	}
	report("acs_server_cpu_ms", ms(cpu(t, s.PID())-before)/signIns, 2, "ms")

	var best []time.Duration
	for range signInRounds {
		took, err := w.atRate()
		require.NoError(t, err)
		if best == nil || percentile(took, 99) < percentile(best, 99) {
			best = took
		}
	}
	report("signin_p50_ms", ms(percentile(best, 50)), 1, "ms")
	report("signin_p99_ms", ms(percentile(best, 99)), 1, "ms")
}

// atRate begins sign-ins at the rate and returns how long each took.
func (w *workspace) atRate() ([]time.Duration, error) {
	took := make([]time.Duration, signIns)
	errs := make([]error, signIns)
	var wg sync.WaitGroup
	tick := time.NewTicker(time.Second / signInsPerSec)
	defer tick.Stop()
	for i := range signIns {
		<-tick.C
		wg.Go(func() { took[i], errs[i] = w.signIn() })
	}
	wg.Wait()
	return took, errors.Join(errs...)
}

// workspace is a customer's workspace with a connection to the demonstration's identity provider.
type workspace struct {
	address string
	server  *http.Client // without cookies; its connections are shared by all sign-ins
	idp     *demo.IdP
	person  demo.Person

	customer installation.Customer
	admin    *installation.Browser // of its administrator
}

func newWorkspace(t *testing.T, s *installation.Server) *workspace {
	t.Helper()
	people := demo.People(demo.Forests())
	key, certificate, err := demo.LoadIdPKey(t.TempDir(), time.Now())
	require.NoError(t, err)
	w := &workspace{server: s.Client()}
	w.server.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	w.idp, err = demo.NewIdP(demo.IdPConfig{Origin: idpOrigin, ACSURLs: []string{"https://" + installation.Host("saml") + "/saml/acs"}, People: people,
		SignAssertion: true, Key: key, Certificate: certificate, Clock: clock.Real{}, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	for _, p := range people {
		if p.Case == demo.Plain {
			w.person = p
		}
	}
	customer := s.NewCustomer("Bench")
	b := s.Browser()
	b.Enrol(customer)
	w.customer, w.admin = customer, b
	base := "/" + customer.CustomerID + "/v1/"
	call := func(method, path string, body any) (out struct{ ID, URL string }) {
		got := b.API(method, base+path, body)
		require.Less(t, got.Status, 300, "%s %s: %s", method, path, got.Body)
		got.Decode(t, &out)
		return out
	}
	draft := call(http.MethodPost, "connection-drafts", map[string]any{"type": "saml", "signInUrlId": "bench"})
	call(http.MethodPatch, "connection-drafts/"+draft.ID, map[string]any{"nickname": "Bench", "settings": map[string]any{
		"idpEntityId": w.idp.EntityID(), "ssoServiceUrl": w.idp.SSOURL(),
		"certificates": []any{map[string]any{"fileName": "idp.pem", "pem": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw}))}}}})
	made := call(http.MethodPost, "connection-drafts/"+draft.ID+"/finish", map[string]any{"untested": true})
	w.address = choose(t, s.Machine(b.NewPrincipal(customer.CustomerID, "bench")), base+"workspace/configuration", made.ID) + "/"
	return w
}

// choose makes the workspace use the connection and returns the workspace's address.
func choose(t *testing.T, m *installation.Machine, path, connection string) string {
	t.Helper()
	now, err := m.Call(http.MethodGet, path, nil)
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "https://"+installation.Host("api")+path,
		strings.NewReader(`{"authentication": {"method": "saml", "connectionId": "`+connection+`"}}`))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+m.Token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("If-Match", now.Header.Get("ETag"))
	got, err := m.Send(req)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, got.Status, string(got.Body))
	var out struct{ URL string }
	got.Decode(t, &out)
	return out.URL
}

var (
	formAction = regexp.MustCompile(`<form method="post" action="([^"]*)"`)
	formField  = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
)

// form is address and hidden fields of a page's form.
func form(at *url.URL, page string) (*url.URL, url.Values, error) {
	action := formAction.FindStringSubmatch(page)
	if action == nil {
		return nil, nil, fmt.Errorf("no form on %s: %s", at, page)
	}
	target, err := at.Parse(html.UnescapeString(action[1]))
	fields := url.Values{}
	for _, m := range formField.FindAllStringSubmatch(page, -1) {
		fields.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return target, fields, err
}

// signIn signs in with a browser that has no cookies and returns the time that the server's answers took.
func (w *workspace) signIn() (time.Duration, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return 0, err
	}
	return w.signInWith(jar)
}

// answered takes a new browser as far as the provider's answer and returns what posts that to us.
func (w *workspace) answered() (func() error, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := *w.server
	client.Jar = jar
	at, err := url.Parse(w.address)
	var fields url.Values
	for range 12 {
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(at.String(), idpOrigin) {
			at, fields, err = w.answer(at, fields)
			continue
		}
		if fields.Has("SAMLResponse") {
			return func() error {
				status, location, page, err := visit(&client, at, fields)
				if err == nil && location == "" {
					err = fmt.Errorf("%s answers %d: %s", at, status, page)
				}
				return err
			}, nil
		}
		var location, page string
		if _, location, page, err = visit(&client, at, fields); err != nil {
			continue
		}
		if location == "" {
			at, fields, err = form(at, page)
			continue
		}
		fields = nil
		at, err = at.Parse(location)
	}
	return nil, fmt.Errorf("the provider does not answer, the sign-in is at %s", at)
}

// signInWith is signIn with a browser that has the cookies.
func (w *workspace) signInWith(jar http.CookieJar) (time.Duration, error) {
	client := *w.server
	client.Jar = jar
	var took time.Duration
	at, err := url.Parse(w.address)
	if err != nil {
		return 0, err
	}
	var fields url.Values // nil = GET
	for range 12 {
		if strings.HasPrefix(at.String(), idpOrigin) {
			if at, fields, err = w.answer(at, fields); err != nil {
				return 0, err
			}
			continue
		}
		begin := time.Now()
		status, location, page, err := visit(&client, at, fields)
		took += time.Since(begin)
		switch {
		case err != nil:
			return 0, err
		case location != "":
			fields = nil
			if at, err = at.Parse(location); err != nil {
				return 0, err
			}
		case status == http.StatusOK && at.String() == w.address && strings.Contains(page, html.EscapeString(w.person.DisplayName)):
			return took, nil
		case status == http.StatusOK:
			if at, fields, err = form(at, page); err != nil {
				return 0, err
			}
		default:
			return 0, fmt.Errorf("%s answers %d: %s", at, status, page)
		}
	}
	return 0, fmt.Errorf("the sign-in does not end, it is at %s", at)
}

func visit(c *http.Client, at *url.URL, fields url.Values) (status int, location, page string, err error) {
	var res *http.Response
	if fields == nil {
		res, err = c.Get(at.String())
	} else {
		res, err = c.PostForm(at.String(), fields)
	}
	if err != nil {
		return 0, "", "", err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return res.StatusCode, res.Header.Get("Location"), string(raw), err
}

// answer does both steps at the identity provider and returns the form that leads back.
func (w *workspace) answer(at *url.URL, fields url.Values) (*url.URL, url.Values, error) {
	page := w.post(at, fields)
	login, fields, err := form(at, page)
	if err != nil {
		return nil, nil, err
	}
	fields.Set("login", w.person.Login)
	fields.Set("password", w.person.Password)
	return form(login, w.post(login, fields))
}

func (w *workspace) post(at *url.URL, fields url.Values) string {
	req := httptest.NewRequest(http.MethodPost, at.String(), strings.NewReader(fields.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	w.idp.ServeHTTP(rec, req)
	return rec.Body.String()
}

const passwordRounds = 60

// TestPassword alternates the first step of an administrator's sign-in, from sending the form to the page of the next
// step, with argon2id alone at the same costs. The ratio is argon2id's time divided by the step's, at the median; the one
// of processor time compares the server's process with this one and does not count what else runs on the machine.
func TestPassword(t *testing.T) {
	s := installation.Start(t, installation.Config{})
	customer := s.NewCustomer("Password")
	b := s.Browser()
	account := b.Enrol(customer)
	b = s.Browser()
	first := b.Get("https://" + installation.Host("console") + "/signin")
	address := "https://" + installation.Host("accounts") + "/signin"
	fields := url.Values{"name": {account.Name}, "password": {account.Password}, "form": {regexp.MustCompile(`name="form" value="([^"]*)"`).FindStringSubmatch(first.Body)[1]}}
	var step, alone []time.Duration
	var stepCPU, aloneCPU time.Duration
	salt := make([]byte, 16)
	for range passwordRounds {
		begin, before := time.Now(), cpu(t, s.PID())
		p := b.Post(address, fields)
		step, stepCPU = append(step, time.Since(begin)), stepCPU+cpu(t, s.PID())-before
		require.Equal(t, "/signin/code", p.URL.Path, p.Body)
		begin, before = time.Now(), cpu(t, os.Getpid())
		argon2.IDKey([]byte(account.Password), salt, 2, 19*1024, 1, 32)
		alone, aloneCPU = append(alone, time.Since(begin)), aloneCPU+cpu(t, os.Getpid())-before
	}
	report("password_step_ms", ms(percentile(step, 50)), 1, "ms")
	report("password_argon2_ms", ms(percentile(alone, 50)), 1, "ms")
	report("password_cpu_ratio_argon2", float64(aloneCPU)/float64(stepCPU), 2, "ratio")
	report("password_ratio_argon2", float64(percentile(alone, 50))/float64(percentile(step, 50)), 2, "ratio")
}
