package federation

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"log/slog"
	"math/big"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// TestProviderTable holds the fixed table and that nothing outside it passes. Spec: IAM-001, IAM-002, IAM-004
func TestProviderTable(t *testing.T) {
	t.Parallel()
	want := map[Type][2]bool{ // administrators, subscribers
		BuiltIn: {true, false}, ActiveDirectory: {false, true}, ActiveDirectoryToken: {false, true}, AzureAD: {true, true},
		Gateway: {false, true}, Google: {true, true}, Okta: {false, true}, SAML: {true, true},
	}
	require.Len(t, Types(), len(want))
	for _, info := range Types() {
		uses, known := want[info.Type]
		require.Truef(t, known, "%s", info.Type)
		for i, u := range []Use{Administrators, Subscribers} {
			if uses[i] {
				require.NoErrorf(t, info.Type.Require(u), "%s for %s", info.Type, u)
			} else {
				require.ErrorIsf(t, info.Type.Require(u), ErrUse, "%s for %s", info.Type, u)
			}
		}
		require.ErrorIs(t, info.Type.Require("anybody"), ErrUse)
	}
	require.ErrorIs(t, Type("ldap").Require(Subscribers), ErrUnavailable)
}

// TestDefaults holds what a new form opens with. Spec: SAM-005, SAM-006, SAM-021, SAM-059
func TestDefaults(t *testing.T) {
	t.Parallel()
	s := DefaultSettings()
	require.Equal(t, Settings{SignAuthnRequest: true, SSOBinding: Post, Mode: "SignEitherResponseOrAssertion", Context: "Unspecified", Comparison: "Exact",
		SLOBinding: Post, SignLogout: true, Attributes: AttributeNames{DisplayName: "displayName", GivenName: "firstName", FamilyName: "lastName",
			SID: "cip_sid", UPN: "cip_upn", Email: "cip_email", OID: "cip_oid", Forest: "cip_forest", Domain: "cip_domain"}}, s)
}

func certificate(t *testing.T) Certificate {
	return certificateWith(t, func(*x509.Certificate) crypto.Signer { return nil })
}

