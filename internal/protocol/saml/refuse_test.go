package saml_test

import (
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// set returns an edit that sets an attribute of the first element with this local name.
func set(tag, name, value string) func(*etree.Element) {
	return func(root *etree.Element) { samltest.Find(root, tag).CreateAttr(name, value) }
}

func unset(tag, name string) func(*etree.Element) {
	return func(root *etree.Element) { samltest.Find(root, tag).RemoveAttr(name) }
}

func text(tag, value string) func(*etree.Element) {
	return func(root *etree.Element) { samltest.Find(root, tag).SetText(value) }
}

func remove(tag string) func(*etree.Element) {
	return func(root *etree.Element) {
		el := samltest.Find(root, tag)
		el.Parent().RemoveChild(el)
	}
}

// double repeats an element, the copy first or last, with another value so that it matters who is read.
func double(tag string, first bool) func(*etree.Element) {
	return func(root *etree.Element) {
		el := samltest.Find(root, tag)
		twin := el.Copy()
		if len(twin.ChildElements()) == 0 && twin.Text() != "" {
			twin.SetText("eve@evil.example")
		}
		at := el.Index()
		if !first {
			at++
		}
		el.Parent().InsertChildAt(at, twin)
	}
}

// in appends a child that build makes to the first element with this local name.
func in(tag string, build func() *etree.Element) func(*etree.Element) {
	return func(root *etree.Element) { samltest.Find(root, tag).AddChild(build()) }
}

var (
	p = samltest.Builder{Prefix: "samlp", Space: samltest.Protocol}
	a = samltest.Builder{Prefix: "saml", Space: samltest.Assertion}
	x = samltest.Builder{Prefix: "x", Space: "urn:other"}
)

// spoiled is one change of an accepted message and the failure that it has to cause.
type spoiled struct {
	edit func(*etree.Element)
	want error
}

// contentCases change one thing that a message says, before the provider signs it.
func contentCases() map[string]spoiled {
	return map[string]spoiled{
		// S33, S34
		"status of the requester": {set("StatusCode", "Value", "urn:oasis:names:tc:SAML:2.0:status:Requester"), saml.ErrStatus},
		"second-level success": {func(root *etree.Element) {
			code := samltest.Find(root, "StatusCode")
			code.CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
			code.AddChild(samltest.With(p.New("StatusCode", ""), "Value", samltest.Success))
		}, saml.ErrStatus},
		"two statuses":     {double("Status", false), saml.ErrShape},
		"two status codes": {double("StatusCode", false), saml.ErrShape},
		"two second-level codes": {func(root *etree.Element) {
			for range 2 {
				samltest.Find(root, "StatusCode").AddChild(samltest.With(p.New("StatusCode", ""), "Value", samltest.Success))
			}
		}, saml.ErrShape},
		"no status":              {remove("Status"), saml.ErrShape},
		"status without value":   {unset("StatusCode", "Value"), saml.ErrShape},
		"response version 1.1":   {set("Response", "Version", "1.1"), saml.ErrVersion},
		"response version 3.0":   {set("Response", "Version", "3.0"), saml.ErrVersion},
		"response no version":    {unset("Response", "Version"), saml.ErrVersion},
		"assertion version 1.1":  {set("Assertion", "Version", "1.1"), saml.ErrVersion},
		"assertion no version":   {unset("Assertion", "Version"), saml.ErrVersion},
		"response no issue time": {unset("Response", "IssueInstant"), saml.ErrShape},
		"assertion no issue":     {unset("Assertion", "IssueInstant"), saml.ErrShape},
		// S26
		"audience of another":     {text("Audience", "https://other.example"), saml.ErrAudience},
		"audience with slash":     {text("Audience", spEntity+"/"), saml.ErrAudience},
		"audience prefix":         {text("Audience", spEntity[:len(spEntity)-1]), saml.ErrAudience},
		"audience upper case":     {text("Audience", strings.ToUpper(spEntity)), saml.ErrAudience},
		"audience scoped":         {text("Audience", spEntity+"/67338f11-4996-4980-8339-535f76d0c8fb"), saml.ErrAudience},
		"audience and space":      {text("Audience", spEntity+" "), saml.ErrAudience},
		"no audience restriction": {remove("AudienceRestriction"), saml.ErrNoAudience},
		"empty restriction":       {remove("Audience"), saml.ErrShape},
		"second foreign restriction": {in("Conditions", func() *etree.Element {
			return a.New("AudienceRestriction", "", a.New("Audience", "https://other.example"))
		}), saml.ErrAudience},
		// S27, S28
		"recipient of another":     {set("SubjectConfirmationData", "Recipient", "https://other.example/saml/acs"), saml.ErrRecipient},
		"recipient with query":     {set("SubjectConfirmationData", "Recipient", acs+"?a=b"), saml.ErrRecipient},
		"recipient with user":      {set("SubjectConfirmationData", "Recipient", "https://x@saml.example/saml/acs"), saml.ErrRecipient},
		"recipient prefix":         {set("SubjectConfirmationData", "Recipient", "https://saml.example/saml/ac"), saml.ErrRecipient},
		"no recipient":             {unset("SubjectConfirmationData", "Recipient"), saml.ErrRecipient},
		"confirmation of another":  {set("SubjectConfirmationData", "InResponseTo", "_other"), saml.ErrConfirmationRequest},
		"confirmation of none":     {unset("SubjectConfirmationData", "InResponseTo"), saml.ErrConfirmationRequest},
		"confirmation without end": {unset("SubjectConfirmationData", "NotOnOrAfter"), saml.ErrConfirmationData},
		"confirmation with start":  {set("SubjectConfirmationData", "NotBefore", samltest.Time(now)), saml.ErrConfirmationData},
		"no confirmation data":     {remove("SubjectConfirmationData"), saml.ErrConfirmationData},
		"no confirmation":          {remove("SubjectConfirmation"), saml.ErrConfirmationMethod},
		"holder of key":            {set("SubjectConfirmation", "Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"), saml.ErrConfirmationMethod},
		"sender vouches":           {set("SubjectConfirmation", "Method", "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"), saml.ErrConfirmationMethod},
		"no method":                {unset("SubjectConfirmation", "Method"), saml.ErrConfirmationMethod},
		"values over two confirmations": {func(root *etree.Element) {
			double("SubjectConfirmation", false)(root)
			both := samltest.Find(root, "Subject").SelectElements("SubjectConfirmation")
			both[0].ChildElements()[0].CreateAttr("Recipient", "https://other.example")
			both[1].ChildElements()[0].CreateAttr("InResponseTo", "_other")
		}, saml.ErrRecipient},
		"destination of another": {set("Response", "Destination", "https://other.example/saml/acs"), saml.ErrDestination},
		"destination empty":      {set("Response", "Destination", ""), saml.ErrDestination},
		"signed, no destination": {unset("Response", "Destination"), saml.ErrDestination},
		// S29
		"response to another": {set("Response", "InResponseTo", "_other"), saml.ErrRequest},
		"response to none":    {unset("Response", "InResponseTo"), saml.ErrUnsolicited},
		"response to empty":   {set("Response", "InResponseTo", ""), saml.ErrUnsolicited},
		// S32
		"assertion issuer": {func(root *etree.Element) {
			samltest.Find(samltest.Find(root, "Assertion"), "Issuer").SetText("https://evil.example")
		}, saml.ErrIssuer},
		"response issuer":            {text("Issuer", "https://evil.example"), saml.ErrIssuer},
		"response issuer case":       {text("Issuer", strings.ToUpper(idpEntity)), saml.ErrIssuer},
		"issuer with two slashes":    {text("Issuer", idpEntity+"//"), saml.ErrIssuer},
		"signed, no response issuer": {remove("Issuer"), saml.ErrIssuer},
		// S34
		"extension condition": {in("Conditions", func() *etree.Element { return x.Declare(x.New("Only", "")) }), saml.ErrCondition},
		"abstract condition":  {in("Conditions", func() *etree.Element { return a.New("Condition", "") }), saml.ErrCondition},
		// S09
		"two subjects":             {double("Subject", false), saml.ErrShape},
		"two names, forged last":   {double("NameID", false), saml.ErrShape},
		"two names, forged first":  {double("NameID", true), saml.ErrShape},
		"two conditions":           {double("Conditions", false), saml.ErrShape},
		"two response issuers":     {double("Issuer", true), saml.ErrShape},
		"two confirmation data":    {double("SubjectConfirmationData", false), saml.ErrShape},
		"two contexts":             {double("AuthnContext", false), saml.ErrShape},
		"two context classes":      {double("AuthnContextClassRef", true), saml.ErrShape},
		"element inside name":      {in("NameID", func() *etree.Element { return a.New("NameID", "eve") }), saml.ErrShape},
		"element inside audience":  {in("Audience", func() *etree.Element { return a.New("Audience", spEntity) }), saml.ErrShape},
		"text beside elements":     {func(r *etree.Element) { samltest.Find(r, "Subject").CreateText("eve") }, saml.ErrShape},
		"foreign child of subject": {in("Subject", func() *etree.Element { return x.Declare(x.New("NameID", "eve")) }), saml.ErrShape},
		"foreign child of root":    {in("Response", func() *etree.Element { return x.Declare(x.New("Assertion", "eve")) }), saml.ErrShape},
		"base id":                  {in("Subject", func() *etree.Element { return a.New("BaseID", "") }), saml.ErrShape},
		"encrypted id": {func(r *etree.Element) {
			subject := samltest.Find(r, "Subject")
			subject.RemoveChild(samltest.Find(subject, "NameID"))
			subject.InsertChildAt(0, a.New("EncryptedID", ""))
		}, saml.ErrEncryptedPart},
		"name, and encrypted id":    {in("Subject", func() *etree.Element { return a.New("EncryptedID", "") }), saml.ErrShape},
		"encrypted attribute":       {in("AttributeStatement", func() *etree.Element { return a.New("EncryptedAttribute", "") }), saml.ErrEncryptedPart},
		"attribute without name":    {unset("Attribute", "Name"), saml.ErrShape},
		"no conditions":             {remove("Conditions"), saml.ErrShape},
		"no subject":                {remove("Subject"), saml.ErrShape},
		"no authentication":         {remove("AuthnStatement"), saml.ErrNoAuthentication},
		"no authentication time":    {unset("AuthnStatement", "AuthnInstant"), saml.ErrShape},
		"no authentication context": {remove("AuthnContext"), saml.ErrShape},
	}
}

// TestRefusesContent changes one thing of an accepted message before the provider signs all of it, so that only the
// check of that thing can refuse.
func TestRefusesContent(t *testing.T) { // Spec: SAM-036, SAM-037, SAM-040, SAM-074, SAM-113, SAM-116, SSO-031, SSO-032
	t.Parallel()
	key := signer()
	accepted(t, samltest.XML(message(key, signedBoth, nil)), expectation(key.Certificate)) // the twin of all cases
	for name, c := range contentCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, samltest.XML(message(key, signedBoth, c.edit)), expectation(key.Certificate), c.want)
		})
	}
}

