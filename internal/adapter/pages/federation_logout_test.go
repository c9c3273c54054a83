package pages_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
	"github.com/causeway-cloud/causeway/test/idpsim"
)

const (
	simOrigin = "https://sim.partner.test"
	samlSite  = "https://saml.causeway.test"
	secondary = "https://umbrella.workspace.causeway.test/"
)

// partner is a simulated provider in a world.
type partner struct {
	*world
	idp *idpsim.IdP
}

// partner adds a provider of the profile to the world, on the host of the origin.
func (w *world) partner(profile idpsim.Profile, origin string) *partner {
	w.t.Helper()
	var known []idpsim.Person
	for _, p := range people {
		known = append(known, idpsim.Person{Login: p.Login, Password: p.Password, UPN: p.UPN, SAMAccountName: p.Login, SID: p.SID, OID: p.OID,
			Email: p.Email, DisplayName: p.DisplayName, GivenName: p.GivenName, FamilyName: p.FamilyName, Domain: p.Domain, Forest: p.Forest})
	}
	idp, err := idpsim.New(idpsim.Config{Profile: profile, Origin: origin, People: known, Now: w.clock.Now, Client: w.browser().http})
	require.NoError(w.t, err)
	idp.Behave(func(b *idpsim.Behaviour) {
		b.Encryption, b.MatchNameIDPolicy, b.Polls = idpsim.Plain, false, false
		b.Attributes = []idpsim.Attribute{{Name: "cip_upn", Source: idpsim.UPN}, {Name: "cip_sid", Source: idpsim.SID}, {Name: "cip_oid", Source: idpsim.OID},
			{Name: "cip_email", Source: idpsim.Email}, {Name: "displayName", Source: idpsim.DisplayName}}
	})
	w.others[strings.TrimPrefix(origin, "https://")] = idp
	return &partner{w, idp}
}

// register makes the provider know a connection that is going to be made, and returns its settings' edit. scopedID "" is
// the generic entity ID.
func (p *partner) register(scopedID string, more func(*federation.Settings)) (*idpsim.App, func(*federation.Settings)) {
	p.t.Helper()
	entity := samlSite
	if scopedID != "" {
		entity += "/" + scopedID
	}
	app, err := p.idp.Add(p.t.Context(), idpsim.Application{EntityID: entity, ACSURLs: []string{acsURL}, LogoutURL: samlSite + federation.LogoutPath})
	require.NoError(p.t, err)
	b := p.browser()
	metadata := b.get(samlSite + federation.MetadataPath)
	require.NoError(p.t, app.Import([]byte(strings.ReplaceAll(metadata.Body, `entityID="`+samlSite+`"`, `entityID="`+entity+`"`))))
	return app, func(s *federation.Settings) {
		s.IdPEntityID, s.SSOURL, s.LogoutURL = app.EntityID(), app.SSOURL(), app.LogoutURL()
		s.SLOBinding, s.SignLogout = federation.Post, true
		s.Certificates = []federation.Certificate{{FileName: "sim.cer", DER: p.idp.Certificate().Raw}}
		if more != nil {
			more(s)
		}
	}
}

// walk goes on by itself as a browser does: over pages that refresh and pages that post themselves.
func (b *browser) walk(s shown) shown {
	b.t.Helper()
	for range 12 {
		switch {
		case s.Header.Get("Refresh") != "":
			s = b.get(strings.TrimPrefix(s.Header.Get("Refresh"), "0; url="))
		case strings.Contains(s.Body, "document.forms[0].submit()"), s.asksToGoOn():
			s = b.post(s.form(b.t))
		default:
			return s
		}
	}
	b.t.Fatalf("goes round in circles at %s", s.URL)
	return s
}

// arrive opens an address and signs in at the simulated provider if it asks.
func (b *browser) arrive(address, login string) shown {
	b.t.Helper()
	s := b.walk(b.get(address))
	if !strings.Contains(s.Body, "Sign in at the partner") {
		return s
	}
	action, form := s.form(b.t)
	form.Set("login", login)
	form.Set("password", "pw-"+login)
	return b.walk(b.post(action, form))
}

// signOut presses the button and returns the page before anything goes to the provider.
func (b *browser) signOut(site string) shown {
	b.t.Helper()
	return b.post(strings.TrimSuffix(site, "/")+"/sign-out", nil)
}