// certificateWith makes a certificate that edit has changed, for the key that it returns; nil is a good one.
func certificateWith(t *testing.T, edit func(*x509.Certificate) crypto.Signer) Certificate {
	t.Helper()
	good, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	key := edit(tmpl)
	if key == nil {
		key = good
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	require.NoError(t, err)
	return Certificate{FileName: "idp.cer", DER: der}
}

// TestSettingsAreChecked changes one thing at a time in settings that are good.
//
// Spec: SAM-044, SAM-050, SAM-058, SAM-060, SAM-080, SAM-109, SAM-110, SAM-111, SAM-129
func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	cert := certificate(t)
	var weak, early, late Certificate
	for into, edit := range map[*Certificate]func(*x509.Certificate) crypto.Signer{
		&weak: func(*x509.Certificate) crypto.Signer {
			key, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
			require.NoError(t, err)
			return key
		},
		&early: func(c *x509.Certificate) crypto.Signer {
			c.NotBefore = time.Now().Add(time.Minute)
			return nil
		},
		&late: func(c *x509.Certificate) crypto.Signer {
			c.NotAfter = time.Now().Add(-time.Minute)
			return nil
		},
	} {
		*into = certificateWith(t, edit)
	}
	for _, tt := range []struct {
		name  string
		edit  func(*Settings)
		field string // "" = accepted
		code  string
	}{
		{"good", func(*Settings) {}, "", ""},
		{"logout URL equal to the SSO URL", func(s *Settings) { s.LogoutURL = s.SSOURL }, "", ""},
		{"SID name blank", func(s *Settings) { s.Attributes.SID = "" }, "", ""},
		{"UPN name blank", func(s *Settings) { s.Attributes.UPN = "" }, "", ""},
		{"SID and UPN names blank", func(s *Settings) { s.Attributes.SID, s.Attributes.UPN = "", "" }, "settings.attributeNames.sid", codeSIDOrUPN},
		{"all other names blank", func(s *Settings) { s.Attributes = AttributeNames{UPN: "upn"} }, "", ""},
		{"one name twice", func(s *Settings) { s.Attributes.Email = "cip_upn" }, "settings.attributeNames.email", codeAttributeTwice},
		{"no entity ID", func(s *Settings) { s.IdPEntityID = "" }, "settings.idpEntityId", codeRequired},
		{"no SSO URL", func(s *Settings) { s.SSOURL = "" }, "settings.ssoServiceUrl", codeRequired},
		{"http", func(s *Settings) { s.SSOURL = "http://idp.test/sso" }, "settings.ssoServiceUrl", codeURL},
		{"relative", func(s *Settings) { s.SSOURL = "/sso" }, "settings.ssoServiceUrl", codeURL},
		{"script", func(s *Settings) { s.SSOURL = "javascript:alert(1)" }, "settings.ssoServiceUrl", codeURL},
		{"user info", func(s *Settings) { s.SSOURL = "https://a@idp.test/sso" }, "settings.ssoServiceUrl", codeURL},
		{"backslash", func(s *Settings) { s.SSOURL = `https://idp.test\@evil.test/` }, "settings.ssoServiceUrl", codeURL},
		{"line break", func(s *Settings) { s.SSOURL = "https://idp.test/\nx" }, "settings.ssoServiceUrl", codeURL},
		{"logout URL http", func(s *Settings) { s.LogoutURL = "http://idp.test/out" }, "settings.logoutUrl", codeURL},
		{"SOAP binding", func(s *Settings) { s.SSOBinding = "soap" }, "settings.ssoBinding", codeChoice},
		{"artifact binding for logout", func(s *Settings) { s.LogoutURL, s.SLOBinding = "https://idp.test/out", "artifact" }, "settings.sloBinding", codeChoice},
		{"unknown logout binding without a logout URL", func(s *Settings) { s.SLOBinding = "" }, "", ""},
		{"unknown mode", func(s *Settings) { s.Mode = "None" }, "settings.responseSigning", codeChoice},
		{"unknown context", func(s *Settings) { s.Context = "Telepathy" }, "settings.authnContext", codeChoice},
		{"unknown comparison", func(s *Settings) { s.Comparison = "Better" }, "settings.authnContextComparison", codeChoice},
		{"no certificate", func(s *Settings) { s.Certificates = nil }, "settings.certificates", codeRequired},
		{"not a certificate", func(s *Settings) { s.Certificates = []Certificate{{DER: []byte("x")}} }, "settings.certificates", codeCertificate},
		{"file name too long", func(s *Settings) { s.Certificates = []Certificate{{FileName: strings.Repeat("x", 256), DER: cert.DER}} }, "settings.certificates", codeTooLong},
		{"file name with a line break", func(s *Settings) { s.Certificates = []Certificate{{FileName: "a\nb", DER: cert.DER}} }, "settings.certificates", codeTooLong},
		{"three certificates", func(s *Settings) { s.Certificates = []Certificate{cert, cert, cert} }, "settings.certificates", codeCertificateCount},
		{"weak key", func(s *Settings) { s.Certificates = []Certificate{weak} }, "settings.certificates", saml.ErrCertificateWeak.Code},
		{"expired", func(s *Settings) { s.Certificates = []Certificate{cert, late} }, "settings.certificates", saml.ErrCertificateExpired.Code},
		{"not yet valid", func(s *Settings) { s.Certificates = []Certificate{early} }, "settings.certificates", saml.ErrCertificateNotYetValid.Code},
		{"refresh", func(s *Settings) { s.MetadataURL, s.MetadataRefresh = "https://idp.test/metadata", true }, "", ""},
		{"refresh of nothing", func(s *Settings) { s.MetadataRefresh = true }, "settings.metadataUrl", codeRequired},
		{"encryption", func(s *Settings) { s.ScopedID, s.AcceptEncrypted = "guid", true }, "", ""},
		{"encryption without a scope", func(s *Settings) { s.AcceptEncrypted = true }, "settings.acceptEncrypted", codeScopeNeeded},
		{"CBC without encryption", func(s *Settings) { s.AllowCBC = true }, "settings.allowCbc", codeEncryptionNeeded},
		{"CBC in either signature", func(s *Settings) { s.ScopedID, s.AcceptEncrypted, s.AllowCBC = "guid", true, true }, "settings.allowCbc", codeResponseNeeded},
		{"CBC in a signed assertion", func(s *Settings) {
			s.ScopedID, s.AcceptEncrypted, s.AllowCBC, s.Mode = "guid", true, true, saml.SignAssertion
		}, "settings.allowCbc", codeResponseNeeded},
		{"CBC in a signed response", func(s *Settings) {
			s.ScopedID, s.AcceptEncrypted, s.AllowCBC, s.Mode = "guid", true, true, saml.SignResponse
		}, "", ""},
		{"CBC with both signed", func(s *Settings) {
			s.ScopedID, s.AcceptEncrypted, s.AllowCBC, s.Mode = "guid", true, true, saml.SignBoth
		}, "", ""},
	} {
		s := DefaultSettings()
		s.IdPEntityID, s.SSOURL, s.Certificates = "https://idp.test", "https://idp.test/sso", []Certificate{cert}
		tt.edit(&s)
		c := checker{secure: func(u *url.URL) bool { return u.Scheme == "https" }, now: time.Now()}
		c.wellFormed(s)
		c.complete(s)
		if tt.field == "" {
			require.Emptyf(t, c.fields, "%s", tt.name)
			continue
		}
		require.Truef(t, slices.ContainsFunc(c.fields, func(f fault.Field) bool { return f.Name == tt.field && f.Code == tt.code }), "%s: %v", tt.name, c.fields)
	}
	for _, good := range []string{"abc", "acme-2", strings.Repeat("a", 63)} {
		require.Emptyf(t, CheckIdentifier(good), "%q", good)
	}
	for _, bad := range []string{"", "ab", "-abc", "abc-", "Acme", "a b", "a/b", "ä-acme", strings.Repeat("a", 64), "a.b"} {
		require.NotEmptyf(t, CheckIdentifier(bad), "%q", bad)
	}
	require.NotEmpty(t, checkNickname("  ", true))
	require.NotEmpty(t, checkNickname("a\nb", true))
	require.Empty(t, checkNickname("Entra ID (Prüfung)", true))
}

