package saml

import (
	"strings"
	"time"

	"github.com/beevik/etree"
)

var (
	assertionChildren = []rule{
		{nsAssertion, "Issuer", 1, 1}, {nsSignature, "Signature", 0, 1}, {nsAssertion, "Subject", 1, 1},
		{nsAssertion, "Conditions", 1, 1}, {nsAssertion, "Advice", 0, 1}, {nsAssertion, "AuthnStatement", 0, many},
		{nsAssertion, "AttributeStatement", 0, many}, {nsAssertion, "AuthzDecisionStatement", 0, many}, {nsAssertion, "Statement", 0, many},
	}
	subjectChildren = []rule{
		{nsAssertion, "NameID", 0, 1}, {nsAssertion, "EncryptedID", 0, 1}, {nsAssertion, "SubjectConfirmation", 0, many},
	}
	confirmationChildren = []rule{
		{nsAssertion, "NameID", 0, 1}, {nsAssertion, "EncryptedID", 0, 1}, {nsAssertion, "BaseID", 0, 1},
		{nsAssertion, "SubjectConfirmationData", 0, 1},
	}
	conditionsChildren = []rule{
		{nsAssertion, "AudienceRestriction", 0, many}, {nsAssertion, "OneTimeUse", 0, 1}, {nsAssertion, "ProxyRestriction", 0, 1},
	}
	audienceChildren = []rule{{nsAssertion, "Audience", 1, many}}
	authnChildren    = []rule{{nsAssertion, "SubjectLocality", 0, 1}, {nsAssertion, "AuthnContext", 1, 1}}
	contextChildren  = []rule{
		{nsAssertion, "AuthnContextClassRef", 0, 1}, {nsAssertion, "AuthnContextDecl", 0, 1},
		{nsAssertion, "AuthnContextDeclRef", 0, 1}, {nsAssertion, "AuthenticatingAuthority", 0, many},
	}
	attributeStatementChildren = []rule{{nsAssertion, "Attribute", 0, many}, {nsAssertion, "EncryptedAttribute", 0, many}}
	attributeChildren          = []rule{{nsAssertion, "AttributeValue", 0, many}}
)

