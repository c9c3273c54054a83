package httpapi_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/httpapi"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// offline is a network where nothing is found.
type offline struct{}

var errOffline = errors.New("no network")

func (offline) LookupTXT(context.Context, string) ([]string, error) { return nil, errOffline }
func (offline) Get(context.Context, string) ([]byte, error)         { return nil, errOffline }
func (offline) Look(context.Context, string) (seen workspace.Seen, err error) {
	return seen, errOffline
}

func newDomainFixture(t *testing.T, rights admin.Rights) (*siteFixture, *workspace.Domains) {
	t.Helper()
	f := &siteFixture{fixture: newFixture(t)}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	texts, err := text.Load()
	require.NoError(t, err)
	addresses := edge.Addresses{BaseDomain: "causeway.example", Scheme: "https"}
	sp := federation.NewServiceProvider(addresses.URL(edge.SAML, ""))
	connections := federation.NewService(federation.ServiceDeps{Store: f.db.Connections(), Upkeep: f.db.Connections(), ServiceProvider: sp, ConsoleURL: addresses.URL(edge.Console, ""),
		SecureURL: func(u *url.URL) bool { return u.Scheme == "https" }, Clock: f.clk, Log: log})
	domains := workspace.NewDomains(workspace.DomainDeps{Store: f.db.Domains(), Workspaces: f.db.Workspaces(), Applications: connections,
		Rules: workspace.HostRules{Base: addresses.BaseDomain, Ours: addresses.Ours}, Origin: addresses.CustomOrigin, Resolver: offline{}, Fetch: offline{}, Looker: offline{},
		WorkspaceURL: func(name string) string { return addresses.WorkspaceURL(name, "/") }, SignInURL: connections.SignInURL,
		ServesTLS: true, ServiceProvider: sp, Sealer: plainSealer{}, Failures: systemlog.NewService(f.db.Logs(), f.clk), Clock: f.clk, Log: log})
	api := httpapi.New("test", httpapi.NewProblems(texts, log), plainSealer{})
	api.CustomDomain(domains, connections)
	api.Workspace(workspace.NewService(workspace.Deps{Store: f.db.Workspaces(), Connections: f.db.Connections(), Failures: systemlog.NewService(f.db.Logs(), f.clk),
		URL: func(name string) string { return addresses.WorkspaceURL(name, "") }, Clock: f.clk, Log: log}))
	e := edge.New(addresses, nil, log)
	f.api = e.Handler(map[edge.Site]http.Handler{edge.API: edge.ByBearer(f.tokens.Authenticate, api.Write, api)})
	_, _, f.token = f.principal(t, "one", rights)
	return f, domains
}

// TestHostTakesAFreshProof: another provider for the host is another way in.
func TestHostTakesAFreshProof(t *testing.T) { // T05
	t.Parallel()
	f, domains := newDomainFixture(t, admin.Rights{Full: true})
	in := workspace.DomainSAMLInput{Mode: workspace.SAMLCustomOnly}
	actor := admin.Actor{Type: systemlog.ActorAdministrator, ID: "login_1", Name: "ann", Customer: "one", Rights: admin.Rights{Full: true}}
	_, err := domains.SetSAML(t.Context(), actor, "one", in, revision.Any)
	require.ErrorIs(t, err, admin.ErrIdentityNeeded)
	actor.FreshUntil = f.clk.Now().Add(time.Minute)
	_, err = domains.SetSAML(t.Context(), actor, "one", in, revision.Any)
	require.Error(t, err)
	require.NotErrorIs(t, err, admin.ErrIdentityNeeded, "now it is about the host")
}