type oneAccount struct {
	account Account
	err     error
	asked   []Query
}

func (d *oneAccount) Find(_ context.Context, _ customer.ID, q Query) (Account, error) {
	d.asked = append(d.asked, q)
	if !q.SID.IsZero() && q.SID != d.account.SID && d.err == nil {
		return Account{}, ErrNoAccount
	}
	return d.account, d.err
}

// people is a directory that answers by SID, else by UPN.
type people []Account

func (p people) Find(_ context.Context, _ customer.ID, q Query) (Account, error) {
	for _, a := range p {
		if q.SID == a.SID || q.SID.IsZero() && q.UPN == a.UPN {
			return a, nil
		}
	}
	return Account{}, ErrNoAccount
}

// TestClaimTruthTable goes through each of SID, UPN, OID and e-mail × sent or absent × mapped or blank × directory up or
// down, and holds who is let in, what the directory is asked, and which names the error page gets.
//
// Spec: SAM-014, SAM-018, SAM-019, SAM-020, SAM-062, SAM-192, SAM-193, SAM-194, SAM-196, SAM-201, SAM-218, SAM-247
func TestClaimTruthTable(t *testing.T) {
	t.Parallel()
	theSID, err := sid.ParseSID("S-1-5-21-1-2-3-1001")
	require.NoError(t, err)
	theOID, err := sid.ParseGUID("12345678-9abc-def0-1122-334455667788")
	require.NoError(t, err)
	account := Account{SID: theSID, OID: theOID, UPN: "a@b.test", Email: "mail@b.test", CommonName: "a", SAMAccountName: "a", Forest: "b.test", Domain: "b.test"}
	attribute := map[string]string{"sid": theSID.String(), "upn": "a@b.test", "oid": theOID.String(), "email": "other@b.test"}
	claims := []string{"sid", "upn", "oid", "email"}
	for bits := range 1 << 9 {
		sent, mapped := func(i int) bool { return bits>>i&1 == 1 }, func(i int) bool { return bits>>(i+4)&1 == 1 }
		up := bits>>8 == 1
		name := fmt.Sprintf("sent %04b mapped %04b up %t", bits&15, bits>>4&15, up)
		names := AttributeNames{}
		assertion := &saml.Assertion{}
		read := map[string]bool{}
		for i, c := range claims {
			if mapped(i) {
				*map[string]*string{"sid": &names.SID, "upn": &names.UPN, "oid": &names.OID, "email": &names.Email}[c] = "cip_" + c
			}
			if sent(i) {
				assertion.Attributes = append(assertion.Attributes, saml.Attribute{Name: "cip_" + c, Values: []string{attribute[c]}})
			}
			read[c] = sent(i) && mapped(i)
		}
		if names.SID == "" && names.UPN == "" {
			continue // cannot be saved
		}
		got, err := assertion.Claims(Settings{Attributes: names}.mapping())
		if !read["sid"] && !read["upn"] {
			require.ErrorIs(t, err, saml.ErrClaims, name)
			continue
		}
		require.NoError(t, err, name)
		directory := &oneAccount{account: account}
		if !up {
			directory.err = ErrNoConnector
		}
		s := &SignIns{directory: directory, log: slog.New(slog.DiscardHandler)}
		who, err := s.resolve(t.Context(), newJournal(clock.Real{}.Now, "tx", netip.Addr{}), "c", names, got)
		all := read["sid"] && read["upn"] && read["oid"] && read["email"]
		switch {
		case all:
			require.NoError(t, err, name)
			require.Empty(t, directory.asked, name)
			require.Equal(t, "other@b.test", who.Email, name)
		case up:
			require.NoError(t, err, name)
			require.Len(t, directory.asked, 1, name)
			require.Equal(t, theSID.String(), who.SID, name)
			require.Equal(t, theOID.String(), who.OID, name)
			require.Equal(t, map[bool]Source{true: FromAssertion, false: FromConnector}[read["sid"]], who.Sources["sid"], name)
			require.Equal(t, map[bool]string{true: "other@b.test", false: "mail@b.test"}[read["email"]], who.Email, name)
		default:
			require.ErrorIs(t, err, ErrAttributes, name)
			var missing []string
			for _, f := range fault.From(err).Fields {
				missing = append(missing, f.Name)
			}
			demanded := false
			for i, c := range claims {
				demanded = demanded || !read[c] && (mapped(i) || c == "sid" || c == "oid")
			}
			for i, c := range claims {
				want := !read[c] && (mapped(i) || c == "sid" || c == "oid" || !demanded)
				require.Equalf(t, want, slices.Contains(missing, "cip_"+c), "%s: %s in %v", name, c, missing)
			}
		}
	}
}

