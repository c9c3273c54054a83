package pages_test

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// provider is an identity provider that says what a test wants it to say.
type provider struct {
	w      *world
	signer samltest.Signer
	serial atomic.Int64
}

const crafted = "https://crafted.partner.test/idp"

// crafts makes a provider whose certificate is valid for the time.
func (w *world) crafts(valid time.Duration) *provider {
	return &provider{w: w, signer: samltest.NewSigner(samltest.RSA2048(), w.clock.Now().Add(-time.Hour), w.clock.Now().Add(valid))}
}

// settings points a connection to the provider.
func (p *provider) settings(s *federation.Settings) {
	s.IdPEntityID, s.SSOURL, s.SignAuthnRequest = crafted, crafted+"/sso", false
	s.Certificates = []federation.Certificate{{FileName: "crafted.cer", DER: p.signer.Certificate.Raw}}
}

var (
	requestID     = regexp.MustCompile(` ID="([^"]+)"`)
	requestIssuer = regexp.MustCompile(`<saml:Issuer[^>]*>([^<]+)<`)
)

// asked opens the address and returns the request that goes to the provider.
func (p *provider) asked(b *browser, address string) (request string, fields url.Values) {
	b.t.Helper()
	_, fields = b.get(address).form(b.t)
	raw, err := base64.StdEncoding.DecodeString(fields.Get("SAMLRequest"))
	require.NoError(b.t, err)
	return string(raw), fields
}

// signIn goes all the way with the attributes, under the provider's key.
func (p *provider) signIn(b *browser, address string, attributes ...samltest.Attribute) shown {
	b.t.Helper()
	request, fields := p.asked(b, address)
	n := p.serial.Add(1)
	response := samltest.Login{
		ResponseID: fmt.Sprint("_r", n), AssertionID: fmt.Sprint("_a", n), Issuer: crafted, Audience: requestIssuer.FindStringSubmatch(request)[1], ACS: acsURL,
		RequestID: requestID.FindStringSubmatch(request)[1], NameID: "somebody", SessionIndex: "_s", Context: "urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
		Now: p.w.clock.Now(), Attributes: attributes, ProtocolPrefix: "samlp", AssertionPrefix: "saml",
	}.Response()
	p.signer.Sign(samltest.Find(response, "Assertion"), samltest.Options{})
	return b.post(acsURL, url.Values{"RelayState": fields["RelayState"], "SAMLResponse": {base64.StdEncoding.EncodeToString(samltest.XML(response))}})
}

func attribute(name string, values ...string) samltest.Attribute {
	return samltest.Attribute{Name: name, Values: values}
}

// upkept is the service of the world with metadata to read.
func (w *world) upkept(documents map[string]string) *federation.Service {
	return federation.NewService(federation.ServiceDeps{Store: w.db.Connections(), Upkeep: w.db.Connections(), Fetch: documentsOf(documents),
		SecureURL: func(u *url.URL) bool { return u.Scheme == "https" }, Clock: w.clock, Log: slog.New(slog.NewTextHandler(w.t.Output(), nil))})
}

type documentsOf map[string]string

func (d documentsOf) Get(_ context.Context, address string) ([]byte, error) {
	return []byte(d[address]), nil
}

// waiting takes the waiting jobs of a kind out of the outbox.
func (w *world) waiting(kind string) []jobs.Claimed {
	w.t.Helper()
	all, err := w.db.Queue().Claim(w.t.Context(), 100, w.clock.Now(), time.Minute)
	require.NoError(w.t, err)
	var out []jobs.Claimed
	for _, j := range all {
		require.NoError(w.t, w.db.Queue().Done(w.t.Context(), j.ID))
		if j.Kind == kind {
			out = append(out, j)
		}
	}
	return out
}

var paulaClaims = []samltest.Attribute{attribute("cip_sid", "S-1-5-21-1-2-3-1001"), attribute("cip_oid", "12345678-9abc-def0-1122-334455667788"),
	attribute("cip_upn", "paula@forest.test"), attribute("cip_email", "paula@forest.test")}

