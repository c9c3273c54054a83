package signin

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/brand"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/signin/policy"
)

func TestOneTimePassword(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 200 {
		p := oneTimePassword()
		require.Empty(t, policy.Check("password", p))
		require.Equal(t, oneTimeLength, utf8.RuneCountInString(p.Reveal()))
		seen[p.Reveal()] = true
	}
	require.Len(t, seen, 200)
}

// TestAuthenticator proves key, label and codes against another implementation's reading of the address.
// Spec: PLT-399, PLT-400, PLT-401
func TestAuthenticator(t *testing.T) {
	t.Parallel()
	a, err := newAuthenticator("ann@acme.example")
	require.NoError(t, err)
	require.Len(t, a.Key.Reveal(), 32, "160 bits in base32")
	require.Regexp(t, `^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$`, a.Grouped())
	require.Contains(t, a.url, "issuer="+brand.TOTPIssuer)
	require.Contains(t, a.url, "otpauth://totp/"+brand.TOTPIssuer+":ann@acme.example?")
	png, err := a.QR()
	require.NoError(t, err)
	require.Equal(t, "\x89PNG", string(png[:4]))

	now := time.Unix(1_700_000_010, 0)
	for shift, want := range map[time.Duration]bool{-60 * time.Second: false, -30 * time.Second: true, 0: true, 30 * time.Second: true, 60 * time.Second: false} {
		code, err := totp.GenerateCode(a.Key.Reveal(), now.Add(shift))
		require.NoError(t, err)
		step, ok := matchStep(a.Key, code[:3]+" "+code[3:], now)
		require.Equal(t, want, ok, shift)
		if ok {
			require.Equal(t, now.Add(shift).Unix()/30, step, "the step that was typed is consumed, not the present one")
		}
	}
	for _, code := range []string{"", "12345", "1234567", "abcdef", "１２３４５６"} {
		_, ok := matchStep(a.Key, code, now)
		require.False(t, ok, code)
	}
}

// TestRFC6238 checks the SHA-1 vectors of appendix B, cut to six digits.
// Spec: PLT-399
func TestRFC6238(t *testing.T) {
	t.Parallel()
	key := secret.New("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") // "12345678901234567890"
	for at, code := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"} {
		step, ok := matchStep(key, code, time.Unix(at, 0))
		require.True(t, ok, at)
		require.Equal(t, at/30, step)
	}
}

// Spec: PLT-070, PLT-410
func TestPhone(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"+41 44 668 18 00": "+41446681800", "0041 (44) 668-18-00": "+41446681800", "+1.202.555.0100": "+12025550100", "+123456789012345": "+123456789012345",
	} {
		got, err := readPhone("phone", typed)
		require.NoError(t, err, typed)
		require.Equal(t, want, got)
	}
	for _, typed := range []string{"", "044 668 18 00", "+0446681800", "+41", "+1234567890123456", "+41 44 668 18 0x", "+41446681800;1", "+４１４４６６８１８００", "++41446681800"} {
		_, err := readPhone("phone", typed)
		require.ErrorIs(t, err, fault.ErrInvalidInput, typed)
	}
}

func TestBackupCodes(t *testing.T) {
	t.Parallel()
	codes := newBackupCodes()
	require.Len(t, codes, backupCodes)
	seen := map[string]bool{}
	for _, c := range codes {
		require.Regexp(t, `^[a-kmnp-z2-9]{10}$`, c)
		require.False(t, seen[c])
		seen[c] = true
		require.Equal(t, c, readBackupCode(" "+strings.ToUpper(ShowBackupCode(c))+"\t"))
	}
}

// TestDelay grows, stays under its cap and starts late enough.
func TestDelay(t *testing.T) { // L01
	t.Parallel()
	s := Subject{Free: 4, Cap: 15 * time.Minute}
	before := time.Duration(0)
	for n := range 200 {
		d := s.Delay(n)
		require.GreaterOrEqual(t, d, before, n)
		require.LessOrEqual(t, d, s.Cap)
		require.Equal(t, n > 4, d > 0, n)
		before = d
	}
	require.Equal(t, time.Second, s.Delay(5))
	require.Equal(t, 8*time.Second, s.Delay(8))
	day := Subject{Free: 9, From: 20 * time.Hour, Cap: 20 * time.Hour}
	require.Zero(t, day.Delay(9))
	require.Equal(t, day.Cap, day.Delay(10), "the tenth is the last of the day")
	require.Equal(t, day.Cap, day.Delay(1000))
}

func TestAddressRange(t *testing.T) {
	t.Parallel()
	for a, want := range map[string]string{
		"198.51.100.7": "198.51.100.0/24", "::ffff:198.51.100.9": "198.51.100.0/24", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
	} {
		require.Equal(t, want, addressRange(addr(a)), a)
	}
}

// TestFieldTexts finds field codes that would show as codes.
func TestFieldTexts(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	for _, code := range []string{fieldPasswordSame, fieldPasswordFormer, fieldPasswordIdle, fieldNotRepeated, fieldUserNameTaken, fieldFindValue, fieldPhone, fieldNotKept} {
		require.True(t, texts.Has(text.English, code), code)
	}
}
