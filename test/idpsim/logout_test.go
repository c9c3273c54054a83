package idpsim

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"hash"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"
)

// logoutRequest builds the request for the session of an answer.
func (v *provider) logoutRequest(response *etree.Element) *etree.Element {
	root := etree.NewElement("samlp:LogoutRequest")
	attrs(root, "xmlns:samlp", nsProtocol, "xmlns:saml", nsAssertion, "ID", newID(), "Version", "2.0", "IssueInstant", stamp(v.now()),
		"Destination", v.app.LogoutURL())
	root.CreateElement("saml:Issuer").SetText(spEntity)
	root.AddChild(nameOf(response.FindElement(".//NameID")).element())
	root.CreateElement("samlp:SessionIndex").SetText(response.FindElement(".//AuthnStatement").SelectAttrValue("SessionIndex", ""))
	return root
}

func statusOf(root *etree.Element) string {
	return root.FindElement("./Status/StatusCode").SelectAttrValue("Value", "")
}

// TestLogoutIsMatchedByteForByte asks for the end of a session with the right values and with each of them changed.
func TestLogoutIsMatchedByteForByte(t *testing.T) {
	t.Parallel()
	for _, profile := range []Profile{ADFSRecommended, Okta, PingFederate, Entra} {
		v := newProvider(t, profile)
		response := v.signIn()
		for name, change := range map[string]func(*etree.Element){
			"NameID":       func(r *etree.Element) { child(r, nsAssertion, "NameID").SetText("PAULA@forest.test") },
			"Format":       func(r *etree.Element) { child(r, nsAssertion, "NameID").CreateAttr("Format", Persistent) },
			"qualifier":    func(r *etree.Element) { child(r, nsAssertion, "NameID").CreateAttr("SPNameQualifier", "x") },
			"SessionIndex": func(r *etree.Element) { child(r, nsProtocol, "SessionIndex").SetText("_other") },
			"no index":     func(r *etree.Element) { r.RemoveChild(child(r, nsProtocol, "SessionIndex")) },
		} {
			root := v.logoutRequest(response)
			change(root)
			p := v.post(v.signed(root), "SAMLRequest", v.app.LogoutURL())
			if profile == Entra {
				require.Contains(t, p.body, "AADSTS50068", name)
				continue
			}
			_, _, answer := v.carried(p)
			require.Equal(t, statusRequester, statusOf(answer), "%s %s", profile, name)
		}
		require.Empty(t, v.idp.Events(SessionEnded), profile)
		root := v.logoutRequest(response)
		to, values, answer := logoutAnswer(v, root)
		require.Equal(t, spLogout, to)
		require.Equal(t, "state", values.Get("RelayState"))
		require.Equal(t, statusSuccess, statusOf(answer), profile)
		require.Equal(t, root.SelectAttrValue("ID", ""), answer.SelectAttrValue("InResponseTo", ""))
		require.Len(t, v.idp.Events(SessionEnded), 1, profile)
		require.Contains(t, v.post(v.signed(v.request()), "SAMLRequest", v.app.SSOURL()).body, "password", "the session is gone")
	}
}

// logoutAnswer sends a good request and reads the answer, whatever its binding is.
func logoutAnswer(v *provider, root *etree.Element) (string, url.Values, *etree.Element) {
	v.t.Helper()
	if v.idp.Behaviour().Logout.Binding == Post {
		return v.carried(v.post(v.signed(root), "SAMLRequest", v.app.LogoutURL()))
	}
	p := v.post(v.signed(root), "SAMLRequest", v.app.LogoutURL())
	m, err := read(&http.Request{Method: http.MethodGet, URL: p.url})
	require.NoError(v.t, err)
	require.True(v.t, m.response)
	_, err = m.verify([]*x509.Certificate{v.idp.Certificate()}, v.now())
	require.NoError(v.t, err)
	return p.url.Scheme + "://" + p.url.Host + p.url.Path, url.Values{"RelayState": {m.relayState}}, m.root
}