// TestClaimTruthTable sends every choice of the four claims to every mapping of them, with the directory up and down, through
// the pages. What has to come out is written here from the rules, not from the program.
//
// Spec: SAM-014, SAM-018, SAM-019, SAM-020, SAM-060, SAM-096, SAM-130, SAM-192, SAM-193, SAM-194, SAM-227, SAM-242
func TestClaimTruthTable(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.crafts(24 * time.Hour)
	account := directoryAccount(t, "paula", "1001")
	account.OID = mustGUID(t, "12345678-9abc-def0-1122-334455667788")
	w.directory.accounts = []federation.Account{account}
	names := [4]string{"cip_sid", "cip_upn", "cip_oid", "cip_email"} // bits 0 to 3
	const sidBit, upnBit = 1, 2
	sample := [4]string{"S-1-5-21-1-2-3-1001", "paula@forest.test", "12345678-9abc-def0-1122-334455667788", "paula@mail.test"}
	cases, pages := 0, regexp.MustCompile(`<code>(cip_[a-z]+)</code>`)
	for mapped := range 16 {
		if mapped&(sidBit|upnBit) == 0 {
			d := w.draft(first, fmt.Sprint("case-", mapped), func(s *federation.Settings) { p.settings(s); blank(&s.Attributes, mapped) })
			_, err := w.connections.Finish(t.Context(), w.console, first, d.ID, true)
			require.Error(t, err, "a connection that reads neither SID nor UPN cannot be saved")
			require.NoError(t, w.connections.DeleteDraft(t.Context(), w.console, first, d.ID))
			continue
		}
		conn := w.connect(first, fmt.Sprint("case-", mapped), func(s *federation.Settings) { p.settings(s); blank(&s.Attributes, mapped) })
		w.use(first, conn.ID)
		for sent := range 16 {
			var attributes []samltest.Attribute
			for bit, name := range names {
				if sent>>bit&1 == 1 {
					attributes = append(attributes, attribute(name, sample[bit]))
				}
			}
			for _, up := range []bool{true, false} {
				cases++
				name := fmt.Sprintf("mapped %04b, sent %04b, directory up %v (email, oid, upn, sid)", mapped, sent, up)
				have := mapped & sent
				var missing []string // names on the page; nil = signed in
				switch {
				case have&(sidBit|upnBit) == 0: // nothing to tie the person to an account
					for bit := range 2 {
						if mapped>>bit&1 == 1 {
							missing = append(missing, names[bit])
						}
					}
				case up || have == 15: // the directory has the rest, or nothing is left to ask for
				default: // the directory says nothing: SID and OID have to be there, and whatever else is read
					var unread []string
					for bit, claim := range names {
						switch {
						case have>>bit&1 == 1:
						case bit == 0 || bit == 2 || mapped>>bit&1 == 1:
							missing = append(missing, claim)
						default:
							unread = append(unread, claim)
						}
					}
					if missing == nil { // nobody is let in unseen: the page then names what would have spared the question
						missing = unread
					}
				}
				w.directory.set(map[bool]error{true: nil, false: federation.ErrDirectory}[up])
				shown := p.signIn(w.browser(), home, attributes...)
				var got []string
				for _, m := range pages.FindAllStringSubmatch(shown.Body, -1) {
					got = append(got, m[1])
				}
				slices.Sort(got)
				slices.Sort(missing)
				require.Equal(t, missing, got, name)
				if missing == nil {
					require.Equal(t, http.StatusOK, shown.Status, "%s: %s", name, shown.Body)
					require.Contains(t, shown.Body, sample[0], name)
				} else {
					require.Equal(t, http.StatusForbidden, shown.Status, name)
				}
				require.Equal(t, have&(sidBit|upnBit) != 0 && have != 15, w.directory.questions() > 0, "%s: who is asked", name)
			}
		}
	}
	require.Equal(t, 12*16*2, cases)
}

// blank clears the names of the claims whose bit is not set.
func blank(a *federation.AttributeNames, mapped int) {
	for bit, name := range []*string{&a.SID, &a.UPN, &a.OID, &a.Email} {
		if mapped>>bit&1 == 0 {
			*name = ""
		}
	}
}

func mustGUID(t *testing.T, text string) sid.GUID {
	t.Helper()
	g, err := sid.ParseGUID(text)
	require.NoError(t, err)
	return g
}

