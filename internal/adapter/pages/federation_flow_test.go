package pages_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

const home = "https://acme.workspace.causeway.test/"

// TestSubscriberSignsIn goes from the workspace to the provider and back, with everything in the assertion and with the
// UPN alone, over both bindings and with each signed part.
//
// Spec: IAM-028, SAM-001, SAM-018, SAM-019, SAM-020, SAM-056, SAM-062, SAM-073, SAM-078, SAM-079, SAM-095, SAM-126, SAM-131, SAM-138, SAM-196, SAM-247, SAM-250, SAM-243
func TestSubscriberSignsIn(t *testing.T) {
	t.Parallel()
	for _, sign := range []string{"response", "assertion", "response assertion"} {
		for _, binding := range []federation.Binding{federation.Post, federation.Redirect} {
			t.Run(fmt.Sprint(sign, " ", binding), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, sign)
				conn := w.connect(first, "acme", func(s *federation.Settings) { s.SSOBinding = binding })
				w.use(first, conn.ID)

				p := w.browser().signIn(home, "paula")
				require.Equal(t, http.StatusOK, p.Status, p.Body)
				require.Equal(t, home, p.URL.String())
				require.Contains(t, p.Body, "Paula &lt;b&gt;Plain&lt;/b&gt;", "names are escaped")
				require.Contains(t, p.Body, "S-1-5-21-1-2-3-1001")
				require.Zero(t, w.directory.questions(), "everything was in the assertion")

				b := w.browser()
				p = b.signIn(home, "uwe")
				require.Equal(t, http.StatusOK, p.Status, p.Body)
				require.Contains(t, p.Body, "Uwe Only", "the assertion's name comes first")
				require.Contains(t, p.Body, "S-1-5-21-1-2-3-1002")
				require.Contains(t, p.Body, "uwe@mail.test")
				require.Equal(t, 1, w.directory.questions(), "one look-up fills everything")

				record := w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn)[0]
				require.Equal(t, "S-1-5-21-1-2-3-1002", record.Target.ID)
				require.Equal(t, "uwe@forest.test", record.Target.UserID)
				require.Equal(t, "asked", record.Args["directory"])
				require.Equal(t, "forest.test", record.Args["forest"])
				require.Equal(t, "not asked", w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn)[1].Args["directory"])
				trace := w.lastTrace(first)
				require.True(t, trace.Succeeded)
				require.NotEmpty(t, trace.Messages)

				require.Equal(t, home, b.get(home).URL.String(), "the session holds")
				before := w.idpRequests.Load()
				p = b.post(strings.TrimSuffix(home, "/")+"/sign-out", nil)
				require.Contains(t, p.Body, "You are signed out")
				require.Equal(t, before, w.idpRequests.Load(), "without a logout URL nothing goes to the provider")
				require.Equal(t, idpHost, b.follow(home).URL.Host, "signed out means asked again")
				require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedOut), 1)
			})
		}
	}
}

// follow opens an address and passes the page that posts itself.
func (b *browser) follow(address string) shown {
	b.t.Helper()
	p := b.get(address)
	if p.URL.Host == "saml.causeway.test" {
		return b.post(p.form(b.t))
	}
	return p
}

// TestLandsWhereHeBegan asks for a deep address and for addresses that would lead elsewhere. Spec: SAM-125
func TestLandsWhereHeBegan(t *testing.T) { // S39
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	p := w.browser().signIn(home+"apps?page=2", "paula")
	require.Equal(t, home+"apps?page=2", p.URL.String())
	for _, trick := range []string{"//evil.test/x", "/%5cevil.test", "/%09/evil.test", "/x%0d%0aLocation:%20https://evil.test"} {
		p := w.browser().signIn(strings.TrimSuffix(home, "/")+trick, "paula")
		require.Equalf(t, "acme.workspace.causeway.test", p.URL.Host, "%s", trick)
	}
}

