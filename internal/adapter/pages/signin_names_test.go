package pages_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestOwnSuccessForgivesNoGuess lets somebody whose login shares an address with another's guess at that one between his own
// right passwords, in a strange browser and in one that knows his own login: L01.
func TestOwnSuccessForgivesNoGuess(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mallory, made := h.visitor(), h.onboardAt("mallory", "Evil AG", "team@example.test")
	a, _ := mallory.enrol(made)
	h.onboardAt("ann", "Acme AG", "team@example.test")
	mallory.post(consoleSite+"/signout", nil)
	for name, v := range map[string]*visitor{"known browser": mallory, "strange browser": h.visitor()} {
		h.clock.Advance(24 * time.Hour)
		guesses, refused := 0, 0
		for range 6 {
			for range 3 {
				switch s := v.password("team@example.test", "Guess-4711!x"); s.status {
				case http.StatusForbidden:
					guesses++
				case http.StatusTooManyRequests:
					refused++
				default:
					t.Fatalf("%s: %d", name, s.status)
				}
			}
			v.password("team@example.test", a.password)
		}
		require.Less(t, guesses, 12, name)
		require.Equal(t, 18, guesses+refused, name)
	}
	for range 4 {
		require.Equal(t, http.StatusForbidden, mallory.password("mallory", "Wrong-Passw0rd").status)
		require.Equal(t, "/signin/code", mallory.password("mallory", a.password).url.Path, "the own login starts afresh with each success")
		require.Equal(t, http.StatusForbidden, mallory.password("mallory", "Wrong-Passw0rd").status)
	}
}

// TestForeignAddressAsUserName refuses an invited person every user name with an @ but his own address, with the same words
// whether somebody has that address or not.
// Spec: IAM-057
func TestForeignAddressAsUserName(t *testing.T) { // L01, L02
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	link := h.invite(made, "eve@evil.example")
	v := h.visitor()
	s := v.get(consoleSite + "/signin?invitation=" + tokenOf(t, link))
	create := func(name string) sheet {
		return v.post(accountsSite+"/signin/create-account", url.Values{"form": {s.first(t, formValue)}, "userName": {name}, "password": {ownPassword}, "repeat": {ownPassword}})
	}
	for _, name := range []string{"ann@example.test", "ANN@example.test", "nobody@example.test"} {
		got := create(name)
		require.Equal(t, http.StatusBadRequest, got.status, name)
		require.Contains(t, got.body, "A user name with an @ must be the e-mail address of the account.", name)
	}
	require.Equal(t, "/signin/enroll", create("Eve@evil.example").url.Path)
}