// TestEncodingsOfIdentifiers signs one person in by every documented encoding of SID and GUID; the GUID in the wrong byte order
// is somebody else's. Spec: SAM-097, SAM-098, SAM-123, SAM-096
func TestEncodingsOfIdentifiers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.crafts(24 * time.Hour)
	w.use(first, w.connect(first, "acme", p.settings).ID)
	account := directoryAccount(t, "vera", "1009")
	var err error
	account.SID, err = sid.ParseSID("S-1-5-21-1004336348-1177238915-682003330-512")
	require.NoError(t, err)
	account.OID = mustGUID(t, "12345678-9abc-def0-1122-334455667788")
	w.directory.accounts = []federation.Account{account}
	for _, tt := range []struct {
		sid, oid string
		code     string // "" = signed in
	}{
		{"S-1-5-21-1004336348-1177238915-682003330-512", "12345678-9abc-def0-1122-334455667788", ""},
		{"AQUAAAAAAAUVAAAA3PTcO4M9K0aCi6YoAAIAAA==", "eFY0Erya8N4RIjNEVWZ3iA==", ""},
		{"AQUAAAAAAAUVAAAA3PTcO4M9K0aCi6YoAAIAAA==", "{12345678-9ABC-DEF0-1122-334455667788}", ""},
		{"S-1-5-21-1004336348-1177238915-682003330-512", "EjRWeJq83vARIjNEVWZ3iA==", federation.ErrOIDMismatch.Code}, // big-endian
		{"nonsense", "eFY0Erya8N4RIjNEVWZ3iA==", saml.ErrClaims.Code},
	} {
		// Without an e-mail address the directory is asked, and has to agree.
		shown := p.signIn(w.browser(), home, attribute("cip_sid", tt.sid), attribute("cip_oid", tt.oid), attribute("cip_upn", "vera@forest.test"))
		if tt.code == "" {
			require.Equal(t, http.StatusOK, shown.Status, "%+v: %s", tt, shown.Body)
			require.Contains(t, shown.Body, "S-1-5-21-1004336348-1177238915-682003330-512")
			continue
		}
		require.Equal(t, http.StatusForbidden, shown.Status, tt)
		require.Equal(t, tt.code, w.lastTrace(first).Code, tt)
	}
}

// TestForestAndDomainNarrow sends cip_forest and cip_domain, mapped and blank. Spec: SAM-255, SSO-040, SSO-109
func TestForestAndDomainNarrow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.crafts(24 * time.Hour)
	ask := func(identifier string, edit func(*federation.AttributeNames)) federation.Query {
		t.Helper()
		w.use(first, w.connect(first, identifier, func(s *federation.Settings) { p.settings(s); edit(&s.Attributes) }).ID)
		w.directory.set(nil)
		shown := p.signIn(w.browser(), home, attribute("cip_upn", "uwe@forest.test"), attribute("cip_forest", "forest.test"), attribute("cip_domain", "child.forest.test"))
		require.Equal(t, http.StatusOK, shown.Status, shown.Body)
		require.Len(t, w.directory.asked, 1)
		return w.directory.asked[0]
	}
	q := ask("mapped", func(*federation.AttributeNames) {})
	require.Equal(t, "forest.test", q.Forest)
	require.Equal(t, "child.forest.test", q.Domain)
	q = ask("blank", func(a *federation.AttributeNames) { a.Forest, a.Domain = "", "" })
	require.Equal(t, federation.Query{UPN: "uwe@forest.test"}, q)
}