// TestRefusedClaims signs in people whose claims or accounts are not good enough.
//
// Spec: SAM-013, SAM-096, SAM-101, SAM-194, SAM-202, SAM-207, SAM-242, SAM-254, SAM-105
func TestRefusedClaims(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	for _, tt := range []struct {
		name, login string
		directory   error
		code, cause string
		shown       []string // attribute names on the page
	}{
		{"no account has the UPN", "nobody", nil, "claims_unfilled", "account_not_found", []string{"cip_sid", "cip_oid", "cip_email"}},
		{"several accounts have the UPN", "amy", nil, "account_ambiguous", "account_ambiguous", nil},
		{"the account is disabled", "dora", nil, "account_disabled", "account_disabled", nil},
		{"a forest could not be asked", "uwe", federation.ErrUncertain, "claims_unfilled", "directory_uncertain", []string{"cip_sid", "cip_oid", "cip_email"}},
		{"no connector", "uwe", federation.ErrNoConnector, "claims_unfilled", "no_connector", []string{"cip_sid", "cip_oid", "cip_email"}},
		{"the directory is down", "uwe", federation.ErrDirectory, "claims_unfilled", "directory_down", []string{"cip_sid", "cip_oid", "cip_email"}},
		{"a hash sign in the UPN", "guest", nil, "saml_claims", "saml_claims", []string{"cip_upn"}},
	} {
		w.directory.set(tt.directory)
		b := w.browser()
		p := b.signIn(home, tt.login)
		require.Equal(t, http.StatusForbidden, p.Status, tt.name)
		for _, name := range tt.shown {
			require.Contains(t, p.Body, "<code>"+name+"</code>", tt.name)
		}
		if tt.shown == nil {
			require.NotContains(t, p.Body, "cip_", tt.name)
		}
		require.NotContains(t, p.Body, "forest.test", "%s: people learn nothing about the directory", tt.name)
		trace := w.lastTrace(first)
		require.Equal(t, tt.code, trace.Code, tt.name)
		reason, _ := trace.Reason()
		require.Equal(t, tt.cause, reason, tt.name)
		var claims []string
		for _, step := range trace.Steps {
			if step.Name == "claim" {
				claims = append(claims, step.Detail["attribute"].(string))
			}
		}
		require.Equal(t, tt.shown, claims, "%s: the administrator learns why, one attribute at a time", tt.name)
		require.Contains(t, p.Body, trace.Transaction, "%s: the page shows the transaction of the trace", tt.name)
		record := w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignInFailed)[0]
		require.Equal(t, tt.code, record.Reason, tt.name)
		require.Equal(t, trace.Transaction, record.Actor.Transaction, tt.name)
		require.True(t, record.Actor.Addr.IsValid(), tt.name)
		require.Equal(t, idpHost, b.follow(home).URL.Host, "%s: there is no session", tt.name)
	}
	hash := w.lastTrace(first).Steps
	require.Equal(t, "saml_claim_hash", hash[len(hash)-1].Code)
	require.Equal(t, `"guest_mail.test#EXT#@forest.test"`, hash[len(hash)-1].Detail["received"])
	trace := func() federation.Trace {
		w.directory.set(nil)
		w.browser().signIn(home, "amy")
		return w.lastTrace(first)
	}()
	_, args := trace.Reason()
	require.Equal(t, "forest.test, shadow.test", args["forests"], "the administrator learns which forests clash")
}

