package httpapi

import (
	"context"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
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

// SAMLSettings are the settings of a SAML connection.
type SAMLSettings struct {
	ScopedEntityID         bool             `json:"scopedEntityId" doc:"The connection has an entity ID of its own."`
	IdPEntityID            string           `json:"idpEntityId"`
	SignAuthnRequest       bool             `json:"signAuthnRequest"`
	SSOServiceURL          string           `json:"ssoServiceUrl"`
	SSOBinding             string           `json:"ssoBinding" enum:"post,redirect"`
	ResponseSigning        string           `json:"responseSigning" enum:"either,response,assertion,both"`
	Certificates           []IdPCertificate `json:"certificates" nullable:"false"`
	AuthnContext           string           `json:"authnContext" enum:"unspecified,user_name_and_password,x509_cert,integrated_win_auth,kerberos,password_protected_transport,tls_client"`
	AuthnContextComparison string           `json:"authnContextComparison" enum:"exact,minimum"`
	LogoutURL              string           `json:"logoutUrl" doc:"Empty: sign-out ends only the local session."`
	SLOBinding             string           `json:"sloBinding" enum:"post,redirect" doc:"Stored only with a logout URL."`
	SignLogoutRequest      bool             `json:"signLogoutRequest" doc:"Stored only with a logout URL."`
	AttributeNames         AttributeNames   `json:"attributeNames"`
	AcceptEncrypted        bool             `json:"acceptEncrypted" doc:"The provider may encrypt what it sends; needs the connection's own entity ID."`
	AllowCBC               bool             `json:"allowCbc" doc:"AES-CBC too, inside of a signed response."`
	RequireMappedClaims    bool             `json:"requireMappedClaims" doc:"Refuse an assertion that lacks a mapped cip claim, even if the directory has it."`
	MetadataURL            string           `json:"metadataUrl" doc:"Empty unless the metadata came from an address."`
	MetadataRefresh        bool             `json:"metadataRefresh" doc:"The metadata is read every hour. New keys are proposed."`
}

// AttributeNames are the SAML attributes of the claims; an empty name is not read.
type AttributeNames struct {
	DisplayName string `json:"displayName"`
	GivenName   string `json:"givenName"`
	FamilyName  string `json:"familyName"`
	SID         string `json:"sid"`
	UPN         string `json:"upn"`
	Email       string `json:"email"`
	OID         string `json:"oid"`
	Forest      string `json:"forest"`
	Domain      string `json:"domain"`
}

// IdPCertificate is a signing certificate of a provider.
type IdPCertificate struct {
	Slot        int       `json:"slot" doc:"1 or 2; 0 for a certificate that is in no slot."`
	FileName    string    `json:"fileName"`
	PEM         string    `json:"pem"`
	CommonName  string    `json:"commonName" readOnly:"true"`
	State       string    `json:"state" readOnly:"true" enum:"ok,expiringSoon,expired,notYetValid"`
	Message     string    `json:"message" readOnly:"true" doc:"What to show about the state; empty for ok."`
	Subject     string    `json:"subject" readOnly:"true"`
	NotBefore   time.Time `json:"notBefore" readOnly:"true"`
	NotAfter    time.Time `json:"notAfter" readOnly:"true"`
	Fingerprint string    `json:"fingerprint" readOnly:"true" doc:"SHA-256, lower-case hex."`
}

// ServiceProvider is what the provider's application needs to know about us.
type ServiceProvider struct {
	EntityID    string `json:"entityId"`
	ACSURL      string `json:"acsUrl"`
	LogoutURL   string `json:"logoutUrl"`
	MetadataURL string `json:"metadataUrl" doc:"Public."`
}

// SettingsChange has the settings that change; what is absent stays.
type SettingsChange struct {
	ScopedEntityID         *bool                 `json:"scopedEntityId,omitempty"`
	IdPEntityID            *string               `json:"idpEntityId,omitempty"`
	SignAuthnRequest       *bool                 `json:"signAuthnRequest,omitempty"`
	SSOServiceURL          *string               `json:"ssoServiceUrl,omitempty"`
	SSOBinding             *string               `json:"ssoBinding,omitempty"`
	ResponseSigning        *string               `json:"responseSigning,omitempty"`
	Certificates           *[]CertificateInput   `json:"certificates,omitempty"`
	AuthnContext           *string               `json:"authnContext,omitempty"`
	AuthnContextComparison *string               `json:"authnContextComparison,omitempty"`
	LogoutURL              *string               `json:"logoutUrl,omitempty"`
	SLOBinding             *string               `json:"sloBinding,omitempty"`
	SignLogoutRequest      *bool                 `json:"signLogoutRequest,omitempty"`
	AttributeNames         *AttributeNamesChange `json:"attributeNames,omitempty"`
	RequireMappedClaims    *bool                 `json:"requireMappedClaims,omitempty"`
	MetadataURL            *string               `json:"metadataUrl,omitempty"`
	MetadataRefresh        *bool                 `json:"metadataRefresh,omitempty"`
	AcceptEncrypted        *bool                 `json:"acceptEncrypted,omitempty"`
	AllowCBC               *bool                 `json:"allowCbc,omitempty"`
}

// CertificateInput is a certificate that a caller sends; what is derived from it may be sent along and is ignored.
type CertificateInput struct {
	Slot        int    `json:"slot,omitempty" minimum:"0" maximum:"2" doc:"0: the first that is free."`
	FileName    string `json:"fileName"`
	PEM         string `json:"pem" doc:"PEM or Base64 text."`
	CommonName  string `json:"commonName,omitempty"`
	State       string `json:"state,omitempty"`
	Message     string `json:"message,omitempty"`
	Subject     string `json:"subject,omitempty"`
	NotBefore   string `json:"notBefore,omitempty"`
	NotAfter    string `json:"notAfter,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
}

// AttributeNamesChange has the names that change.
type AttributeNamesChange struct {
	DisplayName *string `json:"displayName,omitempty"`
	GivenName   *string `json:"givenName,omitempty"`
	FamilyName  *string `json:"familyName,omitempty"`
	SID         *string `json:"sid,omitempty"`
	UPN         *string `json:"upn,omitempty"`
	Email       *string `json:"email,omitempty"`
	OID         *string `json:"oid,omitempty"`
	Forest      *string `json:"forest,omitempty"`
	Domain      *string `json:"domain,omitempty"`
}

// ConnectionDraft is a connection in the making.
type ConnectionDraft struct {
	ID              string          `json:"id"`
	Type            string          `json:"type"`
	SignInURLID     string          `json:"signInUrlId"`
	SignInURL       string          `json:"signInUrl"`
	Nickname        string          `json:"nickname"`
	AdminCapable    bool            `json:"adminCapable"`
	ClonedFrom      string          `json:"clonedFrom" doc:"The connection that the settings came from; empty for none."`
	ScopeID         string          `json:"scopeId" doc:"GUID that the entity ID ends with when scopedEntityId is on; goes with the draft."`
	Settings        SAMLSettings    `json:"settings"`
	ServiceProvider ServiceProvider `json:"serviceProvider"`
	Warnings        []DraftWarning  `json:"warnings" nullable:"false" doc:"What is probably not meant; none of it keeps the draft from being finished."`
	Test            DraftTest       `json:"test"`
	ExpiresAt       time.Time       `json:"expiresAt"`
}

// DraftWarning is something about a setting that does not keep it from being saved.
type DraftWarning struct {
	Field string `json:"field"`
	Code  string `json:"code"`
	Text  string `json:"text"`
	Hint  string `json:"hint"`
}

// DraftTest is the last test of a draft with its present settings.
type DraftTest struct {
	State         string       `json:"state" enum:"none,waiting,passed,failed"`
	StartedAt     *time.Time   `json:"startedAt"`
	TransactionID string       `json:"transactionId"`
	Claims        []TestClaim  `json:"claims" nullable:"false"`
	Failure       *TestFailure `json:"failure" doc:"Null unless the test has failed."`
}

// TestClaim is one claim that a test has read.
type TestClaim struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Source string `json:"source" enum:"assertion,connector,entra,none"`
}

// TestFailure says why a test has failed.
type TestFailure struct {
	Code    string `json:"code"`
	Detail  string `json:"detail"`
	Hint    string `json:"hint"`
	Setting string `json:"setting" doc:"Path of the setting to change; empty when it is elsewhere."`
}

// MetadataProposal is what a provider's metadata suggests. Nothing is stored.
type MetadataProposal struct {
	Settings ProposedSettings `json:"settings"`
	Warnings []string         `json:"warnings" nullable:"false"`
}

// ProposedSettings are the settings that metadata can tell. Signing is proposed only where the provider demands it.
type ProposedSettings struct {
	IdPEntityID      string           `json:"idpEntityId"`
	SSOServiceURL    string           `json:"ssoServiceUrl"`
	SSOBinding       string           `json:"ssoBinding"`
	LogoutURL        string           `json:"logoutUrl"`
	SLOBinding       string           `json:"sloBinding"`
	Certificates     []IdPCertificate `json:"certificates" nullable:"false"`
	MetadataURL      string           `json:"metadataUrl"`
	SignAuthnRequest *bool            `json:"signAuthnRequest,omitempty"`
}

// InConnection is the part of an input that names a connection.
type InConnection struct {
	InCustomer
	ConnectionID string `path:"connectionId"`
}

func (c InConnection) id() federation.ID { return federation.ID(c.ConnectionID) }

// InDraft is the part of an input that names a draft.
type InDraft struct {
	InCustomer
	DraftID string `path:"draftId"`
}

func (d InDraft) id() federation.ID { return federation.ID(d.DraftID) }

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

func (a *API) drafts(c connectionsAPI) {
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/connection-drafts", ID: "listConnectionDrafts",
		Summary: "Unfinished connections, newest first", Tag: connectionsTag, Needs: admin.FullAccess}, c.listDrafts)
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/connection-drafts", ID: "createConnectionDraft",
		Summary: "Begin a connection; reserves its sign-in URL for 24 hours", Tag: connectionsTag, Needs: admin.FullAccess, Status: http.StatusCreated}, c.newDraft)
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/connection-drafts/{draftId}", ID: "getConnectionDraft",
		Summary: "One unfinished connection", Tag: connectionsTag, Needs: admin.FullAccess}, c.draft)
	handle(a, Route{Method: http.MethodPatch, Path: "/{customerId}/v1/connection-drafts/{draftId}", ID: "changeConnectionDraft",
		Summary: "Change parts of an unfinished connection", Tag: connectionsTag, Needs: admin.FullAccess}, c.changeDraft)
	handle(a, Route{Method: http.MethodDelete, Path: "/{customerId}/v1/connection-drafts/{draftId}", ID: "deleteConnectionDraft",
		Summary: "Discard an unfinished connection", Tag: connectionsTag, Needs: admin.FullAccess, Status: http.StatusNoContent}, c.deleteDraft)
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/connection-drafts/{draftId}/metadata", ID: "readProviderMetadata",
		Summary: "Read a provider's metadata and propose settings; stores nothing", Tag: connectionsTag, Needs: admin.FullAccess}, c.metadata)
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/connection-drafts/{draftId}/certificates", ID: "readProviderCertificate",
		Summary: "Read one certificate file; stores nothing", Tag: connectionsTag, Needs: admin.FullAccess}, c.certificate)
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/connection-drafts/{draftId}/test", ID: "testConnectionDraft",
		Summary: "Begin a round trip through the provider", Tag: connectionsTag, Needs: admin.FullAccess}, c.test)
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/connection-drafts/{draftId}/finish", ID: "finishConnectionDraft",
		Summary: "Turn a tested draft into a connection", Tag: connectionsTag, Needs: admin.FullAccess, Status: http.StatusCreated}, c.finish)
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

func (c connectionsAPI) listDrafts(ctx context.Context, actor admin.Actor, in *struct{ InCustomer }) (*bodyOf[list[ConnectionDraft]], error) {
	got, err := c.s.Drafts(ctx, actor, in.customer())
	if err != nil {
		return nil, err
	}
	out := list[ConnectionDraft]{Items: make([]ConnectionDraft, 0, len(got))}
	for _, d := range got {
		out.Items = append(out.Items, c.draftOf(ctx, d).Body)
	}
	return answer(out), nil
}

func (c connectionsAPI) newDraft(ctx context.Context, actor admin.Actor, in *struct {
	InCustomer
	Body struct {
		Type        string `json:"type"`
		SignInURLID string `json:"signInUrlId"`
		Template    string `json:"template,omitempty" doc:"What the settings begin with: empty for the four claims, b2b for the UPN alone with shadow accounts."`
	}
}) (*versioned[ConnectionDraft], error) {
	d, err := c.s.NewDraft(ctx, actor, in.customer(), federation.Type(in.Body.Type), in.Body.SignInURLID, federation.Template(in.Body.Template))
	if err != nil {
		return nil, err
	}
	return c.draftOf(ctx, d), nil
}

func (c connectionsAPI) draft(ctx context.Context, actor admin.Actor, in *InDraft) (*versioned[ConnectionDraft], error) {
	d, err := c.s.Draft(ctx, actor, in.customer(), in.id())
	if err != nil {
		return nil, err
	}
	return c.draftOf(ctx, d), nil
}

type draftChange struct {
	InDraft
	IfMatch
	Body struct {
		Nickname *string         `json:"nickname,omitempty"`
		Settings *SettingsChange `json:"settings,omitempty"`
		ForTest  bool            `json:"forTest,omitempty" doc:"A refusal names everything that would keep a test from beginning, not only what cannot be stored."`
	}
}

func (c connectionsAPI) changeDraft(ctx context.Context, actor admin.Actor, in *draftChange) (*versioned[ConnectionDraft], error) {
	v, err := version(in.Match)
	if err != nil {
		return nil, err
	}
	change := federation.DraftChange{Nickname: in.Body.Nickname, ForTest: in.Body.ForTest, Version: v}
	if s := in.Body.Settings; s != nil {
		certificates, err := s.certificates()
		if err != nil {
			return nil, err
		}
		change.Scoped = s.ScopedEntityID
		change.Settings = func(to *federation.Settings) { s.apply(to, certificates) }
	}
	d, err := c.s.ChangeDraft(ctx, actor, in.customer(), in.id(), change)
	if err != nil {
		return nil, err
	}
	return c.draftOf(ctx, d), nil
}

func (c connectionsAPI) deleteDraft(ctx context.Context, actor admin.Actor, in *InDraft) (*nothing, error) {
	return nil, c.s.DeleteDraft(ctx, actor, in.customer(), in.id())
}

func (c connectionsAPI) metadata(ctx context.Context, actor admin.Actor, in *struct {
	InDraft
	Body struct {
		XML string `json:"xml,omitempty" doc:"The metadata file."`
		URL string `json:"url,omitempty" doc:"Or the address that it is published at."`
	}
}) (*bodyOf[MetadataProposal], error) {
	p, err := c.s.ReadMetadata(ctx, actor, in.customer(), in.id(), []byte(in.Body.XML), in.Body.URL)
	if err != nil {
		return nil, err
	}
	out := MetadataProposal{Warnings: []string{}, Settings: ProposedSettings{IdPEntityID: p.IdPEntityID, SSOServiceURL: p.SSOURL,
		SSOBinding: string(p.SSOBinding), LogoutURL: p.LogoutURL, SLOBinding: string(p.SLOBinding), Certificates: c.certificatesOf(ctx, p.Certificates),
		MetadataURL: p.MetadataURL}}
	if p.SignRequests {
		yes := true
		out.Settings.SignAuthnRequest = &yes
	}
	for _, remark := range p.Remarks {
		out.Warnings = append(out.Warnings, c.a.texts.Sentence(edge.From(ctx).Language, remark, nil))
	}
	return answer(out), nil
}

// CertificateFile is a file that an administrator has chosen.
type CertificateFile struct {
	FileName string `json:"fileName"`
	Content  string `json:"content" doc:"Base64 of the file's bytes."`
}

func (c connectionsAPI) certificate(ctx context.Context, actor admin.Actor, in *struct {
	InDraft
	Body CertificateFile
}) (*bodyOf[IdPCertificate], error) {
	if _, err := c.s.Draft(ctx, actor, in.customer(), in.id()); err != nil {
		return nil, err
	}
	return c.readCertificate(ctx, actor, in.customer(), in.Body)
}

func (c connectionsAPI) readCertificate(ctx context.Context, actor admin.Actor, of customer.ID, in CertificateFile) (*bodyOf[IdPCertificate], error) {
	file, err := base64.StdEncoding.DecodeString(in.Content)
	if err != nil {
		return nil, fault.InvalidFields([]fault.Field{{Name: "content", Code: saml.ErrCertificateUnreadable.Code}})
	}
	cert, err := c.s.ReadCertificate(actor, of, in.FileName, file)
	if err != nil {
		return nil, err
	}
	return answer(c.certificatesOf(ctx, []federation.Certificate{cert})[0]), nil
}

// TestStarted says where the round trip begins.
type TestStarted struct {
	URL           string `json:"url" doc:"To be opened in a window of its own, within 60 seconds."`
	TestID        string `json:"testId" doc:"Of the report."`
	TransactionID string `json:"transactionId"`
}

func (c connectionsAPI) test(ctx context.Context, actor admin.Actor, in *InDraft) (*bodyOf[TestStarted], error) {
	address, run, err := c.s.StartTest(ctx, actor, in.customer(), in.id())
	if err != nil {
		return nil, err
	}
	return answer(TestStarted{URL: address, TestID: run, TransactionID: actor.Transaction}), nil
}

func (c connectionsAPI) finish(ctx context.Context, actor admin.Actor, in *struct {
	InDraft
	Body *struct {
		Untested bool `json:"untested,omitempty" doc:"Save without a passed test; the record says so."`
	}
}) (*versioned[Connection], error) {
	got, err := c.s.Finish(ctx, actor, in.customer(), in.id(), in.Body != nil && in.Body.Untested)
	if err != nil {
		return nil, err
	}
	return c.get(ctx, actor, &InConnection{in.InCustomer, string(got.ID)})
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

func (c connectionsAPI) draftOf(ctx context.Context, d federation.Draft) *versioned[ConnectionDraft] {
	out := ConnectionDraft{ID: string(d.ID), Type: string(d.Type), SignInURLID: d.SignInIdentifier, SignInURL: c.s.SignInURL(d.SignInIdentifier),
		AdminCapable: d.SignInIdentifier != "", ClonedFrom: string(d.ClonedFrom), ScopeID: d.ScopeID, Warnings: c.warnings(ctx, c.s.Warnings(d)),
		Nickname: d.Nickname, Settings: c.settingsOf(ctx, d.Settings), ServiceProvider: ServiceProvider(c.s.ServiceProvider(d.Settings)), ExpiresAt: d.ExpiresAt,
		Test: DraftTest{State: string(d.Test.State), StartedAt: optionalTime(d.Test.StartedAt), TransactionID: d.Test.Transaction, Claims: []TestClaim{}}}
	for _, claim := range d.Test.Claims {
		out.Test.Claims = append(out.Test.Claims, TestClaim{claim.Name, claim.Value, string(claim.Source)})
	}
	if f := d.Test.Failure; f.Code != "" {
		lang := edge.From(ctx).Language
		code, args := f.Reason()
		out.Test.Failure = &TestFailure{Code: code, Setting: f.Setting, Detail: c.a.texts.Sentence(lang, code, args), Hint: c.a.texts.Hint(lang, code, args)}
	}
	return &versioned[ConnectionDraft]{ETag: etag(d.Version), Body: out}
}

// The API's own words for the documented values.
var (
	modeNames = map[saml.SigningMode]string{saml.SignEither: "either", saml.SignResponse: "response", saml.SignAssertion: "assertion", saml.SignBoth: "both"}
	contexts  = map[saml.Context]string{saml.Unspecified: "unspecified", saml.UserNameAndPassword: "user_name_and_password", saml.X509Cert: "x509_cert",
		saml.IntegratedWinAuth: "integrated_win_auth", saml.Kerberos: "kerberos", saml.PasswordProtectedTransport: "password_protected_transport",
		saml.TLSClient: "tls_client"}
	comparisons = map[saml.Comparison]string{saml.Exact: "exact", saml.Minimum: "minimum"}
)

// named finds the value with the given word; an unknown word becomes a value that the service refuses.
func named[T ~string](words map[T]string, word string) T {
	for value, w := range words {
		if w == word {
			return value
		}
	}
	return T("unknown: " + word)
}

func (c connectionsAPI) settingsOf(ctx context.Context, s federation.Settings) SAMLSettings {
	out := SAMLSettings{
		ScopedEntityID: s.ScopedID != "", IdPEntityID: s.IdPEntityID, SignAuthnRequest: s.SignAuthnRequest, SSOServiceURL: s.SSOURL,
		SSOBinding: string(s.SSOBinding), ResponseSigning: modeNames[s.Mode], Certificates: c.certificatesOf(ctx, s.Certificates),
		AcceptEncrypted: s.AcceptEncrypted, AllowCBC: s.AllowCBC, AuthnContext: contexts[s.Context], AuthnContextComparison: comparisons[s.Comparison], LogoutURL: s.LogoutURL,
		SLOBinding: string(s.SLOBinding), SignLogoutRequest: s.SignLogout, AttributeNames: AttributeNames(s.Attributes),
		RequireMappedClaims: s.RequireMappedClaims, MetadataURL: s.MetadataURL, MetadataRefresh: s.MetadataRefresh,
	}
	if out.SLOBinding == "" {
		out.SLOBinding = string(federation.Post)
	}
	return out
}

func (c connectionsAPI) certificatesOf(ctx context.Context, list []federation.Certificate) []IdPCertificate {
	out := make([]IdPCertificate, 0, len(list))
	for _, v := range (federation.Settings{Certificates: list}).Slots(c.s.Now()) {
		item := IdPCertificate{Slot: v.Slot, FileName: v.FileName, PEM: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: v.DER})),
			Fingerprint: v.Fingerprint(), State: string(v.State)}
		if v.Message != "" {
			item.Message = c.a.texts.Sentence(edge.From(ctx).Language, v.Message, v.Args)
		}
		if parsed := v.X509; parsed != nil {
			item.CommonName, item.Subject, item.NotBefore, item.NotAfter = parsed.Subject.CommonName, parsed.Subject.String(), parsed.NotBefore.UTC(), parsed.NotAfter.UTC()
		}
		out = append(out, item)
	}
	return out
}

// certificates reads the certificates of a change; nil when it has none.
func (s *SettingsChange) certificates() ([]federation.Certificate, error) {
	if s.Certificates == nil {
		return nil, nil
	}
	out, err := parseCertificates("settings.certificates", *s.Certificates)
	if err == nil && out == nil {
		out = []federation.Certificate{} // all of them go
	}
	return out, err
}

// parseCertificates reads the certificates of a provider; what is wrong with one is the error of the field. Of none it makes none: nil.
func parseCertificates(field string, in []CertificateInput) (out []federation.Certificate, err error) {
	for _, c := range in {
		parsed, err := saml.ParseCertificate([]byte(c.PEM))
		if err != nil {
			f := fault.From(err)
			return nil, fault.InvalidFields([]fault.Field{{Name: field, Code: f.Code, Args: federation.OfFile(f.Args, c.FileName)}})
		}
		out = append(out, federation.Certificate{Slot: c.Slot, FileName: c.FileName, DER: parsed.Raw})
	}
	return out, nil
}

func (s *SettingsChange) apply(to *federation.Settings, certificates []federation.Certificate) {
	set(&to.IdPEntityID, s.IdPEntityID)
	set(&to.SignAuthnRequest, s.SignAuthnRequest)
	set(&to.SSOURL, s.SSOServiceURL)
	if s.SSOBinding != nil {
		to.SSOBinding = federation.Binding(*s.SSOBinding)
	}
	if s.ResponseSigning != nil {
		to.Mode = named(modeNames, *s.ResponseSigning)
	}
	if certificates != nil {
		to.Certificates = certificates
	}
	if s.AuthnContext != nil {
		to.Context = named(contexts, *s.AuthnContext)
	}
	if s.AuthnContextComparison != nil {
		to.Comparison = named(comparisons, *s.AuthnContextComparison)
	}
	set(&to.LogoutURL, s.LogoutURL)
	if s.SLOBinding != nil {
		to.SLOBinding = federation.Binding(*s.SLOBinding)
	}
	set(&to.SignLogout, s.SignLogoutRequest)
	set(&to.RequireMappedClaims, s.RequireMappedClaims)
	set(&to.AcceptEncrypted, s.AcceptEncrypted)
	set(&to.AllowCBC, s.AllowCBC)
	set(&to.MetadataURL, s.MetadataURL)
	set(&to.MetadataRefresh, s.MetadataRefresh)
	if n := s.AttributeNames; n != nil {
		names := &to.Attributes
		set(&names.DisplayName, n.DisplayName)
		set(&names.GivenName, n.GivenName)
		set(&names.FamilyName, n.FamilyName)
		set(&names.SID, n.SID)
		set(&names.UPN, n.UPN)
		set(&names.Email, n.Email)
		set(&names.OID, n.OID)
		set(&names.Forest, n.Forest)
		set(&names.Domain, n.Domain)
	}
}

// set stores a value that a change gives.
func set[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}
