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

// Affected says whether a change of our signing key concerns the connection's provider.
type Affected struct {
	Answer  string   `json:"answer" enum:"yes,probablyNot" doc:"probablyNot: only if the provider enforces signatures by itself."`
	Reasons []string `json:"reasons" nullable:"false"`
}

// KeyProposal is a signing certificate that the provider's metadata has shown.
type KeyProposal struct {
	ID                 string     `json:"id"`
	Fingerprint        string     `json:"fingerprint" doc:"SHA-256, lower-case hex: what to compare with the provider."`
	Subject            string     `json:"subject"`
	NotBefore          time.Time  `json:"notBefore"`
	NotAfter           time.Time  `json:"notAfter"`
	FoundAt            time.Time  `json:"foundAt"`
	SignedByTrustedKey bool       `json:"signedByTrustedKey" doc:"A key that the connection trusted had signed the metadata."`
	State              string     `json:"state" enum:"proposed,accepted,rejected"`
	DecidedAt          *time.Time `json:"decidedAt"`
	DecidedBy          string     `json:"decidedBy"`
}

// MetadataSource is where the provider publishes its metadata, and what came of reading it.
type MetadataSource struct {
	URL         string               `json:"url"`
	Refresh     bool                 `json:"refresh" doc:"It is read every hour."`
	LastReadAt  *time.Time           `json:"lastReadAt"`
	LastFailure *MetadataFailure     `json:"lastFailure" doc:"Null unless the last reading failed."`
	Differences []MetadataDifference `json:"differences" nullable:"false" doc:"Values of the metadata that are not the connection's. They are not applied; clone the connection to take them."`
}

// MetadataFailure says why metadata could not be read.
type MetadataFailure struct {
	Code  string    `json:"code"`
	Text  string    `json:"text"`
	Since time.Time `json:"since"`
}

// MetadataDifference is one value that differs.
type MetadataDifference struct {
	Field  string `json:"field"`
	Ours   string `json:"ours"`
	Theirs string `json:"theirs"`
}

// CustomDomain is the second application at the provider, for sign-ins on the customer's own host.
type CustomDomain struct {
	ScopedEntityID bool             `json:"scopedEntityId"`
	EntityID       string           `json:"entityId" doc:"Ours; never the custom host."`
	IdPEntityID    string           `json:"idpEntityId"`
	SSOServiceURL  string           `json:"ssoServiceUrl"`
	LogoutURL      string           `json:"logoutUrl"`
	Certificates   []IdPCertificate `json:"certificates" nullable:"false"`
}

// ConnectionHealth is the state of a connection at a glance.
type ConnectionHealth struct {
	Status         string              `json:"status" enum:"connected,certificate_expiring,certificate_expired"`
	Certificates   []CertificateHealth `json:"certificates" nullable:"false"`
	SignsRequests  bool                `json:"signsRequests"`
	SingleLogout   string              `json:"singleLogout" enum:"off,signed,unsigned"`
	ScopedEntityID bool                `json:"scopedEntityId"`
	Metadata       string              `json:"metadata" enum:"off,waiting,ok,failing"`
	OpenProposals  int                 `json:"openProposals" doc:"Keys that wait for a decision."`
}

// CertificateHealth is the state of one certificate.
type CertificateHealth struct {
	Application string    `json:"application" enum:"primary,custom_domain"`
	Slot        int       `json:"slot"`
	FileName    string    `json:"fileName"`
	NotAfter    time.Time `json:"notAfter"`
	State       string    `json:"state" enum:"ok,expiringSoon,expired,notYetValid"`
	Message     string    `json:"message"`
}

