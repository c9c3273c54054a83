package pages_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/test/idpsim"
)

// TestProfilesSignIn signs in through each provider with the defaults of a new connection: AD FS as it comes and as it is
// recommended, Okta, Duo, PingFederate, Entra ID and OneLogin. Where the provider enforces signatures, it has found ours
// with the certificate that it has from our metadata or by hand.
//
// Spec: SSO-010, SSO-024, SSO-035, SSO-037, SSO-038, SSO-039, SSO-052, SSO-064, SSO-065, SSO-066, SSO-067, SSO-071, SSO-085, SSO-101, SSO-102, SSO-107
// Spec: SSO-116, SSO-118, SSO-119, SSO-120, SAM-003, SAM-035, SAM-038, SAM-048, SAM-058, SAM-140, SAM-141, SAM-142, SAM-144, SAM-151, SAM-153, SAM-154
func TestProfilesSignIn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		profile  idpsim.Profile
		login    string
		enforces bool
		asked    int // questions to the directory
	}{
		{idpsim.ADFSDefault, uwe.UPN, false, 1},
		{idpsim.ADFSRecommended, uwe.UPN, true, 1},
		{idpsim.Okta, uwe.UPN, true, 0},
		{idpsim.Duo, uwe.UPN, false, 1},
		{idpsim.PingFederate, uwe.UPN, true, 1},
		{idpsim.PingFederate, uwe.SAMAccountName, true, 1}, // the NameID is what was typed
		{idpsim.Entra, uwe.UPN, false, 0},
		{idpsim.OneLogin, uwe.UPN, false, 0},
	} {
		t.Run(string(tt.profile)+" "+tt.login, func(t *testing.T) {
			t.Parallel()
			w := newPartners(t)
			w.okta(first, tt.profile == idpsim.Okta)
			idp, _ := w.connected(tt.profile, first)
			require.Equal(t, tt.enforces, idp.Behaviour().RequireSignedRequests)
			b := w.browser()
			home := b.login(b.travel(b.get(home)), tt.login)
			require.Equal(t, http.StatusOK, home.Status, home.Body)
			require.Contains(t, home.Body, uwe.DisplayName)
			require.Contains(t, home.Body, uwe.SID)
			require.Equal(t, tt.asked, w.directory.questions())
			require.Equal(t, uwe.UPN, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn)[0].Target.UserID)
			asked, ok := idp.Last(idpsim.SignInAsked)
			require.True(t, ok)
			require.Equal(t, idpsim.Post, asked.Binding)
			require.Equal(t, ourEntityID, asked.Application)
			if tt.profile == idpsim.Duo {
				require.Nil(t, asked.Signer, "it never looks")
			} else {
				require.True(t, w.signingCertificate().Equal(asked.Signer), "signed with the key of our certificate")
			}
		})
	}
}

// TestPresetsFitTheProviders compares the values that the form offers with the addresses of the simulated products.
//
// Spec: SSO-011, SAM-154
func TestPresetsFitTheProviders(t *testing.T) {
	t.Parallel()
	w := newPartners(t)
	profiles := map[string]idpsim.Profile{"entra_id": idpsim.Entra, "adfs": idpsim.ADFSDefault, "okta": idpsim.Okta, "duo": idpsim.Duo, "pingfederate": idpsim.PingFederate}
	for _, preset := range federation.Presets() {
		profile, ok := profiles[preset.Key]
		if !ok {
			continue
		}
		delete(profiles, preset.Key)
		idp := w.provider(profile, preset.Key+".partner.test", nil)
		app, err := idp.Add(t.Context(), idpsim.Application{EntityID: ourEntityID, ACSURLs: []string{acsURL}})
		require.NoError(t, err)
		for example, address := range map[string]string{preset.SSOServiceURL: app.SSOURL(), preset.LogoutURL: app.LogoutURL(), preset.EntityID: app.EntityID()} {
			require.Regexp(t, shapeOf(pathOf(example)), pathOf(address), preset.Name)
		}
		require.Equal(t, preset.DuplicateEntityIDs, !idp.Behaviour().RefuseDuplicates, preset.Name)
	}
	require.Empty(t, profiles, "every one has a preset")
}

