package policy_test

import (
	"math/rand/v2"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/signin/policy"
)

// codes are what is wrong with a password of somebody with these names.
func codes(t *testing.T, password string, names ...string) []string {
	t.Helper()
	var out []string
	for _, f := range policy.Check("password", secret.New(password), names...) {
		require.Equal(t, "password", f.Name)
		out = append(out, f.Code)
	}
	return out
}

// TestLengthAndCharacters names everything that is wrong at once.
// Spec: PLT-091, PLT-092, PLT-093, PLT-094, PLT-095
func TestLengthAndCharacters(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return "Aa1!" + strings.Repeat("x", n-4) }
	for name, c := range map[string]struct {
		password string
		want     []string
	}{
		"good":                     {"Kq7!mzt4", nil},
		"7 characters":             {"Kq7!mzt", []string{policy.TooShort}},
		"8 characters, more bytes": {"Ärq7!ßzé", nil},
		"7 characters, more bytes": {"Är7!ßzé", []string{policy.TooShort}},
		"128 characters":           {long(128), nil},
		"129 characters":           {long(129), []string{policy.TooLong}},
		"128, more bytes":          {"Aa1!" + strings.Repeat("ß", 124), nil},
		"129, more bytes":          {"Aa1!" + strings.Repeat("ß", 125), []string{policy.TooLong}},
		"no digit":                 {"Kqx!mzty", []string{policy.NeedsDigit}},
		"no upper case":            {"kq7!mzt4", []string{policy.NeedsUpper}},
		"no lower case":            {"KQ7!MZT4", []string{policy.NeedsLower}},
		"no symbol":                {"Kq7xmzt4", []string{policy.NeedsSymbol}},
		"& as the only symbol":     {"Kq7&mzt4", []string{policy.NeedsSymbol}},
		"others as well":           {"Kq7&_~.,mzt4", []string{policy.NeedsSymbol}},
		"nothing":                  {"", []string{policy.TooShort, policy.NeedsDigit, policy.NeedsUpper, policy.NeedsLower, policy.NeedsSymbol}},
		"spaces count":             {" Kq7!mz ", nil},
		"no text":                  {"Kq7!mzt4\xff", []string{policy.NotText}},
		"NUL":                      {"Kq7!mzt4\x00", []string{policy.NotText}},
		"a control character":      {"Kq7!\nmzt4", []string{policy.NotText}},
		"another":                  {"Kq7!\u0085mzt4", []string{policy.NotText}},
	} {
		require.Equal(t, c.want, codes(t, c.password), name)
	}
	for _, symbol := range "!@#$%^*?+=-" {
		require.Empty(t, codes(t, "Kq7mzt4"+string(symbol)), string(symbol))
	}
	for _, other := range "&()_[]{}|\\/:;\"'<>,.~`§ " {
		require.Equal(t, []string{policy.NeedsSymbol}, codes(t, "Kq7mzt4"+string(other)), string(other))
	}
}

// TestLeakedPasswords refuses what meets every rule of characters and is known all the same, with any capitals: what PLT-088
// interrupts a sign-in for.
// Spec: PLT-323
func TestLeakedPasswords(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"P@ssw0rd", "Pa$$w0rd", "1qaz!QAZ", "!QAZ2wsx", "1QAZ!qaz", "L58jkdjP!"} {
		require.Contains(t, codes(t, p), policy.Compromised, p)
	}
	for _, p := range []string{"1qaz!QAZ", "!QAZ2wsx", "L58jkdjP!"} {
		require.Equal(t, []string{policy.Compromised}, codes(t, p), p)
	}
	require.Contains(t, codes(t, "trustno1"), policy.Compromised, "also where other rules are broken")
	require.Empty(t, codes(t, "1qaz!QAY"), "one character beside the list")
}

// TestDictionary refuses a password of which a word makes up at least half: what PLT-087 interrupts a sign-in for.
func TestDictionary(t *testing.T) {
	t.Parallel()
	for p, want := range map[string]bool{
		"Castle7!4Xq9":    true,  // 6 of 12
		"Castle7!4Xq92":   false, // 6 of 13
		"7!4xCASTLE9q2":   false,
		"7!4CASTLEq2":     true, // 6 of 11, inside and in capitals
		"Hedgehog-91":     true,
		"Michael#2026":    true,  // a first name
		"Moon7!q4":        false, // four letters are no word
		"XqCastlez7!w":    true,  // within a run of letters
		"Castle-Hedge-42": false, // two words, neither of them half
		"Überraschung7!":  false, // not of the language of the list
	} {
		require.Equal(t, want, slices.Contains(codes(t, p), policy.Word), p)
	}
}

// TestSubstitutions reads through what people put for letters, for words and for leaked passwords.
func TestSubstitutions(t *testing.T) {
	t.Parallel()
	for p, want := range map[string]string{
		"H3dg3h0g-91":       policy.Word,
		"5uN$h1n3!2026":     policy.Word, // sunshine
		"W31c0me!9Xq":       policy.Word, // the 1 is an l
		"1mp0rt4nt!Xq":      policy.Word, // the 1 is an i
		"Qw3rtyu!0p":        policy.Compromised,
		"H3dg3h0g-9142":     policy.Word, // 8 of 13
		"H3dg3h0g-91427346": "",          // 8 of 17
		"C@5tl3!7Xq":        "",          // six letters turn up by chance
	} {
		got := codes(t, p)
		if want == "" {
			require.NotContains(t, got, policy.Word, p)
			require.NotContains(t, got, policy.Compromised, p)
			continue
		}
		require.Contains(t, got, want, p)
	}
}

