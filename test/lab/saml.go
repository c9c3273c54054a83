package lab

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// SAML is SimpleSAMLphp as identity provider. It signs response and assertion with RSA-SHA256 and takes requests by
// redirect and by POST. Every account of both forests signs in under its UPN and under SAM@domain; the assertion then
// says cip_upn only. Behind the login "+sid" makes that cip_sid only, "+all" every claim that the directory knows.
type SAML struct {
	BaseURL         string `json:"base_url"`
	EntityID        string `json:"entity_id"`
	MetadataURL     string `json:"metadata_url"`
	SSOURL          string `json:"sso_url"`
	SLOURL          string `json:"slo_url"`
	CertificateFile string `json:"certificate_file"` // PEM
	KeyFile         string `json:"key_file"`         // PEM, PKCS #8: for what a stolen key could sign
	Password        string // of everybody, AddPerson's people included
	SPDir           string `json:"sp_dir"`
	PeopleDir       string `json:"people_dir"`
	LogFile         string `json:"log_file"` // decoded messages and the reason of each refusal
	PID             int
}

// Form is what a page of the identity provider would post.
type Form struct {
	Action string     // absolute URL
	Fields url.Values // SAMLResponse, RelayState
}

// AddServiceProvider makes the provider trust a service provider, known by its SAML metadata, until the test ends.
// Options override single settings of SimpleSAMLphp's saml20-sp-remote, such as "validate.authnrequest" or
// "saml20.sign.response"; nil overrides nothing.
func (s SAML) AddServiceProvider(t testing.TB, metadata []byte, options map[string]any) {
	t.Helper()
	name := rand.Text()
	if options != nil {
		place(t, filepath.Join(s.SPDir, name+".json"), marshal(t, options))
	}
	place(t, filepath.Join(s.SPDir, name+".xml"), metadata)
}

// AddEntry makes the provider trust a service provider until the test ends, by an entry of metadata/saml20-sp-remote.php in
// PHP, such as a guide tells to add.
func (s SAML) AddEntry(t testing.TB, php string) {
	t.Helper()
	place(t, filepath.Join(s.SPDir, rand.Text()+".php"), []byte("<?php\n"+php))
}

// AddPerson adds a login with exactly these attributes until the test ends; it wins over a directory's account.
func (s SAML) AddPerson(t testing.TB, login string, attributes map[string][]string) {
	t.Helper()
	people := map[string]map[string][]string{login: attributes}
	place(t, filepath.Join(s.PeopleDir, rand.Text()+".json"), marshal(t, people))
}

// SignIn sends a request to the provider, as a browser without a session there would, signs login in and returns the
// form that the last page posts to the service provider.
func (s SAML) SignIn(t testing.TB, request *http.Request, login string) Form {
	t.Helper()
	client := HTTPClient(t)
	form := readForm(t, client, request)
	if !form.Fields.Has("username") {
		t.Fatalf("no login page at %s, see %s", form.Action, s.LogFile)
	}
	form.Fields.Set("username", login)
	form.Fields.Set("password", s.Password)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, form.Action, strings.NewReader(form.Fields.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	form = readForm(t, client, request)
	if !form.Fields.Has("SAMLResponse") {
		t.Fatalf("the identity provider does not sign %q in, see %s", login, s.LogFile)
	}
	return form
}

// HTTPClient returns a client with cookies of its own that dials *.localhost to 127.0.0.1, as browsers do.
func HTTPClient(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	dialer := net.Dialer{}
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if host, port, err := net.SplitHostPort(address); err == nil && strings.HasSuffix(host, ".localhost") {
			address = net.JoinHostPort("127.0.0.1", port)
		}
		return dialer.DialContext(ctx, network, address)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: transport, Timeout: 30 * time.Second}
}

// readForm returns the first POST form of the page that answers the request, after redirects.
func readForm(t testing.TB, client *http.Client, request *http.Request) Form {
	t.Helper()
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	page, err := html.Parse(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	form := Form{Action: response.Request.URL.String(), Fields: url.Values{}}
	for node := range page.Descendants() {
		if node.Type != html.ElementNode || node.Data != "form" || !strings.EqualFold(attribute(node, "method"), "post") {
			continue
		}
		action, err := response.Request.URL.Parse(attribute(node, "action"))
		if err != nil {
			t.Fatal(err)
		}
		form.Action = action.String()
		for input := range node.Descendants() {
			if input.Type == html.ElementNode && input.Data == "input" && attribute(input, "name") != "" {
				form.Fields.Add(attribute(input, "name"), attribute(input, "value"))
			}
		}
		break
	}
	return form
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// place writes a file in one step, since the provider may read at any time, and removes it when the test ends.
func place(t testing.TB, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file+".new", content, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(file) })
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	content, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
