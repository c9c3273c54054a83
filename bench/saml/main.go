// Command saml compares the verification of one SAML response with crewjam/saml, on the same octets, in one run, in
// turns. It prints BENCH lines: the median of our time, of theirs, and their ratio (above 1: we are faster).
//
// Run it inside its folder, which is a module of its own so that the product does not depend on the other library:
//
//	go run . [-rounds 200]
package main

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"flag"
	"fmt"
	"log"
	"net/url"
	"runtime"
	"slices"
	"time"

	crewjam "github.com/crewjam/saml"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

const (
	entity    = "https://saml.example"
	acs       = "https://saml.example/saml/acs"
	idp       = "https://idp.example/metadata"
	requestID = "_6c3a4f8b-0000-4000-8000-000000000001"
)

func main() {
	rounds := flag.Int("rounds", 200, "verifications by each side")
	flag.Parse()
	now := time.Now().UTC()
	key := samltest.NewSigner(samltest.RSA2048(), now.AddDate(0, -1, 0), now.AddDate(1, 0, 0))
	raw := response(key, now)
	ours, theirs := causeway(raw, key.Certificate, now), other(raw, key)
	for range 20 { // warm both
		ours()
		theirs()
	}
	a, b := make([]time.Duration, 0, *rounds), make([]time.Duration, 0, *rounds)
	for range *rounds {
		a, b = append(a, timed(ours)), append(b, timed(theirs))
	}
	us, them := median(a), median(b)
	fmt.Printf("BENCH saml_verify_us %.1f us\n", us)
	fmt.Printf("BENCH saml_verify_crewjam_us %.1f us\n", them)
	fmt.Printf("BENCH saml_verify_ratio_crewjam %.2f ratio\n", them/us)
	fmt.Printf("BENCH saml_verify_kb %.1f kB\n", allocated(ours))
	fmt.Printf("BENCH saml_verify_crewjam_kb %.1f kB\n", allocated(theirs))
}

// response is the message of both sides: a signed assertion with the claims of a complete sign-in.
func response(key samltest.Signer, now time.Time) []byte {
	l := samltest.Login{
		ResponseID: "_response", AssertionID: "_assertion", Issuer: idp, Audience: entity, ACS: acs, RequestID: requestID,
		NameID: "ada@corp.example", SessionIndex: "_session", Context: "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", Now: now,
		ProtocolPrefix: "samlp", AssertionPrefix: "saml",
	}
	for _, c := range [][2]string{
		{"cip_upn", "ada@corp.example"}, {"cip_sid", "S-1-5-21-1004336348-1177238915-682003330-512"},
		{"cip_oid", "12345678-9abc-def0-1122-334455667788"}, {"cip_email", "ada@mail.example"}, {"displayName", "Ada Example"},
	} {
		l.Attributes = append(l.Attributes, samltest.Attribute{Name: c[0], Values: []string{c[1]}})
	}
	root := l.Response()
	key.Sign(samltest.Find(root, "Assertion"), samltest.Options{})
	return samltest.XML(root)
}

func causeway(raw []byte, cert *x509.Certificate, now time.Time) func() {
	expect := saml.Expectation{
		RequestID: requestID, IdPEntityID: idp, SPEntityID: entity, ACSURL: acs, Certificates: []*x509.Certificate{cert},
		Mode: saml.SignEither, Context: saml.Unspecified, Comparison: saml.Exact,
	}
	return func() {
		if _, err := saml.Verify(raw, expect, now); err != nil {
			log.Fatalf("causeway refuses: %v", err)
		}
	}
}

func other(raw []byte, key samltest.Signer) func() {
	metadata := &crewjam.EntityDescriptor{}
	text := `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + idp + `"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
		`<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>` +
		base64.StdEncoding.EncodeToString(key.Certificate.Raw) + `</X509Certificate></X509Data></KeyInfo></KeyDescriptor></IDPSSODescriptor></EntityDescriptor>`
	if err := xml.NewDecoder(bytes.NewReader([]byte(text))).Decode(metadata); err != nil {
		log.Fatal(err)
	}
	at, err := url.Parse(acs)
	if err != nil {
		log.Fatal(err)
	}
	sp := &crewjam.ServiceProvider{
		EntityID: entity, Key: key.Key.(crypto.Signer), Certificate: key.Certificate, AcsURL: *at, IDPMetadata: metadata,
	}
	return func() {
		if _, err := sp.ParseXMLResponse(raw, []string{requestID}, *at); err != nil {
			log.Fatalf("crewjam refuses: %v", err.(*crewjam.InvalidResponseError).PrivateErr)
		}
	}
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// median is in microseconds.
func median(d []time.Duration) float64 {
	slices.Sort(d)
	return float64(d[len(d)/2].Nanoseconds()) / 1000
}

// allocated is the memory of one run in kB (1,000 bytes), averaged over 50.
func allocated(f func()) float64 {
	const runs = 50
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		f()
	}
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc-before.TotalAlloc) / runs / 1000
}