// TestRandomPasswordsAreTaken refuses none of what a generator of passwords makes. Of eight characters a few hold a plain word
// of five letters.
func TestRandomPasswordsAreTaken(t *testing.T) {
	t.Parallel()
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + policy.Symbols
	for length, tolerated := range map[int]int{8: 3, 12: 0, 16: 0} {
		random := rand.New(rand.NewPCG(1, uint64(length)))
		var refused []string
		for tried := 0; tried < 10_000; {
			b := make([]byte, length)
			for i := range b {
				b[i] = alphabet[random.IntN(len(alphabet))]
			}
			p := string(b)
			if !strings.ContainsAny(p, "0123456789") || !strings.ContainsAny(p, policy.Symbols) || strings.ToLower(p) == p || strings.ToUpper(p) == p {
				continue
			}
			if tried++; len(codes(t, p)) > 0 {
				refused = append(refused, p)
			}
		}
		require.LessOrEqual(t, len(refused), tolerated, "%d characters: %q", length, refused)
	}
}

// TestNames refuses what resembles the user name or the address of its owner.
// Spec: PLT-322
func TestNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		password string
		names    []string
		want     bool
	}{
		{"Qwintor!7x9z", []string{"qwintor"}, true},
		{"qWINTOR!7", []string{"Qwintor"}, true}, // other capitals
		{"17!Qwintor", []string{"qwintor@acme.example"}, true},
		{"Xx7!acme.example", []string{"qwintor@acme.example"}, false}, // the domain is not the person's
		{"12Qwint!9", []string{"qwintor1968"}, true},                  // part of the name
		{"Qwimtor!7", []string{"qwintor"}, true},                      // one letter differs
		{"Qwimtot!7", []string{"qwintor"}, true},                      // two
		{"Qzimtot!7", []string{"qwintor"}, false},                     // three
		{"ZkQwintorB!7", []string{"other", "qwintor"}, true},
		{"Kq7!mzt4", []string{"al", "", "@", "42"}, false}, // too short to say anything
		{"839!2k#71Q", []string{"mike"}, false},            // its letters are too few to say anything
		{"Abc!4711x", []string{"abd"}, false},              // of three letters two may not differ
		{"ann.s-Zmith47", []string{"zmith"}, true},
	} {
		require.Equal(t, c.want, slices.Contains(codes(t, c.password, c.names...), policy.LikeName), "%s %v", c.password, c.names)
	}
}

// TestAsksNoNetwork holds that nothing the policy is made of can open a connection.
// Spec: PLT-324
func TestAsksNoNetwork(t *testing.T) {
	t.Parallel()
	deps, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	require.NoError(t, err)
	list := strings.Fields(string(deps))
	require.Contains(t, list, "crypto/sha256")
	require.NotContains(t, list, "net")
}

// TestTexts finds codes that would show as codes.
func TestTexts(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	for _, code := range []string{policy.NotText, policy.TooShort, policy.TooLong, policy.NeedsDigit, policy.NeedsUpper, policy.NeedsLower, policy.NeedsSymbol,
		policy.Word, policy.Compromised, policy.LikeName} {
		require.True(t, texts.Has(text.English, code), code)
	}
}

// FuzzCheck accepts nothing that an independent reading of the rules of characters refuses, whatever the bytes.
func FuzzCheck(f *testing.F) {
	kinds := map[string]*regexp.Regexp{ // by their categories of Unicode: a ß is lower case although it has no upper case
		"digit": regexp.MustCompile(`\p{Nd}`), "capital": regexp.MustCompile(`\p{Lu}`), "small letter": regexp.MustCompile(`\p{Ll}`),
		"symbol": regexp.MustCompile(`[!@#$%^*?+=-]`),
	}
	for _, p := range []string{"", "Kq7!mzt4", "P@ssw0rd", "Hedgehog-91", "Kq7!mzt4\xff", strings.Repeat("ß", 129), "ÄÖ7!ßéxx", "ÄÖ7!ß7!ß", "İstanbul7!"} {
		f.Add(p, "qwintor@acme.example")
	}
	f.Fuzz(func(t *testing.T, p, name string) {
		if len(policy.Check("password", secret.New(p), name)) > 0 {
			return
		}
		for kind, has := range kinds {
			if !has.MatchString(p) {
				t.Errorf("accepted %q without a %s", p, kind)
			}
		}
		if n := len([]rune(p)); n < 8 || n > 128 || !utf8.ValidString(p) {
			t.Errorf("accepted %q", p)
		}
		if name != "" && strings.EqualFold(p, name) && utf8.RuneCountInString(strings.Trim(p, "0123456789!@#$%^*?+=-")) >= 3 && !strings.Contains(name, "@") && isLetters(name) {
			t.Errorf("accepted the name itself %q", p)
		}
	})
}

func isLetters(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }) < 0
}
