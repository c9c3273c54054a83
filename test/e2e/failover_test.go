package e2e

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// The load of the fail-over: each sign-in needs one look-up, because its assertion carries the UPN only.
const (
	loadRate    = 100 // sign-ins per second, halved until the machine bears it with both connectors
	leastRate   = 12
	borne       = 100 * time.Millisecond // the median of a rate that the machine bears
	loadBefore  = 2 * time.Second
	loadStopped = 6 * time.Second // one connector hangs
	loadKilled  = 3 * time.Second // it is gone
	slowest     = 5 * time.Second // one second of it for the connector that hangs, the others for a machine that does; nobody else asked would be ten
)

// failOver stops one of two connectors under load and kills it. Nobody may notice but by a second of waiting.
func (s *story) failOver(t *testing.T) {
	l := s.newLoad(t)
	rate := l.bearable()
	time.AfterFunc(loadBefore, func() { _ = s.connectors[0].Process.Signal(syscall.SIGSTOP) })
	time.AfterFunc(loadBefore+loadStopped, func() { _ = s.connectors[0].Process.Kill() })
	l.run(rate, loadBefore+loadStopped+loadKilled)
	<-s.connectors[0].exited

	require.NotEmpty(t, l.took)
	p99 := l.took[len(l.took)*99/100]
	t.Logf("%d sign-ins at %d/s, of the step with the look-up: p50 %v, p99 %v, max %v", len(l.took), rate, l.took[len(l.took)/2], p99, l.took[len(l.took)-1])
	if len(l.failed) > 0 {
		t.Fatalf("%d sign-ins failed, the first: %v", len(l.failed), l.failed[0])
	}
	require.LessOrEqual(t, p99, slowest)

	account := s.lab.Forest1().Account(t, "carol.clark")
	var facts workspaceFacts
	s.signIn(t, account.UPN, false, &facts)
	require.Equal(t, account.SID, facts["Security identifier"])
}

// load signs people in without a browser. The answers of the identity provider are made here with its key, since
// SimpleSAMLphp gives only a few per second.
type load struct {
	s        *story
	signer   *dsig.SigningContext
	issuer   string
	template *http.Client // its transport is shared

	mu     sync.Mutex // guards the fields below
	took   []time.Duration
	failed []error
}

func (s *story) newLoad(t *testing.T) *load {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(s.lab.SAML.CertificateFile, s.lab.SAML.KeyFile)
	require.NoError(t, err)
	signer := dsig.NewDefaultSigningContext(keyPair(pair))
	signer.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	client := s.authority.httpClient(t)
	client.Transport.(*http.Transport).MaxIdleConnsPerHost = loadRate
	return &load{s: s, signer: signer, issuer: s.provider + "/saml2/idp/metadata.php", template: client}
}

// bearable finds the rate that the machine bears with everything else that runs on it now, and forgets what it measured.
func (l *load) bearable() int {
	rate := loadRate
	for ; rate > leastRate; rate /= 2 {
		l.run(rate, time.Second)
		if len(l.failed) == 0 && l.took[len(l.took)/2] < borne {
			break
		}
		l.took, l.failed = nil, nil
	}
	l.took, l.failed = nil, nil
	return rate
}

// run begins sign-ins at a rate, whatever has become of the earlier ones, waits for all of them and sorts their times.
func (l *load) run(rate int, d time.Duration) {
	var all sync.WaitGroup
	every := time.NewTicker(time.Second / time.Duration(rate))
	defer every.Stop()
	people := l.s.lab.Forest1()
	for n := range int(d.Seconds()) * rate {
		<-every.C
		all.Go(func() {
			took, err := l.signIn(fmt.Sprintf("bulk%04d@%s", 1+n%people.BulkUsers, people.Domain))
			l.mu.Lock()
			defer l.mu.Unlock()
			if err != nil {
				l.failed = append(l.failed, err)
				return
			}
			l.took = append(l.took, took)
		})
	}
	all.Wait()
	slices.Sort(l.took)
}

