package saml

import (
	"crypto"
	"crypto/x509"
	"slices"
	"time"

	"github.com/beevik/etree"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Children of logout messages.
var (
	logoutRequestChildren = []rule{
		{nsAssertion, "Issuer", 1, 1}, {nsSignature, "Signature", 0, 1}, {nsProtocol, "Extensions", 0, 1},
		{nsAssertion, "NameID", 0, 1}, {nsAssertion, "EncryptedID", 0, 1}, {nsProtocol, "SessionIndex", 0, many},
	}
	logoutResponseChildren = []rule{
		{nsAssertion, "Issuer", 1, 1}, {nsSignature, "Signature", 0, 1}, {nsProtocol, "Extensions", 0, 1}, {nsProtocol, "Status", 1, 1},
	}
	logoutRequestParts  = map[string]bool{"Extensions": true, "SessionIndex": true}
	logoutResponseParts = map[string]bool{"Extensions": true, "Status": true, "StatusCode": true, "StatusMessage": true, "StatusDetail": true}
)

// LogoutExpectation is everything that a provider's logout message must agree with. All of it comes from the connection
// and from what we sealed, never from the message.
type LogoutExpectation struct {
	IdPEntityID  string // issuer; one trailing slash is ignored on both sides
	LogoutURL    string // our address that the message came to, compared octet by octet
	Certificates []*x509.Certificate
	RequestID    string // of our request; for responses
	// DecryptionKeys and AllowCBC are as in Expectation, for an encrypted name.
	DecryptionKeys []crypto.Decrypter
	AllowCBC       bool
}

// Logout is what a provider's request demands, read from what its signature vouches for.
type Logout struct {
	ID     string // remember it, per issuer, until Until plus Skew
	Issuer string
	NameID NameID
	// SessionIndexes are the sessions to end; none means all sessions of NameID.
	SessionIndexes []string
	IssueInstant   time.Time // when the provider wrote the request
	Until          time.Time // from then on, plus Skew, the request is refused anyway
}

// LogoutAnswer is what a provider's response says, read from what its signature vouches for.
type LogoutAnswer struct {
	ID     string
	Status LogoutStatus // LogoutSucceeded, LogoutPartial, or the provider's own top-level code
	Sub    string       // second-level status code, "" for none
}

// LogoutMessage is a logout message that has passed the reader and the census. None of it is verified.
type LogoutMessage struct {
	message Message
	parsed  *logoutParts
	steps   Trace
}

// logoutParts is a logout message in pieces, before and after its signature was verified.
type logoutParts struct {
	doc    *document
	census *census
	issuer string
	parts  [][]*etree.Element // by the rules of the message's kind

	// Read at the first of many tries with other keys, so that only the keys cost anew.
	sig     *signature
	sigErr  error
	sigRead bool
}

// signature is the enveloped signature of the message, nil when it has none.
func (p *logoutParts) signature() (*signature, error) {
	if !p.sigRead {
		p.sig, p.sigErr = p.doc.parseSignature(p.doc.root)
		p.sigRead = true
	}
	return p.sig, p.sigErr
}

// OpenLogout reads a LogoutRequest or LogoutResponse, whichever m carries, with the reader and the census of sign-in
// responses: what they refuse there they refuse here. Its errors are *Refusal like those of Verify.
//
// Source: SAML Core 2.0 §3.7; security §7.1–7.3, S38.
func OpenLogout(m Message) (*LogoutMessage, error) {
	var t tracer
	doc, err := readMessage(m.XML)
	if t.check("read", err, "bytes", len(m.XML)) != nil {
		return nil, t.refusal(err)
	}
	parsed, err := parseLogout(doc, m.Request)
	if t.check("shape", err) != nil {
		return nil, t.refusal(err)
	}
	return &LogoutMessage{m, parsed, t.steps}, nil
}

func (t *tracer) refusal(err error) *Refusal {
	return &Refusal{Reason: fault.From(err), Trace: t.steps}
}

// Claimed is the issuer that the message names. It only says whose certificates to try.
func (m *LogoutMessage) Claimed() string { return m.parsed.issuer }

// ClaimedName is the name that a request names in the clear. It only says where to look first; the zero value: none.
func (m *LogoutMessage) ClaimedName() NameID {
	if !m.message.Request || len(m.parsed.parts[3]) == 0 {
		return NameID{}
	}
	name, err := readNameID(m.parsed.parts[3][0])
	if err != nil {
		return NameID{}
	}
	return name
}

// ID is the identifier that an answer has to repeat.
func (m *LogoutMessage) ID() string {
	v, _ := attr(m.parsed.doc.root, "ID")
	return v
}

// RelayState came with the message and goes back with its answer; "" = none.
func (m *LogoutMessage) RelayState() string { return m.message.RelayState }

// parseLogout takes the census of a logout message: the one expected root, no assertion at any depth, a signature in the
// root only, distinct IDs.
func parseLogout(d *document, request bool) (*logoutParts, error) {
	local, rules, c := "LogoutResponse", logoutResponseChildren, &census{doc: d, parts: logoutResponseParts, ids: make(map[string]bool, 2)}
	if request {
		local, rules, c.parts = "LogoutRequest", logoutRequestChildren, logoutRequestParts
	}
	if !d.is(d.root, nsProtocol, local) {
		return nil, ErrWrongMessage.With("element", d.root.Tag)
	}
	if err := c.count(d.root, false); err != nil {
		return nil, err
	}
	if c.assertions > 0 {
		return nil, ErrAssertionCount
	}
	if err := readHead(d.root); err != nil {
		return nil, err
	}
	parts, err := d.children(d.root, rules...)
	if err != nil {
		return nil, err
	}
	p := &logoutParts{doc: d, census: c, parts: parts}
	if p.issuer, err = textOf(parts[0][0]); err != nil {
		return nil, err
	}
	if request && len(parts[3])+len(parts[4]) != 1 {
		return nil, ErrShape.With("element", d.root.Tag).With("missing", "NameID")
	}
	return p, nil
}

// VerifyRequest checks a provider's LogoutRequest under one connection. The caller remembers the ID (one use) and has
// found the connection; several may be tried. Errors are *Refusal; the message itself stays as it was.
//
// Source: SAML Core 2.0 §3.7.3.1; Profiles 2.0 §4.4.4.1; S38; SSO-048, SSO-049.
func (m *LogoutMessage) VerifyRequest(expect LogoutExpectation, now time.Time) (*Logout, error) {
	l, _, err := m.TraceRequest(expect, now)
	return l, err
}

// TraceRequest is VerifyRequest with the checks that the request has passed; those of a refusal are in its error.
func (m *LogoutMessage) TraceRequest(expect LogoutExpectation, now time.Time) (*Logout, Trace, error) {
	v := m.verifier(expect, now)
	if !m.message.Request || expect.IdPEntityID == "" || expect.LogoutURL == "" {
		return nil, nil, v.refusal(v.check("expectation", ErrExpectation))
	}
	l, err := v.request()
	if err != nil {
		return nil, nil, v.refusal(err)
	}
	return l, v.steps, nil
}

// VerifyResponse checks a provider's answer to our request. That it is genuine does not mean that the session has ended:
// see Status. Errors are *Refusal.
//
// Source: SAML Core 2.0 §3.7.3.2; Profiles 2.0 §4.4.4.2; S38; SSO-045, SAM-086, SAM-119.
func (m *LogoutMessage) VerifyResponse(expect LogoutExpectation, now time.Time) (*LogoutAnswer, error) {
	a, _, err := m.TraceResponse(expect, now)
	return a, err
}

// TraceResponse is VerifyResponse with the checks that the response has passed; those of a refusal are in its error.
func (m *LogoutMessage) TraceResponse(expect LogoutExpectation, now time.Time) (*LogoutAnswer, Trace, error) {
	v := m.verifier(expect, now)
	if m.message.Request || expect.IdPEntityID == "" || expect.LogoutURL == "" || expect.RequestID == "" {
		return nil, nil, v.refusal(v.check("expectation", ErrExpectation))
	}
	a, err := v.response()
	if err != nil {
		return nil, nil, v.refusal(err)
	}
	return a, v.steps, nil
}

func (m *LogoutMessage) verifier(expect LogoutExpectation, now time.Time) *logoutVerifier {
	return &logoutVerifier{tracer: tracer{slices.Clone(m.steps)}, message: m.message, parsed: m.parsed, expect: expect, now: now}
}

// logoutVerifier is the state of one run.
type logoutVerifier struct {
	tracer
	message Message
	parsed  *logoutParts // after signed: what the signature vouches for
	expect  LogoutExpectation
	now     time.Time
}

func (v *logoutVerifier) request() (*Logout, error) {
	if err := v.common(); err != nil {
		return nil, err
	}
	root := v.parsed.doc.root
	l := &Logout{Issuer: v.parsed.issuer}
	l.ID, _ = attr(root, "ID")
	if err := v.period(root, l); err != nil {
		return nil, err
	}
	name, err := v.name()
	l.NameID = name
	for _, el := range v.parsed.parts[5] {
		if err != nil {
			break
		}
		var index string
		if index, err = textOf(el); err == nil {
			l.SessionIndexes = append(l.SessionIndexes, index)
		}
	}
	return l, v.check("subject", err, "name_id", l.NameID.Value, "format", l.NameID.Format)
}

// period checks how long the request is good for. Without an end of its own it is good for Horizon.
func (v *logoutVerifier) period(root *etree.Element, l *Logout) error {
	until, present, err := instant(root, "NotOnOrAfter")
	if err == nil && present && !v.now.Before(until.Add(Skew)) {
		err = ErrExpired.With("not_on_or_after", until)
	}
	l.IssueInstant, _, _ = instant(root, "IssueInstant")
	l.Until = l.IssueInstant.Add(Horizon)
	if present && until.Before(l.Until) {
		l.Until = until
	}
	return v.check("logout_period", err, "now", v.now.UTC())
}

func (v *logoutVerifier) name() (NameID, error) {
	if plain := v.parsed.parts[3]; len(plain) == 1 {
		return readNameID(plain[0])
	}
	o := opener{keys: v.expect.DecryptionKeys, allowCBC: v.expect.AllowCBC, signed: true, census: v.parsed.census}
	opened, err := o.part(v.parsed.doc, v.parsed.parts[4][0], "NameID")
	if err != nil {
		return NameID{}, err
	}
	return readNameID(opened.root)
}

func (v *logoutVerifier) response() (*LogoutAnswer, error) {
	if err := v.common(); err != nil {
		return nil, err
	}
	root := v.parsed.doc.root
	var err error
	inResponseTo, _ := attr(root, "InResponseTo")
	switch inResponseTo {
	case v.expect.RequestID:
	case "":
		err = ErrUnsolicited
	default:
		err = ErrRequest
	}
	if v.check("request", err, "expected", v.expect.RequestID, "received", inResponseTo) != nil {
		return nil, err
	}
	s, err := v.parsed.doc.readStatus(v.parsed.parts[3][0])
	a := &LogoutAnswer{Status: LogoutStatus(s.code), Sub: s.sub}
	a.ID, _ = attr(root, "ID")
	if s.sub == string(LogoutPartial) { // below Success by the standard, below Responder in some products
		a.Status = LogoutPartial
	}
	return a, v.check("logout_status", err, "code", s.code, "sub", s.sub, "message", s.message)
}

// common checks what both kinds share: signature, issuer, destination, time.
func (v *logoutVerifier) common() error {
	keys, err := usableKeys(v.expect.Certificates, v.now)
	if v.check("certificates", err, "configured", len(v.expect.Certificates), "usable", len(keys)) != nil {
		return err
	}
	if err := v.signed(keys); err != nil {
		return err
	}
	if !sameIssuer(v.parsed.issuer, v.expect.IdPEntityID) {
		err = ErrIssuer
	}
	if v.check("issuer", err, "expected", v.expect.IdPEntityID, "received", v.parsed.issuer) != nil {
		return err
	}
	root := v.parsed.doc.root
	destination, _ := attr(root, "Destination")
	if destination != v.expect.LogoutURL {
		err = ErrDestination
	}
	if v.check("destination", err, "expected", v.expect.LogoutURL, "received", destination) != nil {
		return err
	}
	return v.issued(root)
}

func (v *logoutVerifier) issued(root *etree.Element) error {
	at, _, err := instant(root, "IssueInstant")
	switch {
	case err != nil:
	case at.After(v.now.Add(Skew)):
		err = ErrIssuedInFuture
	case at.Before(v.now.Add(-Horizon)):
		err = ErrIssuedLongAgo
	}
	return v.check("issued", err, "issued", at, "now", v.now.UTC())
}

// signed demands a signature and replaces what was read by what it vouches for. With POST that is the enveloped one,
// whose octets are read again; with Redirect it is the query's, which covers every octet of the message, and an enveloped
// one has no place there (Bindings 2.0 §3.4.4.1).
func (v *logoutVerifier) signed(keys []crypto.PublicKey) error {
	if v.message.redirect {
		err := error(ErrUnsigned)
		switch {
		case len(v.parsed.parts[1]) > 0:
			err = ErrSignaturePlace
		case v.message.query != nil:
			err = underLapsed(v.message.query.verify(keys), v.expect.Certificates, v.now, v.message.query.verify)
		}
		return v.check("signature_logout", err, "binding", "redirect")
	}
	s, err := v.parsed.signature()
	if err == nil && s == nil {
		err = ErrUnsigned
	}
	var verified *document
	if err == nil {
		verified, err = reread(s, keys)
		err = underLapsed(err, v.expect.Certificates, v.now, s.verifies)
	}
	if v.check("signature_logout", err, "binding", "post") != nil {
		return err
	}
	v.parsed, err = parseLogout(verified, v.message.Request)
	return v.check("reread", err)
}
