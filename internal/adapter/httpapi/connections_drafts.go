package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

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

// InDraft is the part of an input that names a draft.
type InDraft struct {
	InCustomer
	DraftID string `path:"draftId"`
}

func (d InDraft) id() federation.ID { return federation.ID(d.DraftID) }

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
	IfMatch
	Body *struct {
		Untested bool `json:"untested,omitempty" doc:"Save without a passed test; the record says so."`
	}
}) (*versioned[Connection], error) {
	v, err := version(in.Match)
	if err != nil {
		return nil, err
	}
	got, err := c.s.FinishSeen(ctx, actor, in.customer(), in.id(), in.Body != nil && in.Body.Untested, v)
	if err != nil {
		return nil, err
	}
	return c.get(ctx, actor, &InConnection{in.InCustomer, string(got.ID)})
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