// TestAdministratorsLearnThatTheDirectoryIsAway refuses several people while no connector can be asked. Spec: SAM-227
func TestAdministratorsLearnThatTheDirectoryIsAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.crafts(24 * time.Hour)
	w.use(first, w.connect(first, "acme", p.settings).ID)
	service := notify.NewService(w.db.Notifications(), w.clock)
	told := func() int {
		t.Helper()
		for _, j := range w.waiting(notify.JobKind) {
			require.NoError(t, service.RunAdd(t.Context(), j.Payload))
		}
		state, err := service.State(t.Context(), w.console, first)
		require.NoError(t, err)
		return state.Count
	}
	refused := func(err error) {
		t.Helper()
		w.directory.set(err)
		shown := p.signIn(w.browser(), home, attribute("cip_upn", "uwe@forest.test"))
		require.Equal(t, http.StatusForbidden, shown.Status)
		require.Contains(t, shown.Body, "<code>cip_sid</code>")
	}
	refused(federation.ErrNoAccount)
	require.Zero(t, told(), "the directory has answered")
	w.clock.Advance(w.clock.Now().Truncate(time.Hour).Add(time.Hour).Sub(w.clock.Now()))
	for range 3 {
		refused(federation.ErrNoConnector)
		require.Equal(t, 1, told(), "once an hour")
	}
	w.clock.Advance(time.Hour)
	refused(federation.ErrDirectory)
	require.Equal(t, 2, told())
	got, err := w.db.Logs().List(t.Context(), systemlog.OfCustomer(second), systemlog.Filter{}, page.Request{Size: 10})
	require.NoError(t, err)
	require.Empty(t, got.Items, "nobody else hears of it")
}

// TestCertificateRunsOutAndIsReplaced refuses what an expired certificate has signed, names it to the administrator, and takes the
// next one in the same slot with nothing else changed. A removed one ends at once.
//
// Spec: SAM-051, SAM-122, SSO-052, SSO-240, SSO-241, SSO-249, SSO-257
func TestCertificateRunsOutAndIsReplaced(t *testing.T) { // S21
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.crafts(48 * time.Hour)
	conn := w.connect(first, "acme", p.settings)
	w.use(first, conn.ID)
	signsIn := func() int { return p.signIn(w.browser(), home, paulaClaims...).Status }
	require.Equal(t, http.StatusOK, signsIn())
	w.clock.Advance(49 * time.Hour)
	shown := p.signIn(w.browser(), home, paulaClaims...)
	require.Equal(t, http.StatusForbidden, shown.Status)
	require.Contains(t, shown.Body, "Something unexpected happened")
	trace := w.lastTrace(first)
	require.Equal(t, saml.ErrCertificateInvalid.Code, trace.Code)
	require.Equal(t, federation.Certificate{DER: p.signer.Certificate.Raw}.Fingerprint(), trace.Args["sha256"])
	require.Equal(t, p.signer.Certificate.Subject.String(), trace.Args["subject"])
	require.Equal(t, p.signer.Certificate.NotAfter.UTC().Format(time.RFC3339), trace.Args["not_after"], "the diagnostic names the certificate's end")

	old := p.signer
	p.signer = samltest.NewSigner(samltest.OtherRSA(), w.clock.Now().Add(-time.Hour), w.clock.Now().Add(400*24*time.Hour))
	require.Equal(t, http.StatusForbidden, signsIn(), "nobody has uploaded it yet")
	kept, err := w.connections.PutCertificate(t.Context(), w.console, first, conn.ID, 1, "next.cer", p.signer.Certificate.Raw, 0)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, signsIn())
	require.Equal(t, "acme", kept.SignInIdentifier)

	// Two valid certificates: either signs; a removed one does not, from the next answer on.
	next := samltest.NewSigner(samltest.P256(), w.clock.Now().Add(-time.Hour), w.clock.Now().Add(500*24*time.Hour))
	_, err = w.connections.PutCertificate(t.Context(), w.console, first, conn.ID, 2, "after.cer", next.Certificate.Raw, 0)
	require.NoError(t, err)
	present := p.signer
	for _, signer := range []samltest.Signer{present, next} {
		p.signer = signer
		require.Equal(t, http.StatusOK, signsIn())
	}
	name := "Renamed"
	_, err = w.connections.Change(t.Context(), w.console, first, conn.ID, federation.ConnectionChange{Nickname: &name})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, signsIn(), "a new name interrupts nobody")
	_, err = w.connections.RemoveCertificate(t.Context(), w.console, first, conn.ID, 2, 0)
	require.NoError(t, err)
	require.Equal(t, http.StatusForbidden, signsIn())
	require.Equal(t, saml.ErrSignatureInvalid.Code, w.lastTrace(first).Code)
	p.signer = old
	require.Equal(t, http.StatusForbidden, signsIn())
	p.signer = present
	require.Equal(t, http.StatusOK, signsIn())
}