// TestLogoutRefusals sends requests that must end nothing.
func TestLogoutRefusals(t *testing.T) {
	t.Parallel()
	v := newProvider(t, Okta)
	response := v.signIn()
	for reason, root := range map[string]*etree.Element{
		"not signed": v.logoutRequest(response),
		"expired": func() *etree.Element {
			r := v.logoutRequest(response)
			r.CreateAttr("NotOnOrAfter", stamp(v.now().Add(-time.Second)))
			return v.signed(r)
		}(),
		"meant for": func() *etree.Element {
			r := v.logoutRequest(response)
			r.CreateAttr("Destination", v.app.SSOURL())
			return v.signed(r)
		}(),
	} {
		require.Equal(t, http.StatusBadRequest, v.post(root, "SAMLRequest", v.app.LogoutURL()).status)
		require.Contains(t, v.refusal(), reason)
	}
	require.Empty(t, v.idp.Events(SessionEnded))

	v = newProvider(t, Entra)
	response = v.signIn()
	foreign := v.logoutRequest(response)
	child(foreign, nsAssertion, "Issuer").SetText(spEntity + "/67338f11-4996-4980-8339-535f76d0c8fb")
	require.Contains(t, v.post(v.signed(foreign), "SAMLRequest", v.app.LogoutURL()).body, "AADSTS50068")
}

// TestLogoutReactions are a page without an answer, the way back to one address, and a failure.
func TestLogoutReactions(t *testing.T) {
	t.Parallel()
	v := newProvider(t, Duo)
	p := v.post(v.logoutRequest(v.signIn()), "SAMLRequest", v.app.LogoutURL())
	require.Contains(t, p.body, "logged out of the partner")
	require.Empty(t, v.idp.Events(LogoutAnswered))
	require.Len(t, v.idp.Events(SessionEnded), 1)
	v.idp.Behave(func(b *Behaviour) { b.Logout.RedirectURL = "https://sp.test/home" })
	p = v.post(v.logoutRequest(v.signIn()), "SAMLRequest", v.app.LogoutURL())
	require.Equal(t, "https://sp.test/home", p.url.String())

	v = newProvider(t, Okta)
	v.idp.Behave(func(b *Behaviour) { b.Logout.Reaction = Fails })
	_, _, answer := v.carried(v.post(v.signed(v.logoutRequest(v.signIn())), "SAMLRequest", v.app.LogoutURL()))
	require.Equal(t, statusResponder, statusOf(answer))
	require.Empty(t, v.idp.Events(SessionEnded))
}

// TestLogoutReachesTheOthers starts at the provider, by both bindings, and at one of two participants.
func TestLogoutReachesTheOthers(t *testing.T) {
	t.Parallel()
	for _, binding := range []Binding{Post, Redirect} {
		v := newProvider(t, Okta)
		v.signIn()
		p := v.get(v.idp.StartLogoutURL(binding))
		var asked *received
		if binding == Redirect {
			var err error
			asked, err = read(&http.Request{Method: http.MethodGet, URL: p.url})
			require.NoError(t, err)
		} else {
			to, values, root := v.carried(p)
			require.Equal(t, spLogout, to)
			asked = &received{root: root, relayState: values.Get("RelayState")}
		}
		_, err := asked.verify([]*x509.Certificate{v.idp.Certificate()}, v.now())
		require.NoError(t, err)
		require.Equal(t, paula.UPN, textOf(child(asked.root, nsAssertion, "NameID")))
		respond := func(signed bool) page {
			answer := etree.NewElement("samlp:LogoutResponse")
			attrs(answer, "xmlns:samlp", nsProtocol, "xmlns:saml", nsAssertion, "ID", newID(), "Version", "2.0", "IssueInstant", stamp(v.now()),
				"Destination", v.app.LogoutURL(), "InResponseTo", asked.root.SelectAttrValue("ID", ""))
			answer.CreateElement("saml:Issuer").SetText(spEntity)
			answer.CreateElement("samlp:Status").CreateElement("samlp:StatusCode").CreateAttr("Value", statusSuccess)
			if signed {
				answer = v.signed(answer)
			}
			raw, err := write(answer)
			require.NoError(t, err)
			return v.form(v.app.LogoutURL(), url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString(raw)}, "RelayState": {asked.relayState}})
		}
		require.Contains(t, respond(true).body, "signed out of all applications")
		require.Contains(t, respond(true).body, "was not asked", "an answer counts once")
	}

	v := newProvider(t, Okta)
	other, err := v.idp.Add(t.Context(), Application{EntityID: "https://other.test", ACSURLs: []string{"https://other.test/acs"}})
	require.NoError(t, err)
	response := v.signIn()
	v.idp.mu.Lock()
	for _, s := range v.idp.sessions {
		s.participants = append(s.participants, participant{app: other, name: subjectName{Value: "x"}, index: "_2"})
	}
	v.idp.mu.Unlock()
	_, _, answer := v.carried(v.post(v.signed(v.logoutRequest(response)), "SAMLRequest", v.app.LogoutURL()))
	require.Equal(t, statusPartial, answer.FindElement("./Status/StatusCode/StatusCode").SelectAttrValue("Value", ""), "the other has no logout address")
}

