package idpsim

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"
)

const (
	spEntity = "https://saml.sp.test"
	spACS    = "https://saml.sp.test/saml/acs"
	spLogout = "https://saml.sp.test/saml/logout/callback"
	origin   = "https://idp.partner.test"
)

var paula = Person{Login: "paula", Password: "pw", UPN: "paula@forest.test", SAMAccountName: "paula1", SID: "S-1-5-21-1-2-3-4", OID: "o", Email: "p@mail.test",
	DisplayName: "Paula", GivenName: "Pa", FamilyName: "Ula", AMR: "mfa"}

// provider is a simulator with one browser and a service provider of the test's own.
type provider struct {
	t      *testing.T
	idp    *IdP
	app    *App
	sp     keyPair
	client *http.Client
}

func (v *provider) now() time.Time { return time.Now() }

// page is what a browser shows.
type page struct {
	status int
	url    *url.URL
	body   string
}

func newProvider(t *testing.T, profile Profile) *provider {
	t.Helper()
	v := &provider{t: t}
	handlers := map[string]http.Handler{}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h := handlers[r.Host]; h != nil {
			h.ServeHTTP(w, r)
			return
		}
		_, _ = io.WriteString(w, "at the service provider")
	}))
	t.Cleanup(server.Close)
	transport := server.Client().Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.InsecureSkipVerify = true
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
	t.Cleanup(transport.CloseIdleConnections)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	v.client = &http.Client{Transport: transport, Jar: jar, Timeout: time.Minute}
	v.idp, err = New(Config{Profile: profile, Origin: origin, People: []Person{paula}, Now: v.now, Client: &http.Client{Transport: transport}})
	require.NoError(t, err)
	handlers["idp.partner.test"] = v.idp
	v.sp = newPair(t)
	app := Application{EntityID: spEntity, ACSURLs: []string{spACS}, LogoutURL: spLogout}
	if v.idp.Behaviour().Certificates != 0 {
		app.Certificates = []*x509.Certificate{v.sp.certificate}
	}
	v.app, err = v.idp.Add(t.Context(), app)
	require.NoError(t, err)
	return v
}

func newPair(t *testing.T) keyPair {
	t.Helper()
	other, err := New(Config{Profile: IdPInitiated, Origin: origin})
	require.NoError(t, err)
	return other.keys[0]
}

// request builds an AuthnRequest.
func (v *provider) request() *etree.Element {
	root := etree.NewElement("samlp:AuthnRequest")
	attrs(root, "xmlns:samlp", nsProtocol, "xmlns:saml", nsAssertion, "ID", newID(), "Version", "2.0", "IssueInstant", stamp(v.now()),
		"Destination", v.app.SSOURL(), "AssertionConsumerServiceURL", spACS)
	root.CreateElement("saml:Issuer").SetText(spEntity)
	root.CreateElement("samlp:NameIDPolicy").CreateAttr("Format", v.idp.Behaviour().NameID.Format)
	return root
}

func (v *provider) post(root *etree.Element, parameter, to string) page {
	v.t.Helper()
	raw, err := write(root)
	require.NoError(v.t, err)
	return v.form(to, url.Values{parameter: {base64.StdEncoding.EncodeToString(raw)}, "RelayState": {"state"}})
}

func (v *provider) form(to string, values url.Values) page {
	v.t.Helper()
	res, err := v.client.PostForm(to, values)
	require.NoError(v.t, err)
	return v.show(res)
}

func (v *provider) get(address string) page {
	v.t.Helper()
	res, err := v.client.Get(address)
	require.NoError(v.t, err)
	return v.show(res)
}

func (v *provider) show(res *http.Response) page {
	v.t.Helper()
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(v.t, err)
	return page{res.StatusCode, res.Request.URL, string(body)}
}

func (v *provider) signed(root *etree.Element) *etree.Element {
	v.t.Helper()
	require.NoError(v.t, sign(root, v.sp, true, 1))
	return root
}

var (
	actions = regexp.MustCompile(`<form method="post" action="([^"]*)"`)
	fields  = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
)