// TestForeignNamespaceSatisfiesNothing puts each element that a check needs into a foreign namespace (S07).
func TestForeignNamespaceSatisfiesNothing(t *testing.T) {
	t.Parallel()
	key := signer()
	for tag, want := range map[string]error{
		"Response": saml.ErrWrongMessage, "Status": saml.ErrShape, "StatusCode": saml.ErrShape, "Assertion": saml.ErrShape,
		"Subject": saml.ErrShape, "NameID": saml.ErrShape, "SubjectConfirmation": saml.ErrShape, "SubjectConfirmationData": saml.ErrShape,
		"Conditions": saml.ErrShape, "AudienceRestriction": saml.ErrCondition, "Audience": saml.ErrShape,
		"AuthnStatement": saml.ErrShape, "AuthnContext": saml.ErrShape, "Attribute": saml.ErrShape, "AttributeValue": saml.ErrShape,
	} {
		t.Run(tag, func(t *testing.T) {
			t.Parallel()
			root := message(key, signing{}, func(root *etree.Element) {
				el := samltest.Find(root, tag)
				el.Space = "x"
				el.CreateAttr("xmlns:x", "urn:other")
			})
			key.Sign(root, samltest.Options{})
			refused(t, samltest.XML(root), expectation(key.Certificate), want)
		})
	}
	t.Run("Signature", func(t *testing.T) {
		t.Parallel()
		root := message(key, signedAssertion, nil)
		samltest.Find(root, "Signature").CreateAttr("xmlns:ds", "urn:other")
		refused(t, samltest.XML(root), expectation(key.Certificate), saml.ErrUnsigned)
	})
}

