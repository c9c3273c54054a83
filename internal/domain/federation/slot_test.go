package federation

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

func until(t *testing.T, from, to time.Time) Certificate {
	t.Helper()
	return certificateWith(t, func(c *x509.Certificate) crypto.Signer {
		c.NotBefore, c.NotAfter = from, to
		return nil
	})
}

// TestStateOfACertificateGoesByTheDay looks at one certificate at the edges of its days. Spec: SSO-238, SSO-242
func TestStateOfACertificateGoesByTheDay(t *testing.T) {
	t.Parallel()
	end := time.Date(2026, 6, 30, 15, 0, 0, 0, time.UTC)
	cert := until(t, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), end)
	for at, want := range map[time.Time]CertificateState{
		time.Date(2025, 12, 31, 23, 59, 59, 0, time.UTC): CertificateNotYetValid,
		time.Date(2026, 5, 30, 23, 59, 59, 0, time.UTC):  CertificateOK, // 31 days
		time.Date(2026, 5, 31, 0, 0, 0, 0, time.UTC):     CertificateExpiringSoon,
		end:                  CertificateExpiringSoon, // verification takes it to the second
		end.Add(time.Second): CertificateExpired,
		time.Date(2026, 5, 31, 1, 0, 0, 0, time.FixedZone("east", 2*3600)): CertificateOK, // still the 30th in UTC
	} {
		require.Equal(t, want, cert.state(at), at)
	}
	require.Equal(t, CertificateExpired, Certificate{DER: []byte("nonsense")}.state(end))
}

// TestSlotsAreKept gives certificates without a slot the ones that are free.
func TestSlotsAreKept(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want []int }{
		{nil, nil}, {[]int{0}, []int{1}}, {[]int{0, 0}, []int{1, 2}}, {[]int{2}, []int{2}}, {[]int{2, 0}, []int{1, 2}}, {[]int{2, 1}, []int{1, 2}},
		{[]int{1, 1}, []int{1, 2}}, {[]int{7, -1}, []int{1, 2}}, {[]int{0, 0, 0}, []int{0, 1, 2}}, // the third is refused elsewhere
	} {
		var list []Certificate
		for _, n := range tt.in {
			list = append(list, Certificate{Slot: n})
		}
		var got []int
		for _, c := range slotted(list) {
			got = append(got, c.Slot)
		}
		require.Equal(t, tt.want, got, tt.in)
	}
}

// told is an upkeep store with one connection that remembers what it is told.
type told struct {
	UpkeepStore
	conn    Connection
	notices []string
}

func (s *told) Watched(_ context.Context, after Ref, _ int) ([]Watched, error) {
	if after != (Ref{}) {
		return nil, nil
	}
	return []Watched{{Customer: "one", Connection: s.conn}}, nil
}

func (s *told) TellExpiry(_ context.Context, c customer.ID, n ExpiryNotice, eff systemlog.Effects) error {
	for _, r := range eff.Records {
		if err := r.Check(); err != nil {
			return err
		}
	}
	s.notices = append(s.notices, fmt.Sprint(c, " ", n.Variant, " ", n.Days))
	for _, j := range eff.Jobs {
		if elsewhere := strings.Contains(string(j.Payload), `"saml_domain_`); elsewhere != (n.Variant == CustomDomain) {
			return fmt.Errorf("notice of %s: %s", n.Variant, j.Payload)
		}
	}
	return nil
}

