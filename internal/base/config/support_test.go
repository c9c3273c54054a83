package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/config"
)

// TestSupportLeadsSomewhere sets where help leads, well and badly. Spec: PLT-106
func TestSupportLeadsSomewhere(t *testing.T) {
	t.Parallel()
	for value, good := range map[string]bool{
		"": true, "https://help.example/tickets?of=causeway": true, "mailto:help@example.test": true,
		"http://help.example": false, "javascript:alert(1)": false, "https:": false, "mailto:": false, "help.example": false, "//help.example": false, "data:text/html,x": false,
	} {
		c := config.Default()
		c.SupportURL = value
		var problems config.Problems
		require.ErrorAs(t, c.Validate(), &problems, "other keys are missing")
		wrong := false
		for _, p := range problems {
			wrong = wrong || p.Key == "support_url"
		}
		require.Equal(t, good, !wrong, "%q", value)
	}
}