// signedIn reports whether the workspace still knows the browser. It takes no part in a sign-out under way.
func (b *browser) signedIn(w *world, site string) bool {
	b.t.Helper()
	u, err := url.Parse(site)
	require.NoError(b.t, err)
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, site+"idle", nil)
	require.NoError(b.t, err)
	for _, c := range b.jar.Cookies(u) {
		if c.Name == "__Host-session" {
			req.AddCookie(c)
		}
	}
	alone := w.browser()
	alone.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := alone.http.Do(req)
	require.NoError(b.t, err)
	defer res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// TestSignsOutAtTheProvider signs in and out through providers of five makes, over both bindings of each side. The
// simulated providers end a session only if issuer, NameID with format and qualifiers, SessionIndex, destination and
// signature are those of its sign-in.
//
// Spec: SSO-003, SSO-004, SSO-043, SSO-044, SSO-045, SSO-046, SSO-068, SSO-070, SSO-089, SSO-124, SAM-057, SAM-078, SAM-079, SAM-084, SAM-086, SAM-118
func TestSignsOutAtTheProvider(t *testing.T) {
	t.Parallel()
	for _, profile := range []idpsim.Profile{idpsim.ADFSRecommended, idpsim.Okta, idpsim.PingFederate, idpsim.Entra, idpsim.OneLogin} {
		for _, asks := range []federation.Binding{federation.Post, federation.Redirect} {
			for _, answers := range []idpsim.Binding{idpsim.Post, idpsim.Redirect} {
				t.Run(fmt.Sprint(profile, " ", asks, " ", answers), func(t *testing.T) {
					t.Parallel()
					w := newWorld(t, "assertion")
					p := w.partner(profile, simOrigin)
					p.idp.Behave(func(b *idpsim.Behaviour) {
						b.Logout.Binding, b.Bindings = answers, []idpsim.Binding{idpsim.Post, idpsim.Redirect}
						b.NameID.NameQualifier, b.NameID.SPNameQualifier = "one & two", ""
					})
					_, edit := p.register("", func(s *federation.Settings) { s.SLOBinding = asks })
					w.use(first, w.connect(first, "acme", edit).ID)

					b := w.browser()
					require.Equal(t, home, b.arrive(home, "paula").URL.String())
					require.True(t, b.signedIn(w, home))
					s := b.signOut(home)
					require.Equal(t, "acme.workspace.causeway.test", s.URL.Host, "the answer to the form leads to no other origin")
					require.Empty(t, p.idp.Events(idpsim.LogoutAsked), "nothing is sent yet")
					require.False(t, b.signedIn(w, home), "the session here is over before anything is sent")
					require.Equal(t, "asked", w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedOut)[0].Args["provider"])

					s = b.walk(s)
					require.Contains(t, s.Body, "You are signed out here and at your identity provider.")
					require.Equal(t, "acme.workspace.causeway.test", s.URL.Host)
					asked, ok := p.idp.Last(idpsim.LogoutAsked)
					require.True(t, ok, p.idp.Events(idpsim.Refused))
					require.NotNil(t, asked.Signer, "signed")
					require.Len(t, asked.RelayState, 8)
					require.Len(t, p.idp.Events(idpsim.SessionEnded), 1)
					require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.SingleLogoutCompleted), 1)
					require.Empty(t, w.records(systemlog.OfCustomer(first), systemlog.SingleLogoutFailed))
					require.Empty(t, w.stateCookies(b), "nothing is left of it in the browser")

					s = b.walk(b.get(home))
					require.Contains(t, s.Body, "Sign in at the partner", "the provider asks for the password again")
				})
			}
		}
	}
}

// stateCookies are the names of the cookies that the SAML site keeps in the browser.
func (w *world) stateCookies(b *browser) []string {
	u, err := url.Parse(samlSite)
	require.NoError(w.t, err)
	var names []string
	for _, c := range b.jar.Cookies(u) {
		names = append(names, c.Name)
	}
	return names
}

// TestSignsOutAtTheDemonstrationProvider goes through the provider of "causeway dev", whose metadata offers both bindings.
func TestSignsOutAtTheDemonstrationProvider(t *testing.T) {
	t.Parallel()
	for _, asks := range []federation.Binding{federation.Post, federation.Redirect} {
		t.Run(string(asks), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "response")
			w.use(first, w.connect(first, "acme", func(s *federation.Settings) { s.LogoutURL, s.SLOBinding = w.idp.SLOURL(), asks }).ID)
			b := w.browser()
			b.signIn(home, "paula")
			require.Contains(t, b.walk(b.signOut(home)).Body, "You are signed out here and at your identity provider.")
			require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.SingleLogoutCompleted), 1)
		})
	}
}

