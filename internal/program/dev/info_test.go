package dev

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
)

func TestPrintSaysWhatIsToBeSeenWithEachPerson(t *testing.T) {
	t.Parallel()
	info := Info{Administrators: []Administrator{{Login: "admin", Password: "pass", TOTPSecret: "ABC"}},
		URLs: URLs{Console: "http://console.test", Dev: "http://127.0.0.1:1"}}
	for _, p := range demo.People(demo.Forests()) {
		info.Subscribers = append(info.Subscribers, Subscriber{IdPLogin: p.Login, IdPPassword: p.Password, Case: string(p.Case)})
	}
	var out strings.Builder
	require.NoError(t, info.Print(&out))
	for _, s := range info.Subscribers {
		require.NotEmpty(t, toSee[demo.Case(s.Case)], "nothing is said about %s", s.Case)
		require.Contains(t, out.String(), s.IdPLogin)
	}
	require.Contains(t, out.String(), "curl -s http://127.0.0.1:1/dev/totp/admin")
	require.True(t, strings.HasSuffix(out.String(), "\nOpen http://console.test and sign in as admin.\n"), "the last line says where to go")
}
