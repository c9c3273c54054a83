package saml

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/beevik/etree"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Refusals to send a message.
var (
	// ErrRedirectTooLong says that the address of a redirect exceeds what browsers and proxies carry (SAM-082).
	ErrRedirectTooLong = fault.New(fault.Invalid, "saml_redirect_too_long")
	// ErrRelayState says that RelayState is longer than the 80 octets of the standard.
	ErrRelayState = fault.New(fault.Invalid, "saml_relay_state")
)

const (
	maxRedirectURL = 2048 // characters (SAM-082)
	maxRelayState  = 80   // octets; Bindings 2.0 §3.4.3
)

// Fields of a form and parameters of a query that carry a message.
const (
	fieldRequest  = "SAMLRequest"
	fieldResponse = "SAMLResponse"
)

// Form is what the auto-submitted page of the POST binding sends.
type Form struct {
	Action string // the provider's URL
	// SAMLRequest or SAMLResponse carries the message; the other one is "".
	SAMLRequest  string
	SAMLResponse string
	RelayState   string
}

// outgoing is an unsigned message that we built, on its way to a provider.
type outgoing struct {
	root        *etree.Element // an Issuer is its first child
	field       string
	destination string
}

// post returns the form of the POST binding.
//
// Source: SAML Bindings 2.0 §3.5.
func (m outgoing) post(relayState string, signer *Signer) (Form, error) {
	if len(relayState) > maxRelayState {
		return Form{}, ErrRelayState
	}
	if signer != nil {
		if err := signer.envelope(m.root, 1); err != nil { // after the Issuer, as the schema demands
			return Form{}, err
		}
	}
	f := Form{Action: m.destination, RelayState: relayState}
	if encoded := base64.StdEncoding.EncodeToString(serialize(m.root)); m.field == fieldRequest {
		f.SAMLRequest = encoded
	} else {
		f.SAMLResponse = encoded
	}
	return f, nil
}

// redirect returns the address of the Redirect binding. The signature is over the query exactly as it is sent.
//
// Source: SAML Bindings 2.0 §3.4.4.1; SAM-082.
func (m outgoing) redirect(relayState string, signer *Signer) (string, error) {
	if len(relayState) > maxRelayState {
		return "", ErrRelayState
	}
	deflated, err := deflate(serialize(m.root))
	if err != nil {
		return "", err
	}
	query := m.field + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(deflated))
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
	if strings.Contains(m.destination, "?") {
		separator = "&"
	}
	address := m.destination + separator + query
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

// written is an instant as we write it: UTC, to the second.
func written(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
