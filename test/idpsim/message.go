package idpsim

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

const (
	nsProtocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	nsAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	nsMetadata  = "urn:oasis:names:tc:SAML:2.0:metadata"
	nsSignature = "http://www.w3.org/2000/09/xmldsig#"

	passwordProtected = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"

	statusSuccess   = "urn:oasis:names:tc:SAML:2.0:status:Success"
	statusRequester = "urn:oasis:names:tc:SAML:2.0:status:Requester"
	statusResponder = "urn:oasis:names:tc:SAML:2.0:status:Responder"
	statusPartial   = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout"

	algorithmRSASHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
)

// received is a message that came through the browser.
type received struct {
	root       *etree.Element
	xml        []byte
	response   bool // it came as SAMLResponse
	binding    Binding
	relayState string
	query      string // the octets that a Redirect signature covers; "" = not signed so
	signature  []byte
	enveloped  bool
}

var errNoMessage = errors.New("no SAML message in the request")

// read takes a message out of a request of a browser.
func read(r *http.Request) (*received, error) {
	m := &received{binding: Post}
	var field string
	if r.Method == http.MethodGet {
		m.binding = Redirect
		values, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return nil, err
		}
		m.response = values.Has("SAMLResponse")
		m.relayState = values.Get("RelayState")
		deflated, err := base64.StdEncoding.DecodeString(values.Get(m.parameter()))
		if err != nil {
			return nil, fmt.Errorf("base64: %w", err)
		}
		if m.xml, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(deflated)), 1<<20)); err != nil {
			return nil, fmt.Errorf("inflate: %w", err)
		}
		if values.Has("Signature") {
			if alg := values.Get("SigAlg"); alg != algorithmRSASHA256 {
				return nil, fmt.Errorf("the signature algorithm %q is not RSA-SHA256", alg)
			}
			if m.signature, err = base64.StdEncoding.DecodeString(values.Get("Signature")); err != nil {
				return nil, fmt.Errorf("base64: %w", err)
			}
			m.query = signedQuery(r.URL.RawQuery, m.parameter())
		}
	} else {
		if err := r.ParseForm(); err != nil {
			return nil, err
		}
		m.response = r.PostForm.Has("SAMLResponse")
		m.relayState = r.PostForm.Get("RelayState")
		field = r.PostForm.Get(m.parameter())
		var err error
		if m.xml, err = base64.StdEncoding.DecodeString(stripSpace(field)); err != nil {
			return nil, fmt.Errorf("base64: %w", err)
		}
	}
	if len(m.xml) == 0 {
		return nil, errNoMessage
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(m.xml); err != nil {
		return nil, fmt.Errorf("XML: %w", err)
	}
	if m.root = doc.Root(); m.root == nil {
		return nil, errNoMessage
	}
	m.enveloped = child(m.root, nsSignature, "Signature") != nil
	if m.binding == Redirect && m.enveloped {
		return nil, errors.New("a redirected message has a signature inside of the XML")
	}
	return m, nil
}

func (m *received) parameter() string {
	if m.response {
		return "SAMLResponse"
	}
	return "SAMLRequest"
}

func (m *received) signed() bool { return m.enveloped || m.query != "" }

// signedQuery puts together what a Redirect signature covers, from the octets as they were sent.
func signedQuery(raw, parameter string) string {
	var parts []string
	for _, name := range []string{parameter, "RelayState", "SigAlg"} {
		for _, pair := range strings.Split(raw, "&") {
			if strings.HasPrefix(pair, name+"=") {
				parts = append(parts, pair)
				break
			}
		}
	}
	return strings.Join(parts, "&")
}

var errSignature = errors.New("the signature does not verify with any certificate of the application")

// verify checks the signature with each certificate and returns the one that made it. For a POST, root becomes what was
// signed.
func (m *received) verify(certificates []*x509.Certificate, now time.Time) (*x509.Certificate, error) {
	for _, c := range certificates {
		if now.Before(c.NotBefore) || now.After(c.NotAfter) {
			continue
		}
		if m.query != "" {
			key, ok := c.PublicKey.(*rsa.PublicKey)
			sum := sha256.Sum256([]byte(m.query))
			if ok && rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], m.signature) == nil {
				return c, nil
			}
			continue
		}
		ctx := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{c}})
		ctx.Clock = dsig.NewFakeClockAt(now)
		signed, err := ctx.Validate(m.root.Copy())
		if err != nil {
			continue
		}
		if method := m.root.FindElement("./Signature/SignedInfo/SignatureMethod"); method == nil || method.SelectAttrValue("Algorithm", "") != algorithmRSASHA256 {
			return nil, errors.New("the signature algorithm is not RSA-SHA256")
		}
		m.root = signed
		return c, nil
	}
	return nil, errSignature
}

