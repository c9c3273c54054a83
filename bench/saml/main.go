// Command saml compares the verification of one SAML response with crewjam/saml, on the same octets, in one run, in
// turns. It prints BENCH lines: the median of five runs of our time, of theirs, and of their ratio (above 1: we are faster);
// beside it how many recorded messages were judged wrongly, the share of the one RSA verification, and what refusals cost.
//
// Run it inside its folder, which is a module of its own so that the product does not depend on the other library:
//
//	go run . [-rounds 200]
package main

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"flag"
	"fmt"
	"log"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
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
	rounds := flag.Int("rounds", 100, "verifications by each side in each of the five runs")
	corpus := flag.String("corpus", "../../internal/protocol/saml/testdata/corpus", "recorded messages")
	flag.Parse()
	now := time.Now().UTC()
	key := samltest.NewSigner(samltest.RSA2048(), now.AddDate(0, -1, 0), now.AddDate(1, 0, 0))
	raw := response(key, now)
	ours, theirs := causeway(raw, key.Certificate, now), other(raw, key)
	for range 20 { // warm both
		ours()
		theirs()
	}
	var us, them, ratio []float64
	for range 5 {
		a, b := make([]time.Duration, 0, *rounds), make([]time.Duration, 0, *rounds)
		for range *rounds {
			a, b = append(a, timed(ours)), append(b, timed(theirs))
		}
		us, them = append(us, median(a)), append(them, median(b))
		ratio = append(ratio, them[len(them)-1]/us[len(us)-1])
	}
	rsa := rsaShare(key)
	fmt.Printf("BENCH saml_verify_us %.1f us\n", middle(us))
	fmt.Printf("BENCH saml_verify_crewjam_us %.1f us\n", middle(them))
	fmt.Printf("BENCH saml_verify_ratio_crewjam %.2f ratio\n", middle(ratio))
	fmt.Printf("BENCH saml_verify_kb %.1f kB\n", allocated(ours))
	fmt.Printf("BENCH saml_verify_crewjam_kb %.1f kB\n", allocated(theirs))
	fmt.Printf("BENCH saml_verify_rsa_share %.2f of_1\n", rsa/middle(us))
	accepts, rejects, n := verdicts(*corpus)
	fmt.Printf("BENCH saml_corpus_messages %d 1\n", n)
	fmt.Printf("BENCH saml_wrong_accepts %d 1\n", accepts)
	fmt.Printf("BENCH saml_wrong_rejects %d 1\n", rejects)
	refusals(key, now)
}

// middle is the median of few figures.
func middle(v []float64) float64 {
	v = slices.Clone(v)
	slices.Sort(v)
	return v[len(v)/2]
}

// rsaShare is the median time of the one RSA verification in it, in microseconds: the floor of every verifier.
func rsaShare(key samltest.Signer) float64 {
	sum := sha256.Sum256([]byte("octets"))
	value, err := key.Key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		log.Fatal(err)
	}
	public := key.Certificate.PublicKey.(*rsa.PublicKey)
	times := make([]time.Duration, 0, 500)
	for range 500 {
		times = append(times, timed(func() {
			if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], value); err != nil {
				log.Fatal(err)
			}
		}))
	}
	return median(times)
}

// verdicts counts the recorded messages that are judged otherwise than their file names say. Those that need a decryption
// key are judged by the package's own test.
func verdicts(dir string) (accepts, rejects, n int) {
	file, err := os.ReadFile(filepath.Join(dir, "idp.pem"))
	if err != nil {
		log.Fatal(err)
	}
	cert, err := saml.ParseCertificate(file)
	if err != nil {
		log.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.xml"))
	if err != nil {
		log.Fatal(err)
	}
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			log.Fatal(err)
		}
		if bytes.Contains(raw, []byte("http://www.w3.org/2001/04/xmlenc#Element")) {
			continue
		}
		n++
		_, err = saml.Verify(raw, saml.Expectation{RequestID: requestID, IdPEntityID: idp, SPEntityID: entity, ACSURL: acs,
			Certificates: []*x509.Certificate{cert}, Mode: saml.SignEither, Context: saml.Unspecified, Comparison: saml.Exact}, at)
		wanted := strings.HasPrefix(filepath.Base(f), "accepted.")
		switch {
		case wanted && err != nil:
			rejects++
		case !wanted && err == nil:
			accepts++
		}
	}
	return accepts, rejects, n
}