// TestHostileAnswers posts answers that a browser of ours did not ask for, and answers that come twice or late.
//
// Spec: SAM-074, SAM-100, SAM-107, SAM-113, SAM-114, SAM-115, SSO-014
func TestHostileAnswers(t *testing.T) { // S29, S30, S32
	t.Parallel()
	w := newWorld(t, "assertion")
	conn := w.connect(first, "acme", nil)
	w.use(first, conn.ID)
	other := w.connect(second, "umbrella", func(s *federation.Settings) { s.IdPEntityID = "https://another.test/idp" })
	w.use(second, other.ID)
	refused := func(name string, p shown, code string, l systemlog.Log) {
		t.Helper()
		require.Equal(t, http.StatusForbidden, p.Status, name)
		require.Contains(t, p.Body, "Something unexpected happened", name)
		require.NotContains(t, p.Body, code, "%s: the page tells no reason", name)
		failed := w.records(l, systemlog.SubscriberSignInFailed)
		require.NotEmpty(t, failed, name)
		require.Equal(t, code, failed[0].Reason, name)
	}
	ofFirst := systemlog.OfCustomer(first)

	b := w.browser()
	acs, form := b.answer(home, "paula")
	state := form.Get("RelayState")

	unsolicited := url.Values{"SAMLResponse": form["SAMLResponse"]}
	refused("no relay state", w.browser().post(acs, unsolicited), "signin_unsolicited", systemlog.Installation)
	refused("a relay state of the sender", w.browser().post(acs, url.Values{"SAMLResponse": form["SAMLResponse"], "RelayState": {"https://evil.test/"}}), "signin_unsolicited", systemlog.Installation)
	refused("another browser", w.browser().post(acs, form), "signin_other_browser", systemlog.Installation)

	mallory := w.browser() // has a request of his own and injects the stolen answer into it
	_, own := mallory.answer(home, "uwe")
	refused("another request of another browser", mallory.post(acs, url.Values{"SAMLResponse": form["SAMLResponse"], "RelayState": own["RelayState"]}), "saml_request", ofFirst)

	crossing := w.browser()
	foreign := crossing.begin("https://umbrella.workspace.causeway.test/")
	refused("another customer's request", crossing.post(acs, url.Values{"SAMLResponse": form["SAMLResponse"], "RelayState": {foreign}}), "saml_issuer", systemlog.OfCustomer(second))

	tampered := w.browser()
	_, f := tampered.answer(home, "paula")
	raw, err := base64.StdEncoding.DecodeString(f.Get("SAMLResponse"))
	require.NoError(t, err)
	f.Set("SAMLResponse", base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(string(raw), "paula@forest.test", "admin@forest.test"))))
	refused("changed on its way", tampered.post(acs, f), "saml_digest", ofFirst)

	cookies := b.state(acs)
	require.Equal(t, home, b.post(acs, form).URL.String(), "the answer itself is good")
	again := w.browser()
	again.setState(acs, cookies)
	refused("answered twice", again.post(acs, form), "signin_request_used", ofFirst)

	late := w.browser()
	acs, form = late.answer(home, "paula")
	w.clock.Advance(federation.RequestLife + time.Second)
	refused("too late", late.post(acs, form), "signin_request_expired", ofFirst)
	require.NotEqual(t, state, form.Get("RelayState"))
}

// TestSlowProvider takes almost fifteen minutes at the provider. Spec: SAM-077
func TestSlowProvider(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	b := w.browser()
	form := b.ask(home)
	w.clock.Advance(federation.RequestLife - time.Minute)
	require.Equal(t, home, b.post(b.enter(form, "paula")).URL.String())
}

// begin opens a workspace and returns the relay state of the request on its way.
func (b *browser) begin(address string) string {
	b.t.Helper()
	_, fields := b.get(address).form(b.t)
	return fields.Get("RelayState")
}

func (b *browser) state(address string) []*http.Cookie {
	u, err := url.Parse(address)
	require.NoError(b.t, err)
	return b.jar.Cookies(u)
}

func (b *browser) setState(address string, cookies []*http.Cookie) {
	u, err := url.Parse(address)
	require.NoError(b.t, err)
	for _, c := range cookies {
		c.Secure, c.Path = true, "/"
	}
	b.jar.SetCookies(u, cookies)
}

// TestParallelAnswers posts one answer from fifty tabs of one browser. Spec: SAM-113
func TestParallelAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	b := w.browser()
	acs, form := b.answer(home, "paula")
	cookies := b.state(acs)
	var won atomic.Int64
	var wg sync.WaitGroup
	for range 50 {
		tab := w.browser()
		tab.setState(acs, cookies)
		tab.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		wg.Go(func() {
			res, err := tab.http.PostForm(acs, form)
			if err != nil {
				t.Error(err)
				return
			}
			res.Body.Close()
			if res.StatusCode == http.StatusSeeOther {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, won.Load())
}

// TestCodeBelongsToItsBrowser takes the last address of a sign-in to another browser.
func TestCodeBelongsToItsBrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	b := w.browser()
	acs, form := b.answer(home, "paula")
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	last := b.post(acs, form).Header.Get("Location")
	require.True(t, strings.HasPrefix(last, home+"return?code="), last)
	stolen := w.browser()
	stolen.get(home) // has a nonce of its own
	require.Equal(t, http.StatusForbidden, stolen.get(last).Status)
	require.Equal(t, "signin_code_invalid", w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignInFailed)[0].Reason)
	b.http.CheckRedirect = nil
	require.Equal(t, home, b.get(last).URL.String())
	require.Equal(t, http.StatusForbidden, b.get(last).Status, "a code is good once")
}

