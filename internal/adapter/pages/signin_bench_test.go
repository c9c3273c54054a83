package pages_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// BenchmarkPasswordSignIn alternates the whole first step of a sign-in, from the form to the answer with its commits, with
// argon2id alone at the same costs. password_ratio_argon2 is argon2id's time divided by the step's.
func BenchmarkPasswordSignIn(b *testing.B) {
	h := newHouseAtCost(b, signin.PasswordCost)
	made := h.onboard("ann", "Acme AG")
	v := h.visitor()
	page := v.get(consoleSite + "/signin")
	form := url.Values{"form": {page.first(b, formValue)}, "name": {"ann"}, "password": {made.Password.Reveal()}}
	salt := make([]byte, 16)
	var step, alone time.Duration
	for b.Loop() {
		start := time.Now()
		s := v.post(accountsSite+"/signin", form)
		step += time.Since(start)
		if s.status != http.StatusOK || s.url.Path != "/signin/new-password" {
			b.Fatal(s.status, s.body)
		}
		start = time.Now()
		argon2.IDKey([]byte("x"), salt, signin.PasswordCost.Passes, signin.PasswordCost.MemoryKiB, 1, 32)
		alone += time.Since(start)
	}
	b.ReportMetric(float64(alone)/float64(step), "password_ratio_argon2")
}