// TestCustomDomainOverTheAPI sets a custom domain, reads what is missing, and removes it.
func TestCustomDomainOverTheAPI(t *testing.T) {
	t.Parallel()
	f, domains := newDomainFixture(t, admin.Rights{Full: true})
	const path = "/one/v1/workspace/custom-domain"
	f.call(t, "GET", path, "", http.StatusNotFound, nil)
	for host, code := range map[string]string{
		"": "required", "workspace": "custom_domain_host_invalid", "a_b.partner.test": "custom_domain_host_invalid", "-a.partner.test": "custom_domain_host_invalid",
		"10.0.0.1": "custom_domain_host_address", "[2001:db8::1]": "custom_domain_host_address", "1.2.3": "custom_domain_host_address",
		"console.causeway.example": "custom_domain_host_ours", "x.causeway.example": "custom_domain_host_ours", "causeway.example": "custom_domain_host_ours",
		"a.localhost": "custom_domain_host_reserved", "a.onion": "custom_domain_host_reserved", "https://work.partner.test": "custom_domain_host_invalid",
	} {
		p := f.call(t, "PUT", path, `{"host":"`+host+`","tls":"upload"}`, http.StatusBadRequest, nil).problem(t)
		require.Equal(t, code, p.Errors[0].Code, host)
	}
	f.call(t, "PUT", path, `{"host":"work.partner.test","tls":"acme"}`, http.StatusConflict, nil)

	var d httpapi.WorkspaceDomain
	made := f.call(t, "PUT", path, `{"host":"Bücher.Partner.Test.","tls":"upload"}`, http.StatusOK, &d)
	require.Equal(t, "xn--bcher-kva.partner.test", d.Host)
	require.Equal(t, "provisioning", d.State)
	require.Equal(t, "_causeway.xn--bcher-kva.partner.test", d.Proof.Name)
	require.Nil(t, d.Certificate)
	require.Equal(t, `"1"`, made.header.Get("ETag"))
	require.NoError(t, domains.Provision(t.Context()))
	f.call(t, "GET", path, "", http.StatusOK, &d)
	require.Equal(t, workspace.ReasonUnproved, d.ReasonCode)
	require.Contains(t, d.Reason, d.Proof.Value)

	f.call(t, "PUT", path, `{"host":"work.partner.test","tls":"upload"}`, http.StatusBadRequest, nil) // no version
	f.call(t, "PUT", path, `{"host":"work.partner.test","tls":"upload"}`, http.StatusPreconditionFailed, nil, `If-Match: "7"`)
	f.call(t, "PUT", path, `{"host":"work.partner.test","tls":"upload"}`, http.StatusOK, &d, `If-Match: "1"`)
	require.Equal(t, "work.partner.test", d.Host)
	wrong := f.call(t, "PUT", path+"/certificate", `{"certificatePem":"x","privateKeyPem":"y"}`, http.StatusBadRequest, nil, `If-Match: "2"`).problem(t)
	require.Len(t, wrong.Errors, 2)
	f.call(t, "GET", path+"/saml", "", http.StatusNotFound, nil)
	f.call(t, "GET", path+"/saml/service-provider", "", http.StatusConflict, nil)
	f.call(t, "PUT", path+"/saml", `{"mode":"customOnly"}`, http.StatusNotFound, nil) // no workspace yet
	f.call(t, "POST", path+"/check", "", http.StatusConflict, nil)
	unread := f.call(t, "POST", path+"/saml/certificates", `{"fileName":"idp.cer","content":"eA=="}`, http.StatusBadRequest, nil).problem(t)
	require.Equal(t, "saml_certificate_unreadable", unread.Code)
	f.call(t, "GET", "/two/v1/workspace/custom-domain", "", http.StatusForbidden, nil)
	var configuration httpapi.WorkspaceConfiguration
	f.call(t, "GET", "/one/v1/workspace/configuration", "", http.StatusOK, &configuration)
	require.Equal(t, d.Host, configuration.CustomHost)
	f.call(t, "DELETE", path, "", http.StatusBadRequest, nil)
	f.call(t, "DELETE", path, "", http.StatusNoContent, nil, `If-Match: "2"`)
	f.call(t, "GET", path, "", http.StatusNotFound, nil)
}

