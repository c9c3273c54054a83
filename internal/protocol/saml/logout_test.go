package saml_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// kinds are both messages of a provider.
func kinds() map[string]func() *etree.Element {
	return map[string]func() *etree.Element{"request": providerLogout, "answer": providerAnswer}
}

func signedLogout(key samltest.Signer, build func() *etree.Element, edit func(*etree.Element)) *etree.Element {
	root := build()
	if edit != nil {
		edit(root)
	}
	key.Sign(root, samltest.Options{})
	return root
}

// TestLogoutMessagesThatWeSend are read as the provider reads them: names octet by octet, signatures by xmlsec1.
//
// Spec: SSO-043, SSO-044, SSO-068, SAM-118
func TestLogoutMessagesThatWeSend(t *testing.T) {
	t.Parallel()
	key := signer()
	sign := &saml.Signer{Key: key.Key, Certificate: key.Certificate}
	for name, tt := range map[string]struct {
		id    saml.NameID
		index string
		want  string
	}{
		"everything": {subject, "_session", `<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" NameQualifier="https://idp.example/metadata" ` +
			`SPNameQualifier="https://saml.example" Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" SPProvidedID="ada">ada@corp.example</saml:NameID>` +
			`<samlp:SessionIndex>_session</samlp:SessionIndex>`},
		"no format, no index": {saml.NameID{Value: "CORP\\ada"}, "", `<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">CORP\ada</saml:NameID></samlp:LogoutRequest>`},
		"markup and spaces":   {saml.NameID{Value: " a<b>&\"c\" "}, "a&b", `> a&lt;b&gt;&amp;"c" </saml:NameID><samlp:SessionIndex>a&amp;b</samlp:SessionIndex>`},
	} {
		r := saml.LogoutRequest{ID: requestID, IssueInstant: now, Destination: "https://idp.example/slo", SPEntityID: spEntity, NameID: tt.id, SessionIndex: tt.index}
		form, err := r.POST("12345678", nil)
		require.NoError(t, err)
		require.Equal(t, "https://idp.example/slo", form.Action)
		require.Empty(t, form.SAMLResponse)
		raw := string(decode(t, form.SAMLRequest))
		require.Truef(t, strings.HasPrefix(raw, `<samlp:LogoutRequest ID="`+requestID+`" Version="2.0" IssueInstant="2026-03-04T05:06:07Z" `+
			`Destination="https://idp.example/slo" xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><saml:Issuer `), "%s: %s", name, raw)
		require.Contains(t, raw, tt.want, name)

		form, err = r.POST("12345678", sign)
		require.NoError(t, err)
		verifiedByXMLSec(t, key, decode(t, form.SAMLRequest))
		address, err := r.Redirect("12345678", sign)
		require.NoError(t, err)
		verifiedQuery(t, key, address, "SAMLRequest", raw)
		_, err = r.POST(strings.Repeat("x", 81), sign)
		require.ErrorIs(t, err, saml.ErrRelayState)
	}
	for status, want := range map[saml.LogoutStatus]string{
		saml.LogoutSucceeded: `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>`,
		saml.LogoutPartial: `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:PartialLogout"/>` +
			`</samlp:StatusCode>`,
		saml.LogoutRefused: `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Requester"/>`,
	} {
		r := saml.LogoutResponse{ID: "_answer", IssueInstant: now, InResponseTo: "_logout", Destination: "https://idp.example/slo", SPEntityID: spEntity, Status: status}
		form, err := r.POST("state", *sign)
		require.NoError(t, err)
		raw := decode(t, form.SAMLResponse)
		require.Empty(t, form.SAMLRequest)
		require.Contains(t, string(raw), want)
		require.Contains(t, string(raw), `InResponseTo="_logout"`)
		verifiedByXMLSec(t, key, raw)
		address, err := r.Redirect("state", *sign)
		require.NoError(t, err)
		verifiedQuery(t, key, address, "SAMLResponse", want)
	}
}

// verifiedByXMLSec demands that xmlsec1 verifies the message's own signature, and does not after a change.
func verifiedByXMLSec(t *testing.T, key samltest.Signer, raw []byte) {
	t.Helper()
	x := newXMLSec(t, key)
	check := func(raw []byte) error {
		file := filepath.Join(x.dir, "logout.xml")
		require.NoError(t, os.WriteFile(file, raw, 0o600))
		return exec.Command("xmlsec1", "--verify", "--enabled-key-data", "key-name", "--pubkey-cert-pem", x.cert,
			"--id-attr:ID", samltest.Protocol+":LogoutRequest", "--id-attr:ID", samltest.Protocol+":LogoutResponse", file).Run()
	}
	require.NoErrorf(t, check(raw), "%s", raw)
	changed := bytes.Replace(raw, []byte("https://saml.example<"), []byte("https://eve.example<"), 1)
	require.NotEqual(t, raw, changed)
	require.Error(t, check(changed))
}