// refusals measures what a refused message costs: a megabyte, the longest that is read at all, and whether the kind of forgery shows in
// the time of its answer.
func refusals(key samltest.Signer, now time.Time) {
	raw := response(key, now)
	stranger := samltest.NewSigner(samltest.OtherRSA(), now.AddDate(0, -1, 0), now.AddDate(1, 0, 0))
	unsigned := response(samltest.Signer{}, now)
	kinds := []struct {
		name string
		raw  []byte
	}{
		{"wrong_key", response(stranger, now)},
		{"wrong_digest", bytes.Replace(raw, []byte(">ada@corp.example</saml:NameID>"), []byte(">eve@corp.example</saml:NameID>"), 1)},
		{"no_signature", unsigned},
	}
	var times []float64
	for _, k := range kinds {
		us := refused(k.raw, key.Certificate, now, 200)
		times = append(times, us)
		fmt.Printf("BENCH saml_refuse_%s_us %.1f us\n", k.name, us)
	}
	slices.Sort(times)
	fmt.Printf("BENCH saml_refuse_spread %.2f ratio\n", times[len(times)-1]/times[0])
	for name, size := range map[string]int{"1mb": 1 << 20, "longest": 256 << 10} {
		worst, kb := 0.0, 0.0
		for _, hostile := range largest(raw, size) {
			worst = max(worst, refused(hostile, key.Certificate, now, 20))
			kb = max(kb, allocated(func() { _ = verify(hostile, key.Certificate, now) }))
		}
		fmt.Printf("BENCH saml_refuse_%s_ms %.2f ms\n", name, worst/1000)
		fmt.Printf("BENCH saml_refuse_%s_kb %.0f kB\n", name, kb)
	}
}

// largest are hostile messages of this size: one value, many elements, many attributes, deep nesting, many references.
func largest(raw []byte, size int) [][]byte {
	pad := func(before, unit, after string) []byte {
		i := bytes.Index(raw, []byte("<saml:AttributeValue>"))
		room := size - len(raw) - len(before) - len(after)
		return slices.Concat(raw[:i], []byte(before), bytes.Repeat([]byte(unit), room/len(unit)), []byte(after), raw[i:])
	}
	return [][]byte{
		pad("<saml:AttributeValue>", "x", "</saml:AttributeValue>"),
		pad("<saml:AttributeValue>", "<x/>", "</saml:AttributeValue>"),
		pad("<saml:AttributeValue ", `a="b" `, "/>"),
		pad("<saml:AttributeValue>", "<x>", ""),
		pad("<saml:AttributeValue>", "&amp;", "</saml:AttributeValue>"),
	}
}

func verify(raw []byte, cert *x509.Certificate, now time.Time) error {
	_, err := saml.Verify(raw, saml.Expectation{RequestID: requestID, IdPEntityID: idp, SPEntityID: entity, ACSURL: acs,
		Certificates: []*x509.Certificate{cert}, Mode: saml.SignEither, Context: saml.Unspecified, Comparison: saml.Exact}, now)
	return err
}

// refused returns the median time of a refusal in microseconds.
func refused(raw []byte, cert *x509.Certificate, now time.Time, rounds int) float64 {
	times := make([]time.Duration, 0, rounds)
	for range rounds {
		times = append(times, timed(func() {
			if verify(raw, cert, now) == nil {
				log.Fatal("a hostile message is accepted")
			}
		}))
	}
	return median(times)
}

// response is the message of both sides: a signed assertion with the claims of a complete sign-in; unsigned without a key.
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
	if key.Key != nil {
		key.Sign(samltest.Find(root, "Assertion"), samltest.Options{})
	}
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