// pathOf cuts scheme and host off: those of a simulator are its own.
func pathOf(address string) string {
	return regexp.MustCompile(`^https?://[^/]+`).ReplaceAllString(address, "")
}

// shapeOf returns an expression for what an example stands for: its places in angle brackets are filled in, and nothing else.
func shapeOf(example string) string {
	parts := regexp.MustCompile(`<[^>]+>`).Split(example, -1)
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	return "^" + strings.Join(parts, `[\w-]+`) + "$"
}

// TestOktaWantsItsNamePolicy signs in with the feature on, and is refused by Okta with the feature off or with another
// format there. An address that the application does not have is refused too.
//
// Spec: SSO-082, SSO-083, SSO-086, SSO-087, SSO-231
func TestOktaWantsItsNamePolicy(t *testing.T) {
	t.Parallel()
	w := newPartners(t)
	idp, app := w.connected(idpsim.Okta, first)
	refused := func(reason string) {
		t.Helper()
		b := w.browser()
		require.Equal(t, http.StatusBadRequest, b.travel(b.get(home)).Status)
		e, _ := idp.Last(idpsim.Refused)
		require.Contains(t, e.Reason, reason)
	}
	refused("another name ID format")
	w.okta(first, true)
	w.browser().reach(home)
	asked, _ := idp.Last(idpsim.SignInAsked)
	require.Contains(t, string(asked.XML), `<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"`)
	idp.Behave(func(b *idpsim.Behaviour) { b.NameID.Format = idpsim.EmailAddress })
	refused("another name ID format")
	idp.Behave(func(b *idpsim.Behaviour) { b.NameID.Format = idpsim.Unspecified })
	app.Change(func(a *idpsim.Application) { a.ACSURLs = []string{ourEntityID + "/other"} })
	refused("not allowed")
	app.Change(func(a *idpsim.Application) { a.ACSURLs = []string{acsURL} })
	app.Overwrite(idp.Certificate())
	refused("does not verify")
	app.Overwrite(w.signingCertificate())
	w.browser().reach(home)
	w.okta(first, false)
	refused("another name ID format")
}

// TestOktaAsksAgain prompts with "always prompt" although Okta has a session, and does not without. Spec: SSO-094
func TestOktaAsksAgain(t *testing.T) {
	t.Parallel()
	w := newPartners(t)
	w.okta(first, true)
	idp, _ := w.connected(idpsim.Okta, first)
	again := func() shown {
		b := w.browser()
		b.reach(home)
		u, err := url.Parse(home)
		require.NoError(t, err)
		for _, c := range b.jar.Cookies(u) { // the workspace forgets him, the provider does not
			b.jar.SetCookies(u, []*http.Cookie{{Name: c.Name, Path: "/", Secure: true, MaxAge: -1}})
		}
		return b.travel(b.get(home))
	}
	require.Contains(t, again().Body, `name="password"`)
	require.Empty(t, idp.Events(idpsim.AnsweredForSSO))
	_, err := w.workspaces.SetSignIn(t.Context(), w.actor(first), first, workspace.SignInSettings{}, 0)
	require.NoError(t, err)
	require.Equal(t, home, again().URL.String())
	require.Len(t, idp.Events(idpsim.AnsweredForSSO), 1)
}

