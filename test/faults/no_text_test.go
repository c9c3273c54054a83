package faults_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/faults/installation"
)

// TestWhatIsNoText puts NUL and octets that are no UTF-8, on which PostgreSQL fails, wherever a person or a program can put text.
// No answer is a failure of the server.
func TestWhatIsNoText(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.start()
	s := installation.Start(t, installation.Config{Database: c.dsn, Extra: "onboarding:\n  policy: open\n"})
	b := s.Browser()
	made := s.NewCustomer("Alpha")
	b.Enrol(made)
	db := openDatabase(t, s, c.dsn)
	_, err := db.Exec(`update login_session set identity_until = $1`, time.Now().Add(time.Hour).UnixMicro())
	require.NoError(t, err)
	one := &tenant{customer: made, browser: b, objects: map[string]string{}}
	for _, o := range operations(t) {
		for _, m := range parameter.FindAllStringSubmatch(o.path, -1) {
			one.objects[m[1]] = absent
		}
	}
	// Without connectors nobody can search, and without an identity provider nobody can sign in: both are said with 503.
	fine := func(what string, status int, body string) {
		t.Helper()
		if status >= 500 && !strings.Contains(body, "directory_no") && !strings.Contains(body, "not ready yet") {
			t.Errorf("%s: %d %.300s", what, status, body)
		}
	}
	noText := map[string]string{"NUL": "a\x00b", "no UTF-8": "a\xff\xfeb", "half a character": "a\xc3"}
	valid := bodies(t, one, "")
	for _, o := range operations(t) {
		if o.id == "signOut" {
			continue
		}
		for _, f := range valid[o.id] {
			for _, at := range places(f.body, nil) {
				if kindOf(valueAt(f.body, at)) == "string" {
					got := b.API(o.method, fillPath(t, o.path, made.CustomerID, one.objects), with(f.body, at, "a\x00b"))
					fine(o.id+" "+at.String(), got.Status, string(got.Body))
				}
			}
		}
	}
	hosts := map[string][]string{
		installation.Host("onboarding"): {"/signup", "/signup/verify", "/signup/password"},
		installation.Host("accounts"): {"/signin", "/signin/account", "/signin/create-account", "/signin/code", "/find-account", "/reset-password", "/verify-email",
			"/signin/other-region"},
		installation.Host("console"): {"/signin", "/return", "/invitation", "/switch-customer", "/go/x", "/federated-return", "/connection-test/"},
		installation.Host("saml"):    {"/saml/start", "/saml/acs", "/saml/metadata/x"},
		strings.ReplaceAll(strings.ToLower(made.CustomerID), "_", "-") + "." + installation.Host("workspace"): {"/", "/theme", "/return", "/open/x", "/favorites/x", "/icons/x"},
	}
	inputs := []string{"company", "siteAddress", "person", "email", "token", "form", "name", "password", "repeat", "choice", "login", "userName", "code", "by", "value", "h",
		"return", "invitation", "purpose", "customer", "SAMLResponse", "RelayState", "q", "category", "back", "marked", "region"}
	v := s.Browser()
	form := v.Get("https://" + installation.Host("console") + "/signin")
	_, known := formOf(t, form, "")
	for host, paths := range hosts {
		for _, path := range paths {
			for name, text := range noText {
				values := url.Values{}
				for _, i := range inputs {
					values.Set(i, text)
				}
				for _, x := range []url.Values{values, {"form": {known[0].value}, "name": {text}, "password": {text}}, {"by": {"user"}, "value": {text}}} {
					what := host + path + " with " + name
					got := v.Post("https://"+host+path, x)
					fine("post "+what, got.Status, got.Body)
					got = v.Get("https://" + host + path + "?" + x.Encode())
					fine("get "+what, got.Status, got.Body)
				}
				got := v.Get("https://" + host + path + url.PathEscape(text))
				fine("path "+host+path+" with "+name, got.Status, got.Body)
			}
		}
	}
	// A subscriber who is signed in.
	_, err = db.Exec(`insert into connection (customer_id, id, type, nickname, nickname_key, identifier, settings, tested, created_at, created_by, version)
		values ($1, 'idp_x', 'saml', 'x', 'x', 'xyz', '{}', 1, $2, 'x', 1)`, made.CustomerID, time.Now().UnixMicro())
	require.NoError(t, err)
	_, err = db.Exec(`update workspace set method = 'saml', connection_id = 'idp_x' where customer_id = $1`, made.CustomerID)
	require.NoError(t, err)
	hash := sha256.Sum256([]byte("subscriber"))
	_, err = db.Exec(`insert into workspace_session (customer_id, id, token_hash, connection_id, identity, created_at, expires_at, last_activity_at)
		values ($1, 'ws_x', $2, 'idp_x', '{"sid": "S-1-5-21-1-2-3-1104", "forest": "alpha.test", "domain": "alpha.test"}', $3, $4, $3)`,
		made.CustomerID, hex.EncodeToString(hash[:]), time.Now().UnixMicro(), time.Now().Add(time.Hour).UnixMicro())
	require.NoError(t, err)
	_, err = db.Exec(`insert into offering (customer_id, id, name, name_key, description, address, icon, icon_hash, category, created_at, version)
		values ($1, 'off_x', 'x', 'x', '', 'https://x.example', '', '', '', $2, 1)`, made.CustomerID, time.Now().UnixMicro())
	require.NoError(t, err)
	_, err = db.Exec(`insert into offering_assignment (customer_id, offering_id, id, kind, sid, forest, domain, name, name_key, assigned_at, assigned_by)
		values ($1, 'off_x', 'as_x', 'user', 'S-1-5-21-1-2-3-1104', 'alpha.test', 'alpha.test', 'x', 'x', $2, 'x')`, made.CustomerID, time.Now().UnixMicro())
	require.NoError(t, err)
	site := strings.ReplaceAll(strings.ToLower(made.CustomerID), "_", "-") + ".workspace"
	v.SetCookie(site, "session", "subscriber")
	require.Contains(t, v.Get("https://"+installation.Host(site)+"/").Body, "/open/off_x")
	for name, text := range noText {
		for _, path := range []string{"/open/", "/favorites/", "/icons/", "/"} {
			at := "https://" + installation.Host(site) + path + url.PathEscape(text)
			got := v.Get(at)
			fine("get "+path+" with "+name, got.Status, got.Body)
			got = v.Post(at, url.Values{"marked": {"yes"}, "back": {text}})
			fine("post "+path+" with "+name, got.Status, got.Body)
		}
		got := v.Get("https://" + installation.Host(site) + "/?" + url.Values{"q": {text}, "category": {text}}.Encode())
		fine("home with "+name, got.Status, got.Body)
		got = v.Post("https://"+installation.Host(site)+"/favorites/off_x", url.Values{"marked": {text}, "back": {text}})
		fine("favorite with "+name, got.Status, got.Body)
	}
	for _, line := range strings.Split(s.Output(), "\n") {
		if strings.Contains(line, "SQLSTATE") {
			t.Errorf("the database was asked: %.400s", line)
		}
	}
}
