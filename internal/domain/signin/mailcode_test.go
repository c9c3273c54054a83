package signin

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// TestMailsHaveWords renders every mail about recovery with what it gets.
func TestMailsHaveWords(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	for template, args := range map[string]text.Args{
		"enrolment_code": {"code": "123456"}, "recovery_email_code": {"code": "123456"}, "recovery_code": {"code": "123456"},
		"identity_code": {"code": "123456"}, "email_change_code": {"code": "123456"}, "backup_code_used": {"remaining": "9"},
		"authenticator_changed": {}, "recovery_email_changed": {}, "backup_codes_replaced": {}, "recovery_phone_changed": {}, "email_changed": {},
		"support_requested": {}, "support_code_issued": {}, "support_code_used": {},
	} {
		subject := texts.Sentence(text.English, "mail."+template+".subject", args)
		for _, value := range args {
			require.NotContains(t, subject, value, "%s: a subject is seen on locked screens", template)
		}
		args["user"] = "ann"
		body := texts.Sentence(text.English, "mail."+template+".body", args)
		for _, value := range args {
			require.Contains(t, body, value, template)
		}
		require.NotRegexp(t, `[{}]|mail\.`, subject+body, template)
	}
}

func TestMailCodes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 200 {
		code := newMailCode()
		require.Regexp(t, regexp.MustCompile(`^[0-9]{6}$`), code)
		seen[code] = true
	}
	require.Greater(t, len(seen), 190)
}

// Spec: PLT-403, PLT-411
func TestOtherAddress(t *testing.T) {
	t.Parallel()
	l := Login{Email: "Ann@Acme.example"}
	got, err := l.otherAddress("email", " ann@home.example ")
	require.NoError(t, err)
	require.Equal(t, "ann@home.example", got)
	for _, typed := range []string{"ann@acme.example", "ANN@ACME.EXAMPLE ", "", "ann", "Ann <ann@home.example>", "ann@home.example, ben@home.example", "a\x00@home.example",
		"ann@localhost", "ann@[192.0.2.1]", `"ann b"@home.example`, "ann@home.example\u0000", strings.Repeat("a", 400) + "@home.example"} {
		_, err := l.otherAddress("email", typed)
		require.ErrorIs(t, err, fault.ErrInvalidInput, typed)
	}
}

func TestMasks(t *testing.T) {
	t.Parallel()
	require.Equal(t, "a…@acme.example", maskEmail("ann@acme.example"))
	require.Equal(t, "ä…@acme.example", maskEmail("änn@acme.example"))
	require.Empty(t, maskEmail(""))
	require.Equal(t, "…800", maskPhone("+41446681800"))
	require.Equal(t, "…", maskPhone(""))
}