// TestUnsignedLogoutRequest sends one where the connection signs none. Spec: SAM-085
func TestUnsignedLogoutRequest(t *testing.T) {
	t.Parallel()
	for _, binding := range []federation.Binding{federation.Post, federation.Redirect} {
		w := newWorld(t, "assertion")
		p := w.partner(idpsim.ADFSDefault, simOrigin)
		p.idp.Behave(func(b *idpsim.Behaviour) { b.CheckSignatures = false })
		_, edit := p.register("", func(s *federation.Settings) { s.SLOBinding, s.SignLogout, s.SignAuthnRequest = binding, false, false })
		w.use(first, w.connect(first, "acme", edit).ID)
		b := w.browser()
		b.arrive(home, "paula")
		require.Contains(t, b.walk(b.signOut(home)).Body, "You are signed out here and at your identity provider.")
		asked, ok := p.idp.Last(idpsim.LogoutAsked)
		require.True(t, ok)
		require.NotContains(t, string(asked.XML), "Signature", binding)
		require.Contains(t, string(asked.XML), "SessionIndex")
	}
}

// TestSignOutThatEndsHereOnly has a provider that is not asked, that cannot be asked, and one whose request cannot be
// made. Spec: SAM-056, SAM-087, SSO-047, SSO-069, SSO-125
func TestSignOutThatEndsHereOnly(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		edit    func(*federation.Settings)
		behave  func(*idpsim.Behaviour)
		reach   federation.Reach
		message string
	}{
		"no logout URL": {
			edit:    func(s *federation.Settings) { s.LogoutURL, s.SLOBinding, s.SignLogout = "", "", false },
			reach:   federation.ReachNone,
			message: "You are signed out here. You may still be signed in at your identity provider.",
		},
		"no NameID": {
			behave:  func(b *idpsim.Behaviour) { b.NameID.Source = idpsim.None },
			reach:   federation.ReachNoName,
			message: "You are signed out here, but the session at your identity provider may still be open.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "assertion")
			p := w.partner(idpsim.PingFederate, simOrigin)
			if tt.behave != nil {
				p.idp.Behave(tt.behave)
			}
			_, edit := p.register("", tt.edit)
			w.use(first, w.connect(first, "acme", edit).ID)
			b := w.browser()
			require.Equal(t, home, b.arrive(home, "paula").URL.String(), "the sign-in goes on")
			if tt.reach == federation.ReachNoName {
				require.Contains(t, steps(w.lastTrace(first)), "name_id_missing")
			}
			s := b.walk(b.signOut(home))
			require.Contains(t, s.Body, tt.message)
			require.Equal(t, string(tt.reach), w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedOut)[0].Args["provider"])
			require.Empty(t, p.idp.Events(idpsim.LogoutAsked, idpsim.Refused), "nothing was sent")
			require.False(t, b.signedIn(w, home))
			require.Empty(t, p.idp.Events(idpsim.SessionEnded), "the provider's session goes on")
		})
	}
}

func steps(t federation.Trace) []string {
	var names []string
	for _, s := range t.Steps {
		names = append(names, s.Name)
	}
	return names
}

// TestProviderThatNeverAnswers ends its session and shows a page of its own, or sends the person to the workspace.
//
// Spec: SSO-104, SSO-105, SSO-106, SAM-120
func TestProviderThatNeverAnswers(t *testing.T) {
	t.Parallel()
	for _, redirect := range []string{"", home} {
		w := newWorld(t, "assertion")
		p := w.partner(idpsim.Duo, simOrigin)
		p.idp.Behave(func(b *idpsim.Behaviour) { b.Logout.Reaction, b.Logout.RedirectURL = idpsim.OwnPage, redirect })
		_, edit := p.register("", nil)
		w.use(first, w.connect(first, "acme", edit).ID)
		b := w.browser()
		for range 2 * federation.MaxRequests { // as often as anybody likes: nothing piles up
			require.Equal(t, home, b.arrive(home, "paula").URL.String(), "the next sign-in works")
			s := b.walk(b.signOut(home))
			require.False(t, b.signedIn(w, home))
			if redirect == "" {
				require.Contains(t, s.Body, "Logged out")
				s = b.walk(b.get(home))
			}
			require.Contains(t, s.Body, "You are signed out", "the first visit tells it instead of signing in again")
			require.Contains(t, s.Body, "Sign in again")
		}
		require.Len(t, p.idp.Events(idpsim.LogoutAsked), 2*federation.MaxRequests, p.idp.Events(idpsim.Refused))
		require.Len(t, w.stateCookies(b), federation.MaxRequests)
		require.Empty(t, w.records(systemlog.OfCustomer(first), systemlog.SingleLogoutCompleted), "nobody claims to know")
	}
}