// TestTabsAreBounded begins more sign-ins than a browser may have under way; the newest still work.
func TestTabsAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	b := w.browser()
	var oldest string
	for n := range federation.MaxRequests + 3 {
		if relay := b.begin(home); n == 0 {
			oldest = relay
		}
		w.clock.Advance(time.Second)
	}
	cookies := b.state("https://saml.causeway.test/saml/acs")
	require.Len(t, cookies, federation.MaxRequests)
	for _, c := range cookies {
		require.NotEqual(t, "__Host-rq-"+oldest, c.Name)
	}
	require.Equal(t, home, b.signIn(home, "paula").URL.String())
}

// TestNotReady holds what people and administrators see before a method is chosen, and at a name that nobody has.
func TestNotReady(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	require.Equal(t, http.StatusNotFound, w.browser().get(home).Status)
	_, err := w.workspaces.Configuration(t.Context(), w.actor(first), first)
	require.NoError(t, err)
	p := w.browser().get(home)
	require.Equal(t, http.StatusServiceUnavailable, p.Status)
	require.Contains(t, p.Body, "not ready yet")
}

// TestTestAndFinish runs the round trip of a draft: with a wrong setting, with the right ones, and from a session that
// did not begin it.
//
// Spec: SAM-038, SAM-063, SAM-112
func TestTestAndFinish(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	ctx, actor := t.Context(), w.console
	d := w.draft(first, "acme", func(s *federation.Settings) { s.IdPEntityID = "https://wrong.test" })
	_, err := w.connections.Finish(ctx, actor, first, d.ID, false)
	require.ErrorIs(t, err, federation.ErrNotTested)

	run := func(login string) shown {
		address, _, err := w.connections.StartTest(ctx, actor, first, d.ID)
		require.NoError(t, err)
		b := w.browser()
		b.setState("https://console.causeway.test/", []*http.Cookie{{Name: "__Host-session", Value: "any"}})
		return b.signIn(address, login)
	}
	p := run("uwe")
	require.Contains(t, p.Body, "The test has failed")
	require.Contains(t, p.Body, w.lastTrace(first).Transaction)
	got, err := w.connections.Draft(ctx, actor, first, d.ID)
	require.NoError(t, err)
	require.Equal(t, federation.TestFailed, got.Test.State)
	require.Equal(t, saml.ErrIssuer.Code, got.Test.Failure.Code)
	require.Equal(t, "idpEntityId", got.Test.Failure.Setting)

	_, err = w.connections.ChangeDraft(ctx, actor, first, d.ID, federation.DraftChange{Settings: func(s *federation.Settings) { s.IdPEntityID = w.idp.EntityID() }})
	require.NoError(t, err)
	w.console.Session = "sess_other"
	require.Equal(t, http.StatusForbidden, run("uwe").Status, "another session cannot redeem the test")
	w.console.Session = actor.Session
	run("paula")
	got, err = w.connections.Draft(ctx, actor, first, d.ID)
	require.NoError(t, err)
	for _, claim := range got.Test.Claims {
		require.Equalf(t, federation.FromAssertion, claim.Source, "%s", claim.Name)
		require.NotEmpty(t, claim.Value, claim.Name)
	}
	p = run("uwe")
	require.Equal(t, http.StatusOK, p.Status, p.Body)
	require.Contains(t, p.Body, "The test has passed")
	require.Contains(t, p.Body, "S-1-5-21-1-2-3-1002")
	require.Equal(t, "/connection-test/", p.URL.Path)
	style := w.browser().get("https://console.causeway.test/connection-test/pages.css")
	require.Equal(t, http.StatusOK, style.Status)
	require.Contains(t, style.Header.Get("Content-Type"), "text/css")
	require.Contains(t, p.Body, `href="/connection-test/pages.css"`)

	conn, err := w.connections.Finish(ctx, actor, first, d.ID, false)
	require.NoError(t, err)
	require.True(t, conn.Tested)
	require.Empty(t, conn.Settings.SLOBinding, "stored only with a logout URL")
	require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.SAMLConnected), 1)
	require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.SAMLConnectFailed), 1)
	require.Empty(t, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn), "a test signs nobody in")
}