// verifiedQuery checks the signature of a redirect as a provider does, over the octets of the address.
func verifiedQuery(t *testing.T, key samltest.Signer, address, field, part string) {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(u.RawQuery, field+"="), address)
	m, err := saml.FromQuery(u.RawQuery)
	require.NoError(t, err)
	require.Equal(t, field == "SAMLRequest", m.Request)
	require.Contains(t, string(m.XML), part)
	signed, _, found := strings.Cut(u.RawQuery, "&Signature=")
	require.True(t, found)
	value, err := base64.StdEncoding.DecodeString(u.Query().Get("Signature"))
	require.NoError(t, err)
	require.NoError(t, key.Certificate.CheckSignature(key.Certificate.SignatureAlgorithm, []byte(signed), value))
}

// TestLogoutAccepted takes the standard messages over both bindings and in all their forms. Spec: SSO-004, SSO-048, SSO-045
func TestLogoutAccepted(t *testing.T) {
	t.Parallel()
	key := signer()
	e := logoutExpectation(key)
	for name, build := range kinds() {
		m, err := posted(signedLogout(key, build, nil))
		logoutAccepted(t, m, err, e)
		require.Equal(t, "state", m.RelayState)
		for what, o := range map[string]samltest.Options{
			"SHA-512": {Method: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", Digest: "http://www.w3.org/2001/04/xmlenc#sha512"},
			"lines":   {Lines: true}, "no KeyInfo": {NoKeyInfo: true}, "default namespace": {DefaultNamespace: true}, "prefix list": {PrefixList: "samlp saml"},
		} {
			root := build()
			key.Sign(root, o)
			m, err := posted(root)
			logoutAccepted(t, m, err, e)
			_ = what
		}
		root := build()
		indent(root)
		key.Sign(root, samltest.Options{})
		m, err = postedOctets(root.Tag, append([]byte("<?xml version=\"1.0\"?>\r\n"), samltest.XML(root)...))
		logoutAccepted(t, m, err, e)
		m, err = saml.FromQuery(redirected(t, key, build()).String())
		logoutAccepted(t, m, err, e)
		require.Equal(t, "a state/+", m.RelayState, name)
		require.True(t, m.Redirected())
	}
	all := signedLogout(key, providerLogout, func(r *etree.Element) { remove("SessionIndex")(r); r.RemoveAttr("NotOnOrAfter") })
	m, err := posted(all)
	l, _, err := receive(m, err, e)
	require.NoError(t, err)
	require.Empty(t, l.SessionIndexes, "every session of the name")
	require.Equal(t, now.Add(saml.Horizon), l.Until)
	m, err = posted(signedLogout(key, providerLogout, double("SessionIndex", false)))
	l, _, err = receive(m, err, e)
	require.NoError(t, err)
	require.Equal(t, []string{"_session", "eve@evil.example"}, l.SessionIndexes)
	m, err = posted(signedLogout(key, providerLogout, in("LogoutRequest", func() *etree.Element { return p.New("Extensions", "", x.Declare(x.New("Any", "1"))) })))
	logoutAccepted(t, m, err, e)
	rollover := e
	rollover.Certificates = certificates(otherSigner(), key)
	m, err = posted(signedLogout(key, providerLogout, nil))
	logoutAccepted(t, m, err, rollover)
}

// TestLogoutVerdicts reads statuses: nothing but a plain Success means that the session is over. Spec: SSO-045, SAM-086
func TestLogoutVerdicts(t *testing.T) {
	t.Parallel()
	key := signer()
	status := func(top, sub string) func(*etree.Element) {
		return func(r *etree.Element) {
			code := samltest.Find(r, "StatusCode")
			code.CreateAttr("Value", top)
			if sub != "" {
				code.AddChild(samltest.With(p.New("StatusCode", ""), "Value", sub))
			}
		}
	}
	const responder = "urn:oasis:names:tc:SAML:2.0:status:Responder"
	for _, tt := range []struct {
		top, sub string
		want     saml.LogoutStatus
	}{
		{samltest.Success, "", saml.LogoutSucceeded}, {samltest.Success, string(saml.LogoutPartial), saml.LogoutPartial},
		{responder, string(saml.LogoutPartial), saml.LogoutPartial}, {responder, "", responder}, {responder, samltest.Success, responder},
		{"urn:oasis:names:tc:SAML:2.0:status:success", "", "urn:oasis:names:tc:SAML:2.0:status:success"},
	} {
		m, err := posted(signedLogout(key, providerAnswer, status(tt.top, tt.sub)))
		_, answer, err := receive(m, err, logoutExpectation(key))
		require.NoError(t, err)
		require.Equal(t, tt.want, answer.Status, tt)
	}
}

// TestLogoutRefusals changes one thing of an accepted message before the provider signs it, for both bindings.
//
// Spec: SSO-049, SAM-119
func TestLogoutRefusals(t *testing.T) { // S04–S09, S27, S31–S34, S38
	t.Parallel()
	key := signer()
	e := logoutExpectation(key)
	common := map[string]spoiled{
		"version 1.1":       {func(r *etree.Element) { r.CreateAttr("Version", "1.1") }, saml.ErrVersion},
		"no version":        {func(r *etree.Element) { r.RemoveAttr("Version") }, saml.ErrVersion},
		"no time":           {func(r *etree.Element) { r.RemoveAttr("IssueInstant") }, saml.ErrShape},
		"time without zone": {func(r *etree.Element) { r.CreateAttr("IssueInstant", "2026-03-04T05:06:07") }, saml.ErrTime},
		"from the future":   {func(r *etree.Element) { r.CreateAttr("IssueInstant", samltest.Time(now.Add(saml.Skew+time.Second))) }, saml.ErrIssuedInFuture},
		"from long ago": {func(r *etree.Element) {
			r.CreateAttr("IssueInstant", samltest.Time(now.Add(-saml.Horizon-time.Second)))
		}, saml.ErrIssuedLongAgo},
		"no issuer":               {remove("Issuer"), saml.ErrShape},
		"another issuer":          {text("Issuer", "https://eve.example"), saml.ErrIssuer},
		"issuer with more":        {text("Issuer", idpEntity+"/x"), saml.ErrIssuer},
		"two issuers":             {double("Issuer", false), saml.ErrShape},
		"two issuers, first":      {double("Issuer", true), saml.ErrShape},
		"element in issuer":       {in("Issuer", func() *etree.Element { return x.Declare(x.New("Any", "")) }), saml.ErrShape},
		"no destination":          {func(r *etree.Element) { r.RemoveAttr("Destination") }, saml.ErrDestination},
		"our other address":       {func(r *etree.Element) { r.CreateAttr("Destination", acs) }, saml.ErrDestination},
		"destination with query":  {func(r *etree.Element) { r.CreateAttr("Destination", slo+"?x=1") }, saml.ErrDestination},
		"destination in capitals": {func(r *etree.Element) { r.CreateAttr("Destination", strings.ToUpper(slo)) }, saml.ErrDestination},
		"text":                    {func(r *etree.Element) { r.CreateText("x") }, saml.ErrShape},
		"a foreign child":         {func(r *etree.Element) { r.AddChild(x.Declare(x.New("Any", ""))) }, saml.ErrShape},
		"an assertion":            {func(r *etree.Element) { r.AddChild(login().Assertion()) }, saml.ErrAssertionCount},
		"a hidden assertion": {func(r *etree.Element) {
			r.AddChild(p.New("Extensions", "", login().Assertion()))
		}, saml.ErrAssertionCount},
		"a nested response": {func(r *etree.Element) { r.AddChild(p.New("Extensions", "", login().Response())) }, saml.ErrNestedMessage},
		"equal IDs": {func(r *etree.Element) {
			r.AddChild(samltest.With(p.New("Extensions", ""), "ID", r.SelectAttrValue("ID", "")))
		}, saml.ErrDuplicateID},
		"a second identifier": {func(r *etree.Element) { r.CreateAttr("Id", "_x") }, saml.ErrDuplicateID},
	}
	request := map[string]spoiled{
		"no name":                 {remove("NameID"), saml.ErrShape},
		"two names":               {double("NameID", true), saml.ErrShape},
		"two names, last":         {double("NameID", false), saml.ErrShape},
		"a name and an encrypted": {in("LogoutRequest", func() *etree.Element { return a.Declare(a.New("EncryptedID", "")) }), saml.ErrShape},
		"element in the name":     {in("NameID", func() *etree.Element { return x.Declare(x.New("Any", "")) }), saml.ErrShape},
		"element in the index":    {in("SessionIndex", func() *etree.Element { return x.Declare(x.New("Any", "")) }), saml.ErrShape},
		"name of another space":   {func(r *etree.Element) { foreign(r, "NameID") }, saml.ErrShape},
		"index of another space":  {func(r *etree.Element) { foreign(r, "SessionIndex") }, saml.ErrShape},
		"a status":                {in("LogoutRequest", func() *etree.Element { return p.New("Status", "") }), saml.ErrNestedMessage},
		"over":                    {func(r *etree.Element) { r.CreateAttr("NotOnOrAfter", samltest.Time(now.Add(-saml.Skew))) }, saml.ErrExpired},
		"impossible end":          {func(r *etree.Element) { r.CreateAttr("NotOnOrAfter", "2026-02-30T00:00:00Z") }, saml.ErrTime},
		"an encrypted name without a key": {func(r *etree.Element) {
			remove("NameID")(r)
			r.AddChild(a.Declare(a.New("EncryptedID", "")))
		}, saml.ErrEncryptedPart},
	}
	answer := map[string]spoiled{
		"no request":      {func(r *etree.Element) { r.RemoveAttr("InResponseTo") }, saml.ErrUnsolicited},
		"another request": {func(r *etree.Element) { r.CreateAttr("InResponseTo", "_other") }, saml.ErrRequest},
		"foreign InResponseTo": {func(r *etree.Element) {
			r.RemoveAttr("InResponseTo")
			x.Declare(r)
			r.CreateAttr("x:InResponseTo", requestID)
		}, saml.ErrUnsolicited},
		"no status":               {remove("Status"), saml.ErrShape},
		"two statuses":            {double("Status", true), saml.ErrShape},
		"no code":                 {remove("StatusCode"), saml.ErrShape},
		"two codes":               {double("StatusCode", true), saml.ErrShape},
		"status of another space": {func(r *etree.Element) { foreign(r, "Status") }, saml.ErrShape},
		"a name":                  {in("LogoutResponse", func() *etree.Element { return a.Declare(a.New("NameID", "ada")) }), saml.ErrShape},
	}
	for kind, build := range kinds() {
		cases := map[string]spoiled{}
		for name, c := range common {
			cases[name] = c
		}
		own := request
		if kind == "answer" {
			own = answer
		}
		for name, c := range own {
			cases[name] = c
		}
		for name, c := range cases {
			t.Run(kind+" "+name, func(t *testing.T) {
				t.Parallel()
				root := build()
				c.edit(root)
				m, err := saml.FromQuery(redirected(t, key, root).String())
				logoutRefused(t, m, err, e, c.want)
				key.Sign(root, samltest.Options{})
				m, err = posted(root)
				logoutRefused(t, m, err, e, c.want)
			})
		}
	}
}

// foreign moves an element to another namespace.
func foreign(root *etree.Element, tag string) {
	el := samltest.Find(root, tag)
	el.Space = "x"
	x.Declare(el)
}

// TestLogoutOfAnotherKind posts other messages that the provider has signed, and the kinds in each other's field (S13).
func TestLogoutOfAnotherKind(t *testing.T) {
	t.Parallel()
	key := signer()
	e := logoutExpectation(key)
	response := message(key, signedBoth, nil)
	for _, tag := range []string{"LogoutRequest", "LogoutResponse"} {
		m, err := postedOctets(tag, samltest.XML(response))
		logoutRefused(t, m, err, e, saml.ErrWrongMessage)
	}
	m, err := postedOctets("LogoutResponse", samltest.XML(signedLogout(key, providerLogout, nil)))
	logoutRefused(t, m, err, e, saml.ErrWrongMessage)
	m, err = postedOctets("LogoutRequest", samltest.XML(signedLogout(key, providerAnswer, nil)))
	logoutRefused(t, m, err, e, saml.ErrWrongMessage)
	for name, empty := range map[string]func(*saml.LogoutExpectation){
		"no provider": func(e *saml.LogoutExpectation) { e.IdPEntityID = "" }, "no address": func(e *saml.LogoutExpectation) { e.LogoutURL = "" },
		"no request": func(e *saml.LogoutExpectation) { e.RequestID = "" },
	} {
		incomplete := e
		empty(&incomplete)
		m, err := posted(signedLogout(key, providerAnswer, nil))
		logoutRefused(t, m, err, incomplete, saml.ErrExpectation)
		if name != "no request" {
			m, err = posted(signedLogout(key, providerLogout, nil))
			logoutRefused(t, m, err, incomplete, saml.ErrExpectation)
		}
	}
}

// TestLogoutReading sends what the reader refuses before anything else (S02, S03, S04, S05, S08).
func TestLogoutReading(t *testing.T) {
	t.Parallel()
	key := signer()
	for kind, build := range kinds() {
		raw := string(samltest.XML(signedLogout(key, build, nil)))
		for name, tt := range map[string]struct {
			raw  string
			want error
		}{
			"DTD":              {`<!DOCTYPE x [<!ENTITY a "b">]>` + raw, saml.ErrDTD},
			"comment":          {strings.Replace(raw, idpEntity+"<", "https://idp.example/<!---->metadata<", 1), saml.ErrComment},
			"instruction":      {strings.Replace(raw, idpEntity+"<", idpEntity+"<?x y?><", 1), saml.ErrProcessingInstruction},
			"second root":      {raw + raw, saml.ErrIllFormed},
			"cut":              {raw[:len(raw)-3], saml.ErrIllFormed},
			"double attribute": {strings.Replace(raw, `Version="2.0"`, `Version="2.0" Version="2.0"`, 1), saml.ErrDuplicateAttribute},
			"unbound prefix":   {strings.Replace(raw, `Version="2.0"`, `Version="2.0" y:z="1"`, 1), saml.ErrNamespace},
			"no UTF-8":         {strings.Replace(raw, "idp.example", "idp\xff.example", 1), saml.ErrEncoding},
			"empty":            {" ", saml.ErrIllFormed},
		} {
			m, err := postedOctets(build().Tag, []byte(tt.raw))
			logoutRefused(t, m, err, logoutExpectation(key), tt.want)
			require.Contains(t, kind+name, name)
		}
	}
}

// TestLogoutSignatures spoils the signature, or makes it with another key. Spec: SSO-049
func TestLogoutSignatures(t *testing.T) { // S12, S14, S16–S20, S22–S25
	t.Parallel()
	key := signer()
	e := logoutExpectation(key)
	for kind, build := range kinds() {
		for name, c := range shapeCases() {
			t.Run(kind+" "+name, func(t *testing.T) {
				t.Parallel()
				root := signedLogout(key, build, nil)
				c.edit(root)
				m, err := posted(root)
				logoutRefused(t, m, err, e, c.want)
			})
		}
		for name, c := range signedInfoCases() {
			t.Run(kind+" "+name, func(t *testing.T) {
				t.Parallel()
				root := build()
				key.Sign(root, samltest.Options{Edit: c.edit})
				m, err := posted(root)
				logoutRefused(t, m, err, e, c.want)
			})
		}
		m, err := posted(build())
		logoutRefused(t, m, err, e, saml.ErrUnsigned)
		m, err = posted(signedLogout(otherSigner(), build, nil))
		logoutRefused(t, m, err, e, saml.ErrSignatureInvalid)
		root := build()
		otherSigner().Sign(root, samltest.Options{KeyInfo: samltest.KeyInfo(key.Certificate)})
		m, err = posted(root)
		logoutRefused(t, m, err, e, saml.ErrSignatureInvalid)
		root = build()
		key.Sign(root, samltest.Options{Method: samltest.Dsig + "rsa-sha1"})
		m, err = posted(root)
		logoutRefused(t, m, err, e, saml.ErrAlgorithmWeak)
		root = signedLogout(key, build, nil)
		samltest.Find(root, "Issuer").SetText(idpEntity + "/")
		m, err = posted(root)
		logoutRefused(t, m, err, e, saml.ErrDigest)
		none, over := e, e
		none.Certificates = nil
		m, err = posted(signedLogout(key, build, nil))
		logoutRefused(t, m, err, none, saml.ErrNoCertificate)
		over.Certificates = certificates(samltest.NewSigner(samltest.RSA2048(), now.AddDate(-2, 0, 0), now.AddDate(-1, 0, 0)))
		logoutRefused(t, m, err, over, saml.ErrCertificateInvalid)
	}
}

// TestLogoutWrapping puts a genuine message into a forged one and the reverse, at every place (S10, S38).
func TestLogoutWrapping(t *testing.T) {
	t.Parallel()
	key := signer()
	e := logoutExpectation(key)
	reasons := append([]string{"saml_wrong_message", "saml_signature_invalid"}, structural...)
	tried := 0
	for _, build := range kinds() {
		genuine := signedLogout(key, build, nil)
		for _, id := range []string{"_logout", "_answer", "_forged"} {
			for _, keep := range []bool{true, false} {
				forged := genuine.Copy()
				forged.CreateAttr("ID", id)
				forged.CreateAttr("Consent", "urn:evil")
				for _, el := range forged.FindElements(".//NameID") {
					el.SetText("eve@evil.example")
				}
				if !keep {
					forged.RemoveChild(forged.SelectElement("Signature"))
				}
				spots := append(places(), child("LogoutRequest", true), child("LogoutRequest", false), child("LogoutResponse", true), child("LogoutResponse", false),
					child("SessionIndex", true), beneath("LogoutRequest", p, "Extensions"), beneath("LogoutResponse", p, "Extensions"))
				for _, at := range spots {
					for what, pair := range map[string][2]*etree.Element{"genuine in forged": {forged.Copy(), genuine.Copy()}, "forged in genuine": {genuine.Copy(), forged.Copy()}} {
						if !at.put(pair[0], pair[1]) {
							continue
						}
						tried++
						m, err := posted(pair[0])
						_, _, err = receive(m, err, e)
						require.Errorf(t, err, "%s %s %s %v\n%s", what, at.name, id, keep, m.XML)
						require.Containsf(t, reasons, code(err), "%s %s %s", what, at.name, id)
					}
					moved := genuine.Copy()
					signature := moved.SelectElement("Signature")
					moved.RemoveChild(signature)
					moved.CreateAttr("Consent", "urn:evil")
					if at.put(moved, signature) {
						tried++
						m, err := posted(moved)
						_, _, err = receive(m, err, e)
						require.Errorf(t, err, "moved signature %s", at.name)
						require.Contains(t, reasons, code(err), at.name)
					}
				}
			}
		}
	}
	require.Greater(t, tried, 500)
}

// TestLogoutRemoval takes each element and each attribute away in turn, after signing. Nothing panics, and nothing is
// accepted without it but what does not count (S42).
func TestLogoutRemoval(t *testing.T) {
	t.Parallel()
	key := signer()
	e := logoutExpectation(key)
	hints := map[string]bool{"KeyInfo": true, "X509Data": true, "X509Certificate": true}
	for _, build := range kinds() {
		probe := signedLogout(key, build, nil)
		for i := 1; i < count(probe); i++ {
			root := probe.Copy()
			el := nth(root, i)
			el.Parent().RemoveChild(el)
			m, err := posted(root)
			_, _, err = receive(m, err, e)
			require.Equal(t, !hints[el.Tag], err != nil, el.Tag)
		}
		for i := range count(probe) {
			for _, at := range nth(probe, i).Attr {
				root := probe.Copy()
				nth(root, i).RemoveAttr(at.FullKey())
				m, err := posted(root)
				_, _, err = receive(m, err, e)
				require.Error(t, err, at.FullKey())
			}
		}
	}
}

// TestLogoutQueries changes the query of a redirect after it was signed, or signs it in another way (S38).
func TestLogoutQueries(t *testing.T) { // Spec: SSO-049, SAM-119
	t.Parallel()
	key := signer()
	e := logoutExpectation(key)
	for kind, build := range kinds() {
		good := redirected(t, key, build())
		raw := good.String()
		unescaped, err := url.QueryUnescape(good.message)
		require.NoError(t, err)
		other := "SAMLResponse"
		if good.field == other {
			other = "SAMLRequest"
		}
		for name, tt := range map[string]struct {
			raw  string
			want error
		}{
			"message doubled":                {raw + "&" + good.field + "=" + good.message, saml.ErrParameters},
			"message doubled in front":       {good.field + "=" + good.message + "&" + raw, saml.ErrParameters},
			"RelayState doubled":             {raw + "&RelayState=x", saml.ErrParameters},
			"SigAlg doubled":                 {raw + "&SigAlg=" + good.algorithm, saml.ErrParameters},
			"Signature doubled":              {raw + "&Signature=" + good.signature, saml.ErrParameters},
			"name encoded":                   {strings.Replace(raw, "RelayState=", "Relay%53tate=", 1), saml.ErrParameters},
			"doubled under its name encoded": {raw + "&%53igAlg=x", saml.ErrParameters},
			"doubled in other letters":       {raw + "&relaystate=x", saml.ErrParameters},
			"both messages":                  {raw + "&" + other + "=" + good.message, saml.ErrParameters},
			"no message":                     {raw[strings.Index(raw, "&")+1:], saml.ErrParameters},
			"no SigAlg":                      {strings.Replace(raw, "&SigAlg="+good.algorithm, "", 1), saml.ErrParameters},
			"no Signature":                   {good.octets(), saml.ErrParameters},
			"unsigned":                       {good.field + "=" + good.message + "&RelayState=" + good.relayState, saml.ErrUnsigned},
			"empty Signature":                {good.octets() + "&Signature=", saml.ErrParameters},
			"no Base64":                      {good.octets() + "&Signature=%25", saml.ErrParameters},
			"RelayState changed":             {strings.Replace(raw, "&RelayState="+good.relayState, "&RelayState=eve", 1), saml.ErrSignatureInvalid},
			"RelayState stripped":            {strings.Replace(raw, "&RelayState="+good.relayState, "", 1), saml.ErrSignatureInvalid},
			"RelayState emptied":             {strings.Replace(raw, "&RelayState="+good.relayState, "&RelayState=", 1), saml.ErrSignatureInvalid},
			"RelayState encoded anew":        {strings.Replace(raw, "a+state%2F%2B", "a%20state%2F%2B", 1), saml.ErrSignatureInvalid},
			"RelayState in small hex":        {strings.Replace(raw, "a+state%2F%2B", "a+state%2f%2b", 1), saml.ErrSignatureInvalid},
			"bad escape":                     {strings.Replace(raw, "a+state%2F%2B", "a+state%2G", 1), saml.ErrParameters},
			"bad escape in a name":           {raw + "&%zz=1", saml.ErrParameters},
			"message encoded anew":           {strings.Replace(raw, good.message, strings.ReplaceAll(good.message, "%2B", "%2b")+"%20", 1), saml.ErrSignatureInvalid},
			"weak algorithm":                 {query{good.field, good.message, good.relayState, url.QueryEscape(samltest.Dsig + "rsa-sha1"), ""}.sign(t, key).String(), saml.ErrAlgorithmWeak},
			"unknown algorithm":              {query{good.field, good.message, good.relayState, "x", ""}.sign(t, key).String(), saml.ErrAlgorithmUnknown},
			"HMAC":                           {query{good.field, good.message, good.relayState, url.QueryEscape(samltest.Dsig + "hmac-sha1"), ""}.sign(t, key).String(), saml.ErrAlgorithmWeak},
			"another key":                    {query{good.field, good.message, good.relayState, good.algorithm, ""}.sign(t, otherSigner()).String(), saml.ErrSignatureInvalid},
			"other encoding":                 {raw + "&SAMLEncoding=x", saml.ErrParameters},
			"long RelayState":                {query{good.field, good.message, strings.Repeat("x", 81), good.algorithm, ""}.sign(t, key).String(), saml.ErrParameters},
			"message of no Base64":           {query{good.field, "%25%25", good.relayState, good.algorithm, ""}.sign(t, key).String(), saml.ErrBase64},
			"message not deflated":           {query{good.field, url.QueryEscape(base64.StdEncoding.EncodeToString(samltest.XML(build()))), "", good.algorithm, ""}.sign(t, key).String(), saml.ErrDeflate},
			"cut":                            {query{good.field, url.QueryEscape(unescaped[:len(unescaped)/8*4]), "", good.algorithm, ""}.sign(t, key).String(), saml.ErrDeflate},
			"something behind":               {query{good.field, url.QueryEscape(behind(t, unescaped)), "", good.algorithm, ""}.sign(t, key).String(), saml.ErrDeflate},
			"bomb":                           {query{good.field, url.QueryEscape(base64.StdEncoding.EncodeToString(deflated(t, make([]byte, 64<<20)))), "", good.algorithm, ""}.sign(t, key).String(), saml.ErrTooLarge},
			"signed message in it too":       {redirected(t, key, signedLogout(key, build, nil)).String(), saml.ErrSignaturePlace},
		} {
			t.Run(kind+" "+name, func(t *testing.T) {
				t.Parallel()
				require.NotEqual(t, raw, tt.raw)
				m, err := saml.FromQuery(tt.raw)
				logoutRefused(t, m, err, e, tt.want)
			})
		}
		for name, twin := range map[string]string{
			"as it was": raw, "a parameter of no meaning": raw + "&utm=1&utm=2", "the encoding named": raw + "&SAMLEncoding=urn%3Aoasis%3Anames%3Atc%3ASAML%3A2.0%3Abindings%3AURL-Encoding%3ADEFLATE",
			"in another order":     "Signature=" + good.signature + "&SigAlg=" + good.algorithm + "&RelayState=" + good.relayState + "&" + good.field + "=" + good.message,
			"small hex, signed so": query{good.field, strings.NewReplacer("%2B", "%2b", "%2F", "%2f", "%3D", "%3d").Replace(good.message), "", strings.ReplaceAll(good.algorithm, "%3A", "%3a"), ""}.sign(t, key).String(),
			"no RelayState":        query{good.field, good.message, "", good.algorithm, ""}.sign(t, key).String(),
		} {
			m, err := saml.FromQuery(twin)
			logoutAccepted(t, m, err, e)
			require.NotEmpty(t, name)
		}
	}
}

// TestLogoutForms posts fields that are missing, doubled, contradictory or too long. Spec: SSO-049
func TestLogoutForms(t *testing.T) {
	t.Parallel()
	key := signer()
	good := base64.StdEncoding.EncodeToString(samltest.XML(signedLogout(key, providerLogout, nil)))
	for name, tt := range map[string]struct {
		form url.Values
		want error
	}{
		"twice":              {url.Values{"SAMLRequest": {good, good}}, saml.ErrParameters},
		"RelayState twice":   {url.Values{"SAMLRequest": {good}, "RelayState": {"a", "b"}}, saml.ErrParameters},
		"both":               {url.Values{"SAMLRequest": {good}, "SAMLResponse": {good}}, saml.ErrParameters},
		"none":               {url.Values{"RelayState": {"a"}}, saml.ErrParameters},
		"long RelayState":    {url.Values{"SAMLRequest": {good}, "RelayState": {strings.Repeat("x", 81)}}, saml.ErrParameters},
		"no Base64":          {url.Values{"SAMLRequest": {"%"}}, saml.ErrBase64},
		"larger than it may": {url.Values{"SAMLRequest": {strings.Repeat("A", 4<<20)}}, saml.ErrTooLarge},
	} {
		m, err := saml.FromForm(tt.form)
		logoutRefused(t, m, err, logoutExpectation(key), tt.want)
		require.NotEmpty(t, name)
	}
	m, err := saml.FromForm(url.Values{"SAMLRequest": {good}, "RelayState": {strings.Repeat("x", 80)}, "other": {"1", "2"}})
	logoutAccepted(t, m, err, logoutExpectation(key))
	_, err = saml.FromQuery("SAMLRequest=" + strings.Repeat("A", 4<<20))
	require.ErrorIs(t, err, saml.ErrTooLarge)
	_, err = saml.FromQuery("Relay%53tate=x")
	require.Equal(t, "RelayState", fault.From(err).Args["parameter"], "the refusal names what is unusual")
}

// behind puts an octet behind the compressed data.
func behind(t *testing.T, field string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(field)
	require.NoError(t, err)
	return base64.StdEncoding.EncodeToString(append(raw, 0))
}

// TestInflatingIsBounded sends a compressed 64 MiB: what is kept of it is no more than a message may have (S41).
func TestInflatingIsBounded(t *testing.T) {
	bomb := "SAMLRequest=" + url.QueryEscape(base64.StdEncoding.EncodeToString(deflated(t, make([]byte, 64<<20))))
	got := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := saml.FromQuery(bomb)
			require.ErrorIs(b, err, saml.ErrTooLarge)
		}
	})
	require.Less(t, got.AllocedBytesPerOp(), int64(8<<20), fmt.Sprint(got))
}