// carried returns the message in the page's form, and what comes with it.
func (v *provider) carried(p page) (to string, values url.Values, root *etree.Element) {
	v.t.Helper()
	action := actions.FindStringSubmatch(p.body)
	require.NotNil(v.t, action, p.body)
	values = url.Values{}
	for _, m := range fields.FindAllStringSubmatch(p.body, -1) {
		values.Set(m[1], html.UnescapeString(m[2]))
	}
	for _, name := range []string{"SAMLResponse", "SAMLRequest"} {
		if values.Has(name) {
			raw, err := base64.StdEncoding.DecodeString(values.Get(name))
			require.NoError(v.t, err)
			doc := etree.NewDocument()
			require.NoError(v.t, doc.ReadFromBytes(raw))
			root = doc.Root()
		}
	}
	return html.UnescapeString(action[1]), values, root
}

// enter types Paula's password.
func (v *provider) enter(p page, login string) page {
	v.t.Helper()
	require.True(v.t, strings.Contains(p.body, `name="password"`), "nobody is asked for a password")
	_, values, _ := v.carried(p)
	values.Set("login", login)
	values.Set("password", "pw")
	return v.form(origin+"/login", values)
}

// signIn gets an assertion by a signed POST.
func (v *provider) signIn() *etree.Element {
	v.t.Helper()
	p := v.post(v.signed(v.request()), "SAMLRequest", v.app.SSOURL())
	if strings.Contains(p.body, `name="password"`) {
		p = v.enter(p, "paula")
	}
	_, _, root := v.carried(p)
	require.NotNil(v.t, root)
	return root
}

func (v *provider) refusal() string {
	v.t.Helper()
	e, ok := v.idp.Last(Refused)
	require.True(v.t, ok, "nothing was refused")
	return e.Reason
}

// TestRequestsThatAreRefused sends what an identity provider with enforcement has to refuse, and the same without the fault.
func TestRequestsThatAreRefused(t *testing.T) {
	t.Parallel()
	v := newProvider(t, Okta)
	stranger := newPair(t)
	require.Contains(t, v.post(v.signed(v.request()), "SAMLRequest", v.app.SSOURL()).body, "password", "the request itself is good")
	for _, tt := range []struct {
		name, reason string
		root         func() *etree.Element
	}{
		{"unsigned", "not signed", v.request},
		{"another key", "does not verify", func() *etree.Element {
			root := v.request()
			require.NoError(t, sign(root, stranger, true, 1))
			return root
		}},
		{"changed afterwards", "does not verify", func() *etree.Element {
			root := v.signed(v.request())
			root.CreateAttr("ForceAuthn", "true")
			return root
		}},
		{"another destination", "meant for", func() *etree.Element {
			root := v.request()
			root.CreateAttr("Destination", origin+"/elsewhere")
			return v.signed(root)
		}},
		{"old", "is from", func() *etree.Element {
			root := v.request()
			root.CreateAttr("IssueInstant", stamp(v.now().Add(-time.Hour)))
			return v.signed(root)
		}},
		{"unknown issuer", "no application", func() *etree.Element {
			root := v.request()
			child(root, nsAssertion, "Issuer").SetText("https://stranger.test")
			return v.signed(root)
		}},
		{"foreign ACS", "not allowed", func() *etree.Element {
			root := v.request()
			root.CreateAttr("AssertionConsumerServiceURL", "https://evil.test/acs")
			return v.signed(root)
		}},
		{"no ACS", "names no assertion consumer", func() *etree.Element {
			root := v.request()
			root.RemoveAttr("AssertionConsumerServiceURL")
			return v.signed(root)
		}},
		{"no NameIDPolicy", "another name ID format", func() *etree.Element {
			root := v.request()
			root.RemoveChild(child(root, nsProtocol, "NameIDPolicy"))
			return v.signed(root)
		}},
		{"another NameIDPolicy", "another name ID format", func() *etree.Element {
			root := v.request()
			child(root, nsProtocol, "NameIDPolicy").CreateAttr("Format", Persistent)
			return v.signed(root)
		}},
	} {
		p := v.post(tt.root(), "SAMLRequest", v.app.SSOURL())
		require.Equal(t, http.StatusBadRequest, p.status, tt.name)
		require.Contains(t, v.refusal(), tt.reason, tt.name)
	}
	again := v.signed(v.request())
	require.Equal(t, http.StatusOK, v.post(again.Copy(), "SAMLRequest", v.app.SSOURL()).status)
	require.Equal(t, http.StatusBadRequest, v.post(again, "SAMLRequest", v.app.SSOURL()).status)
	require.Contains(t, v.refusal(), "was sent before")
}

