package policy_test

import (
	"testing"

	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/signin/policy"
)

// BenchmarkCheck is the cost of a long password of letters, which asks the dictionary most often.
func BenchmarkCheck(b *testing.B) {
	p := secret.New("Kqzmtxwvbrfghjpdkqzmtxwvbrfghjpdkqzmtxwvbrfghjpd7!")
	policy.Check("password", p)
	for b.Loop() {
		policy.Check("password", p, "qwintor")
	}
}