// TestProviderThatFails is told as it is. Spec: SSO-045, SAM-120
func TestProviderThatFails(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		behave func(*idpsim.Behaviour)
		reason string
	}{
		"answers that it failed":                  {func(b *idpsim.Behaviour) { b.Logout.Reaction = idpsim.Fails }, federation.ErrLogoutRefused.Code},
		"signs with a key that is not configured": {nil, "saml_signature_invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "assertion")
			p := w.partner(idpsim.Okta, simOrigin)
			_, edit := p.register("", nil)
			w.use(first, w.connect(first, "acme", edit).ID)
			b := w.browser()
			b.arrive(home, "paula")
			if tt.behave != nil {
				p.idp.Behave(tt.behave)
			} else {
				other, err := p.idp.NewKey()
				require.NoError(t, err)
				require.NoError(t, p.idp.UseKey(other))
			}
			s := b.walk(b.signOut(home))
			require.Contains(t, s.Body, "may still be open")
			require.NotContains(t, s.Body, "and at your identity provider.")
			failed := w.records(systemlog.OfCustomer(first), systemlog.SingleLogoutFailed)
			require.Len(t, failed, 1)
			require.Equal(t, tt.reason, failed[0].Reason)
			require.Empty(t, w.records(systemlog.OfCustomer(first), systemlog.SingleLogoutCompleted))
			require.Empty(t, w.records(systemlog.OfCustomer(second), systemlog.SingleLogoutFailed))
		})
	}
}

// TestProviderEndsItsSession is a logout that begins at the provider, by both bindings and with both bindings of the
// answer: the sessions here end although the browser's cookies of the workspace are not with the message.
//
// Spec: SSO-048, SSO-004, SSO-070
func TestProviderEndsItsSession(t *testing.T) {
	t.Parallel()
	for _, sends := range []idpsim.Binding{idpsim.Post, idpsim.Redirect} {
		for _, answers := range []federation.Binding{federation.Post, federation.Redirect} {
			t.Run(fmt.Sprint(sends, " ", answers), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, "assertion")
				p := w.partner(idpsim.PingFederate, simOrigin)
				p.idp.Behave(func(b *idpsim.Behaviour) { b.Bindings = []idpsim.Binding{idpsim.Post, idpsim.Redirect} })
				_, edit := p.register("", func(s *federation.Settings) { s.SLOBinding = answers })
				conn := w.connect(first, "acme", edit)
				w.use(first, conn.ID)
				mine, other := w.browser(), w.browser()
				mine.arrive(home, "paula")
				other.arrive(home, "uwe")
				twin := w.browser()
				twin.arrive(home, "paula") // another session of the same person at the provider, with an index of its own

				s := mine.walk(mine.get(p.idp.StartLogoutURL(sends)))
				require.Contains(t, s.Body, "You are signed out of all applications.", s.URL)
				done, ok := p.idp.Last(idpsim.LogoutDone)
				require.True(t, ok, p.idp.Events(idpsim.Refused))
				require.NotNil(t, done.Signer, "the answer is signed")
				require.False(t, mine.signedIn(w, home))
				require.True(t, other.signedIn(w, home), "another person's session goes on")
				require.True(t, twin.signedIn(w, home), "another session of the person goes on")
				record := w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedOutByProvider)
				require.Len(t, record, 1)
				require.Equal(t, "S-1-5-21-1-2-3-1001", record[0].Target.ID)
				require.Equal(t, string(conn.ID), record[0].Args["connection"])
				require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.ProviderLogoutReceived), 1)
			})
		}
	}
}

// TestProviderOfTwoTenants ends the sessions of both in one logout; a tenant that only names the same provider, with another
// key, is not concerned. Spec: SSO-048, SSO-049
func TestProviderOfTwoTenants(t *testing.T) { // S38, S32
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.partner(idpsim.Okta, simOrigin)
	_, edit := p.register("", nil)
	w.use(first, w.connect(first, "acme", edit).ID)
	w.use(second, w.connect(second, "umbrella", edit).ID)
	b := w.browser()
	require.Equal(t, home, b.arrive(home, "paula").URL.String())
	require.Equal(t, secondary, b.arrive(secondary, "paula").URL.String(), "one application at the provider, one session there")

	// The key of another provider that claims the same entity ID.
	forger := w.partner(idpsim.Okta, "https://forger.partner.test")
	app, foreign := forger.register("", nil)
	require.Equal(t, "http://www.okta.com/exk1", app.EntityID())
	evil := w.browser()
	forged := w.connect(first, "forger", foreign)
	w.use(first, forged.ID) // ends the sessions of the former method
	require.Equal(t, home, evil.arrive(home, "paula").URL.String())
	require.True(t, b.signedIn(w, secondary))

	s := b.walk(b.get(p.idp.StartLogoutURL(idpsim.Post)))
	require.Contains(t, s.Body, "Signed out")
	require.False(t, b.signedIn(w, secondary))
	require.True(t, evil.signedIn(w, home), "a session through another connection, though of the same name")
	require.Len(t, w.records(systemlog.OfCustomer(second), systemlog.SubscriberSignedOutByProvider), 1)
	require.Empty(t, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedOutByProvider))
}