// TestAnswersToLogoutAreChecked sends an unsigned LogoutResponse.
func TestAnswersToLogoutAreChecked(t *testing.T) {
	t.Parallel()
	v := newProvider(t, Okta)
	v.signIn()
	_, values, root := v.carried(v.get(v.idp.StartLogoutURL(Post)))
	answer := etree.NewElement("samlp:LogoutResponse")
	attrs(answer, "xmlns:samlp", nsProtocol, "xmlns:saml", nsAssertion, "ID", newID(), "Destination", v.app.LogoutURL(), "InResponseTo", root.SelectAttrValue("ID", ""))
	answer.CreateElement("saml:Issuer").SetText(spEntity)
	raw, err := write(answer)
	require.NoError(t, err)
	v.form(v.app.LogoutURL(), url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString(raw)}, "RelayState": values["RelayState"]})
	require.Contains(t, v.refusal(), "does not verify")
	require.Empty(t, v.idp.Events(LogoutDone))
}

// TestEncryption decrypts what the simulator encrypts, with the standard library only.
func TestEncryption(t *testing.T) {
	t.Parallel()
	for _, c := range []Cipher{AES128GCM, AES256GCM, AES128CBC, AES256CBC, {Content: AES256GCM.Content, bytes: 32, SHA256: true}} {
		v := newProvider(t, ADFSDefault)
		v.idp.Behave(func(b *Behaviour) { b.Cipher = c })
		require.NotNil(t, child(v.signIn(), nsAssertion, "Assertion"), "nothing is encrypted without a key")
		v.app.encryption = v.sp.certificate
		sealed := child(v.signIn(), nsAssertion, "EncryptedAssertion")
		require.NotNil(t, sealed)
		assertion := v.open(sealed, c)
		require.Equal(t, "Assertion", assertion.Tag)
		m := &received{root: assertion}
		_, err := m.verify([]*x509.Certificate{v.idp.Certificate()}, v.now())
		require.NoError(t, err, "signed before it was encrypted")

		v.idp.Behave(func(b *Behaviour) { b.Encryption = Parts })
		assertion = child(v.signIn(), nsAssertion, "Assertion")
		m = &received{root: assertion.Copy()}
		_, err = m.verify([]*x509.Certificate{v.idp.Certificate()}, v.now())
		require.NoError(t, err, "encrypted before it was signed")
		require.Nil(t, assertion.FindElement(".//NameID"))
		require.Equal(t, paula.UPN, v.open(assertion.FindElement("./Subject/EncryptedID"), c).Text())
		require.Equal(t, "cip_upn", v.open(assertion.FindElement("./AttributeStatement/EncryptedAttribute"), c).SelectAttrValue("Name", ""))
	}
	v := newProvider(t, PingFederate)
	v.idp.Behave(func(b *Behaviour) { b.Encryption = WholeAssertion })
	v.enter(v.post(v.signed(v.request()), "SAMLRequest", v.app.SSOURL()), "paula")
	require.Contains(t, v.refusal(), "holds no encryption key")
}

func (v *provider) open(el *etree.Element, c Cipher) *etree.Element {
	v.t.Helper()
	decode := func(path string) []byte {
		raw, err := base64.StdEncoding.DecodeString(textOf(el.FindElement(path)))
		require.NoError(v.t, err)
		return raw
	}
	digest := hash.Hash(sha1.New())
	if c.SHA256 {
		digest = sha256.New()
	}
	key, err := rsa.DecryptOAEP(digest, nil, v.sp.key, decode("./EncryptedData/KeyInfo/EncryptedKey/CipherData/CipherValue"), nil)
	require.NoError(v.t, err)
	block, err := aes.NewCipher(key)
	require.NoError(v.t, err)
	raw, sealed := []byte(nil), decode("./EncryptedData/CipherData/CipherValue")
	if c.block {
		raw = make([]byte, len(sealed)-aes.BlockSize)
		cipher.NewCBCDecrypter(block, sealed[:aes.BlockSize]).CryptBlocks(raw, sealed[aes.BlockSize:])
		raw = raw[:len(raw)-int(raw[len(raw)-1])]
	} else {
		gcm, err := cipher.NewGCM(block)
		require.NoError(v.t, err)
		raw, err = gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], nil)
		require.NoError(v.t, err)
	}
	doc := etree.NewDocument()
	require.NoError(v.t, doc.ReadFromBytes(raw))
	return doc.Root()
}
