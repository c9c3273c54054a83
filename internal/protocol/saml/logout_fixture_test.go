package saml_test

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"testing"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

const slo = "https://saml.example/saml/logout/callback"

// The name in the standard messages, with everything that a name can have.
var subject = saml.NameID{Value: "ada@corp.example", Format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
	NameQualifier: idpEntity, SPNameQualifier: spEntity, SPProvidedID: "ada"}

// providerLogout is the standard request of a provider.
func providerLogout() *etree.Element {
	root := p.Declare(samltest.With(p.New("LogoutRequest", ""), "ID", "_logout", "Version", "2.0", "IssueInstant", samltest.Time(now),
		"Destination", slo, "NotOnOrAfter", samltest.Time(now.Add(5*60e9))))
	root.AddChild(a.Declare(a.New("Issuer", idpEntity)))
	root.AddChild(a.Declare(samltest.With(a.New("NameID", subject.Value), "Format", subject.Format, "NameQualifier", subject.NameQualifier,
		"SPNameQualifier", subject.SPNameQualifier, "SPProvidedID", subject.SPProvidedID)))
	root.AddChild(p.New("SessionIndex", "_session"))
	return root
}

// providerAnswer is the standard answer of a provider to our request.
func providerAnswer() *etree.Element {
	root := p.Declare(samltest.With(p.New("LogoutResponse", ""), "ID", "_answer", "Version", "2.0", "IssueInstant", samltest.Time(now),
		"Destination", slo, "InResponseTo", requestID))
	root.AddChild(a.Declare(a.New("Issuer", idpEntity)))
	root.AddChild(p.New("Status", "", samltest.With(p.New("StatusCode", ""), "Value", samltest.Success)))
	return root
}

func logoutExpectation(key samltest.Signer) saml.LogoutExpectation {
	return saml.LogoutExpectation{IdPEntityID: idpEntity, LogoutURL: slo, Certificates: certificates(key), RequestID: requestID}
}

// posted is a message as the POST binding delivers it.
func posted(root *etree.Element) (saml.Message, error) {
	return postedOctets(root.Tag, samltest.XML(root))
}

func postedOctets(tag string, raw []byte) (saml.Message, error) {
	field := "SAMLResponse"
	if tag == "LogoutRequest" {
		field = "SAMLRequest"
	}
	return saml.FromForm(url.Values{field: {base64.StdEncoding.EncodeToString(raw)}, "RelayState": {"state"}})
}

// receive opens and verifies a message, whichever kind it is of.
func receive(m saml.Message, err error, e saml.LogoutExpectation) (*saml.Logout, *saml.LogoutAnswer, error) {
	if err != nil {
		return nil, nil, err
	}
	opened, err := saml.OpenLogout(m)
	if err != nil {
		return nil, nil, err
	}
	if m.Request {
		l, err := opened.VerifyRequest(e, now)
		return l, nil, err
	}
	answer, err := opened.VerifyResponse(e, now)
	return nil, answer, err
}

// logoutRefused demands a refusal for exactly this reason.
func logoutRefused(t *testing.T, m saml.Message, bindingErr error, e saml.LogoutExpectation, want error) {
	t.Helper()
	l, answer, err := receive(m, bindingErr, e)
	require.Nil(t, l)
	require.Nil(t, answer)
	require.ErrorIsf(t, err, want, "%s", m.XML)
	require.Equal(t, fault.Denied, fault.KindOf(err))
	if bindingErr == nil {
		trace := saml.TraceOf(err)
		require.NotEmpty(t, trace)
		require.False(t, trace[len(trace)-1].OK)
		require.False(t, slices.ContainsFunc(trace[:len(trace)-1], func(s saml.Step) bool { return !s.OK }))
	}
}

// logoutAccepted demands the standard values.
func logoutAccepted(t *testing.T, m saml.Message, err error, e saml.LogoutExpectation) {
	t.Helper()
	l, answer, err := receive(m, err, e)
	require.NoErrorf(t, err, "%s", m.XML)
	if m.Request {
		require.Equal(t, subject, l.NameID)
		require.Equal(t, []string{"_session"}, l.SessionIndexes)
		require.Equal(t, "_logout", l.ID)
		require.Equal(t, now, l.IssueInstant)
		require.Equal(t, now.Add(5*60e9), l.Until)
		return
	}
	require.Equal(t, saml.LogoutAnswer{ID: "_answer", Status: saml.LogoutSucceeded}, *answer)
}

// query builds the query of the Redirect binding from the message's octets.
type query struct{ field, message, relayState, algorithm, signature string }

// redirected signs the message for the Redirect binding.
func redirected(t *testing.T, key samltest.Signer, root *etree.Element) query {
	t.Helper()
	q := query{field: "SAMLResponse", relayState: url.QueryEscape("a state/+"), algorithm: url.QueryEscape(samltest.RSASHA256)}
	if root.Tag == "LogoutRequest" {
		q.field = "SAMLRequest"
	}
	q.message = url.QueryEscape(base64.StdEncoding.EncodeToString(deflated(t, samltest.XML(root))))
	return q.sign(t, key)
}

func deflated(t *testing.T, raw []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	require.NoError(t, err)
	_, err = w.Write(raw)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func (q query) octets() string {
	s := q.field + "=" + q.message
	if q.relayState != "" {
		s += "&RelayState=" + q.relayState
	}
	return s + "&SigAlg=" + q.algorithm
}

// sign replaces the signature by one over the octets as they are.
func (q query) sign(t *testing.T, key samltest.Signer) query {
	t.Helper()
	sum := sha256.Sum256([]byte(q.octets()))
	value, err := key.Key.Sign(rand.Reader, sum[:], crypto.SHA256)
	require.NoError(t, err)
	q.signature = url.QueryEscape(base64.StdEncoding.EncodeToString(value))
	return q
}

func (q query) String() string { return q.octets() + "&Signature=" + q.signature }
