package installation

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"
)

// Browser keeps cookies and follows redirects. It talks to one node until Use names another. One goroutine at a time.
type Browser struct {
	t      testing.TB
	node   *Server
	client *http.Client
}

// Browser returns a browser without cookies.
func (s *Server) Browser() *Browser {
	jar, err := cookiejar.New(nil)
	require.NoError(s.t, err)
	b := &Browser{t: s.t, node: s}
	b.client = &http.Client{Jar: jar, Timeout: stopTime, Transport: s.config.Certificate.transport(func() string { return b.node.Addr })}
	return b
}

// Use makes the browser talk to another node, as a load balancer does.
func (b *Browser) Use(s *Server) {
	b.client.CloseIdleConnections()
	b.node = s
}

// Page is what a browser shows.
type Page struct {
	Status int
	URL    *url.URL
	Header http.Header
	Body   string
}

// Get opens an address.
func (b *Browser) Get(address string) Page {
	b.t.Helper()
	return b.do(http.MethodGet, address, nil, "")
}

// Post sends a form.
func (b *Browser) Post(address string, form url.Values) Page {
	b.t.Helper()
	return b.do(http.MethodPost, address, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded")
}

func (b *Browser) do(method, address string, body io.Reader, contentType string) Page {
	b.t.Helper()
	return b.doWith(method, address, nil, body, contentType)
}

func (b *Browser) doWith(method, address string, header http.Header, body io.Reader, contentType string) Page {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, address, body)
	require.NoError(b.t, err)
	if header != nil {
		req.Header = header.Clone()
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("Origin", req.URL.Scheme+"://"+req.URL.Host)
	}
	res, err := b.client.Do(req)
	require.NoError(b.t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	return Page{res.StatusCode, res.Request.URL, res.Header, string(raw)}
}

// API sends a request to the console's API with the session cookie.
func (b *Browser) API(method, path string, body any) Answer {
	b.t.Helper()
	var raw []byte
	if body != nil {
		var err error
		raw, err = json.Marshal(body)
		require.NoError(b.t, err)
	}
	return b.APIBytes(method, path, nil, raw)
}

// APIBytes is API with more header fields and a body that need not be JSON; nil = none.
func (b *Browser) APIBytes(method, path string, header http.Header, body []byte) Answer {
	b.t.Helper()
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	contentType := ""
	if method != http.MethodGet {
		contentType = "application/json"
	}
	p := b.doWith(method, "https://"+Host("console")+"/api"+path, header, reader, contentType)
	return Answer{p.Status, p.Header, []byte(p.Body)}
}

var (
	formValue = regexp.MustCompile(`name="form" value="([^"]*)"`)
	typedKey  = regexp.MustCompile(`class="key"><code>([A-Z2-7 ]+)</code>`)
	refresh   = regexp.MustCompile(`^0; url=(.+)$`)
)

func (p Page) first(t testing.TB, re *regexp.Regexp) string {
	t.Helper()
	m := re.FindStringSubmatch(p.Body)
	require.NotNil(t, m, "%s has no %s:\n%s", p.URL, re, p.Body)
	return html.UnescapeString(m[1])
}

// Account is an enrolled administrator.
type Account struct {
	Name, Password, Key string
	Customer            string
}

// OwnPassword is what every administrator of the tests chooses.
const OwnPassword = "Own-Kq7wxr0d!ë"

// SendPassword opens the sign-in page of the console and sends its first form.
func (b *Browser) SendPassword(name, password string) Page {
	b.t.Helper()
	page := b.Get("https://" + Host("console") + "/signin")
	return b.Post("https://"+Host("accounts")+"/signin", url.Values{"form": {page.first(b.t, formValue)}, "name": {name}, "password": {password}})
}

// Enrol does the whole first sign-in of a new customer's administrator; afterwards the browser has a console session.
func (b *Browser) Enrol(c Customer) Account {
	t := b.t
	t.Helper()
	accounts := "https://" + Host("accounts")
	p := b.SendPassword(c.UserName, c.Password)
	require.Equal(t, "/signin/new-password", p.URL.Path, p.Body)
	p = b.Post(p.URL.String(), url.Values{"password": {OwnPassword}, "repeat": {OwnPassword}})
	require.Equal(t, "/signin/enroll", p.URL.Path, p.Body)
	mailbox := c.UserName + ".mfa@example.test"
	b.Post(accounts+"/signin/email", url.Values{"email": {mailbox}})
	p = b.Post(accounts+"/signin/email-code", url.Values{"code": {b.node.config.Mailbox.Code(t, mailbox)}, "password": {OwnPassword}})
	require.Equal(t, "/signin/app", p.URL.Path, p.Body)
	a := Account{Name: c.UserName, Password: OwnPassword, Key: strings.ReplaceAll(p.first(t, typedKey), " ", ""), Customer: c.CustomerID}
	code, err := totp.GenerateCode(a.Key, time.Now())
	require.NoError(t, err)
	b.Post(p.URL.String(), url.Values{"code": {code}})
	b.Post(accounts+"/signin/phone", url.Values{"phone": {"+41 44 668 18 00"}})
	p = b.Post(accounts+"/signin/no-recovery-email", nil)
	b.GoOn(b.Post(p.URL.String(), url.Values{"kept": {"yes"}}))
	return a
}

// GoOn does what the page between the sites does by itself.
func (b *Browser) GoOn(p Page) Page {
	b.t.Helper()
	require.Equal(b.t, "/continue", p.URL.Path, p.Body)
	m := refresh.FindStringSubmatch(p.Header.Get("Refresh"))
	require.NotNil(b.t, m, p.Body)
	return b.Get(m[1])
}

// Principal is a machine caller of a customer.
type Principal struct {
	Customer string
	ID       string `json:"id"`
	Secret   string
}

// NewPrincipal makes a service principal with full access; the browser must have a console session.
func (b *Browser) NewPrincipal(customer, name string) Principal {
	b.t.Helper()
	got := b.API(http.MethodPost, "/"+customer+"/v1/service-principals", map[string]any{"name": name, "access": "full", "permissions": []string{}})
	require.Equal(b.t, http.StatusCreated, got.Status, string(got.Body))
	return readPrincipal(b.t, customer, got)
}

func readPrincipal(t testing.TB, customer string, got Answer) Principal {
	t.Helper()
	var out struct {
		ServicePrincipal Principal `json:"servicePrincipal"`
		Secret           string    `json:"secret"`
	}
	require.NoError(t, json.Unmarshal(got.Body, &out))
	out.ServicePrincipal.Customer, out.ServicePrincipal.Secret = customer, out.Secret
	return out.ServicePrincipal
}

// Cookie is the value of a cookie of a site, "" when there is none. The name has no prefix.
func (b *Browser) Cookie(site, name string) string {
	for _, c := range b.client.Jar.Cookies(&url.URL{Scheme: "https", Host: Host(site)}) {
		if c.Name == "__Host-"+name {
			return c.Value
		}
	}
	return ""
}

// SetCookie puts a cookie back that the site has taken away, as somebody would who had copied it.
func (b *Browser) SetCookie(site, name, value string) {
	b.client.Jar.SetCookies(&url.URL{Scheme: "https", Host: Host(site)}, []*http.Cookie{{Name: "__Host-" + name, Value: value, Path: "/", Secure: true}})
}

// Open opens an address whose answer does not end by itself; the caller reads it. It is closed with the test.
func (b *Browser) Open(address string) io.Reader {
	b.t.Helper()
	client := *b.client
	client.Timeout = 0
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil)
	require.NoError(b.t, err)
	res, err := client.Do(req)
	require.NoError(b.t, err)
	b.t.Cleanup(func() { res.Body.Close() })
	require.Equal(b.t, http.StatusOK, res.StatusCode)
	return res.Body
}