// statements checks what message and assertion say and reads the result. assertion is the re-read signed assertion, or
// what the signed response encrypts, or nil when only the response was signed, whose re-read tree then holds it.
func (v *verifier) statements(r *response, assertion *document) (*Assertion, error) {
	doc, root := r.doc, r.assertion
	if assertion != nil {
		doc, root = assertion, assertion.root
	}
	a := &Assertion{Verified: v.verified}
	a.ResponseID, _ = attr(r.root, "ID")
	parts, err := v.shape(doc, root, a)
	if err != nil {
		return nil, err
	}
	for _, check := range v.checks(r, doc, root, parts, a) {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// shape reads the head of the assertion and returns its children by assertionChildren.
func (v *verifier) shape(doc *document, root *etree.Element, a *Assertion) (parts [][]*etree.Element, err error) {
	if a.ID, err = required(root, "ID"); err == nil {
		if ver, _ := attr(root, "Version"); ver != version {
			err = ErrVersion.With("element", root.Tag).With("version", ver)
		}
	}
	var issued bool
	if err == nil {
		if a.IssueInstant, issued, err = instant(root, "IssueInstant"); err == nil && !issued {
			err = ErrShape.With("element", root.Tag).With("missing", "IssueInstant")
		}
	}
	if err == nil {
		parts, err = doc.children(root, assertionChildren...)
	}
	return parts, v.check("shape_assertion", err)
}

// checks lists what has to agree, in order. No check needs another's success. Each fills its part of a.
func (v *verifier) checks(r *response, doc *document, root *etree.Element, parts [][]*etree.Element, a *Assertion) []func() error {
	subject, conditions := parts[2][0], parts[3][0]
	return []func() error{
		func() error { return v.issued(r.root, root) },
		func() error { return v.issuer(r, parts[0][0], a) },
		func() error { return v.request(r) },
		func() error { return v.destination(r) },
		func() error { return v.subject(doc, subject, a) },
		func() error { return v.confirmation(doc, subject, a) },
		func() error { return v.conditions(doc, conditions, a) },
		func() error { return v.audience(doc, conditions) },
		func() error { return v.authentication(doc, parts[5], a) },
		func() error { return v.attributes(doc, parts[6], a) },
	}
}

// issued checks when message and assertion were made; both are there, as their shape demands (S31).
func (v *verifier) issued(message, assertion *etree.Element) error {
	for _, el := range []*etree.Element{message, assertion} {
		at, _, err := instant(el, "IssueInstant")
		switch {
		case err != nil:
		case at.After(v.now.Add(Skew)):
			err = ErrIssuedInFuture
		case at.Before(v.now.Add(-Horizon)):
			err = ErrIssuedLongAgo
		}
		if err != nil {
			return v.check("issued", err, "element", el.Tag, "issued", at, "now", v.now.UTC())
		}
	}
	return v.check("issued", nil)
}

// issuer compares both issuers with the connection's provider (S32). A signed response has to name its issuer.
func (v *verifier) issuer(r *response, el *etree.Element, a *Assertion) error {
	var err error
	if a.Issuer, err = textOf(el); err == nil {
		outer := r.issuer
		if outer == "" && !v.verified.Response {
			outer = a.Issuer
		}
		if !sameIssuer(a.Issuer, v.expect.IdPEntityID) || !sameIssuer(outer, v.expect.IdPEntityID) {
			err = ErrIssuer
		}
	}
	return v.check("issuer", err, "expected", v.expect.IdPEntityID, "response", r.issuer, "assertion", a.Issuer)
}

// request checks that the outer message answers our request (S29).
func (v *verifier) request(r *response) error {
	var err error
	inResponseTo, _ := attr(r.root, "InResponseTo")
	switch inResponseTo {
	case v.expect.RequestID:
	case "":
		err = ErrUnsolicited
	default:
		err = ErrRequest
	}
	return v.check("request", err, "expected", v.expect.RequestID, "received", inResponseTo)
}

// destination checks the outer message's address. A signed response has to name it (S27).
func (v *verifier) destination(r *response) error {
	var err error
	destination, present := attr(r.root, "Destination")
	if destination != v.expect.ACSURL && (present || v.verified.Response) {
		err = ErrDestination
	}
	return v.check("destination", err, "expected", v.expect.ACSURL, "received", destination)
}

// subject reads the name.
func (v *verifier) subject(doc *document, el *etree.Element, a *Assertion) error {
	parts, err := doc.children(el, subjectChildren...)
	switch {
	case err != nil:
	case len(parts[1]) > 0:
		if len(parts[0]) > 0 {
			err = ErrShape.With("element", el.Tag).With("repeated", "NameID")
			break
		}
		var plain *document
		if plain, err = v.opener.part(doc, parts[1][0], "NameID"); err == nil {
			a.NameID, err = readNameID(plain.root)
		}
	case len(parts[0]) > 0:
		a.NameID, err = readNameID(parts[0][0])
	}
	return v.check("subject", err, "name_id", a.NameID.Value, "format", a.NameID.Format)
}

// confirmation demands one bearer confirmation that alone meets every condition (S27, S28).
func (v *verifier) confirmation(doc *document, el *etree.Element, a *Assertion) error {
	first := error(ErrConfirmationMethod)
	seen, good := false, false
	confirmations := doc.within(el, nsAssertion, "SubjectConfirmation")
	for _, c := range confirmations {
		parts, err := doc.children(c, confirmationChildren...)
		if err != nil {
			return v.check("confirmation", err)
		}
		if method, _ := attr(c, "Method"); method != methodBearer {
			continue
		}
		var until time.Time
		if len(parts[3]) == 0 {
			err = ErrConfirmationData
		} else {
			until, err = v.bearer(parts[3][0])
		}
		switch {
		case err == nil:
			good = true
			if until.After(a.NotOnOrAfter) {
				a.NotOnOrAfter = until
			}
		case !seen:
			seen, first = true, err
		}
	}
	if good {
		first = nil
	}
	return v.check("confirmation", first, "confirmations", len(confirmations), "recipient", v.expect.ACSURL)
}

// bearer checks one SubjectConfirmationData and returns when it ends.
//
// Source: SAML Profiles 2.0 §4.1.4.2, §4.1.4.3.
func (v *verifier) bearer(data *etree.Element) (time.Time, error) {
	recipient, _ := attr(data, "Recipient")
	if recipient != v.expect.ACSURL {
		return time.Time{}, ErrRecipient.With("expected", v.expect.ACSURL).With("received", recipient)
	}
	if request, _ := attr(data, "InResponseTo"); request != v.expect.RequestID {
		return time.Time{}, ErrConfirmationRequest.With("expected", v.expect.RequestID).With("received", request)
	}
	if _, present := attr(data, "NotBefore"); present {
		return time.Time{}, ErrConfirmationData.With("unexpected", "NotBefore")
	}
	until, present, err := instant(data, "NotOnOrAfter")
	if err != nil {
		return time.Time{}, err
	}
	if !present {
		return time.Time{}, ErrConfirmationData.With("missing", "NotOnOrAfter")
	}
	if !v.now.Before(until.Add(Skew)) {
		return time.Time{}, ErrConfirmationExpired.With("not_on_or_after", until).With("now", v.now.UTC())
	}
	if until.After(v.now.Add(Horizon)) {
		return time.Time{}, ErrConfirmationEndless.With("not_on_or_after", until).With("now", v.now.UTC())
	}
	return until, nil
}

func readNameID(el *etree.Element) (NameID, error) {
	value, err := textOf(el)
	n := NameID{Value: value}
	n.Format, _ = attr(el, "Format")
	n.NameQualifier, _ = attr(el, "NameQualifier")
	n.SPNameQualifier, _ = attr(el, "SPNameQualifier")
	n.SPProvidedID, _ = attr(el, "SPProvidedID")
	return n, err
}

// conditions checks the validity period and the audience. A condition that nobody here understands refuses (S34).
func (v *verifier) conditions(doc *document, el *etree.Element, a *Assertion) error {
	all, err := elements(el)
	if err != nil {
		return v.check("conditions", err)
	}
	for _, c := range all {
		if doc.space[c] != nsAssertion || c.Tag != "AudienceRestriction" && c.Tag != "OneTimeUse" && c.Tag != "ProxyRestriction" {
			return v.check("conditions", ErrCondition.With("condition", c.Tag))
		}
	}
	if _, err = doc.children(el, conditionsChildren...); err == nil {
		err = v.period(el, a)
	}
	return v.check("conditions", err, "now", v.now.UTC())
}

func (v *verifier) period(el *etree.Element, a *Assertion) error {
	from, hasFrom, err := instant(el, "NotBefore")
	if err != nil {
		return err
	}
	until, hasUntil, err := instant(el, "NotOnOrAfter")
	if err != nil {
		return err
	}
	switch {
	case hasFrom && hasUntil && !from.Before(until):
		return ErrTime.With("not_before", from).With("not_on_or_after", until)
	case hasFrom && v.now.Before(from.Add(-Skew)):
		return ErrNotYetValid.With("not_before", from)
	case hasUntil && !v.now.Before(until.Add(Skew)):
		return ErrExpired.With("not_on_or_after", until)
	case hasUntil && until.After(v.now.Add(Horizon)):
		return ErrEndless.With("not_on_or_after", until)
	}
	if hasUntil && until.Before(a.NotOnOrAfter) {
		a.NotOnOrAfter = until
	}
	return nil
}

// audience demands at least one restriction, and our entity ID in every one of them (S26).
func (v *verifier) audience(doc *document, conditions *etree.Element) error {
	restrictions := doc.within(conditions, nsAssertion, "AudienceRestriction")
	if len(restrictions) == 0 {
		return v.check("audience", ErrNoAudience, "expected", v.expect.SPEntityID)
	}
	for _, r := range restrictions {
		parts, err := doc.children(r, audienceChildren...)
		if err != nil {
			return v.check("audience", err)
		}
		ours, received := false, ""
		for _, el := range parts[0] {
			if received, err = textOf(el); err != nil {
				return v.check("audience", err)
			}
			ours = ours || received == v.expect.SPEntityID
		}
		if !ours {
			return v.check("audience", ErrAudience, "expected", v.expect.SPEntityID, "received", received)
		}
	}
	return v.check("audience", nil, "expected", v.expect.SPEntityID)
}

// authentication reads the authentication statements. With several, each must satisfy the connection, the first names
// the session, and the earliest end counts.
func (v *verifier) authentication(doc *document, statements []*etree.Element, a *Assertion) error {
	if len(statements) == 0 {
		return v.check("authentication", ErrNoAuthentication)
	}
	for i, el := range statements {
		s, err := readAuthn(doc, el)
		if err != nil {
			return v.check("authentication", err)
		}
		if s.hasEnd && !v.now.Before(s.end.Add(Skew)) {
			return v.check("authentication", ErrSessionOver.With("session_not_on_or_after", s.end))
		}
		if wanted := v.expect.Context.Class(); wanted != "" && v.expect.Comparison == Exact && s.class != wanted {
			return v.check("authentication", ErrContext, "expected", wanted, "received", s.class)
		}
		if i == 0 {
			a.AuthnInstant, a.SessionIndex, a.ContextClass = s.instant, s.index, s.class
		}
		if s.hasEnd && (a.SessionNotOnOrAfter.IsZero() || s.end.Before(a.SessionNotOnOrAfter)) {
			a.SessionNotOnOrAfter = s.end
		}
	}
	return v.check("authentication", nil, "context", a.ContextClass, "authn_instant", a.AuthnInstant)
}

// authn is one AuthnStatement.
type authn struct {
	instant, end time.Time
	hasEnd       bool
	index, class string
}

func readAuthn(doc *document, el *etree.Element) (authn, error) {
	var s authn
	parts, err := doc.children(el, authnChildren...)
	if err != nil {
		return s, err
	}
	var present bool
	if s.instant, present, err = instant(el, "AuthnInstant"); err != nil {
		return s, err
	}
	if !present {
		return s, ErrShape.With("element", el.Tag).With("missing", "AuthnInstant")
	}
	if s.end, s.hasEnd, err = instant(el, "SessionNotOnOrAfter"); err != nil {
		return s, err
	}
	s.index, _ = attr(el, "SessionIndex")
	inner, err := doc.children(parts[1][0], contextChildren...)
	if err != nil {
		return s, err
	}
	if len(inner[0]) == 1 {
		s.class, err = textOf(inner[0][0])
	}
	return s, err
}

// attributes reads all attribute statements; within one, what came encrypted follows what did not. The trace has their
// names and not their values (SSO-123).
func (v *verifier) attributes(doc *document, statements []*etree.Element, a *Assertion) error {
	err := v.readAttributes(doc, statements, a)
	names := make([]string, len(a.Attributes))
	for i, c := range a.Attributes {
		names[i] = c.Name
	}
	return v.check("attributes", err, "attributes", strings.Join(names, " "))
}

// attributeNames lists the names of the attributes of a decrypted assertion for the trace: nobody else on the way can see
// them (SSO-123). None for no document.
func (d *document) attributeNames() string {
	var names []string
	if d != nil {
		for _, statement := range d.within(d.root, nsAssertion, "AttributeStatement") {
			for _, el := range d.within(statement, nsAssertion, "Attribute") {
				name, _ := attr(el, "Name")
				names = append(names, name)
			}
		}
	}
	return strings.Join(names, " ")
}

func (v *verifier) readAttributes(doc *document, statements []*etree.Element, a *Assertion) error {
	index := map[string]int{}
	for _, statement := range statements {
		parts, err := doc.children(statement, attributeStatementChildren...)
		if err != nil {
			return err
		}
		for _, el := range parts[0] {
			if err := a.attribute(doc, el, index); err != nil {
				return err
			}
		}
		for _, el := range parts[1] {
			plain, err := v.opener.part(doc, el, "Attribute")
			if err != nil {
				return err
			}
			if err := a.attribute(plain, plain.root, index); err != nil {
				return err
			}
		}
	}
	return nil
}

// attribute adds an Attribute of doc; index finds those that are there by name.
func (a *Assertion) attribute(doc *document, el *etree.Element, index map[string]int) error {
	name, err := required(el, "Name")
	if err != nil {
		return err
	}
	values, err := doc.children(el, attributeChildren...)
	if err != nil {
		return err
	}
	i, known := index[name]
	if !known {
		i = len(a.Attributes)
		index[name] = i
		a.Attributes = append(a.Attributes, Attribute{Name: name})
	}
	for _, value := range values[0] {
		a.Attributes[i].add(doc, value)
	}
	return nil
}

// add takes one AttributeValue. The whole text is the value; white space in it belongs to it.
func (a *Attribute) add(doc *document, value *etree.Element) {
	text, err := textOf(value)
	if err != nil {
		a.Complex++
		return
	}
	if isNil := attrNS(value, nsInstance, "nil"); isNil == "true" || isNil == "1" {
		text = ""
	}
	a.Values = append(a.Values, text)
}