// TestBothApplicationsAreWatched has one certificate in each application. Spec: SSO-189, SSO-243
func TestBothApplicationsAreWatched(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := &told{conn: Connection{ID: "idp_1", Nickname: "Partner", Settings: Settings{Certificates: []Certificate{until(t, start, start.AddDate(1, 0, 0))}},
		CustomDomain: &Application{Certificates: []Certificate{until(t, start, start.AddDate(0, 2, 0))}}}}
	service := &Service{upkeep: s}
	for _, tt := range []struct {
		at     time.Time
		want   []string
		status Status
	}{
		{start, nil, Connected},
		{start.AddDate(0, 2, -30), []string{"one custom_domain 30"}, CertificateExpiring},
		{start.AddDate(0, 2, -20), []string{"one custom_domain 30"}, CertificateExpiring},
		{start.AddDate(0, 2, -14), []string{"one custom_domain 14"}, CertificateExpiring},
		{start.AddDate(0, 2, -3), []string{"one custom_domain 7"}, CertificateExpiring},
		{start.AddDate(0, 2, 0), []string{"one custom_domain 1"}, CertificateExpiring},
		{start.AddDate(0, 2, 1), []string{"one custom_domain 0"}, CertificateGone},
		{start.AddDate(1, 0, -1), []string{"one primary 1", "one custom_domain 0"}, CertificateGone},
	} {
		s.notices = nil
		service.clock = clock.NewFixed(tt.at)
		require.NoError(t, service.TellExpiries(t.Context()))
		require.Equal(t, tt.want, s.notices, tt.at)
		require.Equal(t, tt.status, s.conn.Status(tt.at), tt.at)
	}
}

// TestSpareCertificatesKeepNobodyOut: of two certificates of an application the end of one is no alarm, whichever application it is.
// Spec: SSO-189, SSO-243
func TestSpareCertificatesKeepNobodyOut(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	over, good := until(t, now.AddDate(-1, 0, 0), now.AddDate(0, 0, -1)), until(t, now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0))
	good.Slot = 2
	s := &Service{signins: &SignIns{}, clock: clock.NewFixed(now)}
	for _, list := range [][]Certificate{{over}, {over, good}} {
		w := Watched{Customer: "one", Connection: Connection{ID: "idp_1", Nickname: "Partner", Settings: Settings{Certificates: list}, CustomDomain: &Application{Certificates: list}}}
		for v, want := range map[Variant][]string{Primary: {"saml_certificate_expired", "saml_spare_certificate_expired"},
			CustomDomain: {"saml_domain_certificate_expired", "saml_domain_spare_certificate_expired"}} {
			settings, ok := w.For(v)
			require.True(t, ok)
			eff := s.expiryEffects(w, settings.Slots(now)[0], ExpiryNotice{Connection: "idp_1", Variant: v})
			var told struct{ Kind string }
			require.NoError(t, json.Unmarshal(eff.Jobs[0].Payload, &told))
			require.Equal(t, want[len(list)-1], told.Kind)
		}
	}
}

// TestNoticesKnowTheOperatorsChoice: where a connection may have one certificate, no notice, record or refusal speaks of another slot, and each
// says what to do instead. Spec: SSO-242, SSO-245
func TestNoticesKnowTheOperatorsChoice(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	w := Watched{Customer: "one", Connection: Connection{ID: "idp_1", Nickname: "Partner", Settings: Settings{Certificates: []Certificate{until(t, now.AddDate(-1, 0, 0), now.AddDate(0, 0, 10))}}}}
	slot := w.Settings.Slots(now)[0]
	for _, one := range []bool{false, true} {
		s := &Service{oneCertificate: one, signins: &SignIns{}, clock: clock.NewFixed(now)}
		eff := s.expiryEffects(w, slot, ExpiryNotice{Connection: "idp_1", Variant: Primary, Days: 14})
		var told struct{ Kind string }
		require.NoError(t, json.Unmarshal(eff.Jobs[0].Payload, &told))
		said := map[string]string{
			"bell": texts.Sentence(text.English, "notify."+told.Kind+".text", nil), "mail": texts.Sentence(text.English, "mail.notify_"+told.Kind+".body", nil),
			"warning": texts.Hint(text.English, s.Warnings(Draft{Settings: w.Settings})[0].Code, nil),
		}
		for what, err := range map[string]error{"removal": s.lastCertificate(), "swap": s.place(&w.Settings, Certificate{Slot: 1, DER: []byte("x")})} {
			said[what] = texts.Hint(text.English, fault.From(err).Code, nil)
		}
		for what, words := range said {
			require.NotEmpty(t, words, what)
			require.Equal(t, !one, strings.Contains(words, "other slot"), "%s: %s", what, words)
		}
		_, second := s.prints(&Kept{Connection: w.Connection})["Certificate.2"]
		require.Equal(t, !one, second)
	}
}