// TestDraftSignsNobodyIn asks the workspace to use a draft, and a draft's test to end in a workspace.
func TestDraftSignsNobodyIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	d := w.draft(first, "acme", nil)
	_, err := w.workspaces.Choose(t.Context(), w.console, first, federation.SAML, d.ID, 0)
	require.Error(t, err)
	address, _, err := w.connections.StartTest(t.Context(), w.console, first, d.ID)
	require.NoError(t, err)
	b := w.browser()
	acs, form := b.answer(address, "paula")
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	last := b.post(acs, form).Header.Get("Location")
	code := last[strings.Index(last, "code="):]
	require.Equal(t, http.StatusForbidden, b.get(home+"return?"+code).Status)
}

// TestMetadataIsPublic reads our metadata at its stable addresses. Spec: SAM-033, SAM-034, SAM-080, SSO-152
func TestMetadataIsPublic(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	b := w.browser()
	const host = "https://saml.causeway.test"
	p := b.get(host + "/saml/metadata")
	require.Equal(t, http.StatusOK, p.Status)
	for _, part := range []string{`entityID="https://saml.causeway.test"`, `use="signing"`, "X509Certificate", `Location="https://saml.causeway.test/saml/acs"`, "HTTP-POST", "HTTP-Redirect", "saml/logout/callback"} {
		require.Contains(t, p.Body, part)
	}
	require.NotContains(t, p.Body, "Artifact")
	require.NotContains(t, p.Body, "bindings:SOAP")
	require.Equal(t, p.Body, b.get(host+"/saml/metadata.xml").Body)
	scope := w.scopedDraft().Settings.ScopedID
	scoped := b.get(host + "/saml/metadata/" + scope + ".xml")
	require.Contains(t, scoped.Body, `entityID="https://saml.causeway.test/`+scope+`"`)
	require.Contains(t, scoped.Body, `Location="https://saml.causeway.test/saml/acs"`)
	require.Equal(t, http.StatusNotFound, b.get(host+"/saml/metadata/67338f11-4996-4980-8339-535f76d0c8fb").Status, "nobody has this one")
	require.Equal(t, http.StatusNotFound, b.get(host+"/saml/metadata/nonsense").Status)
}

// TestScopedConnection signs in through a connection with an entity ID of its own. Spec: SAM-036
func TestScopedConnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	d := w.draft(first, "acme", nil)
	yes := true
	d, err := w.connections.ChangeDraft(t.Context(), w.console, first, d.ID, federation.DraftChange{Scoped: &yes})
	require.NoError(t, err)
	require.NotEmpty(t, d.Settings.ScopedID)
	conn, err := w.connections.Finish(t.Context(), w.console, first, d.ID, true)
	require.NoError(t, err)
	require.Equal(t, d.Settings.ScopedID, conn.Settings.ScopedID)
	w.use(first, conn.ID)
	require.Equal(t, home, w.browser().signIn(home, "paula").URL.String())
}

// TestDisconnectEndsSessions takes the method away, disconnects, and finds the session gone. Spec: SAM-028, SAM-108
func TestDisconnectEndsSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	conn := w.connect(first, "acme", nil)
	w.use(first, conn.ID)
	b := w.browser()
	b.signIn(home, "paula")
	ctx := t.Context()
	require.ErrorIs(t, w.connections.Disconnect(ctx, w.console, first, conn.ID, 0), federation.ErrInUse)
	_, err := w.workspaces.Choose(ctx, w.console, first, "", "", 0)
	require.NoError(t, err)
	require.NoError(t, w.connections.Disconnect(ctx, w.console, first, conn.ID, 0))
	require.Equal(t, http.StatusServiceUnavailable, b.get(home).Status)
	require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.SAMLDisconnectFailed), 1)
	gone := w.records(systemlog.OfCustomer(first), systemlog.SAMLDisconnected)
	require.Len(t, gone, 1)
	require.Equal(t, w.idp.EntityID(), gone[0].Before["IdPEntityID"])
}