// TestAttributePollution adds a double in a foreign namespace before and after each attribute that a check reads (S06).
// A double of ID refuses; any other is not looked at, and the wrong value in the real attribute still refuses.
func TestAttributePollution(t *testing.T) {
	t.Parallel()
	key := signer()
	type spot struct{ tag, name, wrong string }
	spots := map[spot]error{
		{"Response", "InResponseTo", "_other"}:                              saml.ErrRequest,
		{"Response", "Destination", "https://other.example"}:                saml.ErrDestination,
		{"Response", "Version", "1.1"}:                                      saml.ErrVersion,
		{"SubjectConfirmationData", "Recipient", "https://other.example"}:   saml.ErrRecipient,
		{"SubjectConfirmationData", "NotOnOrAfter", "2020-01-01T00:00:00Z"}: saml.ErrConfirmationExpired,
		{"SubjectConfirmation", "Method", "urn:x"}:                          saml.ErrConfirmationMethod,
		{"Conditions", "NotBefore", "2030-01-01T00:00:00Z"}:                 saml.ErrTime,
		{"Conditions", "NotOnOrAfter", "2020-01-01T00:00:00Z"}:              saml.ErrTime,
	}
	for s, want := range spots {
		for _, before := range []bool{true, false} {
			pollute := func(real, double string) func(*etree.Element) {
				return func(root *etree.Element) {
					el := samltest.Find(root, s.tag)
					attrs := make([]etree.Attr, 0, len(el.Attr)+2)
					el.CreateAttr("xmlns:x", "urn:other")
					for _, at := range el.Attr {
						foreign := etree.Attr{Space: "x", Key: s.name, Value: double}
						if at.Space == "" && at.Key == s.name {
							at.Value = real
							if before {
								attrs = append(attrs, foreign, at)
							} else {
								attrs = append(attrs, at, foreign)
							}
							continue
						}
						attrs = append(attrs, at)
					}
					el.Attr = attrs
				}
			}
			right := samltest.Find(login().Response(), s.tag).SelectAttrValue(s.name, "")
			accepted(t, samltest.XML(message(key, signedBoth, pollute(right, s.wrong))), expectation(key.Certificate))
			refused(t, samltest.XML(message(key, signedBoth, pollute(s.wrong, right))), expectation(key.Certificate), want)
		}
	}
	for _, spelling := range []string{"Id", "id", "xml:id", "x:ID"} {
		for _, tag := range []string{"Response", "Assertion"} {
			root := message(key, signedBoth, func(root *etree.Element) {
				root.CreateAttr("xmlns:x", "urn:other")
				samltest.Find(root, tag).CreateAttr(spelling, "_another")
			})
			refused(t, samltest.XML(root), expectation(key.Certificate), saml.ErrDuplicateID)
		}
	}
	refused(t, samltest.XML(message(key, signedBoth, set("Assertion", "ID", "_response"))), expectation(key.Certificate), saml.ErrDuplicateID)
}