// TestDuoClaims sends the claims under other names: with other capital letters they are missing, and the page and the trace
// name them; what nobody asked for does no harm. How he proved who he is stands in the record.
//
// Spec: SSO-036, SSO-040, SSO-103, SSO-108, SSO-109
func TestDuoClaims(t *testing.T) {
	t.Parallel()
	w := newPartners(t)
	idp, _ := w.connected(idpsim.Duo, first)
	idp.Behave(func(b *idpsim.Behaviour) {
		b.Attributes = []idpsim.Attribute{{Name: "CIP_UPN", Source: idpsim.UPN}, {Name: "displayname", Source: idpsim.DisplayName}}
	})
	b := w.browser()
	p := b.login(b.travel(b.get(home)), uwe.UPN)
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Contains(t, p.Body, "<code>cip_upn</code>")
	require.False(t, w.lastTrace(first).Succeeded)

	idp.Behave(func(b *idpsim.Behaviour) {
		b.Attributes = []idpsim.Attribute{{Name: "cip_upn", Source: idpsim.UPN}, {Name: "amr", Source: idpsim.AMR},
			{Name: "cip_domain", Source: idpsim.Constant, Constant: "forest.test"}, {Name: "cip_forest", Source: idpsim.Constant, Constant: "forest.test"}}
	})
	require.Contains(t, w.browser().reach(home).Body, uwe.SID)
	require.Equal(t, "duo_mfa", w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn)[0].Args["methods"])
	asked := w.directory.asked[len(w.directory.asked)-1]
	require.Equal(t, "forest.test", asked.Forest)
	require.Equal(t, "forest.test", asked.Domain)
}

// TestPingWindow answers late within the five minutes of an assertion and behind them. Spec: SSO-033, SSO-121
func TestPingWindow(t *testing.T) {
	t.Parallel()
	w := newPartners(t)
	w.connected(idpsim.PingFederate, first)
	for _, tt := range []struct {
		wait   time.Duration
		status int
	}{{4 * time.Minute, http.StatusOK}, {9 * time.Minute, http.StatusForbidden}} {
		b := w.browser()
		address, form := b.travel(b.get(home)).form(t)
		form.Set("login", uwe.UPN)
		form.Set("password", "pw")
		answer := b.post(address, form)
		w.clock.Advance(tt.wait)
		require.Equal(t, tt.status, b.travel(answer).Status, tt.wait)
	}
	require.Equal(t, "saml_confirmation_expired", w.lastTrace(first).Code)
}

// TestPingByRedirectIsRefused sends by the binding that the partner has switched off. Spec: SSO-120
func TestPingByRedirectIsRefused(t *testing.T) {
	t.Parallel()
	w := newPartners(t)
	idp := w.provider(idpsim.PingFederate, "ping.partner.test", nil)
	app, err := w.application(idp, ourEntityID)
	require.NoError(t, err)
	w.use(first, w.connect(first, "redirect", func(s *federation.Settings) { values(idp, app)(s); s.SSOBinding = federation.Redirect }).ID)
	b := w.browser()
	require.Equal(t, http.StatusBadRequest, b.travel(b.get(home)).Status)
	e, _ := idp.Last(idpsim.Refused)
	require.Equal(t, idpsim.Redirect, e.Binding)
	require.Contains(t, e.Reason, "switched off")
}

// TestEncryptedByPing lets the partner encrypt the assertion, or the NameID and every attribute, to the key in the metadata
// of the connection's own entity ID.
//
// Spec: SSO-041, SSO-042, SSO-122
func TestEncryptedByPing(t *testing.T) {
	t.Parallel()
	for _, encryption := range []idpsim.Encryption{idpsim.WholeAssertion, idpsim.Parts} {
		w := newPartners(t)
		idp := w.provider(idpsim.PingFederate, "ping.partner.test", nil)
		idp.Behave(func(b *idpsim.Behaviour) { b.Encryption = encryption })
		app, d := w.scoped(idp, first, "encrypted", func(s *federation.Settings) { s.AcceptEncrypted = true })
		require.NoError(t, idp.Poll(t.Context()))
		_, key := app.Get()
		require.NotNil(t, key, "the scoped metadata offers a key")
		w.use(first, d.ID)
		require.Contains(t, w.browser().reach(home).Body, uwe.SID, encryption)
		answer, _ := idp.Last(idpsim.SignInAnswered)
		require.NotContains(t, string(answer.XML), "cip_upn")
	}
}

