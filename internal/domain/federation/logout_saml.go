package federation

import (
	"time"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// leaving is a logout request on its way.
type leaving struct {
	ID        string
	State     string // returned by the provider with its answer
	At        time.Time
	ACSOrigin string
	Provider  ProviderSession
}

// leave returns the way to the provider for a logout request: the same issuer as at sign-in, the name and the session as
// the provider gave them (SAM-118, SSO-043, SSO-146).
func (p *SAMLProtocol) leave(s Settings, out leaving) (Hop, error) {
	req := saml.LogoutRequest{ID: out.ID, IssueInstant: out.At, Destination: s.LogoutURL, SPEntityID: p.sp.At(out.ACSOrigin).For(s).EntityID,
		NameID: out.Provider.NameID, SessionIndex: out.Provider.SessionIndex}
	var signer *saml.Signer
	if s.SignLogout {
		ours, err := p.signer(false)
		if err != nil {
			return Hop{}, err
		}
		signer = &ours
	}
	return hopOf(req, s.SLOBinding, out.State, signer)
}

// reply is an answer to a provider's logout request.
type reply struct {
	RequestID  string
	RelayState string // as it came, "" for none
	At         time.Time
	ACSOrigin  string
	Status     saml.LogoutStatus
}

// reply returns the way to the provider for the answer, signed whatever the connection signs, as the profile demands
// (SSO-048).
func (p *SAMLProtocol) reply(s Settings, r reply) (Hop, error) {
	signer, err := p.signer(false)
	if err != nil {
		return Hop{}, err
	}
	res := saml.LogoutResponse{ID: saml.NewRequestID(), IssueInstant: r.At, InResponseTo: r.RequestID, Destination: s.LogoutURL,
		SPEntityID: p.sp.At(r.ACSOrigin).For(s).EntityID, Status: r.Status}
	return hopOf(res, s.SLOBinding, r.RelayState, signer)
}

// logoutExpectation is what a provider's logout message on the host must agree with; requestID "" for its requests.
func (p *SAMLProtocol) logoutExpectation(s Settings, acsOrigin, requestID string) saml.LogoutExpectation {
	e := saml.LogoutExpectation{IdPEntityID: s.IdPEntityID, LogoutURL: p.sp.At(acsOrigin).LogoutURL, Certificates: s.parsed(), RequestID: requestID}
	e.DecryptionKeys, e.AllowCBC = p.decryption(s)
	return e
}
