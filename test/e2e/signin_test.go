package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// newPassword is what administrators of these tests choose.
const newPassword = "Correct-Horse-7-Battery"

// TestFirstSignIn takes credentials that an operator handed over to an open console: every refusal on the way, the rules of
// passwords one by one, and nothing open before the end.
//
// Spec: PLT-062, PLT-065, PLT-070, PLT-372, PLT-400, PLT-409, PLT-412, PLT-413
func TestFirstSignIn(t *testing.T) {
	i := startServe(t)
	c := i.createCustomer("Alpine Works", "dana")
	var a administrator
	scriptInto(t, "first-signin", i.settings(map[string]any{"customerId": c.CustomerID, "login": c.UserName, "password": c.Password,
		"newPassword": newPassword}), &a)
	require.Len(t, a.BackupCodes, 10)
}

// TestLaterSignIns needs the prompt each time: a wrong code, a used one, a backup code once; then sign-out here and
// everywhere.
//
// Spec: IAM-014, IAM-016, IAM-080, PLT-061, PLT-067, PLT-075, PLT-076, PLT-414
func TestLaterSignIns(t *testing.T) {
	_, info := startDev(t)
	runScript(t, "later-signins", info.settings(nil))
}

// TestSessionEnds moves the clock to a few minutes before and to a minute after the end of a session in use.
//
// Spec: PLT-163, PLT-164
func TestSessionEnds(t *testing.T) {
	_, info := startDev(t)
	runScript(t, "session-end", info.settings(map[string]any{"dev": info.URLs.Dev}))
}