// scoped makes a connection with an entity ID of its own and registers it at the provider.
func (p *partners) scoped(idp *idpsim.IdP, c customer.ID, identifier string, edit func(*federation.Settings)) (*idpsim.App, federation.Connection) {
	p.t.Helper()
	ctx := p.t.Context()
	d, err := p.connections.NewDraft(ctx, p.actor(c), c, federation.SAML, identifier, federation.FourClaims)
	require.NoError(p.t, err)
	yes, name := true, "Partner "+identifier
	d, err = p.connections.ChangeDraft(ctx, p.actor(c), c, d.ID, federation.DraftChange{Scoped: &yes, Nickname: &name})
	require.NoError(p.t, err)
	app, err := p.application(idp, ourEntityID+"/"+d.Settings.ScopedID)
	require.NoError(p.t, err)
	_, err = p.connections.ChangeDraft(ctx, p.actor(c), c, d.ID, federation.DraftChange{Settings: func(s *federation.Settings) {
		values(idp, app)(s)
		if edit != nil {
			edit(s)
		}
	}})
	require.NoError(p.t, err)
	conn, err := p.connections.Finish(ctx, p.actor(c), c, d.ID, true)
	require.NoError(p.t, err)
	return app, conn
}

// TestChain signs in through a provider that lets another one do it. Only the first one's signature is ours to check.
//
// Spec: SAM-075
func TestChain(t *testing.T) {
	t.Parallel()
	for _, second := range []idpsim.Profile{idpsim.ADFSDefault, idpsim.OneLogin, idpsim.Duo} {
		w := newPartners(t)
		upstream := w.provider(second, "second.partner.test", nil)
		behind, err := upstream.Add(t.Context(), idpsim.UpstreamApplication("https://first.partner.test"))
		require.NoError(t, err)
		idp := w.provider(idpsim.Entra, "first.partner.test", behind)
		app, err := w.application(idp, ourEntityID)
		require.NoError(t, err)
		w.use(first, w.connect(first, "chain", values(idp, app)).ID)
		b := w.browser()
		form := b.travel(b.get(home))
		require.Equal(t, "second.partner.test", form.URL.Host)
		require.Contains(t, b.login(form, uwe.UPN).Body, uwe.SID)
		answer, _ := idp.Last(idpsim.SignInAnswered)
		require.Contains(t, string(answer.XML), "AuthenticatingAuthority>"+behind.EntityID())
	}
}

// TestUnsolicitedIsRefused begins at the provider: at PingFederate's start address, and at one that answers with an e-mail
// address only, with and without a relay state.
//
// Spec: SSO-012, SSO-126
func TestUnsolicitedIsRefused(t *testing.T) {
	t.Parallel()
	for _, profile := range []idpsim.Profile{idpsim.PingFederate, idpsim.IdPInitiated} {
		w := newPartners(t)
		idp, app := w.connected(profile, first)
		for _, state := range []string{"", home, "abcdefgh"} {
			b := w.browser()
			p := b.login(b.travel(b.get(idp.StartURL(ourEntityID, state))), uwe.UPN)
			require.Equal(t, http.StatusForbidden, p.Status)
			require.Equal(t, acsURL, p.URL.String())
			require.Contains(t, p.Body, "Something unexpected happened")
			answer, _ := idp.Last(idpsim.SignInAnswered)
			require.NotContains(t, string(answer.XML), "InResponseTo")
			require.Contains(t, b.travel(b.get(home)).URL.Host, ".partner.test", "there is no session")
		}
		require.NotEmpty(t, w.records(systemlog.Installation, systemlog.SubscriberSignInFailed))
		require.NotEmpty(t, app.EntityID())
	}
}

