package pages_test

import (
	"crypto/x509"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
	"github.com/causeway-cloud/causeway/test/idpsim"
)

const customLogout = customOrigin + "/saml/logout/callback"

// at registers us at a provider with the addresses of one host and the generic entity ID, as the tables for custom domains say. Audience,
// recipient and destination of its answers are those, and it refuses requests that ask for another address.
func (p *partners) at(idp *idpsim.IdP, acs, logout string) *idpsim.App {
	p.t.Helper()
	app, err := idp.Add(p.t.Context(), idpsim.Application{EntityID: ourEntityID, ACSURLs: []string{acs}, LogoutURL: logout,
		Certificates: []*x509.Certificate{p.signingCertificate()}})
	require.NoError(p.t, err)
	return app
}

// inAndOutAt signs in at a host and out again, at both sides.
func (p *partners) inAndOutAt(idp *idpsim.IdP, site string) {
	p.t.Helper()
	b := p.browser()
	require.Contains(p.t, b.reach(site+"/").Body, uwe.SID)
	before := len(idp.Events(idpsim.LogoutAsked))
	require.Contains(p.t, b.travel(b.post(site+"/sign-out", nil)).Body, "You are signed out here and at your identity provider.")
	require.Len(p.t, idp.Events(idpsim.LogoutAsked), before+1)
}

// TestOneApplicationForTheCustomHost sets Okta and OneLogin up with the addresses of the custom host alone.
func TestOneApplicationForTheCustomHost(t *testing.T) {
	t.Parallel()
	// Spec: SSO-193, SSO-031
	for _, profile := range []idpsim.Profile{idpsim.Okta, idpsim.OneLogin} {
		t.Run(string(profile), func(t *testing.T) {
			t.Parallel()
			w := newPartners(t)
			w.okta(first, profile == idpsim.Okta)
			idp := w.provider(profile, string(profile)+".partner.test", nil)
			app := w.at(idp, customACS, customLogout)
			w.use(first, w.connect(first, "acme", values(idp, app)).ID)
			w.own(first, customHost)
			_, err := w.domains.SetSAML(t.Context(), w.console, first, workspace.DomainSAMLInput{Mode: workspace.SAMLCustomOnly}, revision.Any)
			require.NoError(t, err)
			w.inAndOutAt(idp, customOrigin)
			b := w.browser()
			require.Equal(t, customOrigin+"/", b.login(b.travel(b.get(nameOrigin+"/")), uwe.UPN).URL.String(), "the workspace URL leads there")
		})
	}
}

// TestTwoApplicationsAtOkta sets Okta up with an application for each host. Both have our one entity ID and Okta's one key; only
// their issuer, which Okta gives to each application, tells them apart.
func TestTwoApplicationsAtOkta(t *testing.T) {
	t.Parallel()
	// Spec: SSO-194, SSO-030
	w := newPartners(t)
	w.okta(first, true)
	idp := w.provider(idpsim.Okta, "okta.partner.test", nil)
	one, two := w.at(idp, acsURL, logoutURL), w.at(idp, customACS, customLogout)
	require.NotEqual(t, one.EntityID(), two.EntityID())
	w.use(first, w.connect(first, "acme", values(idp, one)).ID)
	w.own(first, customHost)
	application := federation.Application{IdPEntityID: two.EntityID(), SSOURL: two.SSOURL(), LogoutURL: two.LogoutURL(),
		Certificates: []federation.Certificate{{FileName: "okta.cert", DER: idp.Certificate().Raw}}}
	set := func() {
		t.Helper()
		_, err := w.domains.SetSAML(t.Context(), w.console, first, workspace.DomainSAMLInput{Mode: workspace.SAMLBoth, Application: application}, revision.Any)
		require.NoError(t, err)
	}
	set()
	w.inAndOutAt(idp, nameOrigin)
	w.inAndOutAt(idp, customOrigin)

	application.IdPEntityID = one.EntityID()
	set()
	b := w.browser()
	p := b.login(b.travel(b.get(customOrigin+"/")), uwe.UPN)
	require.Equal(t, http.StatusForbidden, p.Status, "the issuer is that of the other application")
	require.Equal(t, "saml_issuer", w.lastTrace(first).Code)
}

// TestFilesForADFS reads what the administrator of AD FS runs, for the generic entity ID, for a scoped one and for the custom host:
// the commands name the metadata of the very application, and nothing is left to fill in.
func TestFilesForADFS(t *testing.T) {
	t.Parallel()
	// Spec: SSO-081
	w := newWorld(t, "response")
	generic := w.connect(second, "umbrella", nil)
	conn, _, _ := w.both()
	d := w.scopedDraft()
	scoped, err := w.connections.ChangeDraft(t.Context(), w.console, first, d.ID, federation.DraftChange{Nickname: new("Scoped"), Settings: func(s *federation.Settings) {
		*s = conn.Settings
		s.ScopedID = d.Settings.ScopedID
	}})
	require.NoError(t, err)
	_, err = w.connections.Finish(t.Context(), w.console, first, scoped.ID, true)
	require.NoError(t, err)
	guid := d.Settings.ScopedID
	for name, tt := range map[string]struct {
		of      federation.ID
		variant federation.Variant
		want    [4]string // entity ID, consumer, logout, metadata
	}{
		"generic":     {generic.ID, federation.Primary, [4]string{ourEntityID, acsURL, logoutURL, ourEntityID + "/saml/metadata"}},
		"scoped":      {d.ID, federation.Primary, [4]string{ourEntityID + "/" + guid, acsURL, logoutURL, ourEntityID + "/saml/metadata/" + guid}},
		"custom host": {conn.ID, federation.CustomDomain, [4]string{ourEntityID, customACS, customLogout, customOrigin + "/saml/metadata"}},
	} {
		customer := first
		if name == "generic" {
			customer = second
		}
		got, err := w.connections.ADFS(t.Context(), w.actor(customer), customer, tt.of, tt.variant)
		require.NoError(t, err, name)
		require.Equal(t, tt.want, [4]string{got.EntityID, got.ACSURL, got.LogoutURL, got.MetadataURL}, name)
		require.Contains(t, got.Commands, "-MetadataUrl \""+tt.want[3]+"\"", name)
		require.NotContains(t, got.Commands, "saml.cloud.com", name)
		require.False(t, strings.ContainsAny(got.Commands, "<>"), name)
		page := w.browser().get(got.MetadataURL)
		require.Contains(t, page.Body, `entityID="`+tt.want[0]+`"`, name)
		require.Contains(t, page.Body, `Location="`+tt.want[1]+`"`, name)
	}
	_, err = w.connections.ADFS(t.Context(), w.actor(second), second, generic.ID, federation.CustomDomain)
	require.ErrorIs(t, err, federation.ErrNotFound, "he has no such application")
	_, err = w.connections.ADFS(t.Context(), w.actor(second), second, conn.ID, federation.Primary)
	require.ErrorIs(t, err, federation.ErrNotFound, "another customer's")
}