// TestMethodIsSwitchedOff changes the workspace's method at each moment of a sign-in, and after it. Spec: SAM-108
func TestMethodIsSwitchedOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	conn, other := w.connect(first, "acme", nil), w.connect(first, "other", nil)
	for name, change := range map[string]func(){
		"none": func() {
			_, err := w.workspaces.Choose(t.Context(), w.console, first, "", "", 0)
			require.NoError(t, err)
		},
		"another": func() { w.use(first, other.ID) },
	} {
		refused := func(moment string, p shown) {
			t.Helper()
			require.Equal(t, http.StatusForbidden, p.Status, "%s, %s", name, moment)
			require.Contains(t, p.Body, "The way to sign in has changed", "%s, %s", name, moment)
			require.Contains(t, p.Body, "Start again from your workspace", "%s, %s", name, moment)
		}
		w.use(first, conn.ID)
		b := w.browser()
		acs, form := b.answer(home, "paula")
		change()
		refused("before the answer", b.post(acs, form))
		require.Equal(t, federation.ErrMethodChanged.Code, w.lastTrace(first).Code)
		require.Equal(t, federation.ErrMethodChanged.Code, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignInFailed)[0].Reason)

		w.use(first, conn.ID)
		b = w.browser()
		acs, form = b.answer(home, "paula")
		b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		last := b.post(acs, form).Header.Get("Location")
		require.Contains(t, last, "/return?code=")
		change()
		refused("before the session", b.get(last))
		require.Equal(t, federation.ErrMethodChanged.Code, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignInFailed)[0].Reason)

		w.use(first, conn.ID)
		b = w.browser()
		begin := func() string {
			b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			defer func() { b.http.CheckRedirect = nil }()
			return b.get(home).Header.Get("Location")
		}()
		change()
		refused("before the request", b.get(begin))

		w.use(first, conn.ID)
		b = w.browser()
		require.Equal(t, home, b.signIn(home, "paula").URL.String())
		change()
		w.use(first, conn.ID)
		require.NotEqual(t, "acme.workspace.causeway.test", b.get(home).URL.Host, "%s: the session has ended for good", name)
	}
}

// TestExpiredCertificateIsRefused moves the clock past the provider's certificate. Spec: SAM-051
func TestExpiredCertificateIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	w.clock.Advance(w.idpCert.NotAfter.Sub(w.clock.Now()) + time.Minute)
	p := w.browser().signIn(home, "paula")
	require.Equal(t, http.StatusForbidden, p.Status)
	trace := w.lastTrace(first)
	require.Equal(t, saml.ErrCertificateInvalid.Code, trace.Code)
	require.Equal(t, "certificates", trace.Setting)
}