// TestOneApplicationForSeveralCustomers links two customers to one application with the generic entity ID; each signs in to
// his own workspace, and the answer for one is refused for the other.
//
// Spec: SSO-015, SSO-016, SSO-156
func TestOneApplicationForSeveralCustomers(t *testing.T) {
	t.Parallel()
	w := newPartners(t)
	idp, app := w.connected(idpsim.Entra, first)
	w.use(second, w.connect(second, "umbrella", values(idp, app)).ID)
	one, two := w.browser(), w.browser()
	formOne, formTwo := one.travel(one.get(home)), two.travel(two.get(umbrellaHome))
	require.Equal(t, umbrellaHome, two.login(formTwo, uwe.UPN).URL.String())
	require.Equal(t, home, one.login(formOne, uwe.UPN).URL.String())
	both := w.browser() // and both in one browser
	both.reach(home)
	require.Equal(t, umbrellaHome, both.login(both.travel(both.get(umbrellaHome)), uwe.UPN).URL.String())
	require.Equal(t, home, both.get(home).URL.String())

	thief := w.browser()
	answer := func(b *browser, address string) (string, url.Values) {
		to, form := b.travel(b.get(address)).form(t)
		form.Set("login", uwe.UPN)
		form.Set("password", "pw")
		return b.post(to, form).form(t)
	}
	_, forFirst := answer(thief, home)
	to, forSecond := answer(thief, umbrellaHome)
	forSecond["SAMLResponse"] = forFirst["SAMLResponse"]
	require.Equal(t, http.StatusForbidden, thief.post(to, forSecond).Status)
	require.Equal(t, "saml_request", w.records(systemlog.OfCustomer(second), systemlog.SubscriberSignInFailed)[0].Reason)
}

// TestScopesWhereDuplicatesAreRefused connects a second time to a provider that takes each entity ID once: the generic one is
// refused there with the product's own words, scoped ones work beside each other, for one customer and for another.
//
// Spec: SSO-145, SSO-147, SSO-150, SSO-152, SSO-155, SSO-162, SSO-163
func TestScopesWhereDuplicatesAreRefused(t *testing.T) {
	t.Parallel()
	for profile, words := range map[idpsim.Profile]string{
		idpsim.Entra:           "Please enter an identifier which is unique within your organization.",
		idpsim.PingFederate:    "The Connection ID you specified is already in use.",
		idpsim.ADFSRecommended: "unique",
	} {
		w := newPartners(t)
		idp, _ := w.connected(profile, first)
		w.browser().reach(home)
		_, err := w.application(idp, ourEntityID)
		require.ErrorContains(t, err, words)
		appOne, one := w.scoped(idp, first, "one", nil)
		appTwo, two := w.scoped(idp, second, "two", nil)
		require.Equal(t, appOne.EntityID(), appTwo.EntityID())
		require.NotEqual(t, one.Settings.ScopedID, two.Settings.ScopedID)
		w.use(second, two.ID)
		_, err = w.workspaces.Choose(t.Context(), w.actor(first), first, federation.SAML, one.ID, 0)
		require.NoError(t, err)
		for address, scope := range map[string]string{home: one.Settings.ScopedID, umbrellaHome: two.Settings.ScopedID} {
			w.browser().reach(address)
			asked, _ := idp.Last(idpsim.SignInAsked)
			require.Equal(t, ourEntityID+"/"+scope, asked.Application)
			require.Contains(t, string(asked.XML), `AssertionConsumerServiceURL="`+acsURL+`"`, "the GUID is no part of addresses")
		}
		appOne.Change(func(a *idpsim.Application) { a.EntityID = ourEntityID + "/" + one.Settings.ScopedID + "x" })
		b := w.browser()
		require.Equal(t, http.StatusBadRequest, b.travel(b.get(home)).Status)
	}
}