// TestUnknownKeyMakesTheMetadataBeReadOnce signs with a key that the connection does not have. The answer is refused, the metadata
// is ordered once however many such answers come, and the next sign-in counts because the old key had signed the metadata.
func TestUnknownKeyMakesTheMetadataBeReadOnce(t *testing.T) { // S40, S41
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.crafts(400 * 24 * time.Hour)
	const address = crafted + "/metadata"
	documents := map[string]string{}
	service := w.upkept(documents)
	off := w.connect(first, "off", p.settings)
	on := w.connect(first, "switched-on", func(s *federation.Settings) { p.settings(s); s.MetadataURL, s.MetadataRefresh = address, true })
	old := p.signer
	next := samltest.NewSigner(samltest.OtherRSA(), w.clock.Now().Add(-time.Hour), w.clock.Now().Add(500*24*time.Hour))
	run := func() int {
		t.Helper()
		list := w.waiting(federation.MetadataJob)
		for _, j := range list {
			require.NoError(t, service.RunMetadata(t.Context(), j.Payload))
		}
		return len(list)
	}
	publish := func(by *samltest.Signer) {
		tree := samltest.Provider{EntityID: crafted, SSO: crafted + "/sso", Certificates: []*x509.Certificate{old.Certificate, next.Certificate}}.Tree()
		if by != nil {
			by.Sign(tree, samltest.Options{})
		}
		documents[address] = string(samltest.XML(tree))
	}
	refused := func(code string) {
		t.Helper()
		require.Equal(t, http.StatusForbidden, p.signIn(w.browser(), home, paulaClaims...).Status)
		require.Equal(t, code, w.lastTrace(first).Code)
	}

	p.signer = next
	w.use(first, off.ID)
	refused(saml.ErrSignatureInvalid.Code)
	require.Zero(t, run(), "nobody has switched it on")
	w.use(first, on.ID)
	publish(nil)
	for range 5 {
		refused(saml.ErrSignatureInvalid.Code)
	}
	require.Equal(t, 1, run(), "one reading for all of them")
	refused(saml.ErrSignatureInvalid.Code)
	require.Zero(t, run(), "and none for ten minutes")
	w.clock.Advance(11 * time.Minute)
	publish(&next)
	refused(saml.ErrSignatureInvalid.Code)
	require.True(t, slices.ContainsFunc(w.lastTrace(first).Steps, func(s federation.TraceStep) bool { return s.Name == "metadata_ordered" }))
	require.Equal(t, 1, run())
	refused(saml.ErrSignatureInvalid.Code) // the stranger's own signature vouches for nothing
	w.clock.Advance(11 * time.Minute)
	publish(&old)
	refused(saml.ErrSignatureInvalid.Code)
	require.Equal(t, 1, run())
	require.Equal(t, http.StatusOK, p.signIn(w.browser(), home, paulaClaims...).Status)
	p.signer = old
	require.Equal(t, http.StatusOK, p.signIn(w.browser(), home, paulaClaims...).Status, "the old key goes on")
	require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.SAMLKeyAccepted), 1)
}

// TestNameIDPolicyFollowsTheFeature looks at requests of two customers. Spec: SSO-082, SSO-083, SSO-084
func TestNameIDPolicyFollowsTheFeature(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.crafts(24 * time.Hour)
	homes := map[customer.ID]string{first: home, second: "https://umbrella.workspace.causeway.test/"}
	for c := range homes {
		w.use(c, w.connect(c, string(c), p.settings).ID)
	}
	policy := `<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"/>`
	sends := func(c customer.ID) bool {
		request, _ := p.asked(w.browser(), homes[c])
		return regexp.MustCompile(regexp.QuoteMeta(policy)).MatchString(request)
	}
	require.False(t, sends(first))
	operator := systemlog.Actor{Type: systemlog.ActorOperator, ID: "uid:0", Name: "root"}
	require.NoError(t, federation.NewFeatures(w.db.Connections()).Set(t.Context(), operator, first, federation.SendNameIDPolicy, true, "case 1"))
	require.True(t, sends(first))
	require.False(t, sends(second))
	require.Equal(t, http.StatusOK, p.signIn(w.browser(), home, paulaClaims...).Status)
}