// TestRedirect takes requests out of the query, with the signature beside them.
func TestRedirect(t *testing.T) {
	t.Parallel()
	v := newProvider(t, Okta)
	address := func() string {
		raw, err := write(v.request())
		require.NoError(t, err)
		a, err := redirectTo(outgoing{parameter: "SAMLRequest", relayState: "a b", to: v.app.SSOURL()}, raw, v.sp)
		require.NoError(t, err)
		return a
	}
	_, values, root := v.carried(v.enter(v.get(address()), "paula"))
	require.Equal(t, "a b", values.Get("RelayState"))
	require.Equal(t, spACS, root.SelectAttrValue("Destination", ""))
	for reason, change := range map[string]func(string) string{
		"does not verify": func(a string) string { return strings.Replace(a, "RelayState=a+b", "RelayState=a+c", 1) },
		"not RSA-SHA256":  func(a string) string { return strings.Replace(a, "rsa-sha256", "rsa-sha1", 1) },
		"not signed":      func(a string) string { return a[:strings.Index(a, "&SigAlg")] },
	} {
		require.Equal(t, http.StatusBadRequest, v.get(change(address())).status, reason)
		require.Contains(t, v.refusal(), reason)
	}
	v.app.Overwrite(newPair(t).certificate)
	require.Equal(t, http.StatusBadRequest, v.get(address()).status)
	v.idp.Behave(func(b *Behaviour) { b.Bindings = []Binding{Post} })
	v.get(address())
	require.Contains(t, v.refusal(), "switched off")
}

// TestProfilesAnswer compares what each profile signs and sends with the table of profiles.
func TestProfilesAnswer(t *testing.T) {
	t.Parallel()
	for profile, want := range map[Profile]struct {
		response, assertion, keyInfo bool
		nameID, format               string
		claims                       string
	}{
		ADFSDefault:     {false, true, true, paula.UPN, "", "cip_upn displayName givenName familyName"},
		ADFSRecommended: {true, true, true, paula.UPN, "", "cip_upn displayName givenName familyName"},
		Okta:            {true, true, true, paula.UPN, Unspecified, "cip_email cip_upn cip_oid cip_sid displayName firstName lastName"},
		Duo:             {true, false, true, paula.UPN, Unspecified, "cip_upn displayName givenName familyName"},
		PingFederate:    {true, true, false, "paula", Unspecified, "cip_upn displayName givenName familyName"},
		Entra:           {false, true, true, paula.UPN, Unspecified, "cip_email cip_upn cip_oid cip_sid displayName givenName familyName"},
		OneLogin:        {true, false, true, paula.UPN, Unspecified, "cip_email cip_upn cip_oid cip_sid displayName"},
		IdPInitiated:    {true, true, true, paula.Email, EmailAddress, "email"},
	} {
		v := newProvider(t, profile)
		root := v.signIn()
		assertion := child(root, nsAssertion, "Assertion")
		require.NotNil(t, assertion, profile)
		for el, signed := range map[*etree.Element]bool{root: want.response, assertion: want.assertion} {
			signature := child(el, nsSignature, "Signature")
			require.Equal(t, signed, signature != nil, "%s: signature of %s", profile, el.Tag)
			if signature != nil {
				require.Equal(t, want.keyInfo, child(signature, nsSignature, "KeyInfo") != nil, "%s: key info", profile)
				require.Equal(t, child(el, nsAssertion, "Issuer").Index()+1, signature.Index(), "the signature follows the issuer")
			}
		}
		m := &received{root: root.Copy()}
		if !want.response {
			m.root = assertion
		}
		_, err := m.verify([]*x509.Certificate{v.idp.Certificate()}, v.now())
		if want.keyInfo {
			require.NoError(t, err, profile)
		}
		name := nameOf(assertion.FindElement("./Subject/NameID"))
		require.Equal(t, want.nameID, name.Value, profile)
		require.Equal(t, want.format, name.Format, profile)
		var claims []string
		for _, a := range assertion.FindElements("./AttributeStatement/Attribute") {
			claims = append(claims, a.SelectAttrValue("Name", ""))
		}
		require.Equal(t, want.claims, strings.Join(claims, " "), profile)
	}
}