// TestSettingsDecide changes one setting of a connection and holds what becomes of the same sign-in.
//
// Spec: SAM-040, SAM-042, SAM-045, SAM-052, SAM-053, SAM-054, SAM-061, SAM-101, SAM-160, SAM-192, SAM-193, SAM-195
func TestSettingsDecide(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion") // signs assertions, with the context PasswordProtectedTransport
	for n, tt := range []struct {
		name, login string
		edit        func(*federation.Settings)
		code        string // "" = signed in
		setting     string
	}{
		{"defaults", "uwe", func(*federation.Settings) {}, "", ""},
		{"requests unsigned", "uwe", func(s *federation.Settings) { s.SignAuthnRequest = false }, "", ""},
		{"assertion must be signed", "uwe", func(s *federation.Settings) { s.Mode = saml.SignAssertion }, "", ""},
		{"response must be signed", "uwe", func(s *federation.Settings) { s.Mode = saml.SignResponse }, "saml_response_unsigned", "responseSigning"},
		{"both must be signed", "uwe", func(s *federation.Settings) { s.Mode = saml.SignBoth }, "saml_response_unsigned", "responseSigning"},
		{"another context, exact", "uwe", func(s *federation.Settings) { s.Context = saml.Kerberos }, "saml_context", "authnContext"},
		{"another context, minimum", "uwe", func(s *federation.Settings) { s.Context, s.Comparison = saml.Kerberos, saml.Minimum }, "", ""},
		{"the context, exact", "uwe", func(s *federation.Settings) { s.Context = saml.PasswordProtectedTransport }, "", ""},
		{"another issuer", "uwe", func(s *federation.Settings) { s.IdPEntityID = "https://other.test" }, "saml_issuer", "idpEntityId"},
		{"every mapped claim demanded", "uwe", func(s *federation.Settings) { s.RequireMappedClaims = true }, "saml_claims", "attributeNames"},
		{"every mapped claim demanded and sent", "paula", func(s *federation.Settings) { s.RequireMappedClaims = true }, "", ""},
		{"only the UPN mapped and demanded", "uwe", func(s *federation.Settings) {
			s.RequireMappedClaims, s.Attributes = true, federation.AttributeNames{UPN: "cip_upn"}
		}, "", ""},
		{"attribute name in other case", "uwe", func(s *federation.Settings) { s.Attributes.UPN = "CIP_UPN" }, "saml_claims", "attributeNames"},
		{"SID sent but not mapped: the directory decides", "paula", func(s *federation.Settings) { s.Attributes.SID = "" }, "claims_unfilled", "attributeNames"},
	} {
		conn := w.connect(first, fmt.Sprint("case-", n), tt.edit)
		w.use(first, conn.ID)
		p := w.browser().signIn(home, tt.login)
		if tt.code == "" {
			require.Equalf(t, http.StatusOK, p.Status, "%s: %s", tt.name, p.Body)
			continue
		}
		require.Equal(t, http.StatusForbidden, p.Status, tt.name)
		trace := w.lastTrace(first)
		require.Equal(t, tt.code, trace.Code, tt.name)
		require.Equal(t, tt.setting, trace.Setting, tt.name)
		known := tt.code != "saml_response_unsigned" && tt.code != "saml_issuer" // refused before the subject was read
		require.Equal(t, known, strings.HasPrefix(trace.Person, tt.login+"@"), "%s: %q", tt.name, trace.Person)
		require.Equal(t, trace.Person, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignInFailed)[0].Actor.ID, tt.name)
		require.Equal(t, "Partner "+fmt.Sprint("case-", n), trace.ConnectionName)
	}
}

// TestTwoCustomersOneProvider gives two customers connections to providers that call themselves the same but have other
// keys; each answer counts at its own customer only. Spec: SAM-107, SAM-126
func TestTwoCustomersOneProvider(t *testing.T) { // S32
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	impostor := samltest.NewSigner(samltest.OtherRSA(), w.clock.Now().Add(-time.Hour), w.clock.Now().Add(time.Hour)).Certificate
	w.use(second, w.connect(second, "umbrella", func(s *federation.Settings) {
		s.Certificates = []federation.Certificate{{FileName: "other.cer", DER: impostor.Raw}}
	}).ID)
	p := w.browser().signIn("https://umbrella.workspace.causeway.test/", "paula")
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Equal(t, saml.ErrSignatureInvalid.Code, w.lastTrace(second).Code)
	require.Equal(t, "certificates", w.lastTrace(second).Setting)
	b := w.browser()
	require.Equal(t, home, b.signIn(home, "paula").URL.String())

	u, err := url.Parse(home)
	require.NoError(t, err)
	thief := w.browser()
	thief.setState("https://umbrella.workspace.causeway.test/", b.jar.Cookies(u))
	require.Equal(t, "saml.causeway.test", thief.get("https://umbrella.workspace.causeway.test/").URL.Host, "a session is good at its customer only")
}