// TestOneLogoutForTwoTenants has both tenants' sessions open. Spec: SSO-048, SSO-088
func TestOneLogoutForTwoTenants(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.partner(idpsim.Okta, simOrigin)
	_, edit := p.register("", nil)
	w.use(first, w.connect(first, "acme", edit).ID)
	w.use(second, w.connect(second, "umbrella", edit).ID)
	b, other := w.browser(), w.browser()
	b.arrive(home, "paula")
	b.arrive(secondary, "paula")
	other.arrive(secondary, "gina")
	// Signing out of one of them ends the other one through the provider, because they share the application there.
	s := b.walk(b.signOut(home))
	require.Contains(t, s.Body, "You are signed out here and at your identity provider.", s.URL)
	require.False(t, b.signedIn(w, home))
	require.False(t, b.signedIn(w, secondary))
	require.True(t, other.signedIn(w, secondary))
	require.Len(t, w.records(systemlog.OfCustomer(second), systemlog.SubscriberSignedOutByProvider), 1)
}

// TestScopedLogout has two connections of one tenant with entity IDs of their own, at a provider that ends a session only
// for its participant by issuer. Spec: SSO-146, SAM-118
func TestScopedLogout(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.partner(idpsim.Entra, simOrigin)
	for _, identifier := range []string{"one", "two"} {
		d, err := w.connections.NewDraft(t.Context(), w.console, first, federation.SAML, identifier, federation.FourClaims)
		require.NoError(t, err)
		yes, name := true, "Scoped "+identifier
		d, err = w.connections.ChangeDraft(t.Context(), w.console, first, d.ID, federation.DraftChange{Scoped: &yes})
		require.NoError(t, err)
		_, edit := p.register(d.Settings.ScopedID, nil)
		d, err = w.connections.ChangeDraft(t.Context(), w.console, first, d.ID, federation.DraftChange{Nickname: &name, Settings: edit})
		require.NoError(t, err)
		conn, err := w.connections.Finish(t.Context(), w.console, first, d.ID, true)
		require.NoError(t, err)
		w.use(first, conn.ID)
		scoped := samlSite + "/" + d.Settings.ScopedID

		b := w.browser()
		require.Equal(t, home, b.arrive(home, "paula").URL.String())
		s := b.walk(b.signOut(home))
		require.Contains(t, s.Body, "and at your identity provider.", p.idp.Events(idpsim.Refused))
		asked, ok := p.idp.Last(idpsim.LogoutAsked)
		require.True(t, ok)
		require.Equal(t, scoped, asked.Application)

		require.Equal(t, home, b.arrive(home, "paula").URL.String())
		s = b.walk(b.get(p.idp.StartLogoutURL(idpsim.Post)))
		require.Contains(t, s.Body, "You are signed out of all applications.", p.idp.Events(idpsim.Refused))
		done, ok := p.idp.Last(idpsim.LogoutDone)
		require.True(t, ok)
		require.Equal(t, scoped, done.Application, "the answer is of the same entity")
		require.False(t, b.signedIn(w, home))
	}
}