// TestSessionsAndForce answers a second request from the session unless it forces a prompt, and a wrong password not at all.
func TestSessionsAndForce(t *testing.T) {
	t.Parallel()
	v := newProvider(t, ADFSRecommended)
	p := v.post(v.signed(v.request()), "SAMLRequest", v.app.SSOURL())
	_, values, _ := v.carried(p)
	values.Set("login", "paula")
	values.Set("password", "guessed")
	require.Contains(t, v.form(origin+"/login", values).body, "is wrong")
	v.enter(p, "PAULA1")
	_, _, root := v.carried(v.post(v.signed(v.request()), "SAMLRequest", v.app.SSOURL()))
	require.Equal(t, "Response", root.Tag, "the session answers")
	forced := v.request()
	forced.CreateAttr("ForceAuthn", "true")
	require.Contains(t, v.post(v.signed(forced), "SAMLRequest", v.app.SSOURL()).body, `name="password"`)
	require.Len(t, v.idp.Events(PromptShown), 2)
	require.Len(t, v.idp.Events(AnsweredForSSO), 1)

	exact := v.request()
	exact.CreateElement("samlp:RequestedAuthnContext").CreateElement("saml:AuthnContextClassRef").SetText("urn:oasis:names:tc:SAML:2.0:ac:classes:X509")
	_, _, root = v.carried(v.post(v.signed(exact), "SAMLRequest", v.app.SSOURL()))
	require.Nil(t, child(root, nsAssertion, "Assertion"), "another context cannot be had")
}

// TestAdministration adds applications and certificates as far as the product lets.
func TestAdministration(t *testing.T) {
	t.Parallel()
	second := Application{EntityID: spEntity, ACSURLs: []string{spACS}}
	for profile, refusal := range map[Profile]string{
		Entra:        "Please enter an identifier which is unique within your organization.",
		PingFederate: "The Connection ID you specified is already in use.",
		ADFSDefault:  "unique", Okta: "", Duo: "", OneLogin: "",
	} {
		v := newProvider(t, profile)
		_, err := v.idp.Add(t.Context(), second)
		if refusal == "" {
			require.NoError(t, err, profile)
			continue
		}
		require.ErrorIs(t, err, ErrDuplicate)
		require.ErrorContains(t, err, refusal)
	}
	v := newProvider(t, Okta)
	require.ErrorIs(t, v.app.Upload(v.sp.certificate), ErrCertificates, "one certificate only")
	v = newProvider(t, PingFederate)
	require.NoError(t, v.app.Upload(v.sp.certificate))
	require.ErrorIs(t, v.app.Upload(v.sp.certificate), ErrCertificates, "two certificates only")
	v = newProvider(t, Entra)
	for range 3 {
		require.NoError(t, v.app.Upload(newPair(t).certificate))
	}
	v.signIn()
}

// TestPolling takes certificates and addresses from metadata, and new ones when it is read again.
func TestPolling(t *testing.T) {
	t.Parallel()
	v := newProvider(t, PingFederate)
	next := newPair(t)
	metadata := func(pairs ...keyPair) string {
		var keys string
		for _, k := range pairs {
			keys += `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="` + nsSignature + `"><ds:X509Data><ds:X509Certificate>` +
				base64.StdEncoding.EncodeToString(k.certificate.Raw) + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
		}
		return `<md:EntityDescriptor xmlns:md="` + nsMetadata + `" entityID="https://other.sp.test"><md:SPSSODescriptor>` + keys +
			`<md:SingleLogoutService Binding="` + Post.uri() + `" Location="https://other.sp.test/slo"/>` +
			`<md:AssertionConsumerService Binding="` + Post.uri() + `" Location="https://other.sp.test/acs" index="0"/></md:SPSSODescriptor></md:EntityDescriptor>`
	}
	var served atomic.Value
	served.Store(metadata(v.sp))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/", http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, served.Load().(string))
	}))
	t.Cleanup(server.Close)
	v.idp.client = server.Client()
	_, err := v.idp.Add(t.Context(), Application{MetadataURL: server.URL + "/moved"})
	require.ErrorContains(t, err, "302", "redirects are not followed")
	a, err := v.idp.Add(t.Context(), Application{MetadataURL: server.URL})
	require.NoError(t, err)
	got, _ := a.Get()
	require.Equal(t, "https://other.sp.test", got.EntityID)
	require.Equal(t, []string{"https://other.sp.test/acs"}, got.ACSURLs)
	require.Equal(t, "https://other.sp.test/slo", got.LogoutURL)
	require.Len(t, got.Certificates, 1)
	served.Store(metadata(v.sp, next))
	require.NoError(t, v.idp.Poll(t.Context()))
	got, _ = a.Get()
	require.Len(t, got.Certificates, 2)
	require.True(t, got.Certificates[1].Equal(next.certificate))
	served.Store(strings.Replace(metadata(next), "other.sp.test\"", "third.sp.test\"", 1))
	require.ErrorContains(t, v.idp.Poll(t.Context()), "third.sp.test")
}