// TestAccountsAreNotMixedUp holds what makes two identities out of one sign-in.
//
// Spec: SAM-014, SAM-015, SAM-016, SAM-130, SAM-211
func TestAccountsAreNotMixedUp(t *testing.T) {
	t.Parallel()
	parse := func(rid string) sid.SID {
		s, err := sid.ParseSID("S-1-5-21-1-2-3-" + rid)
		require.NoError(t, err)
		return s
	}
	oid := sid.GUID{1}
	base := Account{SID: parse("1001"), OID: oid, UPN: "a@b.test", CommonName: "a", SAMAccountName: "a"}
	for _, tt := range []struct {
		name   string
		claims saml.Claims
		edit   func(*Account)
		want   error
	}{
		{"no mail and no display name", saml.Claims{UPN: "a@b.test"}, func(*Account) {}, nil},
		{"UPN in other case", saml.Claims{UPN: "A@B.test"}, func(*Account) {}, nil},
		{"look-alike found by the search", saml.Claims{UPN: "á@b.test"}, func(*Account) {}, ErrUPNMismatch},
		{"SID of another account", saml.Claims{UPN: "a@b.test", SID: parse("2002")}, func(*Account) {}, ErrSIDMismatch},
		{"object identifier of another account", saml.Claims{UPN: "a@b.test", OID: sid.GUID{2}}, func(*Account) {}, ErrOIDMismatch},
		{"SID of this account with a UPN that nobody has", saml.Claims{UPN: "x@b.test", SID: parse("1001")}, func(*Account) {}, ErrUPNMismatch},
		{"disabled", saml.Claims{UPN: "a@b.test"}, func(a *Account) { a.Disabled = true }, ErrDisabled},
		{"expired", saml.Claims{UPN: "a@b.test"}, func(a *Account) { a.Expired = true }, ErrDisabled},
		{"account without SID", saml.Claims{UPN: "a@b.test"}, func(a *Account) { a.SID = sid.SID{} }, ErrAttributes},
		{"account without object identifier", saml.Claims{UPN: "a@b.test"}, func(a *Account) { a.OID = sid.GUID{} }, ErrAttributes},
		{"another directory", saml.Claims{UPN: "a@b.test", Directory: saml.DirectoryEntra}, func(*Account) {}, ErrEntraNone},
	} {
		account := base
		tt.edit(&account)
		if tt.claims.Directory == "" {
			tt.claims.Directory = saml.DirectoryAD
		}
		s := &SignIns{directory: &oneAccount{account: account}, log: slog.New(slog.DiscardHandler)}
		j := newJournal(clock.Real{}.Now, "tx", netip.Addr{})
		who, err := s.resolve(t.Context(), j, "c", DefaultAttributeNames(), tt.claims)
		if tt.want == nil {
			require.NoError(t, err, tt.name)
			require.Equal(t, "a@b.test", strings.ToLower(who.Name()), "%s: the UPN stands in for a name", tt.name)
			continue
		}
		require.ErrorIs(t, err, tt.want, tt.name)
		_, failed := j.trace.Failed()
		require.True(t, failed, tt.name)
	}
	two := people{base, {SID: parse("2002"), OID: sid.GUID{2}, UPN: "b@b.test", CommonName: "b", SAMAccountName: "b"}}
	for name, claimed := range map[string]sid.SID{"SID of another account": parse("2002"), "SID that nobody has": parse("3003")} {
		_, err := (&SignIns{directory: two, log: slog.New(slog.DiscardHandler)}).resolve(t.Context(), newJournal(clock.Real{}.Now, "tx", netip.Addr{}), "c",
			DefaultAttributeNames(), saml.Claims{UPN: "a@b.test", SID: claimed, Directory: saml.DirectoryAD})
		require.ErrorIs(t, err, ErrSIDMismatch, name)
		require.Equal(t, claimed, fault.From(err).Args["asserted"], name)
		require.Equal(t, base.SID, fault.From(err).Args["directory"], name)
	}
	account := base
	account.CommonName = ""
	j := newJournal(clock.Real{}.Now, "tx", netip.Addr{})
	var log bytes.Buffer
	_, err := (&SignIns{directory: &oneAccount{account: account}, log: slog.New(slog.NewTextHandler(&log, nil))}).resolve(t.Context(), j, "c", DefaultAttributeNames(),
		saml.Claims{UPN: "a@b.test", Directory: saml.DirectoryAD})
	require.NoError(t, err)
	require.Regexp(t, `level=WARN .*sid=S-1-5-21-1-2-3-1001 attributes=\[cn\] transaction_id=tx`, log.String())
	require.True(t, slices.ContainsFunc(j.trace.Steps, func(s TraceStep) bool { return s.Name == "account_incomplete" && s.Detail["attributes"] == "cn" }))
}

