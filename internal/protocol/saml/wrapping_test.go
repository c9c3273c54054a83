package saml_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// place puts an element somewhere into a response and reports whether the place exists there.
type place struct {
	name string
	put  func(root, el *etree.Element) bool
}

// child puts the element into the first element of this local name, at the front or at the end.
func child(tag string, front bool) place {
	return place{fmt.Sprintf("in %s, front %v", tag, front), func(root, el *etree.Element) bool {
		parent := samltest.Find(root, tag)
		if parent == nil || parent == el {
			return false
		}
		at := 0
		if !front {
			at = len(parent.Child)
		}
		parent.InsertChildAt(at, el)
		return true
	}}
}

// beneath makes a new element of this name in the first element of the parent's name and puts the element there.
func beneath(parent string, b samltest.Builder, tag string) place {
	return place{"in new " + tag + " of " + parent, func(root, el *etree.Element) bool {
		host := samltest.Find(root, parent)
		if host == nil {
			return false
		}
		box := b.Declare(b.New(tag, ""))
		box.AddChild(el)
		host.AddChild(box)
		return true
	}}
}

func places() []place {
	ds := samltest.Builder{Prefix: "ds", Space: samltest.Dsig}
	all := []place{
		beneath("Response", p, "Extensions"), beneath("Status", p, "StatusDetail"), beneath("Assertion", a, "Advice"),
		beneath("Signature", ds, "Object"), beneath("KeyInfo", ds, "Object"), beneath("SubjectConfirmationData", x, "Any"),
		beneath("AttributeStatement", a, "Attribute"), beneath("Response", x, "Any"),
	}
	for _, tag := range []string{
		"Response", "Status", "StatusCode", "Assertion", "Issuer", "Subject", "NameID", "SubjectConfirmation", "SubjectConfirmationData",
		"Conditions", "AudienceRestriction", "Audience", "AuthnStatement", "AuthnContext", "AttributeStatement", "Attribute",
		"AttributeValue", "Signature", "SignedInfo", "Reference", "Transforms", "SignatureValue", "KeyInfo", "X509Data", "X509Certificate",
	} {
		all = append(all, child(tag, true), child(tag, false))
	}
	return all
}

// forge returns the attacker's copy of a genuine element: another name inside, with or without its signature, under the
// same or a new ID.
func forge(genuine *etree.Element, id string, signed bool) *etree.Element {
	forged := genuine.Copy()
	forged.CreateAttr("ID", id)
	samltest.Find(forged, "NameID").SetText("eve@evil.example")
	for _, v := range samltest.Find(forged, "AttributeStatement").ChildElements() {
		v.ChildElements()[0].SetText("eve@evil.example")
	}
	if !signed {
		for _, el := range []*etree.Element{forged, samltest.Find(forged, "Assertion")} {
			if s := el.SelectElement("Signature"); s != nil {
				el.RemoveChild(s)
			}
		}
	}
	return forged
}

// structural are the reasons that a wrapped message may be refused for: its build, never its contents.
var structural = []string{
	"saml_shape", "saml_duplicate_id", "saml_assertion_count", "saml_nested_message", "saml_signature_place", "saml_signature_shape",
	"saml_signature_transform", "saml_signature_reference", "saml_digest", "saml_unsigned",
}

// TestWrapping generates every placement of a genuine signed element in a forged message, and of a forged element in a
// genuine one, for each signed part, with the same and a new ID, with and without the copied signature. None may be
// accepted with a value that the provider did not sign, and none of them is accepted at all (S10, S11).
func TestWrapping(t *testing.T) { // Spec: SAM-117, SSO-027
	t.Parallel()
	key := signer()
	e := expectation(key.Certificate)
	try := func(t *testing.T, root *etree.Element, what string) {
		raw := samltest.XML(root)
		got, err := saml.Verify(raw, e, now)
		require.Errorf(t, err, "%s: accepted as %v\n%s", what, got, raw)
		require.Containsf(t, structural, code(err), "%s: refused for the wrong reason", what)
	}
	for sname, s := range map[string]signing{"response": signedResponse, "assertion": signedAssertion, "both": signedBoth} {
		t.Run(sname, func(t *testing.T) {
			t.Parallel()
			tried := 0
			try := func(root *etree.Element, what string) { tried++; try(t, root, what) }
			genuine := message(key, s, nil)
			for _, id := range []string{"_response", "_assertion", "_forged"} {
				if testing.Short() && id != "_forged" {
					continue
				}
				for _, signed := range []bool{true, false} {
					for _, at := range places() {
						what := fmt.Sprintf("%s signed, ID %s, signature kept %v, %s", sname, id, signed, at.name)
						// The genuine assertion inside of a message with a forged one.
						root := genuine.Copy()
						real := samltest.Find(root, "Assertion")
						spot := real.Index()
						root.RemoveChild(real)
						root.InsertChildAt(spot, forge(real, id, signed))
						if at.put(root, real.Copy()) {
							try(root, "genuine assertion "+what)
						}
						// A forged assertion inside of the genuine message.
						root = genuine.Copy()
						if at.put(root, forge(samltest.Find(root, "Assertion"), id, signed)) {
							try(root, "forged assertion "+what)
						}
						// The genuine response inside of a forged one.
						root = forge(genuine, id, signed)
						if at.put(root, genuine.Copy()) {
							try(root, "genuine response "+what)
						}
						// A forged response around or inside of the genuine one.
						root = genuine.Copy()
						if at.put(root, forge(genuine, id, signed)) {
							try(root, "forged response "+what)
						}
						// The forged assertion with the genuine signature moved elsewhere.
						root = genuine.Copy()
						host := samltest.Find(root, "Assertion")
						if s.response && !s.assertion {
							host = root
						}
						signature := host.SelectElement("Signature")
						host.RemoveChild(signature)
						samltest.Find(root, "NameID").SetText("eve@evil.example")
						if at.put(root, signature) {
							try(root, "moved signature "+what)
						}
					}
				}
			}
			require.True(t, testing.Short() || tried > 1500, tried)
		})
	}
}

