package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDemonstration lets each person of "causeway dev" sign in: three are in the workspace, two are refused with a
// transaction ID, under which the console tells the administrator why. Only the person whose assertion is complete was
// not looked up.
//
// Spec: SAM-020, SAM-101, SAM-202, SAM-254
func TestDemonstration(t *testing.T) {
	_, info := startDev(t)
	require.Len(t, info.Connectors, 3)
	state := info.signedIn(t)
	signIn := func(t *testing.T, p subscriber, refused bool, result any) {
		t.Helper()
		scriptInto(t, "person", info.settings(map[string]any{"login": p.IdPLogin, "password": p.IdPPassword, "refused": refused, "picture": p.Case}), result)
	}
	traceOf := func(t *testing.T, p subscriber, transaction *string) string {
		t.Helper()
		var found trace
		scriptInto(t, "trace", info.settings(map[string]any{"state": state, "person": p.UPN, "transaction": transaction}), &found)
		return found.Text
	}
	// The first of them, because of successful sign-ins only one a minute leaves a trace.
	for _, kind := range []string{"plain", "upn-only", "shadow"} {
		t.Run(kind, func(t *testing.T) {
			p := info.person(t, kind)
			var facts workspaceFacts
			signIn(t, p, false, &facts)
			require.Equal(t, p.UPN, facts["Account"])
			require.Regexp(t, `^S-1-5-21-`, facts["Security identifier"])
			if kind == "plain" {
				require.Contains(t, traceOf(t, p, nil), "the assertion carries SID, OID, UPN and e-mail")
			}
		})
	}
	for kind, why := range map[string]string{
		"ambiguous": "More than one account has this user principal name (corp.example, partner.example).",
		"disabled":  "The account in the directory is disabled.",
	} {
		t.Run(kind, func(t *testing.T) {
			p := info.person(t, kind)
			var page refused
			signIn(t, p, true, &page)
			require.NotContains(t, page.Text, "corp.example", "the person learns which directories there are")
			require.Contains(t, traceOf(t, p, &page.Transaction), why)
		})
	}
}
