package federation

import (
	"cmp"
	"net/url"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// Keys gives the keys that sign what we send.
type Keys interface {
	// Active returns the key that signs now.
	Active(p keyring.Purpose) (keyring.Key, error)
	// Published returns what others should know of, the key in use first.
	Published(p keyring.Purpose) []keyring.Key
}

// ServiceProvider is what identity providers know about us. ACSURL and LogoutURL are the same for all connections.
type ServiceProvider struct {
	EntityID    string // generic, without a trailing slash
	ACSURL      string
	LogoutURL   string
	MetadataURL string // of the generic entity ID
}

// For returns what the provider of a connection has to know: a scoped connection has an entity ID and metadata of its
// own (SAM-007).
func (p ServiceProvider) For(s Settings) ServiceProvider {
	if s.ScopedID != "" {
		p.EntityID += "/" + s.ScopedID
		p.MetadataURL += "/" + s.ScopedID
	}
	return p
}

// Metadata writes our metadata for the scoped ID, "" for the generic one.
func (p ServiceProvider) Metadata(keys Keys, scopedID string) []byte {
	p = p.For(Settings{ScopedID: scopedID})
	m := saml.SPMetadata{EntityID: p.EntityID, ACSURL: p.ACSURL, LogoutURL: p.LogoutURL, AuthnRequestsSigned: true}
	for _, k := range keys.Published(keyring.SAMLSigning) {
		m.SigningCertificates = append(m.SigningCertificates, k.Certificate)
	}
	return m.XML()
}

// SAMLProtocol signs people in through SAML 2.0.
type SAMLProtocol struct {
	sp   ServiceProvider
	keys Keys
}

// NewSAMLProtocol returns the SAML 2.0 service provider.
func NewSAMLProtocol(sp ServiceProvider, keys Keys) *SAMLProtocol {
	return &SAMLProtocol{sp: sp, keys: keys}
}

var _ Protocol = (*SAMLProtocol)(nil)

// Begin implements Protocol.
func (p *SAMLProtocol) Begin(s Settings, out Outgoing) (Hop, error) {
	req := saml.AuthnRequest{
		ID: out.ID, IssueInstant: out.At, Destination: s.SSOURL, ACSURL: p.sp.ACSURL, SPEntityID: p.sp.For(s).EntityID,
		ForceAuthn: out.Prompt, Context: s.Context, Comparison: s.Comparison,
	}
	var signer *saml.Signer
	if s.SignAuthnRequest {
		key, err := p.keys.Active(keyring.SAMLSigning)
		if err != nil {
			return Hop{}, err
		}
		signer = &saml.Signer{Key: key.Signer(), Certificate: key.Certificate}
	}
	if s.SSOBinding == Redirect {
		address, err := req.Redirect(out.State, signer)
		return Hop{URL: address}, err
	}
	form, err := req.POST(out.State, signer)
	if err != nil {
		return Hop{}, err
	}
	return Hop{URL: form.Action, Post: true, Fields: []HopField{{"SAMLRequest", form.SAMLRequest}, {"RelayState", form.RelayState}}}, nil
}

// Complete implements Protocol.
func (p *SAMLProtocol) Complete(s Settings, requestID string, form url.Values, now time.Time) (Proof, error) {
	raw, err := saml.DecodePOST(form.Get("SAMLResponse"))
	if err != nil {
		return Proof{Steps: saml.Trace{{Name: "decode", Code: saml.ErrBase64.Code}}}, err
	}
	proof := Proof{Message: string(raw)}
	a, err := saml.Verify(raw, saml.Expectation{
		RequestID: requestID, IdPEntityID: s.IdPEntityID, SPEntityID: p.sp.For(s).EntityID, ACSURL: p.sp.ACSURL,
		Certificates: s.parsed(), Mode: s.Mode, Context: s.Context, Comparison: s.Comparison,
	}, now)
	if err != nil {
		proof.Steps = saml.TraceOf(err)
		return proof, err
	}
	proof.Steps = a.Trace
	proof.Issuer, proof.Assertion, proof.Until, proof.Person = a.Issuer, a.ID, a.NotOnOrAfter, a.NameID.Value
	proof.Session = ProviderSession{NameID: a.NameID, SessionIndex: a.SessionIndex, AuthnInstant: a.AuthnInstant,
		ContextClass: a.ContextClass, NotOnOrAfter: a.SessionNotOnOrAfter}
	proof.Claims, err = a.Claims(s.mapping())
	step := saml.Step{Name: "claims", OK: err == nil, Detail: text.Args{"received": a.Described()}}
	if err != nil {
		step.Code = saml.ErrClaims.Code
	}
	proof.Steps = append(proof.Steps, step)
	proof.Person = cmp.Or(proof.Claims.UPN, proof.Person)
	return proof, err
}

func (s Settings) mapping() saml.Mapping {
	n := s.Attributes
	return saml.Mapping{DisplayName: n.DisplayName, GivenName: n.GivenName, FamilyName: n.FamilyName, SID: n.SID, UPN: n.UPN,
		Email: n.Email, OID: n.OID, Forest: n.Forest, Domain: n.Domain, RequireAll: s.RequireMappedClaims}
}