// TestRequestsAsProvidersReadThem sends by both bindings, signed and not, and with a context; the provider, whose reader is not
// ours, tells what came.
//
// Spec: SSO-017, SSO-018, SSO-019, SSO-020, SSO-021, SSO-022, SSO-023
func TestRequestsAsProvidersReadThem(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		edit     func(*federation.Settings)
		binding  idpsim.Binding
		signed   bool
		contains string
	}{
		"post":     {func(*federation.Settings) {}, idpsim.Post, true, `<InclusiveNamespaces PrefixList="#default samlp saml ds xs xsi"`},
		"redirect": {func(s *federation.Settings) { s.SSOBinding = federation.Redirect }, idpsim.Redirect, true, `ForceAuthn="true"`},
		"unsigned": {func(s *federation.Settings) { s.SignAuthnRequest = false }, idpsim.Post, false, `IsPassive="false"`},
		"context": {func(s *federation.Settings) { s.Context = saml.PasswordProtectedTransport }, idpsim.Post, true,
			`<samlp:RequestedAuthnContext Comparison="exact"><saml:AuthnContextClassRef`},
	} {
		w := newPartners(t)
		idp := w.provider(idpsim.Entra, "entra.partner.test", nil)
		app, err := w.application(idp, ourEntityID)
		require.NoError(t, err)
		w.use(first, w.connect(first, "requests", func(s *federation.Settings) { values(idp, app)(s); tt.edit(s) }).ID)
		w.browser().reach(home)
		asked, _ := idp.Last(idpsim.SignInAsked)
		require.Equal(t, tt.binding, asked.Binding, name)
		require.Equal(t, tt.signed, asked.Signer != nil, name)
		request := string(asked.XML)
		for _, part := range []string{tt.contains, `Version="2.0"`, `Destination="` + app.SSOURL() + `"`, `AssertionConsumerServiceURL="` + acsURL + `"`,
			`ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"`, `ProviderName="citrix-cloud"`} {
			require.Contains(t, request, part, name)
		}
		require.Regexp(t, `ID="_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"`, request)
		require.NotContains(t, request, "NameIDPolicy", name)
		require.Equal(t, name == "context", strings.Contains(request, "RequestedAuthnContext"), name)
		if tt.binding == idpsim.Redirect {
			require.NotContains(t, request, "Signature", "it stands in the query")
		}
	}
	w := newPartners(t)
	idp := w.provider(idpsim.Entra, "entra.partner.test", nil)
	app, err := w.application(idp, ourEntityID)
	require.NoError(t, err)
	w.use(first, w.connect(first, "kerberos", func(s *federation.Settings) { values(idp, app)(s); s.Context = saml.Kerberos }).ID)
	b := w.browser()
	require.Equal(t, http.StatusForbidden, b.travel(b.get(home)).Status, "the provider cannot give the context")
}

// TestStricterSignatures demands more than a provider signs. Spec: SSO-025, SSO-026, SSO-028
func TestStricterSignatures(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		profile idpsim.Profile
		mode    saml.SigningMode
		status  int
	}{
		{idpsim.ADFSDefault, saml.SignAssertion, http.StatusOK},
		{idpsim.ADFSDefault, saml.SignResponse, http.StatusForbidden},
		{idpsim.ADFSDefault, saml.SignBoth, http.StatusForbidden},
		{idpsim.Duo, saml.SignResponse, http.StatusOK},
		{idpsim.Duo, saml.SignAssertion, http.StatusForbidden},
		{idpsim.ADFSRecommended, saml.SignBoth, http.StatusOK},
		{idpsim.PingFederate, saml.SignBoth, http.StatusOK}, // no certificate in KeyInfo
	} {
		w := newPartners(t)
		idp := w.provider(tt.profile, "strict.partner.test", nil)
		app, err := w.application(idp, ourEntityID)
		require.NoError(t, err)
		w.use(first, w.connect(first, "strict", func(s *federation.Settings) { values(idp, app)(s); s.Mode = tt.mode }).ID)
		b := w.browser()
		require.Equal(t, tt.status, b.login(b.travel(b.get(home)), uwe.UPN).Status, "%s %s", tt.profile, tt.mode)
		idp.Behave(func(b *idpsim.Behaviour) { b.SignResponse, b.SignAssertion = false, false })
		b = w.browser()
		require.Equal(t, http.StatusForbidden, b.login(b.travel(b.get(home)), uwe.UPN).Status, "unsigned is refused whatever is demanded")
		other, err := idp.NewKey()
		require.NoError(t, err)
		require.NoError(t, idp.UseKey(other))
		idp.Behave(func(b *idpsim.Behaviour) { b.SignResponse, b.SignAssertion, b.IncludeCertificate = true, true, true })
		b = w.browser()
		require.Equal(t, http.StatusForbidden, b.login(b.travel(b.get(home)), uwe.UPN).Status, "a certificate in the message is not trusted")
	}
}

