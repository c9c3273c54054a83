package federation

import (
	"cmp"
	"crypto"
	"slices"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// Keys gives the keys that sign what we send.
type Keys interface {
	// Active returns the key that signs now.
	Active(p keyring.Purpose) (keyring.Key, error)
	// Next returns the advertised key that replaces the one in use at its time; ok is false while there is none.
	Next(p keyring.Purpose) (k keyring.Key, ok bool)
	// Published returns what others should know of, the key in use first.
	Published(p keyring.Purpose) []keyring.Key
}

// ServiceProvider is what identity providers know about us on one host. ACSURL and LogoutURL are the same for all
// connections and never carry a scoped ID (SSO-148).
type ServiceProvider struct {
	EntityID    string // generic, without a trailing slash
	ACSURL      string
	LogoutURL   string
	MetadataURL string // of the generic entity ID
}

// Paths of the service provider on every host that takes answers of identity providers.
const (
	StartPath    = "/saml/start" // begins a sign-in
	ACSPath      = "/saml/acs"
	LogoutPath   = "/saml/logout/callback"
	MetadataPath = "/saml/metadata"
)

// NewServiceProvider returns the service provider of the SAML site, whose address is also the generic entity ID.
func NewServiceProvider(origin string) ServiceProvider {
	return ServiceProvider{EntityID: origin}.At(origin)
}

// At returns the service provider as it is on another host. The entity ID stays: it is never a custom host (SSO-170).
func (p ServiceProvider) At(origin string) ServiceProvider {
	if origin != "" {
		p.ACSURL, p.LogoutURL, p.MetadataURL = origin+ACSPath, origin+LogoutPath, origin+MetadataPath
	}
	return p
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
	sp := p.sp.At(out.ACSOrigin).For(s)
	req := saml.AuthnRequest{
		ID: out.ID, IssueInstant: out.At, Destination: s.SSOURL, ACSURL: sp.ACSURL, SPEntityID: sp.EntityID,
		ForceAuthn: out.Prompt, NameIDPolicy: out.SendNameIDPolicy, Context: s.Context, Comparison: s.Comparison,
	}
	var signer *saml.Signer
	if s.SignAuthnRequest {
		ours, err := p.signer(out.NextKey)
		if err != nil {
			return Hop{}, err
		}
		signer = &ours
	}
	return hopOf(req, s.SSOBinding, out.State, signer)
}

// signer is the key in use, one for requests and answers alike, so that a rotation changes all of them at once; or the one that
// follows it. Errors: ErrNoNextKey.
func (p *SAMLProtocol) signer(next bool) (saml.Signer, error) {
	key, err := p.keys.Active(keyring.SAMLSigning)
	if err == nil && next {
		var ok bool
		if key, ok = p.keys.Next(keyring.SAMLSigning); !ok {
			err = ErrNoNextKey
		}
	}
	if err != nil {
		return saml.Signer{}, err
	}
	return saml.Signer{Key: key.Signer(), Certificate: key.Certificate}, nil
}

// message is a SAML message on its way to a provider. S is *saml.Signer where it may go unsigned, saml.Signer where it may not.
type message[S any] interface {
	POST(relayState string, signer S) (saml.Form, error)
	Redirect(relayState string, signer S) (string, error)
}

// hopOf is the way of a message to the provider over a binding; relayState "" = none.
func hopOf[S any](m message[S], over Binding, relayState string, signer S) (Hop, error) {
	if over == Redirect {
		address, err := m.Redirect(relayState, signer)
		return Hop{URL: address}, err
	}
	form, err := m.POST(relayState, signer)
	if err != nil {
		return Hop{}, err
	}
	hop := Hop{URL: form.Action, Post: true}
	for _, f := range []HopField{{"SAMLRequest", form.SAMLRequest}, {"SAMLResponse", form.SAMLResponse}, {"RelayState", form.RelayState}} {
		if f.Value != "" {
			hop.Fields = append(hop.Fields, f)
		}
	}
	return hop, nil
}

// ErrNoNextKey: no certificate waits to replace the one in use.
var ErrNoNextKey = fault.New(fault.Conflict, "next_key_missing")

// Complete implements Protocol.
func (p *SAMLProtocol) Complete(s Settings, in Incoming) (Proof, error) {
	raw, err := saml.DecodePOST(in.Form.Get("SAMLResponse"))
	if err != nil {
		return Proof{Steps: saml.Trace{{Name: "decode", Code: saml.ErrBase64.Code}}}, err
	}
	proof := Proof{Message: string(raw)}
	if in.Inspect {
		inspected := saml.Inspect(raw, p.expectation(s, in), in.Now)
		proof.Inspected = &inspected
	}
	a, err := saml.Verify(raw, p.expectation(s, in), in.Now)
	if err != nil {
		proof.Steps = saml.TraceOf(err)
		proof.Person = named(proof.Steps)
		return proof, err
	}
	proof.Steps = a.Trace
	proof.Issuer, proof.Assertion, proof.Issued, proof.Until, proof.Person = a.Issuer, a.ID, a.IssueInstant, a.NotOnOrAfter, a.NameID.Value
	proof.Session = ProviderSession{NameID: a.NameID, SessionIndex: a.SessionIndex, AuthnInstant: a.AuthnInstant,
		ContextClass: a.ContextClass, NotOnOrAfter: a.SessionNotOnOrAfter}
	proof.Claims, err = a.Claims(s.mapping())
	step := saml.Step{Name: "claims", OK: err == nil, Detail: text.Args{"received": a.Described()}}
	if err != nil {
		step.Code = saml.ErrClaims.Code
	}
	proof.Steps = append(proof.Steps, step)
	proof.Person = cmp.Or(proof.Claims.FedUPN, proof.Claims.UPN, proof.Person)
	return proof, err
}

// named is the name identifier of a refused message. A passed step "subject" stands behind the signature, so it is the provider's word.
func named(steps saml.Trace) string {
	i := slices.IndexFunc(steps, func(s saml.Step) bool { return s.Name == "subject" && s.OK })
	if i < 0 {
		return ""
	}
	name, _ := steps[i].Detail["name_id"].(string)
	return name
}

// expectation is what the answer to a request of the connection must agree with. Keys that decrypt are in it only if the
// connection accepts encrypted content, and only those of its own entity ID; those that are advertised already count, since
// somebody may have read them.
func (p *SAMLProtocol) expectation(s Settings, in Incoming) saml.Expectation {
	sp := p.sp.At(in.ACSOrigin).For(s)
	e := saml.Expectation{
		RequestID: in.RequestID, IdPEntityID: s.IdPEntityID, SPEntityID: sp.EntityID, ACSURL: sp.ACSURL,
		Certificates: s.parsed(), Mode: s.Mode, Context: s.Context, Comparison: s.Comparison,
	}
	e.DecryptionKeys, e.AllowCBC = p.decryption(s)
	return e
}

// decryption returns our keys if the connection accepts encrypted content, and whether AES-CBC counts.
func (p *SAMLProtocol) decryption(s Settings) (keys []crypto.Decrypter, allowCBC bool) {
	if !s.AcceptEncrypted {
		return nil, false
	}
	for _, k := range p.keys.Published(keyring.SAMLDecryption.For(s.ScopedID)) {
		if d, ok := k.Decrypter(); ok {
			keys = append(keys, d)
		}
	}
	return keys, s.AllowCBC
}

func (s Settings) mapping() saml.Mapping {
	n := s.Attributes
	return saml.Mapping{DisplayName: n.DisplayName, GivenName: n.GivenName, FamilyName: n.FamilyName, SID: n.SID, UPN: n.UPN,
		Email: n.Email, OID: n.OID, Forest: n.Forest, Domain: n.Domain, RequireAll: s.RequireMappedClaims}
}
