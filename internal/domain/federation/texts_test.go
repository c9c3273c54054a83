package federation

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/text"
)

var (
	faultCode = regexp.MustCompile(`fault\.New\(fault\.\w+, "([a-z_]+)"\)`)
	fieldCode = regexp.MustCompile(`\bcode[A-Z]\w* += "([a-z_]+)"`)
	stepName  = regexp.MustCompile(`(?:j\.(?:check|note)\(|\bcheck\(|Step\{Name: )"([a-z_]+)"`)
)

// TestEveryCodeHasAText finds the codes and steps in the source of this package and of the protocol.
func TestEveryCodeHasAText(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	for code := range matches(t, faultCode, ".") {
		require.NotEmptyf(t, texts.Hint(text.English, code, nil), "fault %s", code)
	}
	fields := matches(t, fieldCode, ".")
	require.NotEmpty(t, fields)
	for code := range fields {
		require.Truef(t, texts.Has(text.English, code), "field code %s", code)
	}
	steps := matches(t, stepName, ".", "../../protocol/saml")
	require.Greater(t, len(steps), 20)
	for name := range steps {
		require.Truef(t, texts.Has(text.English, "trace.step."+name), "step %s", name)
	}
	for _, remark := range []string{RemarkMoreCertificates, RemarkNoLogout, RemarkWantsSigned} {
		require.True(t, texts.Has(text.English, remark), remark)
	}
}

func matches(t *testing.T, form *regexp.Regexp, dirs ...string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			source, err := os.ReadFile(f)
			require.NoError(t, err)
			for _, m := range form.FindAllStringSubmatch(string(source), -1) {
				out[m[1]] = true
			}
		}
	}
	return out
}