// upkeep registers what changes in a saved connection.
func (a *API) upkeep(c connectionsAPI) {
	connection := "/{customerId}/v1/connections/{connectionId}"
	handle(a, Route{Method: http.MethodPost, Path: connection + "/clone", ID: "cloneConnection",
		Summary: "Make a draft with the settings of a connection, without its entity ID", Tag: connectionsTag, Needs: admin.FullAccess, Status: http.StatusCreated}, c.clone)
	handle(a, Route{Method: http.MethodGet, Path: connection + "/health", ID: "getConnectionHealth",
		Summary: "Certificates, signing, logout and metadata at a glance", Tag: connectionsTag, Needs: admin.FullAccess}, c.health)
	handle(a, Route{Method: http.MethodPut, Path: connection + "/certificates/{slot}", ID: "putConnectionCertificate",
		Summary: "Store a certificate in an empty slot or in place of an expired one", Tag: connectionsTag, Needs: admin.FullAccess}, c.putCertificate)
	handle(a, Route{Method: http.MethodDelete, Path: connection + "/certificates/{slot}", ID: "removeConnectionCertificate",
		Summary: "Empty a slot; what its certificate signed is refused from then on", Tag: connectionsTag, Needs: admin.FullAccess}, c.removeCertificate)
	handle(a, Route{Method: http.MethodPut, Path: connection + "/metadata-source", ID: "putConnectionMetadataSource",
		Summary: "Say where the provider publishes its metadata, and whether it is read every hour", Tag: connectionsTag, Needs: admin.FullAccess}, c.putSource)
	handle(a, Route{Method: http.MethodPost, Path: connection + "/metadata-source/refresh", ID: "refreshConnectionMetadata",
		Summary: "Read the provider's metadata now", Tag: connectionsTag, Needs: admin.FullAccess}, c.refresh)
	decide := func(accept bool) func(context.Context, admin.Actor, customer.ID, federation.ID, string) (federation.Kept, error) {
		return func(ctx context.Context, actor admin.Actor, of customer.ID, i federation.ID, proposal string) (federation.Kept, error) {
			return c.s.DecideKey(ctx, actor, of, i, proposal, accept)
		}
	}
	for _, decision := range []struct {
		word, id, summary string
		take              func(context.Context, admin.Actor, customer.ID, federation.ID, string) (federation.Kept, error)
	}{
		{"accept", "acceptConnectionKey", "Trust a key of the provider's metadata; needs a free or expired slot", decide(true)},
		{"reject", "rejectConnectionKey", "Do not trust a key of the provider's metadata, whatever vouches for it", decide(false)},
		{"offer", "offerConnectionKey", "Propose a rejected key again", c.s.OfferKey},
	} {
		handle(a, Route{Method: http.MethodPost, Path: connection + "/key-proposals/{proposalId}/" + decision.word, ID: decision.id,
			Summary: decision.summary, Tag: connectionsTag, Needs: admin.FullAccess},
			func(ctx context.Context, actor admin.Actor, in *struct {
				InConnection
				ProposalID string `path:"proposalId"`
			}) (*versioned[Connection], error) {
				got, err := decision.take(ctx, actor, in.customer(), in.id(), in.ProposalID)
				return c.kept(ctx, in.customer(), got, err)
			})
	}
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/sign-in-urls/{identifier}", ID: "getSignInUrlAvailability",
		Summary: "Whether a sign-in URL can be taken", Tag: connectionsTag, Needs: admin.FullAccess}, c.available)
}

func (c connectionsAPI) kept(ctx context.Context, of customer.ID, k federation.Kept, err error) (*versioned[Connection], error) {
	if err != nil {
		return nil, err
	}
	return c.connection(ctx, of, k)
}

func (c connectionsAPI) clone(ctx context.Context, actor admin.Actor, in *struct {
	InConnection
	Body struct {
		SignInURLID string `json:"signInUrlId"`
		Nickname    string `json:"nickname"`
	}
}) (*versioned[ConnectionDraft], error) {
	d, err := c.s.Clone(ctx, actor, in.customer(), in.id(), in.Body.SignInURLID, in.Body.Nickname)
	if err != nil {
		return nil, err
	}
	return c.draftOf(ctx, d), nil
}

// InSlot is the part of an input that names a slot of a connection.
type InSlot struct {
	InConnection
	IfMatch
	Slot int `path:"slot" doc:"1 or 2"`
}

func (c connectionsAPI) putCertificate(ctx context.Context, actor admin.Actor, in *struct {
	InSlot
	Body struct {
		FileName string `json:"fileName"`
		PEM      string `json:"pem" doc:"PEM or Base64 text."`
	}
}) (*versioned[Connection], error) {
	v, err := version(in.Match)
	if err != nil {
		return nil, err
	}
	got, err := c.s.PutCertificate(ctx, actor, in.customer(), in.id(), in.Slot, in.Body.FileName, []byte(in.Body.PEM), v)
	return c.kept(ctx, in.customer(), got, err)
}

func (c connectionsAPI) removeCertificate(ctx context.Context, actor admin.Actor, in *InSlot) (*versioned[Connection], error) {
	v, err := version(in.Match)
	if err != nil {
		return nil, err
	}
	got, err := c.s.RemoveCertificate(ctx, actor, in.customer(), in.id(), in.Slot, v)
	return c.kept(ctx, in.customer(), got, err)
}

func (c connectionsAPI) putSource(ctx context.Context, actor admin.Actor, in *struct {
	InConnection
	IfMatch
	Body struct {
		URL     string `json:"url" doc:"Empty: the metadata has no address."`
		Refresh bool   `json:"refresh"`
	}
}) (*versioned[Connection], error) {
	v, err := version(in.Match)
	if err != nil {
		return nil, err
	}
	got, err := c.s.SetMetadataSource(ctx, actor, in.customer(), in.id(), in.Body.URL, in.Body.Refresh, v)
	return c.kept(ctx, in.customer(), got, err)
}

func (c connectionsAPI) refresh(ctx context.Context, actor admin.Actor, in *InConnection) (*versioned[Connection], error) {
	got, err := c.s.RefreshMetadata(ctx, actor, in.customer(), in.id())
	return c.kept(ctx, in.customer(), got, err)
}

