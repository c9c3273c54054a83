package saml

import (
	"strconv"
	"strings"
	"time"

	"github.com/beevik/etree"
	"github.com/google/uuid"
)

// providerName is a documented wire value (SAM-092), not a name that a person reads.
const providerName = "citrix-cloud"

// NewRequestID returns "_" and a random GUID: the ID of a new request.
func NewRequestID() string { return "_" + uuid.NewString() }

// NameIDUnspecified is the only format that is ever asked for (SSO-082), and that of a name identifier that names none.
//
// Source: SAML Core 2.0 §2.2.2, §8.3.1.
const NameIDUnspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"

// AuthnRequest is a sign-in request to a provider.
type AuthnRequest struct {
	ID           string    // NewRequestID
	IssueInstant time.Time // written in UTC to the second
	Destination  string    // the provider's SSO URL
	ACSURL       string
	SPEntityID   string
	ForceAuthn   bool
	NameIDPolicy bool       // asks for a name identifier of unspecified format; providers that compare it with their own setting need it
	Context      Context    // Unspecified sends no RequestedAuthnContext
	Comparison   Comparison // of Context
}

// tree returns the unsigned request in the documented shape (SAM-092).
func (r AuthnRequest) tree() *etree.Element {
	root := etree.NewElement("samlp:AuthnRequest")
	for _, a := range [][2]string{
		{"ID", r.ID}, {"Version", version}, {"IssueInstant", written(r.IssueInstant)},
		{"Destination", r.Destination}, {"ForceAuthn", strconv.FormatBool(r.ForceAuthn)}, {"IsPassive", "false"},
		{"ProtocolBinding", bindingPOST}, {"AssertionConsumerServiceURL", r.ACSURL}, {"ProviderName", providerName},
		{"xmlns:samlp", nsProtocol},
	} {
		root.CreateAttr(a[0], a[1])
	}
	issuer := root.CreateElement("saml:Issuer")
	issuer.CreateAttr("xmlns:saml", nsAssertion)
	issuer.SetText(r.SPEntityID)
	if r.NameIDPolicy {
		root.CreateElement("samlp:NameIDPolicy").CreateAttr("Format", NameIDUnspecified)
	}
	if class := r.Context.Class(); class != "" {
		wanted := root.CreateElement("samlp:RequestedAuthnContext")
		wanted.CreateAttr("Comparison", strings.ToLower(string(r.Comparison)))
		ref := wanted.CreateElement("saml:AuthnContextClassRef")
		ref.CreateAttr("xmlns:saml", nsAssertion)
		ref.SetText(class)
	}
	return root
}

// POST returns the request for the POST binding; signer nil leaves it unsigned (SAM-042). The signature is inside of the
// XML.
//
// Errors: ErrRelayState, and what the key returns.
//
// Source: SAML Bindings 2.0 §3.5; SAM-041, SAM-042, SAM-093.
func (r AuthnRequest) POST(relayState string, signer *Signer) (Form, error) {
	return outgoing{r.tree(), fieldRequest, r.Destination}.post(relayState, signer)
}

// Redirect returns the address for the Redirect binding; signer nil leaves it unsigned. The signature is over the query
// exactly as it is sent.
//
// Errors: ErrRelayState, ErrRedirectTooLong, and what the key returns.
//
// Source: SAML Bindings 2.0 §3.4.4.1; SAM-082, SAM-094.
func (r AuthnRequest) Redirect(relayState string, signer *Signer) (string, error) {
	return outgoing{r.tree(), fieldRequest, r.Destination}.redirect(relayState, signer)
}