// TestRequestThatCannotBeSent gives the Redirect binding an address that leaves no room for a request; the administrator
// learns it at the test already, and people get the page with the transaction ID of the record. Spec: SAM-082, SAM-101
func TestRequestThatCannotBeSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	long := func(s *federation.Settings) {
		s.SSOBinding, s.SSOURL = federation.Redirect, s.SSOURL+"?x="+strings.Repeat("y", 1500)
	}
	_, _, err := w.connections.StartTest(t.Context(), w.console, first, w.draft(first, "acme", long).ID)
	require.ErrorIs(t, err, saml.ErrRedirectTooLong)
	w.use(first, w.connect(first, "acme-2", long).ID)
	p := w.browser().get(home)
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Contains(t, p.Body, `href="https://acme.workspace.causeway.test"`, "a way back")
	trace := w.lastTrace(first)
	require.Equal(t, saml.ErrRedirectTooLong.Code, trace.Code)
	require.Equal(t, "ssoBinding", trace.Setting)
	record := w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignInFailed)[0]
	require.Contains(t, record.Reason, "redirect_too_long")
	require.Contains(t, p.Body, record.Actor.Transaction)
	require.Equal(t, trace.Transaction, record.Actor.Transaction)
	require.True(t, record.Actor.Addr.IsValid())
}

// TestHandleIsSealedAndShort opens handles that are old, changed or for another use.
func TestHandleIsSealedAndShort(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	b := w.browser()
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	begin := b.get(home).Header.Get("Location")
	require.True(t, strings.HasPrefix(begin, "https://saml.causeway.test/saml/start?h="), begin)
	require.Equal(t, http.StatusForbidden, b.get(begin+"A").Status)
	require.Equal(t, http.StatusForbidden, b.get("https://saml.causeway.test/saml/start").Status)
	p := b.get(begin)
	require.Equal(t, http.StatusOK, p.Status)
	require.Contains(t, p.Header.Get("Set-Cookie"), "SameSite=None")
	require.Contains(t, p.Header.Get("Set-Cookie"), "HttpOnly")
	require.NotContains(t, p.Header.Get("Content-Security-Policy"), "form-action")
	state := b.state("https://saml.causeway.test/")[0].Value
	require.Equal(t, http.StatusForbidden, b.get("https://saml.causeway.test/saml/start?h="+url.QueryEscape(state)).Status, "a request is no handle")
	w.clock.Advance(handover.HandleLife + time.Second)
	require.Equal(t, http.StatusForbidden, b.get(begin).Status)
}

// TestFloodIsCutOff posts junk without a request of ours until the address is not heard any more; who has a request is
// heard all the same, but not without end.
func TestFloodIsCutOff(t *testing.T) { // S41
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	b, junk := w.browser(), url.Values{"SAMLResponse": {"x"}}
	acs, form := b.answer(home, "paula")
	var last shown
	for range 200 {
		if last = w.browser().post(acsURL, junk); last.Status != http.StatusForbidden {
			break
		}
	}
	require.Equal(t, http.StatusTooManyRequests, last.Status)
	wait, err := strconv.Atoi(last.Header.Get("Retry-After"))
	require.NoError(t, err)
	require.True(t, 0 < wait && wait <= 60, "%d", wait)
	require.Contains(t, last.Body, fmt.Sprintf("Too many answers came from your address. Try again in %d seconds.", wait))
	require.LessOrEqual(t, len(w.records(systemlog.Installation, systemlog.SubscriberSignInFailed)), 60, "and the operator's log is not flooded")
	require.Equal(t, home, b.post(acs, form).URL.String(), "a good answer from the same address")

	b = w.browser()
	acs, form = b.answer(home, "paula")
	cookies := b.state(acs)
	form.Set("SAMLResponse", "x")
	again := func() int {
		b.setState(acs, cookies)
		return b.post(acs, form).Status
	}
	for n := range 5 {
		require.Equalf(t, http.StatusForbidden, again(), "try %d", n)
	}
	require.Equal(t, http.StatusTooManyRequests, again(), "now it counts for its address")

	renamed := w.browser()
	_, form = renamed.answer(home, "paula")
	state := renamed.state(acs)
	state[0].Name = "__Host-rq-AAAAAAAA"
	renamed.setState(acs, state)
	form.Set("RelayState", "AAAAAAAA")
	require.Equal(t, http.StatusTooManyRequests, renamed.post(acs, form).Status, "a request under another name is none")
}