func TestIncompleteExpectationRefuses(t *testing.T) {
	t.Parallel()
	key := signer()
	raw := samltest.XML(message(key, signedBoth, nil))
	for name, spoil := range map[string]func(*saml.Expectation){
		"request":    func(e *saml.Expectation) { e.RequestID = "" },
		"issuer":     func(e *saml.Expectation) { e.IdPEntityID = "" },
		"audience":   func(e *saml.Expectation) { e.SPEntityID = "" },
		"acs":        func(e *saml.Expectation) { e.ACSURL = "" },
		"context":    func(e *saml.Expectation) { e.Context = "" },
		"comparison": func(e *saml.Expectation) { e.Comparison = "Better" },
	} {
		e := expectation(key.Certificate)
		spoil(&e)
		t.Run(name, func(t *testing.T) { refused(t, raw, e, saml.ErrExpectation) })
	}
	e := expectation(key.Certificate)
	e.Mode = "Optional"
	refused(t, raw, e, saml.ErrSigningMode)
}

// TestUnsignedResponseMustAgree spoils the unsigned response around a signed assertion: what it says can only agree.
func TestUnsignedResponseMustAgree(t *testing.T) { // Spec: SAM-037, SAM-040, SAM-113
	t.Parallel()
	key := signer()
	for name, c := range map[string]struct {
		edit func(*etree.Element)
		want error
	}{
		"issuer":                                {text("Issuer", "https://evil.example"), saml.ErrIssuer},
		"issuer with an element inside":         {in("Issuer", func() *etree.Element { return a.New("Issuer", idpEntity) }), saml.ErrShape},
		"status message with an element inside": {in("Status", func() *etree.Element { return p.New("StatusMessage", "", x.Declare(x.New("b", "fine"))) }), saml.ErrShape},
		"destination":                           {set("Response", "Destination", "https://other.example"), saml.ErrDestination},
		"request":                               {set("Response", "InResponseTo", "_other"), saml.ErrRequest},
		"no request":                            {unset("Response", "InResponseTo"), saml.ErrUnsolicited},
		"empty address":                         {set("Response", "Destination", ""), saml.ErrDestination},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := message(key, signedAssertion, nil)
			c.edit(root)
			refused(t, samltest.XML(root), expectation(key.Certificate), c.want)
		})
	}
}