// sign puts an enveloped signature at an index among the element's children.
func sign(el *etree.Element, k keyPair, keyInfo bool, index int) error {
	ctx := dsig.NewDefaultSigningContext(store(k))
	ctx.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	if err := ctx.SetSignatureMethod(dsig.RSASHA256SignatureMethod); err != nil {
		return err
	}
	signature, err := ctx.ConstructSignature(el, true)
	if err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	if !keyInfo {
		if info := child(signature, nsSignature, "KeyInfo"); info != nil {
			signature.RemoveChild(info)
		}
	}
	el.InsertChildAt(index, signature)
	return nil
}

// store gives goxmldsig a key.
type store keyPair

// GetKeyPair implements dsig.X509KeyStore.
func (s store) GetKeyPair() (*rsa.PrivateKey, []byte, error) { return s.key, s.certificate.Raw, nil }

// outgoing is a message for the browser to carry.
type outgoing struct {
	root       *etree.Element // unsigned
	parameter  string
	relayState string
	to         string
	binding    Binding
}

// send signs the message as its binding wants it and sends the browser with it.
func (p *IdP) send(w http.ResponseWriter, r *http.Request, o outgoing) ([]byte, error) {
	p.mu.Lock()
	key, keyInfo := p.keys[0], p.behaviour.IncludeCertificate
	p.mu.Unlock()
	if o.binding == Redirect {
		raw, err := write(o.root)
		if err != nil {
			return nil, err
		}
		address, err := redirectTo(o, raw, key)
		if err != nil {
			return nil, err
		}
		http.Redirect(w, r, address, http.StatusSeeOther)
		return raw, nil
	}
	if err := sign(o.root, key, keyInfo, 1); err != nil {
		return nil, err
	}
	raw, err := write(o.root)
	if err != nil {
		return nil, err
	}
	show(w, http.StatusOK, "carry", carry{o.to, o.parameter, base64.StdEncoding.EncodeToString(raw), o.relayState})
	return raw, nil
}

type carry struct{ Action, Parameter, Message, RelayState string }

func redirectTo(o outgoing, raw []byte, key keyPair) (string, error) {
	var deflated bytes.Buffer
	z, err := flate.NewWriter(&deflated, flate.DefaultCompression)
	if err != nil {
		return "", err
	}
	if _, err := z.Write(raw); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	query := o.parameter + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(deflated.Bytes()))
	if o.relayState != "" {
		query += "&RelayState=" + url.QueryEscape(o.relayState)
	}
	query += "&SigAlg=" + url.QueryEscape(algorithmRSASHA256)
	sum := sha256.Sum256([]byte(query))
	value, err := rsa.SignPKCS1v15(nil, key.key, crypto.SHA256, sum[:])
	if err != nil {
		return "", err
	}
	query += "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(value))
	if strings.Contains(o.to, "?") {
		return o.to + "&" + query, nil
	}
	return o.to + "?" + query, nil
}

func write(root *etree.Element) ([]byte, error) {
	doc := etree.NewDocument()
	doc.SetRoot(root)
	doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true, CanonicalEndTags: true}
	return doc.WriteToBytes()
}

func attrs(el *etree.Element, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		el.CreateAttr(pairs[i], pairs[i+1])
	}
}

func isA(el *etree.Element, space, tag string) bool {
	return el.Tag == tag && el.NamespaceURI() == space
}

// child returns the first child of a name; nil = none.
func child(el *etree.Element, space, tag string) *etree.Element {
	for _, c := range el.ChildElements() {
		if isA(c, space, tag) {
			return c
		}
	}
	return nil
}

func textOf(el *etree.Element) string {
	if el == nil {
		return ""
	}
	return el.Text()
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func stripSpace(s string) string { return strings.Join(strings.Fields(s), "") }