// signIn signs one person in and returns how long the answer to the provider's message took, which the look-up is part of.
func (l *load) signIn(upn string) (time.Duration, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return 0, err
	}
	client := &http.Client{Transport: l.template.Transport, Timeout: l.template.Timeout, CheckRedirect: l.template.CheckRedirect, Jar: jar}
	page, err := follow(client, l.s.workspace+"/")
	if err != nil {
		return 0, err
	}
	form := hiddenFields(page)
	request, err := base64.StdEncoding.DecodeString(form.Get("SAMLRequest"))
	if err != nil || len(request) == 0 {
		return 0, fmt.Errorf("no request for the identity provider on the page: %.300s", page)
	}
	acs, response, err := l.respond(request, upn)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	answer, err := client.PostForm(acs, url.Values{"SAMLResponse": {response}, "RelayState": {form.Get("RelayState")}})
	if err != nil {
		return 0, err
	}
	took := time.Since(began)
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil {
		return 0, err
	}
	if answer.StatusCode != http.StatusSeeOther {
		return 0, fmt.Errorf("%s was refused: %d %s", upn, answer.StatusCode, body)
	}
	end, err := client.Get(answer.Header.Get("Location"))
	if err != nil {
		return 0, err
	}
	end.Body.Close()
	if end.StatusCode != http.StatusSeeOther || end.Header.Get("Location") != "/" {
		return 0, fmt.Errorf("%s is not in the workspace: %d %s", upn, end.StatusCode, end.Header.Get("Location"))
	}
	return took, nil
}

// follow gets a page and whatever it redirects to, keeping cookies.
func follow(client *http.Client, address string) ([]byte, error) {
	for range 8 {
		answer, err := client.Get(address)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			return nil, err
		}
		next, err := answer.Location()
		if err != nil { // no redirect
			return body, nil
		}
		address = next.String()
	}
	return nil, fmt.Errorf("too many redirects, last to %s", address)
}

// hiddenFields are the fields of the form that a page posts by itself.
func hiddenFields(page []byte) url.Values {
	fields := url.Values{}
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return fields
	}
	for node := range doc.Descendants() {
		if node.Type != html.ElementNode || node.Data != "input" {
			continue
		}
		var name, value string
		for _, a := range node.Attr {
			switch a.Key {
			case "name":
				name = a.Val
			case "value":
				value = a.Val
			}
		}
		fields.Set(name, value)
	}
	return fields
}

// answerForm is an answer that says nothing but the UPN.
const answerForm = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_{r}" Version="2.0" IssueInstant="{now}" Destination="{acs}" InResponseTo="{request}"><saml:Issuer>{issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion ID="_{a}" Version="2.0" IssueInstant="{now}"><saml:Issuer>{issuer}</saml:Issuer><saml:Subject><saml:NameID>{upn}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="{request}" Recipient="{acs}" NotOnOrAfter="{until}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{now}" NotOnOrAfter="{until}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{now}" SessionIndex="_{a}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="cip_upn"><saml:AttributeValue>{upn}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>`

// respond makes the signed answer to a request; it returns where it goes, too.
func (l *load) respond(request []byte, upn string) (acs, response string, err error) {
	asked := etree.NewDocument()
	if err := asked.ReadFromBytes(request); err != nil {
		return "", "", err
	}
	root := asked.Root()
	acs = root.SelectAttrValue("AssertionConsumerServiceURL", "")
	now := time.Now().UTC()
	raw := strings.NewReplacer("{r}", rand.Text(), "{a}", rand.Text(), "{now}", now.Format(time.RFC3339), "{until}", now.Add(5*time.Minute).Format(time.RFC3339),
		"{acs}", acs, "{request}", root.SelectAttrValue("ID", ""), "{issuer}", l.issuer, "{audience}", root.FindElement("./Issuer").Text(), "{upn}", upn).Replace(answerForm)
	doc := etree.NewDocument()
	if err := doc.ReadFromString(raw); err != nil {
		return "", "", err
	}
	signature, err := l.signer.ConstructSignature(doc.Root(), true)
	if err != nil {
		return "", "", err
	}
	doc.Root().InsertChildAt(1, signature)
	out, err := doc.WriteToBytes()
	return acs, base64.StdEncoding.EncodeToString(out), err
}

// keyPair gives goxmldsig a certificate with its key.
type keyPair tls.Certificate

func (k keyPair) GetKeyPair() (*rsa.PrivateKey, []byte, error) {
	key, ok := k.PrivateKey.(*rsa.PrivateKey)
	if !ok {
		return nil, nil, fmt.Errorf("an RSA key is needed, not %T", k.PrivateKey)
	}
	return key, k.Certificate[0], nil
}
