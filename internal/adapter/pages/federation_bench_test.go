package pages_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// codesOf lists what would refuse the answer.
func codesOf(r federation.TestReport) (codes []string) {
	for _, f := range r.Refusals {
		codes = append(codes, f.Code)
	}
	return codes
}

// TestBench tests a draft with several wrong settings at once, and a saved connection, and reads the reports: every fault with
// its setting, raw and mapped claims with their source, and the state of both signatures.
//
// Spec: SAM-063, SSO-168
func TestBench(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	ctx, actor := t.Context(), w.console
	run := func(address, login string) shown {
		b := w.browser()
		b.setState("https://console.causeway.test/", []*http.Cookie{{Name: "__Host-session", Value: "any"}})
		return b.signIn(address, login)
	}
	d := w.draft(first, "acme", func(s *federation.Settings) {
		s.IdPEntityID, s.Mode, s.Context, s.Comparison = "https://wrong.test", saml.SignBoth, saml.Kerberos, saml.Exact
	})
	address, runID, err := w.connections.StartTest(ctx, actor, first, d.ID)
	require.NoError(t, err)
	waiting, err := w.connections.Run(ctx, actor, first, runID)
	require.NoError(t, err)
	require.Equal(t, federation.TestWaiting, waiting.State)
	run(address, "uwe")
	got, err := w.connections.Run(ctx, actor, first, runID)
	require.NoError(t, err)
	require.Equal(t, federation.TestFailed, got.State)
	require.ElementsMatch(t, []string{saml.ErrResponseUnsigned.Code, saml.ErrIssuer.Code, saml.ErrContext.Code}, codesOf(got.Report), "all of them, not the first only")
	settings := map[string]string{}
	for _, f := range got.Report.Refusals {
		settings[f.Code] = f.Setting
	}
	require.Equal(t, map[string]string{saml.ErrResponseUnsigned.Code: "responseSigning", saml.ErrIssuer.Code: "idpEntityId", saml.ErrContext.Code: "authnContext"}, settings)
	require.Contains(t, got.Report.Message, "uwe@forest.test")
	require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.SAMLConnectionTestStarted), 1)

	conn := w.connect(first, "saved", nil)
	address, runID, err = w.connections.StartCheck(ctx, actor, first, conn.ID, federation.Primary)
	require.NoError(t, err)
	p := run(address, "uwe")
	require.Equal(t, http.StatusOK, p.Status, p.Body)
	require.Contains(t, p.Body, "The test has passed")
	got, err = w.connections.Run(ctx, actor, first, runID)
	require.NoError(t, err)
	require.Equal(t, federation.TestPassed, got.State)
	require.Empty(t, got.Report.Refusals)
	require.Len(t, got.Report.Signatures, 2)
	require.False(t, got.Report.Signatures[0].Present)
	require.True(t, got.Report.Signatures[1].Verified)
	require.Equal(t, conn.Settings.Certificates[0].Fingerprint(), got.Report.Signatures[1].Certificate)
	require.Contains(t, got.Report.Raw, federation.RawClaim{Name: "cip_upn", NameFormat: got.Report.Raw[0].NameFormat, Values: []string{"uwe@forest.test"}})
	sources := map[string]federation.Source{}
	for _, m := range got.Report.Mapped {
		sources[m.Claim] = m.Source
	}
	require.Equal(t, federation.FromAssertion, sources["upn"])
	require.Equal(t, federation.FromConnector, sources["sid"])
	require.Empty(t, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn), "a test signs nobody in")

	_, err = w.connections.Run(ctx, w.actor(second), second, runID)
	require.ErrorIs(t, err, federation.ErrNoRun, "another customer's")
	_, _, err = w.connections.StartCheck(ctx, w.actor(second), second, conn.ID, federation.Primary)
	require.ErrorIs(t, err, federation.ErrNotFound)
	_, runID, err = w.connections.StartCheck(ctx, actor, first, conn.ID, federation.Primary)
	require.NoError(t, err)
	w.clock.Advance(federation.RequestLife + time.Second)
	got, err = w.connections.Run(ctx, actor, first, runID)
	require.NoError(t, err)
	require.Equal(t, federation.TestFailed, got.State)
	require.Equal(t, []string{"connection_test_unanswered"}, codesOf(got.Report))
	w.clock.Advance(federation.RunLife)
	_, err = w.connections.Run(ctx, actor, first, runID)
	require.ErrorIs(t, err, federation.ErrNoRun, "kept for a day")
}

// TestBenchOfEachApplication tests both applications of a connection, each on its host.
func TestBenchOfEachApplication(t *testing.T) { // Spec: SSO-171, SSO-173
	t.Parallel()
	w := newWorld(t, "response")
	conn, _, cert2 := w.both()
	certificates := map[federation.Variant]string{
		federation.Primary:      conn.Settings.Certificates[0].Fingerprint(),
		federation.CustomDomain: federation.Certificate{DER: cert2.Raw}.Fingerprint(),
	}
	providers := map[federation.Variant]string{federation.Primary: idpHost, federation.CustomDomain: idp2Host}
	for v, host := range map[federation.Variant]string{federation.Primary: "saml.causeway.test", federation.CustomDomain: customHost} {
		address, runID, err := w.connections.StartCheck(t.Context(), w.console, first, conn.ID, v)
		require.NoError(t, err)
		require.Contains(t, address, "https://"+host+"/saml/start?")
		b := w.browser()
		b.setState("https://console.causeway.test/", []*http.Cookie{{Name: "__Host-session", Value: "any"}})
		require.Contains(t, b.post(b.enter(b.goTo(address, providers[v]), "uwe")).Body, "The test has passed", v)
		got, err := w.connections.Run(t.Context(), w.console, first, runID)
		require.NoError(t, err)
		require.Equal(t, federation.TestPassed, got.State, v)
		require.Equal(t, certificates[v], got.Report.Signatures[0].Certificate, v)
	}
	lone := w.connect(first, "lone", nil)
	_, _, err := w.connections.StartCheck(t.Context(), w.console, first, lone.ID, federation.CustomDomain)
	require.ErrorIs(t, err, federation.ErrNotFound)
}
