package handover_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/handover"
)

// TestReturnPath walks the tricks that lead elsewhere. Spec: SAM-125
func TestReturnPath(t *testing.T) { // S39
	t.Parallel()
	for raw, want := range map[string]string{
		"":                              "/",
		"/":                             "/",
		"/apps?page=2":                  "/apps?page=2",
		"/locations?tab=1":              "/locations?tab=1",
		"/a%20b":                        "/a%20b",
		"https://evil.test/":            "/",
		"https:/x":                      "/",
		"//evil.test/":                  "/",
		"//evil.test":                   "/",
		"///evil.test":                  "/",
		`/\evil.test`:                   "/",
		`\\evil.test`:                   "/",
		"/%5cevil.test":                 "/",
		"/%2f/evil.test":                "/",
		"/\tevil":                       "/",
		"/%09/evil.test":                "/",
		"/%0d%0aLocation:x":             "/",
		"/a\r\nSet-Cookie: x=1":         "/",
		"/%7f":                          "/",
		"javascript:alert(1)":           "/",
		"evil":                          "/",
		"/#fragment":                    "/",
		"/ok#part":                      "/ok",
		"/" + strings.Repeat("a", 1023): "/" + strings.Repeat("a", 1023),
		"/" + strings.Repeat("a", 1024): "/",
	} {
		require.Equal(t, want, handover.ReturnPath(raw), "%q", raw)
	}
}