// TestEntraClaims signs in a guest under his mail address who arrives with his new UPN; claims under their default
// namespace are other names; the constant that asks for an Entra ID identity is refused, and only where it is sent.
//
// Spec: SAM-164, SAM-165, SAM-183, SAM-239, SSO-230
func TestEntraClaims(t *testing.T) {
	t.Parallel()
	w := newPartners(t)
	idp, app := w.connected(idpsim.Entra, first)
	require.NoError(t, app.Upload(idp.Certificate()), "a second verification certificate, of another key")
	send := func(attributes ...idpsim.Attribute) shown {
		idp.Behave(func(b *idpsim.Behaviour) { b.Attributes = attributes })
		b := w.browser()
		return b.login(b.travel(b.get(home)), uwe.Email)
	}
	upn := idpsim.Attribute{Name: "cip_upn", Source: idpsim.UPN}
	require.Contains(t, send(upn, idpsim.Attribute{Name: "displayName", Source: idpsim.DisplayName}).Body, uwe.SID)
	const namespace = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
	p := send(idpsim.Attribute{Name: namespace + "cip_upn", Source: idpsim.UPN})
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Contains(t, p.Body, "<code>cip_upn</code>")
	entra := idpsim.Attribute{Name: "cip_directory", Source: idpsim.Constant, Constant: "azuread"}
	require.Equal(t, http.StatusForbidden, send(upn, entra, idpsim.Attribute{Name: "cip_fed_upn", Source: idpsim.UPN}).Status)
	require.False(t, w.lastTrace(first).Succeeded, "no Entra ID tenant is connected")
	require.Equal(t, http.StatusOK, send(upn).Status)
}

// TestOktaSignsOutOfAllThatShareItsApplication signs in to two workspaces of two customers through one application and signs
// out of one of them: Okta ends the other session as well before it answers.
//
// Spec: SSO-088, SSO-089, SSO-048
func TestOktaSignsOutOfAllThatShareItsApplication(t *testing.T) {
	t.Parallel()
	w := newPartners(t)
	w.okta(first, true)
	w.okta(second, true)
	idp, app := w.connected(idpsim.Okta, first)
	w.use(second, w.connect(second, "umbrella", values(idp, app)).ID)
	b := w.browser()
	b.reach(home)
	require.Equal(t, umbrellaHome, b.login(b.travel(b.get(umbrellaHome)), uwe.UPN).URL.String())
	p := b.travel(b.post(home+"sign-out", nil))
	require.Contains(t, p.Body, "You are signed out here and at your identity provider.")
	asked, ok := idp.Last(idpsim.LogoutAsked)
	require.True(t, ok)
	require.True(t, w.signingCertificate().Equal(asked.Signer))
	require.Len(t, idp.Events(idpsim.LogoutDone), 1, "the other one was told")
	for _, address := range []string{home, umbrellaHome} {
		require.Contains(t, b.travel(b.get(address)).Body, `name="password"`, "%s: no session is left", address)
	}
}
