package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

// IdentityProvider is a row of the fixed table of types with its state at the customer.
type IdentityProvider struct {
	Type                 string              `json:"type" enum:"citrix,ad,adtoken,azuread,gateway,google,okta,saml"`
	DisplayName          string              `json:"displayName"`
	AdminAuth            bool                `json:"adminAuth" doc:"Authenticates administrators."`
	SubscriberAuth       bool                `json:"subscriberAuth" doc:"Authenticates subscribers of the workspace."`
	Status               string              `json:"status" enum:"not_connected,connected,enabled,certificate_expired"`
	Available            bool                `json:"available" doc:"This release can connect it."`
	NeedsActiveDirectory bool                `json:"needsActiveDirectory"`
	Connections          []ConnectionSummary `json:"connections" nullable:"false"`
}

// ConnectionSummary is a connection as lists show it.
type ConnectionSummary struct {
	ID              string    `json:"id"`
	Type            string    `json:"type"`
	Nickname        string    `json:"nickname"`
	SignInURLID     string    `json:"signInUrlId" doc:"Last part of the administrator sign-in URL; unique over the installation."`
	SignInURL       string    `json:"signInUrl" doc:"Empty unless administrators can sign in through the connection."`
	AdminCapable    bool      `json:"adminCapable" doc:"False: made for the workspace only. It cannot be changed in place; disconnect and connect again."`
	Status          string    `json:"status" enum:"connected,certificate_expiring,certificate_expired"`
	UsedByWorkspace bool      `json:"usedByWorkspace"`
	CreatedAt       time.Time `json:"createdAt"`
}

// Connection is a saved connection. Nickname, sign-in URL, certificates and the metadata's address can change, no other setting.
type Connection struct {
	ConnectionSummary
	CreatedBy        string          `json:"createdBy"`
	Tested           bool            `json:"tested" doc:"A test had passed with these settings when it was saved."`
	Settings         SAMLSettings    `json:"settings"`
	ServiceProvider  ServiceProvider `json:"serviceProvider" doc:"On the custom domain when the workspace is used there alone."`
	StandardACSURL   string          `json:"standardAcsUrl" doc:"Where sign-ins of administrators and tests of drafts come back to, wherever the workspace is."`
	SendNameIDPolicy bool            `json:"sendNameIdPolicy" doc:"The operator has switched on SendNameIDPolicyInSAMLRequest."`
	Affected         Affected        `json:"affected"`
	// SecondCertificate is the operator's choice, the same for all connections.
	SecondCertificate bool           `json:"secondCertificate" doc:"A certificate can be stored beside one that is valid; false: only once that one has expired."`
	Warnings          []DraftWarning `json:"warnings" nullable:"false" doc:"What is remarkable about the settings; only a clone can have others."`
	KeyProposals      []KeyProposal  `json:"keyProposals" nullable:"false" doc:"The newest first."`
	Metadata          MetadataSource `json:"metadata"`
	CustomDomain      *CustomDomain  `json:"customDomain" doc:"The second application at the provider; null while there is none."`
}

// InConnection is the part of an input that names a connection.
type InConnection struct {
	InCustomer
	ConnectionID string `path:"connectionId"`
}

func (c InConnection) id() federation.ID { return federation.ID(c.ConnectionID) }

// IfMatch is the part of an input that names the version that the caller saw.
type IfMatch struct {
	Match string `header:"If-Match" doc:"The ETag that was read; absent: whatever is there."`
}

const connectionsTag = "Identity providers"

// Connections registers identity providers, connections and drafts.
func (a *API) Connections(s *federation.Service) {
	c := connectionsAPI{a, s}
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/identity-providers", ID: "listIdentityProviders",
		Summary: "The types of identity providers and what is connected", Tag: connectionsTag, AnyRight: true}, c.providers)
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/identity-providers/frontend-kinds", ID: "listFrontendKinds",
		Summary: "Who can sign in through a connection with shadow accounts, and what each kind needs", Tag: connectionsTag, AnyRight: true}, c.frontendKinds)
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/connections", ID: "listConnections",
		Summary: "Connections by nickname", Tag: connectionsTag, Needs: admin.FullAccess}, c.list)
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/connections/{connectionId}", ID: "getConnection",
		Summary: "One connection with all settings", Tag: connectionsTag, Needs: admin.FullAccess}, c.get)
	handle(a, Route{Method: http.MethodPatch, Path: "/{customerId}/v1/connections/{connectionId}", ID: "changeConnection",
		Summary: "Rename a connection or change its sign-in URL", Tag: connectionsTag, Needs: admin.FullAccess}, c.change)
	handle(a, Route{Method: http.MethodDelete, Path: "/{customerId}/v1/connections/{connectionId}", ID: "disconnectConnection",
		Summary: "Disconnect; sessions made through it end", Tag: connectionsTag, Needs: admin.FullAccess, Status: http.StatusNoContent}, c.disconnect)
	a.drafts(c)
	a.upkeep(c)
	a.providerTables(c)
	a.adfs(c)
	a.bench(c)
}

// connectionsAPI translates between the API and the service.
type connectionsAPI struct {
	a *API
	s *federation.Service
}

