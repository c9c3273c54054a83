package demo

import (
	"bytes"
	"compress/flate"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/beevik/etree"
	"github.com/google/uuid"
	dsig "github.com/russellhaering/goxmldsig"
)

const (
	nsProtocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	nsAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	passwordACR = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
)

// authnRequest is what the provider needs of a request.
type authnRequest struct{ ID, Issuer, ACSURL string }

// readRequest reads a request. Its signature is not checked: answers go to configured addresses only.
func (p *IdP) readRequest(raw []byte) (authnRequest, error) {
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		return authnRequest{}, fmt.Errorf("read request: %w", err)
	}
	root := doc.Root()
	if root == nil || root.Tag != "AuthnRequest" || root.NamespaceURI() != nsProtocol {
		return authnRequest{}, errors.New("not an AuthnRequest")
	}
	req := authnRequest{ID: root.SelectAttrValue("ID", ""), ACSURL: root.SelectAttrValue("AssertionConsumerServiceURL", "")}
	if issuer := root.SelectElement("Issuer"); issuer != nil {
		req.Issuer = issuer.Text()
	}
	if !slices.Contains(p.cfg.ACSURLs, req.ACSURL) {
		return authnRequest{}, fmt.Errorf("answers may not go to %q", req.ACSURL)
	}
	return req, nil
}

func inflate(field string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(field)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(raw)), 1<<20))
}

// respond returns the signed answer about a person.
func (p *IdP) respond(req authnRequest, person Person) ([]byte, error) {
	now := p.cfg.Clock.Now()
	response := etree.NewElement("samlp:Response")
	attrs(response, "xmlns:samlp", nsProtocol, "ID", "_"+uuid.NewString(), "Version", "2.0", "IssueInstant", stamp(now),
		"Destination", req.ACSURL, "InResponseTo", req.ID)
	p.succeed(response)
	assertion := p.assertion(req, person, now)
	if p.cfg.SignAssertion {
		if err := p.sign(assertion); err != nil {
			return nil, err
		}
	}
	response.AddChild(assertion)
	if p.cfg.SignResponse {
		if err := p.sign(response); err != nil {
			return nil, err
		}
	}
	return octets(response)
}

// succeed begins an answer: who gives it, and that all went well.
func (p *IdP) succeed(answer *etree.Element) {
	issuer := answer.CreateElement("saml:Issuer")
	issuer.CreateAttr("xmlns:saml", nsAssertion)
	issuer.SetText(p.EntityID())
	attrs(answer.CreateElement("samlp:Status").CreateElement("samlp:StatusCode"), "Value", "urn:oasis:names:tc:SAML:2.0:status:Success")
}

func octets(root *etree.Element) ([]byte, error) {
	doc := etree.NewDocument()
	doc.SetRoot(root)
	doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true, CanonicalEndTags: true}
	return doc.WriteToBytes()
}

func (p *IdP) assertion(req authnRequest, person Person, now time.Time) *etree.Element {
	a := etree.NewElement("saml:Assertion")
	attrs(a, "xmlns:saml", nsAssertion, "ID", "_"+uuid.NewString(), "Version", "2.0", "IssueInstant", stamp(now))
	a.CreateElement("saml:Issuer").SetText(p.EntityID())
	subject := a.CreateElement("saml:Subject")
	name := subject.CreateElement("saml:NameID")
	name.CreateAttr("Format", "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified")
	name.SetText(person.UPN)
	confirmation := subject.CreateElement("saml:SubjectConfirmation")
	confirmation.CreateAttr("Method", "urn:oasis:names:tc:SAML:2.0:cm:bearer")
	attrs(confirmation.CreateElement("saml:SubjectConfirmationData"), "InResponseTo", req.ID, "Recipient", req.ACSURL,
		"NotOnOrAfter", stamp(now.Add(5*time.Minute)))
	conditions := a.CreateElement("saml:Conditions")
	attrs(conditions, "NotBefore", stamp(now.Add(-time.Minute)), "NotOnOrAfter", stamp(now.Add(5*time.Minute)))
	conditions.CreateElement("saml:AudienceRestriction").CreateElement("saml:Audience").SetText(req.Issuer)
	authn := a.CreateElement("saml:AuthnStatement")
	attrs(authn, "AuthnInstant", stamp(now), "SessionIndex", "_"+uuid.NewString())
	authn.CreateElement("saml:AuthnContext").CreateElement("saml:AuthnContextClassRef").SetText(passwordACR)
	statement := a.CreateElement("saml:AttributeStatement")
	for _, claim := range person.attributes() {
		el := statement.CreateElement("saml:Attribute")
		el.CreateAttr("Name", claim[0])
		el.CreateElement("saml:AttributeValue").SetText(claim[1])
	}
	return a
}

// sign puts an enveloped signature behind the element's Issuer.
func (p *IdP) sign(el *etree.Element) error {
	ctx := dsig.NewDefaultSigningContext(p)
	ctx.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	if err := ctx.SetSignatureMethod(dsig.RSASHA256SignatureMethod); err != nil {
		return err
	}
	signature, err := ctx.ConstructSignature(el, true)
	if err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	el.InsertChildAt(1, signature)
	return nil
}

// GetKeyPair implements the key store of goxmldsig.
func (p *IdP) GetKeyPair() (*rsa.PrivateKey, []byte, error) {
	return p.cfg.Key, p.cfg.Certificate.Raw, nil
}

func attrs(el *etree.Element, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		el.CreateAttr(pairs[i], pairs[i+1])
	}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// keyLife is how long the provider's certificate lasts.
const keyLife = 2 * 365 * 24 * time.Hour

// LoadIdPKey reads the provider's key and certificate from idp.pem in dir and makes them when there are none.
func LoadIdPKey(dir string, now time.Time) (*rsa.PrivateKey, *x509.Certificate, error) {
	path := filepath.Join(dir, "idp.pem")
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		if raw, err = newIdPKey(now); err == nil {
			err = os.WriteFile(path, raw, 0o600)
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("key of the demo identity provider: %w", err)
	}
	keyBlock, rest := pem.Decode(raw)
	certBlock, _ := pem.Decode(rest)
	if keyBlock == nil || certBlock == nil {
		return nil, nil, fmt.Errorf("key of the demo identity provider: %s holds no key and certificate", path)
	}
	key, err := x509.ParsePKCS1PrivateKey(keyBlock.Bytes)
	if err != nil {
		return nil, nil, fmt.Errorf("key of the demo identity provider: %w", err)
	}
	cert, err := x509.ParseCertificate(certBlock.Bytes)
	if err != nil {
		return nil, nil, fmt.Errorf("certificate of the demo identity provider: %w", err)
	}
	return key, cert, nil
}

func newIdPKey(now time.Time) ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	tmpl := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: "Demo identity provider"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(keyLife), KeyUsage: x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...), nil
}