// TestTwoValidCertificates are saved, with a draft or the application for a custom domain, only where a connection may have two. Spec: SSO-245
func TestTwoValidCertificates(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	past, valid, other := until(t, now.AddDate(-1, 0, 0), now.AddDate(0, 0, -1)), until(t, now.AddDate(0, 0, -1), now.AddDate(1, 0, 0)),
		until(t, now.AddDate(0, 0, 1), now.AddDate(2, 0, 0))
	for _, one := range []bool{false, true} {
		s := &Service{oneCertificate: one, clock: clock.NewFixed(now)}
		refused := func(list ...Certificate) bool {
			wrong := s.wrong(Draft{Settings: Settings{Certificates: list}})
			return slices.ContainsFunc(wrong, func(f fault.Field) bool { return f.Name == "settings.certificates" && f.Code == codeOneCertificate })
		}
		require.False(t, refused(valid))
		require.False(t, refused(past, valid))
		require.Equal(t, one, refused(valid, other))
		wrong := s.CheckApplication(Application{Certificates: []Certificate{valid, other}})
		require.Equal(t, one, slices.ContainsFunc(wrong, func(f fault.Field) bool { return f.Name == "certificates" && f.Code == codeOneCertificate }))
	}
}

// TestExpiredBesideValid says of an expired certificate whether anybody is kept out by it. Spec: SSO-239
func TestExpiredBesideValid(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	past, valid, future := until(t, now.AddDate(-1, 0, 0), now.AddDate(0, 0, -1)), until(t, now.AddDate(0, 0, -1), now.AddDate(1, 0, 0)),
		until(t, now.AddDate(0, 0, 1), now.AddDate(1, 0, 0))
	for _, tt := range []struct {
		beside []Certificate
		want   string
	}{
		{nil, messageExpired}, {[]Certificate{valid}, messageSpare}, {[]Certificate{future}, messageExpired}, {[]Certificate{past}, messageExpired},
	} {
		got := Settings{Certificates: append(tt.beside, past)}.Slots(now)
		require.Equal(t, tt.want, got[len(got)-1].Message)
	}
}

// TestUpkeepTexts finds the sentence of every message, warning and reason that is no fault.
func TestUpkeepTexts(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	for _, code := range []string{messageExpiring, messageExpired, messageSpare, messageNotYetValid, warnUnsolicited, warnOktaPolicy, warnOktaScoped, warnNoScopedID, warnCertificate, warnOnly, warnLogoutLong,
		"affected_signs_requests", "affected_logout"} {
		require.True(t, texts.Has(text.English, code), code)
	}
	require.Equal(t, "Certificate Expiring Soon: 2026-06-30", texts.Sentence(text.English, messageExpiring, text.Args{"date": "2026-06-30"}))
	require.Equal(t, "Your certificate has expired. Upload another certificate to continue using this identity provider.", texts.Sentence(text.English, messageExpired, nil))
}

// TestAffected says whom a change of our key concerns.
func TestAffected(t *testing.T) {
	t.Parallel()
	require.Empty(t, Connection{}.Affected())
	require.Equal(t, []string{"affected_signs_requests"}, Connection{Settings: Settings{SignAuthnRequest: true}}.Affected())
	require.Equal(t, []string{"affected_logout"}, Connection{Settings: Settings{LogoutURL: "https://idp.test/out"}}.Affected())
	require.Equal(t, []string{"affected_logout"}, Connection{CustomDomain: &Application{LogoutURL: "https://idp.test/out"}}.Affected())
}