// TestLogoutMessagesThatEndNothing posts requests that nobody may carry out. Spec: SSO-049, SAM-119
func TestLogoutMessagesThatEndNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.partner(idpsim.Okta, simOrigin)
	_, edit := p.register("", nil)
	w.use(first, w.connect(first, "acme", edit).ID)
	b := w.browser()
	b.arrive(home, "paula")
	caught := b.get(p.idp.StartLogoutURL(idpsim.Post)) // the page that would post the request
	action, genuine := caught.form(t)
	require.Equal(t, samlSite+federation.LogoutPath, action)
	stranger := w.browser()
	for name, change := range map[string]func(url.Values){
		"unsigned":        func(f url.Values) { f.Set("SAMLRequest", unsigned(t, f.Get("SAMLRequest"))) },
		"another name":    func(f url.Values) { f.Set("SAMLRequest", edited(t, f.Get("SAMLRequest"), "paula@", "gina@")) },
		"as an answer":    func(f url.Values) { f.Set("SAMLResponse", f.Get("SAMLRequest")); f.Del("SAMLRequest") },
		"twice":           func(f url.Values) { f.Add("SAMLRequest", f.Get("SAMLRequest")) },
		"both":            func(f url.Values) { f.Set("SAMLResponse", f.Get("SAMLRequest")) },
		"nothing":         func(f url.Values) { f.Del("SAMLRequest") },
		"long RelayState": func(f url.Values) { f.Set("RelayState", strings.Repeat("x", 81)) },
	} {
		form := url.Values{}
		for k, v := range genuine {
			form[k] = append([]string(nil), v...)
		}
		change(form)
		s := stranger.post(action, form)
		require.Equal(t, http.StatusForbidden, s.Status, name)
		require.Contains(t, s.Body, "so nothing was done", name)
		require.NotContains(t, s.Body, "saml_", name)
		require.True(t, b.signedIn(w, home), name)
	}
	require.NotEmpty(t, w.records(systemlog.Installation, systemlog.ProviderLogoutRefused))
	refused := w.records(systemlog.OfCustomer(first), systemlog.ProviderLogoutRefused)
	require.NotEmpty(t, refused, "those that name its provider are told to its owner")

	s := stranger.post(action, genuine) // the twin: as it was, from any browser
	require.Contains(t, s.Body, "Your sessions here have ended.")
	require.False(t, b.signedIn(w, home))
	require.Equal(t, home, b.arrive(home, "paula").URL.String())
	s = stranger.post(action, genuine)
	require.Contains(t, s.Body, simOrigin, "a replay is answered with a refusal")
	require.True(t, b.signedIn(w, home), "and ends nothing")
	require.Equal(t, federation.ErrLogoutReplayed.Code, w.records(systemlog.OfCustomer(first), systemlog.ProviderLogoutRefused)[0].Reason)
}

// TestLateLogoutRequest comes after its time. Spec: SSO-048
func TestLateLogoutRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.partner(idpsim.Okta, simOrigin)
	_, edit := p.register("", nil)
	w.use(first, w.connect(first, "acme", edit).ID)
	b := w.browser()
	b.arrive(home, "paula")
	action, form := b.get(p.idp.StartLogoutURL(idpsim.Post)).form(t)
	w.clock.Advance(8*time.Minute + time.Second)
	s := b.post(action, form)
	require.Contains(t, s.Body, simOrigin, "the provider is told that it was refused")
	require.True(t, b.signedIn(w, home))
	require.Equal(t, "saml_expired", w.records(systemlog.OfCustomer(first), systemlog.ProviderLogoutRefused)[0].Reason)
}

// TestForeignLogoutAnswers brings answers that belong to no logout of the browser, or to none that is still open.
//
// Spec: SAM-119, SAM-086
func TestForeignLogoutAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.partner(idpsim.Okta, simOrigin)
	_, edit := p.register("", nil)
	w.use(first, w.connect(first, "acme", edit).ID)
	b := w.browser()
	b.arrive(home, "paula")
	s := b.signOut(home)
	s = b.get(strings.TrimPrefix(s.Header.Get("Refresh"), "0; url="))
	s = b.post(s.form(t)) // at the provider: the page that would post the answer
	action, answer := s.form(t)
	require.Equal(t, samlSite+federation.LogoutPath, action)

	foreign := w.browser().post(action, answer)
	require.Equal(t, http.StatusForbidden, foreign.Status, "another browser")
	require.Empty(t, w.records(systemlog.OfCustomer(first), systemlog.SingleLogoutCompleted))

	wrong := url.Values{"SAMLResponse": {edited(t, answer.Get("SAMLResponse"), "status:Success", "status:Success2")}, "RelayState": answer["RelayState"]}
	s = b.post(action, wrong)
	require.Contains(t, s.Body, "may still be open", "the browser is told what it means")

	bare := url.Values{"SAMLResponse": answer["SAMLResponse"]} // a provider that forgets RelayState
	s = b.post(action, bare)
	require.Contains(t, s.Body, "and at your identity provider.", "the genuine answer still counts")
	again := b.post(action, answer)
	require.Equal(t, http.StatusForbidden, again.Status, "once")
	require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.SingleLogoutCompleted), 1)
}