func (c connectionsAPI) providers(ctx context.Context, actor admin.Actor, in *struct{ InCustomer }) (*bodyOf[list[IdentityProvider]], error) {
	got, err := c.s.Providers(ctx, actor, in.customer())
	if err != nil {
		return nil, err
	}
	out := list[IdentityProvider]{Items: make([]IdentityProvider, 0, len(got))}
	for _, p := range got {
		row := IdentityProvider{Type: string(p.Type), DisplayName: p.Label, AdminAuth: p.Administrators, SubscriberAuth: p.Subscribers,
			Status: "not_connected", Available: p.Available, NeedsActiveDirectory: p.NeedsDirectory, Connections: []ConnectionSummary{}}
		switch {
		case p.Expired:
			row.Status = "certificate_expired"
		case p.Enabled:
			row.Status = "enabled"
		case p.Connected:
			row.Status = "connected"
		}
		for _, conn := range p.Connections {
			row.Connections = append(row.Connections, c.summary(conn))
		}
		out.Items = append(out.Items, row)
	}
	return answer(out), nil
}

// FrontendKind is one kind of people who sign in through a connection with shadow accounts.
type FrontendKind struct {
	Key                string `json:"key"`
	Name               string `json:"name" doc:"In the reader's language."`
	Synced             string `json:"synced" enum:"yes,no,not_applicable" doc:"From Active Directory to the identity provider."`
	Connectors         string `json:"connectors" enum:"yes,no,not_applicable" doc:"In the person's own Active Directory."`
	NeedsShadowAccount bool   `json:"needsShadowAccount"`
	SignsInBy          string `json:"signsInBy" enum:"UPN,Email" doc:"What the person types at the identity provider."`
}

func (c connectionsAPI) frontendKinds(ctx context.Context, _ admin.Actor, _ *InCustomer) (*bodyOf[list[FrontendKind]], error) {
	out := list[FrontendKind]{Items: []FrontendKind{}}
	for _, k := range federation.FrontendKinds() {
		out.Items = append(out.Items, FrontendKind{Key: k.Key, Name: c.a.texts.Sentence(edge.From(ctx).Language, "frontend."+k.Key, nil), Synced: string(k.Synced),
			Connectors: string(k.Connectors), NeedsShadowAccount: k.NeedsShadow, SignsInBy: k.SignsInBy})
	}
	return answer(out), nil
}

func (c connectionsAPI) list(ctx context.Context, actor admin.Actor, in *struct{ InCustomer }) (*bodyOf[list[ConnectionSummary]], error) {
	got, err := c.s.Connections(ctx, actor, in.customer())
	if err != nil {
		return nil, err
	}
	out := list[ConnectionSummary]{Items: make([]ConnectionSummary, 0, len(got))}
	for _, conn := range got {
		out.Items = append(out.Items, c.summary(conn))
	}
	return answer(out), nil
}

func (c connectionsAPI) get(ctx context.Context, actor admin.Actor, in *InConnection) (*versioned[Connection], error) {
	got, err := c.s.Kept(ctx, actor, in.customer(), in.id())
	if err != nil {
		return nil, err
	}
	return c.connection(ctx, in.customer(), got)
}

type connectionChange struct {
	InConnection
	IfMatch
	Body struct {
		Nickname    *string `json:"nickname,omitempty"`
		SignInURLID *string `json:"signInUrlId,omitempty"`
	}
}

func (c connectionsAPI) change(ctx context.Context, actor admin.Actor, in *connectionChange) (*versioned[Connection], error) {
	v, err := version(in.Match)
	if err != nil {
		return nil, err
	}
	got, err := c.s.Change(ctx, actor, in.customer(), in.id(),
		federation.ConnectionChange{Nickname: in.Body.Nickname, SignInIdentifier: in.Body.SignInURLID, Version: v})
	if err != nil {
		return nil, err
	}
	return c.get(ctx, actor, &InConnection{in.InCustomer, string(got.ID)})
}

func (c connectionsAPI) disconnect(ctx context.Context, actor admin.Actor, in *struct {
	InConnection
	IfMatch
}) (*nothing, error) {
	v, err := version(in.Match)
	if err != nil {
		return nil, err
	}
	return nil, c.s.Disconnect(ctx, actor, in.customer(), in.id(), v)
}

func (c connectionsAPI) summary(conn federation.Connection) ConnectionSummary {
	return ConnectionSummary{AdminCapable: conn.AdminCapable(), ID: string(conn.ID), Type: string(conn.Type), Nickname: conn.Nickname, SignInURLID: conn.SignInIdentifier,
		SignInURL: c.s.SignInURL(conn.SignInIdentifier), Status: string(conn.Status(c.s.Now())), UsedByWorkspace: conn.UsedByWorkspace, CreatedAt: conn.CreatedAt}
}

func (c connectionsAPI) connection(ctx context.Context, of customer.ID, k federation.Kept) (*versioned[Connection], error) {
	conn := k.Connection
	sp, err := c.s.ServiceProviderOf(ctx, of, conn, federation.Primary)
	if err != nil {
		return nil, err
	}
	return &versioned[Connection]{ETag: etag(conn.Version), Body: Connection{ConnectionSummary: c.summary(conn), CreatedBy: conn.CreatedBy,
		Tested: conn.Tested, Settings: c.settingsOf(ctx, conn.Settings), ServiceProvider: ServiceProvider(sp),
		StandardACSURL: c.s.ServiceProvider(conn.Settings).ACSURL, SendNameIDPolicy: conn.SendNameIDPolicy, Affected: c.affected(ctx, conn),
		SecondCertificate: c.s.SecondCertificate(), Warnings: c.warnings(ctx, c.s.ConnectionWarnings(conn)), KeyProposals: keyProposals(k), Metadata: c.metadataSource(ctx, conn),
		CustomDomain: c.customDomain(ctx, conn)}}, nil
}
