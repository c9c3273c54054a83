// Package selftest attacks the running verifier with messages that it makes at that moment, under keys that live as long as
// the run. An administrator sees that this installation, as it is built and runs, refuses each known way to forge an answer,
// for the right reason, and still takes the correct messages that are closest to them.
package selftest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"time"

	"github.com/beevik/etree"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// Accepted is what Result says of an accepted message with the right values.
const Accepted = "accepted"

// WrongValues is what Result says of a message that was accepted with other values than the provider signed.
const WrongValues = "wrong_values"

// Result is the outcome of one message.
type Result struct {
	Name     string    // of the case, unique and stable, lower case with hyphens
	Group    string    // "reading", "wrapping", "signature", "content", "encryption" or "twin"
	Expected string    // reason code, or Accepted
	Got      string    // reason code, Accepted or WrongValues
	Args     text.Args // of the sentence of Got
	OK       bool      // both are the same
}

// Run makes keys and messages, as of now, and has the verifier judge all of them. It takes about as long as so many
// sign-ins, and the making of three RSA keys. An error means that there was no run.
func Run(now time.Time) ([]Result, error) {
	p, err := newProvider(now)
	if err != nil {
		return nil, err
	}
	all := cases()
	results := make([]Result, 0, len(all))
	for _, c := range all {
		results = append(results, p.judge(c))
	}
	return results, nil
}

// Passed reports whether all results are as expected; none at all is no pass.
func Passed(results []Result) bool {
	for _, r := range results {
		if !r.OK {
			return false
		}
	}
	return len(results) > 0
}

// Values of the sign-in that all messages are made from.
const (
	idpEntity   = "https://idp.selftest.invalid/metadata"
	spEntity    = "https://sp.selftest.invalid"
	acs         = "https://sp.selftest.invalid/saml/acs"
	elsewhere   = "https://elsewhere.selftest.invalid"
	requestID   = "_selftest-request"
	responseID  = "_selftest-response"
	assertionID = "_selftest-assertion"
	person      = "ada@corp.invalid"
	stranger    = "eve@corp.invalid"
)

// provider is the identity provider of one run, and a stranger with keys of his own.
type provider struct {
	now        time.Time
	key, other samltest.Signer // the connection's key, and nobody's
	curve      samltest.Signer // the connection's second key
	own        *rsa.PrivateKey // opens what is encrypted to us
}

func newProvider(now time.Time) (*provider, error) {
	var keys [3]*rsa.PrivateKey
	for i := range keys {
		var err error
		if keys[i], err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return nil, fmt.Errorf("make keys of the self-test: %w", err)
		}
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make keys of the self-test: %w", err)
	}
	sign := func(k crypto.Signer) samltest.Signer {
		return samltest.NewSigner(k, now.Add(-time.Hour), now.Add(time.Hour))
	}
	return &provider{now: now, key: sign(keys[0]), other: sign(keys[1]), curve: sign(curve), own: keys[2]}, nil
}

// testCase is a message and what the verifier has to say of it.
type testCase struct {
	group, name string
	make        func(p *provider) []byte
	want        error // nil = accepted
}

func (p *provider) judge(c testCase) Result {
	r := Result{Name: c.name, Group: c.group, Expected: Accepted}
	if c.want != nil {
		r.Expected = fault.From(c.want).Code
	}
	e := saml.Expectation{
		RequestID: requestID, IdPEntityID: idpEntity, SPEntityID: spEntity, ACSURL: acs,
		Mode: saml.SignEither, Context: saml.Unspecified, Comparison: saml.Exact,
		DecryptionKeys: []crypto.Decrypter{p.own}, AllowCBC: true,
	}
	e.Certificates = append(e.Certificates, p.curve.Certificate, p.key.Certificate)
	a, err := saml.Verify(c.make(p), e, p.now)
	switch {
	case err != nil:
		f := fault.From(err)
		r.Got, r.Args = f.Code, f.Args
	case a.ID == assertionID && a.NameID.Value == person && hasPerson(a):
		r.Got = Accepted
	default:
		r.Got = WrongValues
	}
	r.OK = r.Got == r.Expected
	return r
}

func hasPerson(a *saml.Assertion) bool {
	upn, _ := a.Attribute("cip_upn")
	return len(upn.Values) == 1 && upn.Values[0] == person
}

func (p *provider) login() samltest.Login {
	return samltest.Login{
		ResponseID: responseID, AssertionID: assertionID, Issuer: idpEntity, Audience: spEntity, ACS: acs, RequestID: requestID,
		NameID: person, SessionIndex: "_selftest-session", Context: "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", Now: p.now,
		ProtocolPrefix: "samlp", AssertionPrefix: "saml",
		Attributes: []samltest.Attribute{{Name: "cip_upn", Values: []string{person}}, {Name: "displayName", Values: []string{"Ada Example"}}},
	}
}

// signing says which parts of a message are signed.
type signing int

const (
	signNone signing = iota
	signAssertion
	signResponse
	signBoth
)

// sign signs the parts of root: the assertion first, since the response covers it.
func sign(k samltest.Signer, root *etree.Element, s signing, o samltest.Options) {
	if s == signAssertion || s == signBoth {
		k.Sign(samltest.Find(root, "Assertion"), o)
	}
	if s == signResponse || s == signBoth {
		k.Sign(root, o)
	}
}

// message builds the login, edits it and signs it with the connection's key.
func (p *provider) message(s signing, edit func(root *etree.Element)) *etree.Element {
	root := p.login().Response()
	if edit != nil {
		edit(root)
	}
	sign(p.key, root, s, samltest.Options{})
	return root
}

// hidden encrypts the assertion of the login, which k may have signed before, in a response that the provider may sign.
func (p *provider) hidden(k samltest.Signer, s signing, how samltest.Encryption) *etree.Element {
	root := p.login().Response()
	if s == signAssertion || s == signBoth {
		k.Sign(samltest.Find(root, "Assertion"), samltest.Options{})
	}
	how.Hide(&p.own.PublicKey, samltest.Find(root, "Assertion"), "EncryptedAssertion")
	if s == signResponse || s == signBoth {
		k.Sign(root, samltest.Options{})
	}
	return root
}
