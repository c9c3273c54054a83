package saml

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/beevik/etree"
	"github.com/google/uuid"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Refusals to send a request.
var (
	// ErrRedirectTooLong says that the address of a redirect exceeds what browsers and proxies carry (SAM-082).
	ErrRedirectTooLong = fault.New(fault.Invalid, "saml_redirect_too_long")
	// ErrRelayState says that RelayState is longer than the 80 octets of the standard.
	ErrRelayState = fault.New(fault.Invalid, "saml_relay_state")
)

const (
	maxRedirectURL = 2048 // characters (SAM-082)
	maxRelayState  = 80   // octets; Bindings 2.0 §3.4.3
	// providerName is a documented wire value (SAM-092), not a name that a person reads.
	providerName = "citrix-cloud"
)

// NewRequestID returns "_" and a random GUID: the ID of a new request.
func NewRequestID() string { return "_" + uuid.NewString() }

// AuthnRequest is a sign-in request to a provider.
type AuthnRequest struct {
	ID           string    // NewRequestID
	IssueInstant time.Time // written in UTC to the second
	Destination  string    // the provider's SSO URL
	ACSURL       string
	SPEntityID   string
	ForceAuthn   bool
	Context      Context    // Unspecified sends no RequestedAuthnContext
	Comparison   Comparison // of Context
}

// tree returns the unsigned request in the documented shape (SAM-092).
func (r AuthnRequest) tree() *etree.Element {
	root := etree.NewElement("samlp:AuthnRequest")
	for _, a := range [][2]string{
		{"ID", r.ID}, {"Version", version}, {"IssueInstant", r.IssueInstant.UTC().Format("2006-01-02T15:04:05Z")},
		{"Destination", r.Destination}, {"ForceAuthn", strconv.FormatBool(r.ForceAuthn)}, {"IsPassive", "false"},
		{"ProtocolBinding", bindingPOST}, {"AssertionConsumerServiceURL", r.ACSURL}, {"ProviderName", providerName},
		{"xmlns:samlp", nsProtocol},
	} {
		root.CreateAttr(a[0], a[1])
	}
	issuer := root.CreateElement("saml:Issuer")
	issuer.CreateAttr("xmlns:saml", nsAssertion)
	issuer.SetText(r.SPEntityID)
	if class := r.Context.Class(); class != "" {
		wanted := root.CreateElement("samlp:RequestedAuthnContext")
		wanted.CreateAttr("Comparison", strings.ToLower(string(r.Comparison)))
		ref := wanted.CreateElement("saml:AuthnContextClassRef")
		ref.CreateAttr("xmlns:saml", nsAssertion)
		ref.SetText(class)
	}
	return root
}

// Form is what the auto-submitted page of the POST binding sends.
type Form struct {
	Action      string // the provider's SSO URL
	SAMLRequest string
	RelayState  string
}

// POST returns the request for the POST binding; signer nil leaves it unsigned (SAM-042). The signature is inside of the
// XML.
//
// Errors: ErrRelayState, and what the key returns.
//
// Source: SAML Bindings 2.0 §3.5; SAM-041, SAM-042, SAM-093.
func (r AuthnRequest) POST(relayState string, signer *Signer) (Form, error) {
	if len(relayState) > maxRelayState {
		return Form{}, ErrRelayState
	}
	root := r.tree()
	if signer != nil {
		if err := signer.envelope(root, 1); err != nil { // after the Issuer, as the schema demands
			return Form{}, err
		}
	}
	return Form{Action: r.Destination, SAMLRequest: base64.StdEncoding.EncodeToString(serialize(root)), RelayState: relayState}, nil
}

// Redirect returns the address for the Redirect binding; signer nil leaves it unsigned. The signature is over the query
// exactly as it is sent.
//
// Errors: ErrRelayState, ErrRedirectTooLong, and what the key returns.
//
// Source: SAML Bindings 2.0 §3.4.4.1; SAM-082, SAM-094.
func (r AuthnRequest) Redirect(relayState string, signer *Signer) (string, error) {
	if len(relayState) > maxRelayState {
		return "", ErrRelayState
	}
	deflated, err := deflate(serialize(r.tree()))
	if err != nil {
		return "", err
	}
	query := "SAMLRequest=" + url.QueryEscape(base64.StdEncoding.EncodeToString(deflated))
	if relayState != "" {
		query += "&RelayState=" + url.QueryEscape(relayState)
	}
	if signer != nil {
		query += "&SigAlg=" + url.QueryEscape(algRSASHA256)
		value, err := signer.sum([]byte(query))
		if err != nil {
			return "", err
		}
		query += "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(value))
	}
	separator := "?"
	if strings.Contains(r.Destination, "?") {
		separator = "&"
	}
	address := r.Destination + separator + query
	if len(address) > maxRedirectURL {
		return "", ErrRedirectTooLong.With("length", len(address)).With("limit", maxRedirectURL)
	}
	return address, nil
}

func deflate(raw []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("deflate: %w", err)
	}
	if _, err := w.Write(raw); err != nil {
		return nil, fmt.Errorf("deflate: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("deflate: %w", err)
	}
	return b.Bytes(), nil
}
