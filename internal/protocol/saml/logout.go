package saml

import (
	"time"

	"github.com/beevik/etree"
)

// LogoutRequest asks a provider to end the session that an assertion named.
type LogoutRequest struct {
	ID           string    // NewRequestID
	IssueInstant time.Time // written in UTC to the second
	Destination  string    // the provider's Logout URL
	SPEntityID   string    // the same as in the AuthnRequest (SAM-118)
	NameID       NameID    // as the assertion gave it, octet by octet, with format and qualifiers
	SessionIndex string    // of the assertion, "" when it had none
}

// tree returns the unsigned request. NameID gets exactly the attributes that the provider wrote: one that was absent
// stays absent, because providers compare (SSO-068).
func (r LogoutRequest) tree() *etree.Element {
	root := messageTree("LogoutRequest", r.ID, "", r.Destination, r.SPEntityID, r.IssueInstant)
	name := root.CreateElement("saml:NameID")
	name.CreateAttr("xmlns:saml", nsAssertion)
	for _, a := range [][2]string{
		{"NameQualifier", r.NameID.NameQualifier}, {"SPNameQualifier", r.NameID.SPNameQualifier},
		{"Format", r.NameID.Format}, {"SPProvidedID", r.NameID.SPProvidedID},
	} {
		if a[1] != "" {
			name.CreateAttr(a[0], a[1])
		}
	}
	name.SetText(r.NameID.Value)
	if r.SessionIndex != "" {
		root.CreateElement("samlp:SessionIndex").SetText(r.SessionIndex)
	}
	return root
}

// messageTree returns a message of the protocol with its Issuer; inResponseTo "" leaves that attribute out.
func messageTree(local, messageID, inResponseTo, destination, issuer string, at time.Time) *etree.Element {
	root := etree.NewElement("samlp:" + local)
	root.CreateAttr("ID", messageID)
	root.CreateAttr("Version", version)
	root.CreateAttr("IssueInstant", written(at))
	root.CreateAttr("Destination", destination)
	if inResponseTo != "" {
		root.CreateAttr("InResponseTo", inResponseTo)
	}
	root.CreateAttr("xmlns:samlp", nsProtocol)
	el := root.CreateElement("saml:Issuer")
	el.CreateAttr("xmlns:saml", nsAssertion)
	el.SetText(issuer)
	return root
}

// POST returns the request for the POST binding; signer nil leaves it unsigned.
//
// Errors: ErrRelayState, and what the key returns.
//
// Source: SAML Core 2.0 §3.7.1; Bindings 2.0 §3.5; SSO-043, SSO-044.
func (r LogoutRequest) POST(relayState string, signer *Signer) (Form, error) {
	return outgoing{r.tree(), fieldRequest, r.Destination}.post(relayState, signer)
}

// Redirect returns the address for the Redirect binding; signer nil leaves it unsigned.
//
// Errors: ErrRelayState, ErrRedirectTooLong, and what the key returns.
//
// Source: SAML Core 2.0 §3.7.1; Bindings 2.0 §3.4.4.1; SSO-043, SSO-044.
func (r LogoutRequest) Redirect(relayState string, signer *Signer) (string, error) {
	return outgoing{r.tree(), fieldRequest, r.Destination}.redirect(relayState, signer)
}

// LogoutStatus is the verdict of a logout response.
type LogoutStatus string

// The verdicts, by the status codes that say them.
const (
	LogoutSucceeded LogoutStatus = statusSuccess
	// LogoutPartial: some session that the request meant goes on. It stands below Success (Core 2.0 §3.7.3.2).
	LogoutPartial LogoutStatus = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout"
	LogoutRefused LogoutStatus = "urn:oasis:names:tc:SAML:2.0:status:Requester"
)

// LogoutResponse answers a provider's request.
type LogoutResponse struct {
	ID           string    // NewRequestID
	IssueInstant time.Time // written in UTC to the second
	InResponseTo string    // ID of the request
	Destination  string    // the provider's Logout URL
	SPEntityID   string
	Status       LogoutStatus
}

func (r LogoutResponse) tree() *etree.Element {
	root := messageTree("LogoutResponse", r.ID, r.InResponseTo, r.Destination, r.SPEntityID, r.IssueInstant)
	code := root.CreateElement("samlp:Status").CreateElement("samlp:StatusCode")
	if r.Status == LogoutPartial {
		code.CreateAttr("Value", statusSuccess)
		code = code.CreateElement("samlp:StatusCode")
	}
	code.CreateAttr("Value", string(r.Status))
	return root
}

// POST returns the response for the POST binding. It is always signed, as the profile demands.
//
// Errors: ErrRelayState, and what the key returns.
//
// Source: SAML Core 2.0 §3.7.2; Profiles 2.0 §4.4.4.2; SSO-048.
func (r LogoutResponse) POST(relayState string, signer Signer) (Form, error) {
	return outgoing{r.tree(), fieldResponse, r.Destination}.post(relayState, &signer)
}

// Redirect returns the address for the Redirect binding, signed.
//
// Errors: ErrRelayState, ErrRedirectTooLong, and what the key returns.
//
// Source: SAML Core 2.0 §3.7.2; Bindings 2.0 §3.4.4.1; SSO-048.
func (r LogoutResponse) Redirect(relayState string, signer Signer) (string, error) {
	return outgoing{r.tree(), fieldResponse, r.Destination}.redirect(relayState, &signer)
}
