package federation

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// TestMaskedStepsTellNothingOfThePerson masks each value of a step that is a person's, of whatever type it is.
func TestMaskedStepsTellNothingOfThePerson(t *testing.T) {
	t.Parallel()
	oid, err := sid.ParseGUID("12345678-9abc-def0-1122-334455667788")
	require.NoError(t, err)
	account, err := sid.ParseSID("S-1-5-21-1-2-3-1001")
	require.NoError(t, err)
	trace := Trace{Args: text.Args{"upn": "ada@corp.example"}}
	for name, detail := range map[string]text.Args{
		"entra_account":     {"oid": oid, "sid": account, "upn": "ada@corp.example"},
		"entra_upn_differs": {"upn": "ada@corp.example", "onPremisesUpn": "ada@corp.example"},
		"subject":           {"name_id": "ada@corp.example", "format": "kept"},
		"memberships":       {"sid": account, "groups": 7},
		"administrator":     {"sid": account, "name": "ada"},
	} {
		trace.Steps = append(trace.Steps, TraceStep{Name: name, Detail: detail})
	}
	got := trace.Masked()
	said := fmt.Sprint(got.Args, got.Steps)
	require.NotContains(t, said, "ada")
	require.NotContains(t, said, account.String())
	require.NotContains(t, said, oid.String())
	require.Contains(t, said, "kept")
	require.Contains(t, said, "7")
}