// TestMisplacedScope asks for addresses that providers use when the scope of an entity ID was put into them.
//
// Spec: SSO-148, SSO-149
func TestMisplacedScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	b := w.browser()
	scope := "67338f11-4996-4980-8339-535f76d0c8fb"
	for _, path := range []string{"/saml/acs", "/saml/logout/callback"} {
		address := samlSite + "/" + scope + path
		for name, s := range map[string]shown{"get": b.get(address), "post": b.foreignPost(address)} {
			require.Equal(t, http.StatusNotFound, s.Status, name)
			require.Contains(t, s.Body, "holds the ID of a scoped entity ID", name)
		}
		records := w.records(systemlog.Installation, systemlog.MalformedServiceProviderURL)
		require.Equal(t, scope, records[0].Target.ID)
		require.Equal(t, "/"+scope+path, records[0].Args["path"])
	}
	require.Equal(t, http.StatusNotFound, b.get(samlSite+"/elsewhere/saml/acs").Status)
	require.Len(t, w.records(systemlog.Installation, systemlog.MalformedServiceProviderURL), 4)
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch} {
		req, err := http.NewRequestWithContext(t.Context(), method, samlSite+federation.LogoutPath, nil)
		require.NoError(t, err)
		res, err := b.http.Do(req)
		require.NoError(t, err)
		res.Body.Close()
		require.Equal(t, http.StatusMethodNotAllowed, res.StatusCode, method)
	}
}

// foreignPost posts as another site's page does.
func (b *browser) foreignPost(address string) shown {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, address, strings.NewReader("SAMLResponse=x"))
	require.NoError(b.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", simOrigin)
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := b.http.Do(req)
	require.NoError(b.t, err)
	return b.show(res)
}

// TestHandleOfALogout is good for a minute, for its host and for nothing else.
func TestHandleOfALogout(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.partner(idpsim.Okta, simOrigin)
	_, edit := p.register("", nil)
	w.use(first, w.connect(first, "acme", edit).ID)
	b := w.browser()
	b.arrive(home, "paula")
	s := b.signOut(home)
	address := strings.TrimPrefix(s.Header.Get("Refresh"), "0; url=")
	require.Equal(t, http.StatusForbidden, b.get(samlSite+federation.LogoutStartPath+"?h=made.up").Status)
	require.Equal(t, http.StatusForbidden, b.get(samlSite+"/saml/start?h="+url.QueryEscape(mustParse(t, address).Query().Get("h"))).Status, "no sign-in")
	w.clock.Advance(handover.HandleLife + time.Second)
	require.Equal(t, http.StatusForbidden, b.get(address).Status)
	s = b.get(s.URL.String())
	require.Contains(t, s.Body, "may still be open", "the page was loaded again")
	require.Empty(t, p.idp.Events(idpsim.LogoutAsked))
}

func mustParse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	return u
}

// TestUnreachableLogout: the connection is gone, or its address too long for a redirect, after the person has signed
// out. Spec: SAM-120
func TestUnreachableLogout(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.partner(idpsim.Okta, simOrigin)
	p.idp.Behave(func(b *idpsim.Behaviour) { b.Bindings = []idpsim.Binding{idpsim.Post, idpsim.Redirect} })
	_, edit := p.register("", func(s *federation.Settings) {
		s.SLOBinding = federation.Redirect
		s.LogoutURL += "?" + strings.Repeat("x", 1900)
	})
	w.use(first, w.connect(first, "acme", edit).ID)
	b := w.browser()
	b.arrive(home, "paula")
	s := b.walk(b.signOut(home))
	require.Contains(t, s.Body, "may still be open")
	require.False(t, b.signedIn(w, home))
	failed := w.records(systemlog.OfCustomer(first), systemlog.SingleLogoutFailed)[0]
	require.Equal(t, "saml_redirect_too_long", failed.Reason)
	require.EqualValues(t, 2048, failed.Args["limit"])
	require.Greater(t, failed.Args["length"], failed.Args["limit"])
}

// edited replaces text in a message of a form.
func edited(t *testing.T, field, old, replacement string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(field)
	require.NoError(t, err)
	require.Contains(t, string(raw), old)
	return base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(string(raw), old, replacement)))
}

var enveloped = regexp.MustCompile(`(?s)<(\w+:)?Signature[ >].*</(\w+:)?Signature>`)

// unsigned takes the signature out of a message of a form.
func unsigned(t *testing.T, field string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(field)
	require.NoError(t, err)
	require.Regexp(t, enveloped, string(raw))
	return base64.StdEncoding.EncodeToString(enveloped.ReplaceAll(raw, nil))
}