// TestTraceIsBounded keeps a megabyte of a refused message out of the trace's values.
func TestTraceIsBounded(t *testing.T) { // S41, S43
	t.Parallel()
	long := strings.Repeat("ä", 1<<19)
	j := newJournal(clock.Real{}.Now, "tx", netip.Addr{})
	j.adopt(saml.Trace{{Name: "status", Code: "saml_status", Detail: map[string]any{"message": long}}})
	trace := j.fail(saml.ErrStatus.With("sub", long))
	for _, v := range []any{trace.Steps[0].Detail["message"], trace.Args["sub"], bounded(long)} {
		require.Less(t, len(v.(string)), 600)
		require.True(t, utf8.ValidString(v.(string)))
	}
	require.Less(t, len(cut(long)), maxMessage+8)
}

// TestStrangeAnswersAreLimited floods from one address; others are not held up, and a minute later it is over.
func TestStrangeAnswersAreLimited(t *testing.T) { // S41
	synctest.Test(t, func(t *testing.T) {
		s := newSampler()
		flood, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
		for n := range answersPerEvery {
			require.Zerof(t, s.stranger(flood), "answer %d", n)
		}
		time.Sleep(20 * time.Second)
		require.Equal(t, sampleEvery-20*time.Second, s.stranger(flood))
		require.NotZero(t, s.stranger(netip.MustParseAddr("::ffff:192.0.2.1")), "the same address in its other form")
		require.Zero(t, s.stranger(other))
		for n := range answersPerEvery {
			s.stranger(netip.AddrFrom16([16]byte{0x20, 1, 15: byte(n)}))
		}
		require.NotZero(t, s.stranger(netip.MustParseAddr("2001::ffff")), "addresses of one network count as one")
		require.Zero(t, s.stranger(netip.MustParseAddr("2001:0:0:1::1")))
		time.Sleep(sampleEvery)
		require.Zero(t, s.stranger(flood))
	})
}

// TestTriesAreLimited answers one request too often, with others around it.
func TestTriesAreLimited(t *testing.T) { // S41
	t.Parallel()
	s := newSampler()
	for range maxTries {
		require.True(t, s.mayTry("_one"))
	}
	require.False(t, s.mayTry("_one"))
	require.True(t, s.mayTry("_two"))
	for n := range maxSampled * 2 {
		s.mayTry(fmt.Sprint("_flood", n))
		require.LessOrEqual(t, len(s.tries), maxSampled)
	}
}
