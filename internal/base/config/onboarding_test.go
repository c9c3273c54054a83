package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/config"
)

// TestOnboardingSection names what cannot be used, and leaves sign-up closed where nobody says otherwise. Spec: PLT-043
func TestOnboardingSection(t *testing.T) {
	t.Parallel()
	c := config.Default()
	require.Equal(t, "closed", c.Onboarding.Policy)
	c.BaseDomain, c.HTTP.CertFile, c.HTTP.KeyFile, c.Region = "causeway.example.com", "cert.pem", "key.pem", "Europe"
	c.Onboarding.Regions = map[string]string{"Asia": "https://onboarding.asia.example.com"}
	c.Onboarding.TermsURL = "https://example.com/terms"
	require.NoError(t, c.Validate())

	c.Onboarding = config.Onboarding{Policy: "maybe", Regions: map[string]string{"Europe": "https://x.example", "Asia": "http://plain.example", "Africa": "africa"},
		TermsURL: "javascript:alert(1)"}
	var problems config.Problems
	require.ErrorAs(t, c.Validate(), &problems)
	var keys []string
	for _, p := range problems {
		keys = append(keys, p.Key)
	}
	require.Equal(t, []string{"onboarding.policy", "onboarding.regions", "onboarding.regions", "onboarding.regions", "onboarding.terms_url"}, keys)
}
