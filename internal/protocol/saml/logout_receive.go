package saml

import (
	"bytes"
	"compress/flate"
	"crypto"
	"errors"
	"io"
	"net/url"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Refusals of how a message came.
var (
	// ErrParameters: a parameter is missing, stands there twice, contradicts another one, or has its name encoded.
	ErrParameters = fault.New(fault.Denied, "saml_parameters")
	ErrDeflate    = fault.New(fault.Denied, "saml_deflate")
)

// Message is a protocol message as a binding delivered it. Nothing of it is verified.
type Message struct {
	Request    bool   // it came as SAMLRequest; else as SAMLResponse
	XML        []byte // decoded, and inflated if need be
	RelayState string // "" = none
	redirect   bool
	query      *querySignature // of a signed redirect
}

// Redirected reports whether the message came by the Redirect binding.
func (m Message) Redirected() bool { return m.redirect }

// querySignature is the signature of the Redirect binding with the octets that it is over.
type querySignature struct {
	octets    []byte
	algorithm string
	value     []byte
}

// FromForm reads a message of the POST binding.
//
// Errors: ErrParameters, ErrTooLarge, ErrBase64.
//
// Source: SAML Bindings 2.0 §3.5.4.
func FromForm(form url.Values) (Message, error) {
	for _, name := range []string{fieldRequest, fieldResponse, "RelayState"} {
		if len(form[name]) > 1 {
			return Message{}, ErrParameters.With("parameter", name)
		}
	}
	var m Message
	var field string
	var err error
	if m.Request, field, err = oneMessage(form.Get(fieldRequest), form.Get(fieldResponse)); err != nil {
		return Message{}, err
	}
	if m.RelayState = form.Get("RelayState"); len(m.RelayState) > maxRelayState {
		return Message{}, ErrParameters.With("parameter", "RelayState")
	}
	m.XML, err = DecodePOST(field)
	return m, err
}

// oneMessage demands exactly one of the two.
func oneMessage(request, response string) (isRequest bool, field string, err error) {
	if (request == "") == (response == "") {
		return false, "", ErrParameters.With("parameter", fieldRequest)
	}
	return request != "", request + response, nil
}

// queryParameters are those of the Redirect binding, in the order in which its signature covers the first of them.
var queryParameters = []string{fieldRequest, fieldResponse, "RelayState", "SigAlg", "Signature", "SAMLEncoding"}

const encodingDeflate = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE"

// FromQuery reads a message of the Redirect binding from the query as it came: the signature is over those octets, put
// in the defined order, so encoding them again would be a mistake (S38). Each parameter may stand there once, under its plain
// name. Parameters of no meaning here are passed over; nothing is read from them.
//
// Errors: ErrParameters, ErrBase64, ErrDeflate, ErrTooLarge.
//
// Source: SAML Bindings 2.0 §3.4.4, §3.4.4.1.
func FromQuery(raw string) (Message, error) {
	if len(raw) > 2*maxBytes {
		return Message{}, ErrTooLarge.With("bytes", len(raw))
	}
	sent, err := rawParameters(raw)
	if err != nil {
		return Message{}, err
	}
	plain := make(map[string]string, len(sent))
	for name, value := range sent {
		if plain[name], err = url.QueryUnescape(value); err != nil {
			return Message{}, ErrParameters.With("parameter", name).Because(err)
		}
	}
	if e, given := plain["SAMLEncoding"]; given && e != encodingDeflate {
		return Message{}, ErrParameters.With("parameter", "SAMLEncoding")
	}
	m := Message{redirect: true, RelayState: plain["RelayState"]}
	var field string
	if m.Request, field, err = oneMessage(plain[fieldRequest], plain[fieldResponse]); err != nil {
		return Message{}, err
	}
	if len(m.RelayState) > maxRelayState {
		return Message{}, ErrParameters.With("parameter", "RelayState")
	}
	if m.query, err = querySignatureOf(sent, plain); err != nil {
		return Message{}, err
	}
	deflated, ok := decodeBase64(field)
	if !ok {
		return Message{}, ErrBase64
	}
	m.XML, err = inflate(deflated)
	return m, err
}

// rawParameters returns the parameters of the binding with their values as they came.
func rawParameters(raw string) (map[string]string, error) {
	sent := make(map[string]string, len(queryParameters))
	for part := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(part, "=")
		plain, err := url.QueryUnescape(name)
		if err != nil {
			return nil, ErrParameters.Because(err)
		}
		for _, known := range queryParameters {
			if !strings.EqualFold(plain, known) {
				continue
			}
			if _, twice := sent[known]; twice || name != known {
				return nil, ErrParameters.With("parameter", known)
			}
			sent[known] = value
		}
	}
	return sent, nil
}

// querySignatureOf puts the octets that a signature is over in their order; nil when there is no signature.
func querySignatureOf(sent, plain map[string]string) (*querySignature, error) {
	_, signed := sent["Signature"]
	if _, named := sent["SigAlg"]; signed != named {
		return nil, ErrParameters.With("parameter", "SigAlg")
	}
	if !signed {
		return nil, nil
	}
	value, ok := decodeBase64(plain["Signature"])
	if !ok || len(value) == 0 {
		return nil, ErrParameters.With("parameter", "Signature")
	}
	var octets []string
	for _, name := range queryParameters[:4] {
		if v, given := sent[name]; given {
			octets = append(octets, name+"="+v)
		}
	}
	return &querySignature{[]byte(strings.Join(octets, "&")), plain["SigAlg"], value}, nil
}

// inflate undoes DEFLATE up to the size that a message may have (S41). Nothing may follow the compressed data.
func inflate(deflated []byte) ([]byte, error) {
	in := bytes.NewReader(deflated)
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(in), maxBytes+1))
	switch {
	case len(raw) > maxBytes:
		return nil, ErrTooLarge.With("bytes", len(raw))
	case err != nil:
		return nil, ErrDeflate.Because(err)
	case in.Len() > 0:
		return nil, ErrDeflate.Because(errors.New("data after the message"))
	}
	return raw, nil
}

// verify reports whether one of keys has signed the query.
func (q *querySignature) verify(keys []crypto.PublicKey) error {
	method, known := signatureMethods[q.algorithm]
	if !known {
		return unknownAlgorithm(q.algorithm)
	}
	h := method.hash.New()
	h.Write(q.octets)
	sum := h.Sum(nil)
	for _, key := range keys {
		if method.verify(key, method.hash, sum, q.value) == nil {
			return nil
		}
	}
	return ErrSignatureInvalid.With("element", "query")
}