// Availability says whether a sign-in URL can be taken.
type Availability struct {
	Available bool `json:"available"`
}

func (c connectionsAPI) available(ctx context.Context, actor admin.Actor, in *struct {
	InCustomer
	Identifier string `path:"identifier"`
}) (*bodyOf[Availability], error) {
	yes, err := c.s.Available(ctx, actor, in.customer(), in.Identifier)
	if err != nil {
		return nil, err
	}
	return answer(Availability{yes}), nil
}

func (c connectionsAPI) health(ctx context.Context, actor admin.Actor, in *InConnection) (*bodyOf[ConnectionHealth], error) {
	k, err := c.s.Kept(ctx, actor, in.customer(), in.id())
	if err != nil {
		return nil, err
	}
	s := k.Settings
	out := ConnectionHealth{Status: string(k.Status(c.s.Now())), Certificates: []CertificateHealth{}, SignsRequests: s.SignAuthnRequest,
		SingleLogout: "off", ScopedEntityID: s.ScopedID != "", Metadata: "off"}
	switch {
	case s.LogoutURL != "" && s.SignLogout:
		out.SingleLogout = "signed"
	case s.LogoutURL != "":
		out.SingleLogout = "unsigned"
	}
	switch {
	case !s.MetadataRefresh:
	case !k.Metadata.FailedSince.IsZero():
		out.Metadata = "failing"
	case k.Metadata.ReadAt.IsZero():
		out.Metadata = "waiting"
	default:
		out.Metadata = "ok"
	}
	for _, p := range k.Proposals {
		if p.State == federation.KeyProposed {
			out.OpenProposals++
		}
	}
	for _, v := range []federation.Variant{federation.Primary, federation.CustomDomain} {
		settings, ok := k.For(v)
		if !ok {
			continue
		}
		for _, cert := range c.certificatesOf(ctx, settings.Certificates) {
			out.Certificates = append(out.Certificates, CertificateHealth{Application: string(v), Slot: cert.Slot, FileName: cert.FileName,
				NotAfter: cert.NotAfter, State: cert.State, Message: cert.Message})
		}
	}
	return answer(out), nil
}

func (c connectionsAPI) affected(ctx context.Context, conn federation.Connection) Affected {
	out := Affected{Answer: "probablyNot", Reasons: []string{}}
	for _, code := range conn.Affected() {
		out.Answer = "yes"
		out.Reasons = append(out.Reasons, c.a.texts.Sentence(edge.From(ctx).Language, code, nil))
	}
	return out
}

func keyProposals(k federation.Kept) []KeyProposal {
	out := make([]KeyProposal, 0, len(k.Proposals))
	for _, p := range k.Proposals {
		cert := p.Certificate()
		item := KeyProposal{ID: p.ID, Fingerprint: cert.Fingerprint(), FoundAt: p.FoundAt, SignedByTrustedKey: p.Signed, State: string(p.State),
			DecidedAt: optionalTime(p.DecidedAt), DecidedBy: p.DecidedBy}
		if parsed := cert.Parsed(); parsed != nil {
			item.Subject, item.NotBefore, item.NotAfter = parsed.Subject.String(), parsed.NotBefore.UTC(), parsed.NotAfter.UTC()
		}
		out = append(out, item)
	}
	return out
}

func (c connectionsAPI) metadataSource(ctx context.Context, conn federation.Connection) MetadataSource {
	m := conn.Metadata
	out := MetadataSource{URL: conn.Settings.MetadataURL, Refresh: conn.Settings.MetadataRefresh, LastReadAt: optionalTime(m.ReadAt), Differences: []MetadataDifference{}}
	if !m.FailedSince.IsZero() {
		out.LastFailure = &MetadataFailure{Code: m.Failure, Text: c.a.texts.Sentence(edge.From(ctx).Language, m.Failure, m.FailureArgs), Since: m.FailedSince}
	}
	for _, d := range m.Differences {
		out.Differences = append(out.Differences, MetadataDifference(d))
	}
	return out
}

func (c connectionsAPI) customDomain(ctx context.Context, conn federation.Connection) *CustomDomain {
	s, ok := conn.For(federation.CustomDomain)
	if !ok {
		return nil
	}
	return &CustomDomain{ScopedEntityID: s.ScopedID != "", EntityID: c.s.ServiceProvider(s).EntityID, IdPEntityID: s.IdPEntityID,
		SSOServiceURL: s.SSOURL, LogoutURL: s.LogoutURL, Certificates: c.certificatesOf(ctx, s.Certificates)}
}

func (c connectionsAPI) warnings(ctx context.Context, list []federation.Warning) []DraftWarning {
	lang := edge.From(ctx).Language
	out := []DraftWarning{}
	for _, w := range list {
		out = append(out, DraftWarning{Field: w.Field, Code: w.Code, Text: c.a.texts.Sentence(lang, w.Code, w.Args), Hint: c.a.texts.Hint(lang, w.Code, w.Args)})
	}
	return out
}