// FuzzLogout holds: accepted means signed. The seeds are all that a forgotten key ever signed, so what a changed message
// yields is one of the recorded results.
func FuzzLogout(f *testing.F) {
	key := signer()
	e := logoutExpectation(key)
	e.Certificates = certificates(key)
	roots := []*etree.Element{signedLogout(key, providerLogout, nil), signedLogout(key, providerAnswer, nil)}
	for _, root := range roots {
		f.Add(samltest.XML(root), root.Tag == "LogoutRequest")
	}
	f.Fuzz(func(t *testing.T, raw []byte, request bool) {
		tag := "LogoutResponse"
		if request {
			tag = "LogoutRequest"
		}
		m, err := postedOctets(tag, raw)
		l, answer, err := receive(m, err, e)
		switch {
		case err != nil:
		case request:
			require.Equal(t, saml.Logout{ID: "_logout", Issuer: idpEntity, NameID: subject, SessionIndexes: []string{"_session"}, IssueInstant: now, Until: now.Add(5 * time.Minute)}, *l)
		default:
			require.Equal(t, saml.LogoutAnswer{ID: "_answer", Status: saml.LogoutSucceeded}, *answer)
		}
	})
}

// FuzzLogoutQuery holds: no query panics, none is larger than a message may be, and one that is signed as it should be yields what
// was signed.
func FuzzLogoutQuery(f *testing.F) {
	key := signer()
	e := logoutExpectation(key)
	for _, build := range kinds() {
		root := build()
		field := "SAMLResponse"
		if root.Tag == "LogoutRequest" {
			field = "SAMLRequest"
		}
		sign := &saml.Signer{Key: key.Key, Certificate: key.Certificate}
		address, err := saml.LogoutRequest{ID: requestID, IssueInstant: now, Destination: "https://idp.example/slo", SPEntityID: spEntity, NameID: subject}.Redirect("state", sign)
		require.NoError(f, err)
		f.Add(strings.Replace(address[strings.Index(address, "?")+1:], "SAMLRequest", field, 1))
	}
	f.Fuzz(func(t *testing.T, raw string) {
		m, err := saml.FromQuery(raw)
		if err != nil {
			return
		}
		require.LessOrEqual(t, len(m.XML), 1<<20)
		require.LessOrEqual(t, len(m.RelayState), 80)
		l, answer, err := receive(m, nil, e)
		require.Error(t, err, "nothing that the provider signed is among the seeds")
		require.Nil(t, l)
		require.Nil(t, answer)
	})
}