// TestScopedAndGenericApplications signs people in through connections of one provider: two with entity IDs of their own, one of
// each customer, and two of both customers that share the generic one. The generic audience does for no scoped connection.
//
// Spec: SAM-007, SAM-071, SSO-141, SSO-145, SSO-147, SSO-155, SSO-156
func TestScopedAndGenericApplications(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.crafts(24 * time.Hour)
	homes := map[customer.ID]string{first: home, second: "https://umbrella.workspace.causeway.test/"}
	generic := map[customer.ID]federation.Connection{}
	for c := range homes {
		generic[c] = w.connect(c, "generic-"+string(c), p.settings)
		w.use(c, generic[c].ID)
	}
	issuer := func(c customer.ID) string {
		request, _ := p.asked(w.browser(), homes[c])
		return requestIssuer.FindStringSubmatch(request)[1]
	}
	for c, address := range homes {
		require.Equal(t, "https://saml.causeway.test", issuer(c))
		require.Equal(t, http.StatusOK, p.signIn(w.browser(), address, paulaClaims...).Status)
	}
	seen := map[string]bool{}
	for c, address := range homes {
		d, err := w.connections.Clone(t.Context(), w.actor(c), c, generic[c].ID, "scoped-"+string(c), "Scoped")
		require.NoError(t, err)
		yes := true
		_, err = w.connections.ChangeDraft(t.Context(), w.actor(c), c, d.ID, federation.DraftChange{Scoped: &yes})
		require.NoError(t, err)
		_, err = w.connections.Finish(t.Context(), w.actor(c), c, d.ID, true)
		require.NoError(t, err)
		require.Equal(t, "https://saml.causeway.test", issuer(c), "the source works until the workspace is switched")
		w.use(c, d.ID)
		require.Equal(t, "https://saml.causeway.test/"+d.ScopeID, issuer(c))
		seen[issuer(c)] = true
		require.Equal(t, http.StatusOK, p.signIn(w.browser(), address, paulaClaims...).Status)
	}
	require.Len(t, seen, 2)

	b := w.browser()
	request, fields := p.asked(b, home)
	response := samltest.Login{ResponseID: "_wrong", AssertionID: "_wrong_a", Issuer: crafted, Audience: "https://saml.causeway.test", ACS: acsURL,
		RequestID: requestID.FindStringSubmatch(request)[1], NameID: "x", SessionIndex: "_s", Context: "urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
		Now: w.clock.Now(), Attributes: paulaClaims, ProtocolPrefix: "samlp", AssertionPrefix: "saml"}.Response()
	p.signer.Sign(samltest.Find(response, "Assertion"), samltest.Options{})
	shown := b.post(acsURL, url.Values{"RelayState": fields["RelayState"], "SAMLResponse": {base64.StdEncoding.EncodeToString(samltest.XML(response))}})
	require.Equal(t, http.StatusForbidden, shown.Status)
	require.Equal(t, saml.ErrAudience.Code, w.lastTrace(first).Code)
}

// TestReconnect deletes a connection and makes it again from what was written down. Spec: SSO-144, SSO-252, SSO-253, SSO-255, SSO-256
func TestReconnect(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.crafts(24 * time.Hour)
	scoped := func(identifier string) federation.Connection {
		t.Helper()
		d := w.draft(first, identifier, p.settings)
		yes := true
		_, err := w.connections.ChangeDraft(t.Context(), w.console, first, d.ID, federation.DraftChange{Scoped: &yes})
		require.NoError(t, err)
		conn, err := w.connections.Finish(t.Context(), w.console, first, d.ID, true)
		require.NoError(t, err)
		return conn
	}
	before := scoped("acme")
	require.NoError(t, w.connections.Disconnect(t.Context(), w.console, first, before.ID, 0))
	_, err := w.db.Connections().Scope(t.Context(), before.Settings.ScopedID)
	require.ErrorIs(t, err, federation.ErrNoScope)
	_, err = w.connections.NewDraft(t.Context(), w.actor(second), second, federation.SAML, "acme", federation.FourClaims)
	require.ErrorIs(t, err, federation.ErrIdentifierTaken, "nobody else takes the address over")
	after := scoped("acme")
	require.NotEqual(t, before.Settings.ScopedID, after.Settings.ScopedID)
	w.use(first, after.ID)
	require.Equal(t, http.StatusOK, p.signIn(w.browser(), home, paulaClaims...).Status)
}