// TestCustomDomainNeedsRights: the host is a matter of the workspace, SAML at it one of the whole customer.
func TestCustomDomainNeedsRights(t *testing.T) {
	t.Parallel()
	f, _ := newDomainFixture(t, admin.Rights{Custom: []admin.Permission{admin.WorkspaceConfiguration}})
	const path = "/one/v1/workspace/custom-domain"
	f.call(t, "PUT", path, `{"host":"work.partner.test","tls":"upload"}`, http.StatusOK, nil)
	for method, body := range map[string]string{"GET": "", "PUT": `{"mode":"customOnly"}`, "DELETE": ""} {
		f.call(t, method, path+"/saml", body, http.StatusForbidden, nil)
	}
	f.call(t, "POST", path+"/check", "", http.StatusForbidden, nil)
	f.call(t, "GET", path+"/saml/service-provider", "", http.StatusForbidden, nil)
}

// TestValuesBeforeAnythingIsSaved asks for what the provider has to know while GET of the application still finds none.
func TestValuesBeforeAnythingIsSaved(t *testing.T) {
	t.Parallel()
	// Spec: SSO-161, SSO-185
	f, _ := newDomainFixture(t, admin.Rights{Full: true})
	const path = "/one/v1/workspace/custom-domain"
	f.useSAML(t)
	f.call(t, "PUT", path, `{"host":"work.partner.test","tls":"upload"}`, http.StatusOK, nil)
	f.call(t, "GET", path+"/saml", "", http.StatusNotFound, nil)
	var got httpapi.WorkspaceDomainServiceProvider
	f.call(t, "GET", path+"/saml/service-provider", "", http.StatusOK, &got)
	here := httpapi.ServiceProvider{EntityID: "https://saml.causeway.example", ACSURL: "https://work.partner.test/saml/acs",
		LogoutURL: "https://work.partner.test/saml/logout/callback", MetadataURL: "https://work.partner.test/saml/metadata"}
	require.Equal(t, httpapi.WorkspaceDomainServiceProvider{Both: here, CustomOnly: here, SignInURL: "https://console.causeway.example/go/acme",
		ACSURL: "https://saml.causeway.example/saml/acs"}, got)
}

// useSAML gives the customer a SAML connection, and the workspace it as its authentication.
func (f *siteFixture) useSAML(t *testing.T) {
	t.Helper()
	ctx, log := t.Context(), slog.New(slog.NewTextHandler(t.Output(), nil))
	actor := admin.Actor{Type: systemlog.ActorAdministrator, ID: "login_1", Name: "An Administrator", Customer: "one", Rights: admin.Rights{Full: true}, Transaction: "tx_1", FreshUntil: alwaysFresh}
	connections := federation.NewService(federation.ServiceDeps{Store: f.db.Connections(), Upkeep: f.db.Connections(), Failures: systemlog.NewService(f.db.Logs(), f.clk),
		SecureURL: func(u *url.URL) bool { return u.Scheme == "https" }, Clock: f.clk, Log: log})
	d, err := connections.NewDraft(ctx, actor, "one", federation.SAML, "acme", federation.FourClaims)
	require.NoError(t, err)
	cert := samltest.NewSigner(samltest.RSA2048(), f.clk.Now().Add(-time.Hour), f.clk.Now().Add(365*24*time.Hour)).Certificate
	_, err = connections.ChangeDraft(ctx, actor, "one", d.ID, federation.DraftChange{Nickname: new("Partner"), Settings: func(s *federation.Settings) {
		s.IdPEntityID, s.SSOURL, s.Certificates = "urn:partner", "https://idp.partner.test/sso", []federation.Certificate{{FileName: "idp.cer", DER: cert.Raw}}
	}})
	require.NoError(t, err)
	conn, err := connections.Finish(ctx, actor, "one", d.ID, true)
	require.NoError(t, err)
	f.call(t, "GET", "/one/v1/workspace/configuration", "", http.StatusOK, nil)
	workspaces := workspace.NewService(workspace.Deps{Store: f.db.Workspaces(), Connections: f.db.Connections(), Failures: systemlog.NewService(f.db.Logs(), f.clk),
		URL: func(string) string { return "" }, Clock: f.clk, Log: log})
	_, err = workspaces.Choose(ctx, actor, "one", federation.SAML, conn.ID, 0)
	require.NoError(t, err)
}
