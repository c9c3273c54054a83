package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/lab"
)

// api is the machine's API with the demonstration's service principal.
type api struct {
	t      *testing.T
	client *http.Client
	base   string // address of the customer's operations
	token  string
}

func (i devInfo) api(t *testing.T) *api {
	t.Helper()
	a := &api{t: t, client: authority{CAFile: i.CAFile}.httpClient(t), base: i.URLs.API + "/" + i.Customer.ID + "/v1"}
	answer, err := a.client.PostForm(i.URLs.API+"/cctrustoauth2/"+i.Customer.ID+"/tokens/clients",
		url.Values{"grant_type": {"client_credentials"}, "client_id": {i.ServicePrincipal.ID}, "client_secret": {i.ServicePrincipal.Secret}})
	require.NoError(t, err)
	defer answer.Body.Close()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&token))
	require.NotEmpty(t, token.AccessToken)
	a.token = token.AccessToken
	return a
}

// call sends in, unless that is nil, decodes the answer into out, unless that is nil, and returns the ETag.
func (a *api) call(method, path, etag string, in, out any) string {
	a.t.Helper()
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		require.NoError(a.t, err)
		body = bytes.NewReader(raw)
	}
	request, err := http.NewRequestWithContext(a.t.Context(), method, a.base+path, body)
	require.NoError(a.t, err)
	request.Header.Set("Authorization", "Bearer "+a.token)
	request.Header.Set("Content-Type", "application/json")
	if etag != "" {
		request.Header.Set("If-Match", etag)
	}
	answer, err := a.client.Do(request)
	require.NoError(a.t, err)
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	require.NoError(a.t, err)
	require.Less(a.t, answer.StatusCode, 300, "%s %s: %s", method, path, raw)
	if out != nil {
		require.NoError(a.t, json.Unmarshal(raw, out))
	}
	return answer.Header.Get("ETag")
}

// useProvider connects an identity provider of the lab, with an entity ID of the connection's own if scoped, and makes it
// the workspace's. The provider learns of the connection by the metadata that belongs to it.
func (i devInfo) useProvider(t *testing.T, p lab.SAML, identifier, sloBinding string, scoped bool) {
	t.Helper()
	a := i.api(t)
	var draft struct {
		ID              string `json:"id"`
		ServiceProvider struct {
			MetadataURL string `json:"metadataUrl"`
		} `json:"serviceProvider"`
	}
	a.call(http.MethodPost, "/connection-drafts", "", map[string]any{"type": "saml", "signInUrlId": identifier}, &draft)
	certificate, err := os.ReadFile(p.CertificateFile)
	require.NoError(t, err)
	a.call(http.MethodPatch, "/connection-drafts/"+draft.ID, "", map[string]any{"nickname": "Lab " + identifier, "settings": map[string]any{
		"scopedEntityId": scoped, "idpEntityId": p.EntityID, "ssoServiceUrl": p.SSOURL, "ssoBinding": "redirect", "logoutUrl": p.SLOURL,
		"sloBinding": sloBinding, "signLogoutRequest": true, "certificates": []map[string]any{{"fileName": "idp.crt", "pem": string(certificate)}},
	}}, &draft)
	metadata, err := a.client.Get(draft.ServiceProvider.MetadataURL)
	require.NoError(t, err)
	defer metadata.Body.Close()
	raw, err := io.ReadAll(metadata.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, metadata.StatusCode, "%s", raw)
	p.AddServiceProvider(t, raw, map[string]any{"validate.authnrequest": true, "validate.logout": true})
	var connection struct {
		ID string `json:"id"`
	}
	a.call(http.MethodPost, "/connection-drafts/"+draft.ID+"/finish", "", map[string]any{"untested": true}, &connection)
	etag := a.call(http.MethodGet, "/workspace/configuration", "", nil, nil)
	a.call(http.MethodPut, "/workspace/configuration", etag, map[string]any{"authentication": map[string]any{"method": "saml", "connectionId": connection.ID}}, nil)
}

// TestSingleLogout signs in, signs out and asks the provider whether its session has ended, with two implementations of
// SAML that share no code with ours; then a logout begins at each of them. They verify our signatures, and match NameID, SessionIndex
// and issuer with the sign-in's.
//
// Spec: SSO-043, SSO-045, SSO-046, SSO-048, SSO-146, SAM-057, SAM-086, SAM-118
func TestSingleLogout(t *testing.T) {
	l := lab.Load(t)
	_, info := startDev(t)
	person := map[string][]string{"cip_upn": {"sam@forest.example"}, "cip_sid": {"S-1-5-21-7-7-7-1234"}, "cip_oid": {"0f0e0d0c-9abc-def0-1122-334455667788"},
		"cip_email": {"sam@forest.example"}, "displayName": {"Sam Single"}, "cip_forest": {"forest.example"}, "cip_domain": {"forest.example"}}
	for _, tt := range []struct {
		name, binding string
		provider      lab.SAML
		scoped        bool
		startLogout   string
		ended         string // how the path begins at which the provider tells that all have signed out
	}{
		{"simplesamlphp-redirect", "redirect", l.SAML, true, l.SAML.SLOURL + "?ReturnTo=" + url.QueryEscape(l.SAML.BaseURL+"/saml2/idp/metadata.php?output=xhtml"), "/saml2/idp/metadata.php"},
		{"simplesamlphp-post", "post", l.SAML, false, l.SAML.SLOURL + "?ReturnTo=" + url.QueryEscape(l.SAML.BaseURL+"/saml2/idp/metadata.php?output=xhtml"), "/saml2/idp/metadata.php"},
		{"pysaml2-post", "post", l.PySAML2, true, l.PySAML2.BaseURL + "/logout?binding=post", "/slo"},
		{"pysaml2-redirect", "redirect", l.PySAML2, false, l.PySAML2.BaseURL + "/logout?binding=redirect", "/slo"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.provider.AddPerson(t, "sam", person)
			info.useProvider(t, tt.provider, tt.name, tt.binding, tt.scoped)
			runScript(t, "single-logout", info.settings(map[string]any{"person": "sam", "personPassword": tt.provider.Password, "name": "Sam Single",
				"provider": tt.provider.BaseURL, "startLogout": tt.startLogout, "ended": tt.ended}))
		})
	}
}