// TestEachHostSignsOutAtItsApplication has two applications of one connection at two providers, one for each host of the
// workspace. Spec: SSO-175, SSO-176, SSO-192
func TestEachHostSignsOutAtItsApplication(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	one, two := w.partner(idpsim.PingFederate, simOrigin), w.partner(idpsim.OneLogin, "https://sim2.partner.test")
	_, edit := one.register("", nil)
	w.use(first, w.connect(first, "acme", edit).ID)
	w.own(first, customHost)
	app, err := two.idp.Add(t.Context(), idpsim.Application{EntityID: samlSite, ACSURLs: []string{customACS}, LogoutURL: customOrigin + federation.LogoutPath})
	require.NoError(t, err)
	require.NoError(t, app.Import([]byte(w.browser().get(samlSite+federation.MetadataPath).Body)))
	second := federation.Application{IdPEntityID: app.EntityID(), SSOURL: app.SSOURL(), LogoutURL: app.LogoutURL(),
		Certificates: []federation.Certificate{{FileName: "sim2.cer", DER: two.idp.Certificate().Raw}}}
	_, err = w.domains.SetSAML(t.Context(), w.console, first, workspace.DomainSAMLInput{Mode: workspace.SAMLBoth, Application: second}, revision.Any)
	require.NoError(t, err)
	custom := customOrigin + "/"
	asked := func() [2]int {
		return [2]int{len(one.idp.Events(idpsim.LogoutAsked)), len(two.idp.Events(idpsim.LogoutAsked))}
	}

	b := w.browser()
	require.Equal(t, custom, b.arrive(custom, "paula").URL.String())
	require.Equal(t, home, b.arrive(home, "paula").URL.String())
	require.True(t, b.signedIn(w, custom))
	s := b.walk(b.signOut(custom))
	require.Contains(t, s.Body, "You are signed out here and at your identity provider.", two.idp.Events(idpsim.Refused))
	require.Equal(t, customHost, s.URL.Host)
	require.Equal(t, [2]int{0, 1}, asked())
	require.False(t, b.signedIn(w, custom))
	require.True(t, b.signedIn(w, home), "the session of the other host goes on")
	s = b.walk(b.signOut(home))
	require.Contains(t, s.Body, "You are signed out here and at your identity provider.", one.idp.Events(idpsim.Refused))
	require.Equal(t, [2]int{1, 1}, asked())

	b.arrive(custom, "paula")
	b.arrive(home, "paula")
	s = b.walk(b.get(two.idp.StartLogoutURL(idpsim.Post)))
	require.Contains(t, s.Body, "You are signed out of all applications.", two.idp.Events(idpsim.Refused))
	require.False(t, b.signedIn(w, custom))
	require.True(t, b.signedIn(w, home), "the provider ends only what began at it")
	require.Equal(t, string(federation.CustomDomain), w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedOutByProvider)[0].Args["application"])

	second.LogoutURL = ""
	_, err = w.domains.SetSAML(t.Context(), w.console, first, workspace.DomainSAMLInput{Mode: workspace.SAMLBoth, Application: second}, revision.Any)
	require.NoError(t, err)
	b.arrive(custom, "paula")
	before := asked()
	s = b.walk(b.signOut(custom))
	require.Contains(t, s.Body, "You are signed out here. You may still be signed in at your identity provider.")
	require.Equal(t, before, asked(), "nothing is sent, whatever the first application has")
	require.False(t, b.signedIn(w, custom))
}

// TestUnsolicitedAssertion begins at the provider's own sign-on address. Spec: SSO-126
func TestUnsolicitedAssertion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.partner(idpsim.PingFederate, simOrigin)
	p.idp.Behave(func(b *idpsim.Behaviour) { b.Unsolicited = true })
	_, edit := p.register("", nil)
	w.use(first, w.connect(first, "acme", edit).ID)
	b := w.browser()
	s := b.arrive(p.idp.StartURL(samlSite, ""), "paula")
	require.Equal(t, acsURL, s.URL.String())
	require.Equal(t, http.StatusForbidden, s.Status)
	require.False(t, b.signedIn(w, home))
	require.Equal(t, federation.ErrUnsolicited.Code, w.records(systemlog.Installation, systemlog.SubscriberSignInFailed)[0].Reason)
}

// TestStrangersEndNoLogout posts into a logout under way what any page can make a browser post: the provider's own answer counts after
// it, and nothing of it is the customer's.
func TestStrangersEndNoLogout(t *testing.T) { // S38
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.partner(idpsim.PingFederate, simOrigin)
	_, edit := p.register("", nil)
	w.use(first, w.connect(first, "acme", edit).ID)
	b := w.browser()
	b.arrive(home, "paula")
	s := b.signOut(home)
	for s.URL.Host != "saml.causeway.test" {
		s = b.get(strings.TrimPrefix(s.Header.Get("Refresh"), "0; url="))
	}
	for range 6 {
		require.Equal(t, http.StatusForbidden, b.post(samlSite+federation.LogoutPath, url.Values{"SAMLResponse": {"PHgvPg=="}}).Status)
	}
	require.Contains(t, b.walk(b.post(s.form(t))).Body, "You are signed out here and at your identity provider.")
	require.Empty(t, w.records(systemlog.OfCustomer(first), systemlog.SingleLogoutFailed))
}