// TestSeveralAssertions has one to three assertions too many, all signed (S11).
func TestSeveralAssertions(t *testing.T) { // Spec: SAM-117, SSO-027
	t.Parallel()
	key := signer()
	for extra := 1; extra <= 3; extra++ {
		for _, front := range []bool{true, false} {
			for _, s := range []signing{signedAssertion, signedResponse, signedBoth} {
				root := login().Response()
				first := samltest.Find(root, "Assertion")
				for i := range extra {
					l := login()
					l.AssertionID = fmt.Sprintf("_more%d", i)
					more := l.Assertion()
					at := first.Index()
					if !front {
						at = len(root.Child)
					}
					root.InsertChildAt(at, more)
				}
				for _, el := range root.SelectElements("Assertion") {
					if s.assertion {
						key.Sign(el, samltest.Options{})
					}
				}
				if s.response {
					key.Sign(root, samltest.Options{})
				}
				refused(t, samltest.XML(root), expectation(key.Certificate), saml.ErrAssertionCount)
			}
		}
	}
}

// TestOtherSignedDocuments posts or embeds other genuinely signed documents of the provider (S13).
func TestOtherSignedDocuments(t *testing.T) {
	t.Parallel()
	key := signer()
	e := expectation(key.Certificate)
	logout := p.Declare(samltest.With(p.New("LogoutResponse", ""), "ID", "_logout", "Version", "2.0", "IssueInstant", samltest.Time(now),
		"InResponseTo", requestID, "Destination", acs))
	logout.AddChild(a.Declare(a.New("Issuer", idpEntity)))
	logout.AddChild(p.New("Status", "", samltest.With(p.New("StatusCode", ""), "Value", samltest.Success)))
	key.Sign(logout, samltest.Options{})
	md := samltest.Builder{Prefix: "md", Space: "urn:oasis:names:tc:SAML:2.0:metadata"}
	metadata := md.Declare(samltest.With(md.New("EntityDescriptor", ""), "ID", "_metadata", "entityID", idpEntity))
	key.Sign(metadata, samltest.Options{})
	assertion := login().Assertion()
	key.Sign(assertion, samltest.Options{})
	for name, doc := range map[string]*etree.Element{"logout": logout, "metadata": metadata, "bare assertion": assertion} {
		t.Run(name, func(t *testing.T) {
			refused(t, samltest.XML(doc), e, saml.ErrWrongMessage)
			root := message(key, signing{}, nil)
			root.InsertChildAt(1, p.New("Extensions", "", doc.Copy()))
			_, err := saml.Verify(samltest.XML(root), e, now)
			require.Contains(t, []string{"saml_nested_message", "saml_signature_place"}, code(err))
			if name == "bare assertion" {
				return
			}
			root = message(key, signing{}, nil)
			remove("Assertion")(root)
			root.AddChild(doc.Copy())
			_, err = saml.Verify(samltest.XML(root), e, now)
			require.Contains(t, []string{"saml_nested_message", "saml_signature_place"}, code(err))
		})
	}
}

// TestHostileSignaturesAreCheap sends the most namespaces and elements that the reader lets through under a signature of
// the right shape: what comes before the first digest is linear (S41).
func TestHostileSignaturesAreCheap(t *testing.T) {
	t.Parallel()
	key := signer()
	root := message(key, signedAssertion, nil)
	var namespaces, elements strings.Builder
	for i := range 35 {
		fmt.Fprintf(&namespaces, ` xmlns:p%d="u:%d"`, i, i)
	}
	elements.WriteString("<saml:AttributeValue" + namespaces.String() + ">")
	elements.WriteString(strings.Repeat("<p1:b/>", 19_700))
	elements.WriteString("</saml:AttributeValue>")
	raw := strings.Replace(string(samltest.XML(root)), "<saml:AttributeValue>", elements.String()+"<saml:AttributeValue>", 1)
	start := time.Now()
	refused(t, []byte(raw), expectation(key.Certificate), saml.ErrDigest)
	require.Less(t, time.Since(start), time.Minute)
}