func TestIssuerIgnoresOneTrailingSlash(t *testing.T) { // Spec: SAM-040
	t.Parallel()
	key := signer()
	e := expectation(key.Certificate)
	e.IdPEntityID = idpEntity + "/"
	accepted(t, samltest.XML(message(key, signedBoth, nil)), e)
	e.IdPEntityID = idpEntity + "//"
	refused(t, samltest.XML(message(key, signedBoth, nil)), e, saml.ErrIssuer)
}

func TestContexts(t *testing.T) { // Spec: SAM-052, SAM-053, SAM-054
	t.Parallel()
	key := signer()
	raw := func(class string) []byte {
		l := login()
		l.Context = class
		root := l.Response()
		sign(key, root, signedAssertion, samltest.Options{})
		return samltest.XML(root)
	}
	const classes = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
	for _, c := range []struct {
		context    saml.Context
		comparison saml.Comparison
		class      string
		want       error
	}{
		{saml.Unspecified, saml.Exact, classes + "Password", nil},
		{saml.Unspecified, saml.Exact, classes + "PasswordProtectedTransport", nil},
		{saml.Unspecified, saml.Minimum, classes + "Password", nil},
		{saml.Kerberos, saml.Exact, classes + "Kerberos", nil},
		{saml.Kerberos, saml.Exact, classes + "Password", saml.ErrContext},
		{saml.Kerberos, saml.Exact, classes + "kerberos", saml.ErrContext},
		{saml.Kerberos, saml.Exact, "", saml.ErrContext},
		{saml.Kerberos, saml.Minimum, classes + "Password", nil},
	} {
		e := expectation(key.Certificate)
		e.Context, e.Comparison = c.context, c.comparison
		if c.want == nil {
			accepted(t, raw(c.class), e)
		} else {
			refused(t, raw(c.class), e, c.want)
		}
	}
}

func TestErrorStatusWithoutAssertion(t *testing.T) { // Spec: SAM-116
	t.Parallel()
	key := signer()
	for name, s := range map[string]signing{"unsigned": {}, "signed": signedResponse} {
		root := message(key, s, func(root *etree.Element) {
			remove("Assertion")(root)
			code := samltest.Find(root, "StatusCode")
			code.CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
			code.AddChild(samltest.With(p.New("StatusCode", ""), "Value", "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext"))
			samltest.Find(root, "Status").AddChild(p.New("StatusMessage", "no <b>such</b> context"))
		})
		t.Run(name, func(t *testing.T) {
			raw := samltest.XML(root)
			refused(t, raw, expectation(key.Certificate), saml.ErrStatus)
			_, err := saml.Verify(raw, expectation(key.Certificate), now)
			trace := saml.TraceOf(err)
			require.Equal(t, "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext", trace[len(trace)-1].Detail["sub"])
			require.Equal(t, "no <b>such</b> context", trace[len(trace)-1].Detail["message"])
		})
	}
	refused(t, samltest.XML(message(key, signedResponse, remove("Assertion"))), expectation(key.Certificate), saml.ErrNoAssertion)
	elsewhere := message(key, signedResponse, func(root *etree.Element) {
		root.InsertChildAt(1, p.New("Extensions", "", samltest.Find(root, "Assertion")))
	})
	refused(t, samltest.XML(elsewhere), expectation(key.Certificate), saml.ErrAssertionCount)
	encrypted := message(key, signedResponse, func(root *etree.Element) {
		remove("Assertion")(root)
		root.AddChild(a.Declare(a.New("EncryptedAssertion", "")))
	})
	refused(t, samltest.XML(encrypted), expectation(key.Certificate), saml.ErrEncryptedAssertion)
}