// TestUnsolicited starts at the provider where the product can.
func TestUnsolicited(t *testing.T) {
	t.Parallel()
	v := newProvider(t, Okta)
	require.Equal(t, http.StatusBadRequest, v.get(v.idp.StartURL(spEntity, "")).status)
	v = newProvider(t, IdPInitiated)
	for _, state := range []string{"", "https://sp.test/app"} {
		p := v.get(v.idp.StartURL(spEntity, state))
		if strings.Contains(p.body, "password") {
			p = v.enter(p, "paula")
		}
		to, values, root := v.carried(p)
		require.Equal(t, spACS, to)
		require.Equal(t, state, values.Get("RelayState"))
		require.Nil(t, root.SelectAttr("InResponseTo"))
		require.Nil(t, root.FindElement(".//SubjectConfirmationData").SelectAttr("InResponseTo"))
	}
}

// TestChain signs in at a second provider that the first one asks.
func TestChain(t *testing.T) {
	t.Parallel()
	v := newProvider(t, Entra)
	second := newProvider(t, OneLogin)
	app, err := second.idp.Add(t.Context(), UpstreamApplication(origin))
	require.NoError(t, err)
	v.idp.upstream = app
	to, values, _ := v.carried(v.post(v.signed(v.request()), "SAMLRequest", v.app.SSOURL()))
	require.Equal(t, app.SSOURL(), to)
	_, values, _ = second.carried(second.enter(second.form(to, values), "paula"))
	forged := url.Values{"SAMLResponse": values["SAMLResponse"], "RelayState": {"another"}}
	require.Equal(t, http.StatusBadRequest, v.form(origin+upstreamACSPath, forged).status)
	_, _, root := v.carried(v.form(origin+upstreamACSPath, values))
	require.Equal(t, v.app.EntityID(), textOf(child(root, nsAssertion, "Issuer")))
	require.Equal(t, app.EntityID(), textOf(root.FindElement(".//AuthenticatingAuthority")))
}

// TestKnowsNothingOfTheProduct keeps the simulator independent.
func TestKnowsNothingOfTheProduct(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	require.NoError(t, err)
	require.NotContains(t, string(out), "causeway/internal/")
}

// TestKeys publishes, uses and drops keys of the provider.
func TestKeys(t *testing.T) {
	t.Parallel()
	v := newProvider(t, Entra)
	first := v.idp.Certificate()
	next, err := v.idp.NewKey()
	require.NoError(t, err)
	raw, err := v.idp.Metadata(true)
	require.NoError(t, err)
	doc := etree.NewDocument()
	require.NoError(t, doc.ReadFromBytes(raw))
	require.Len(t, doc.Root().FindElements("./IDPSSODescriptor/KeyDescriptor"), 2)
	m := &received{root: doc.Root()}
	_, err = m.verify([]*x509.Certificate{first}, v.now())
	require.NoError(t, err)
	require.NoError(t, v.idp.UseKey(next))
	require.True(t, v.idp.Certificate().Equal(next))
	v.idp.DropKey(first)
	require.Error(t, v.idp.UseKey(first))
	p := v.get(v.idp.MetadataURL())
	require.Contains(t, p.body, v.app.SSOURL())
}
