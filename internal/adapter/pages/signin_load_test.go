package pages_test

import (
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// resetOf asks for a reset link and returns its token.
func (h *house) resetOf(user string) string {
	h.t.Helper()
	require.Equal(h.t, "/find-account/sent", h.visitor().find("user", user).url.Path)
	h.runFinds()
	return tokenOf(h.t, h.mailed(user+"@example.test").link(h.t))
}

// TestPagesOfNewPasswordsCostLittle hashes nothing for a password that can be refused without, and counts the tries of all
// others before they are hashed: with a mailed link, with an invitation and in a sign-in.
func TestPagesOfNewPasswordsCostLittle(t *testing.T) { // L01
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	h.visitor().enrol(made)
	link, half := h.resetOf("ann"), h.visitor()
	handedOver := h.onboard("ben", "Beta AG").Password.Reveal()
	require.Equal(t, "/signin/new-password", half.password("ben", handedOver).url.Path)
	guest := h.visitor()
	form := guest.get(consoleSite+"/signin?invitation="+tokenOf(t, h.invite(made, "cat@example.test"))).first(t, formValue)
	for way, page := range map[string]struct {
		visitor *visitor
		path    string
		with    url.Values
		used    string // a good password that is refused all the same, after hashes
	}{
		"mailed link":   {h.visitor(), "/reset-password", url.Values{"token": {link}}, ownPassword},
		"handed over":   {half, "/signin/new-password", url.Values{}, handedOver},
		"an invitation": {guest, "/signin/create-account", url.Values{"form": {form}, "userName": {"ann"}}, ownPassword},
	} {
		send := func(password, repeat string) (status int, hashes int64) {
			before := h.hashes.Load()
			page.with.Set("password", password)
			page.with.Set("repeat", repeat)
			return page.visitor.post(accountsSite+page.path, page.with).status, h.hashes.Load() - before
		}
		for _, pair := range [][2]string{{page.used, "no"}, {"weak", "weak"}} {
			status, hashes := send(pair[0], pair[1])
			require.Equal(t, http.StatusBadRequest, status, way)
			require.Zero(t, hashes, "%s: %q", way, pair)
		}
		refused := 0
		for range 20 {
			if status, hashes := send(page.used, page.used); status == http.StatusTooManyRequests {
				require.Zero(t, hashes, way)
				refused++
			}
		}
		require.GreaterOrEqual(t, refused, 10, way)
	}
}

// TestResetLinkFlood posts on one reset link from sixty sides while people sign in.
func TestResetLinkFlood(t *testing.T) { // L01
	t.Parallel()
	h := newHouse(t)
	h.visitor().enrol(h.onboard("ann", "Acme AG"))
	ben, _ := h.visitor().enrol(h.onboard("ben", "Beta AG"))
	token := secret.New(h.resetOf("ann"))
	var flood sync.WaitGroup
	var stop atomic.Bool
	var sent atomic.Int64
	repeats := []secret.Text{secret.New(ownPassword), secret.New("no")} // a former password, and one that was not repeated
	for i := range 60 {
		flood.Go(func() {
			for !stop.Load() {
				_ = h.logins.ResetPassword(t.Context(), token, secret.New(ownPassword), repeats[i%2], signin.Client{})
				sent.Add(1)
			}
		})
	}
	for i := range 12 {
		s := h.visitor().password(ben.name, ben.password)
		require.Equal(t, "/signin/code", s.url.Path, "sign-in %d after %d requests: %s", i, sent.Load(), s.body)
	}
	stop.Store(true)
	flood.Wait()
}

// TestTakenUserNamesAreNotProbed slows down whoever tries user name after user name with one invitation.
// Spec: IAM-057
func TestTakenUserNamesAreNotProbed(t *testing.T) { // L02
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	v := h.visitor()
	form := v.get(consoleSite+"/signin?invitation="+tokenOf(t, h.invite(made, "eve@evil.example"))).first(t, formValue)
	told, slowed := 0, 0
	for range 20 {
		s := v.post(accountsSite+"/signin/create-account", url.Values{"form": {form}, "userName": {"ann"}, "password": {ownPassword}, "repeat": {ownPassword}})
		switch s.status {
		case http.StatusBadRequest:
			told++
		case http.StatusTooManyRequests:
			slowed++
		default:
			t.Fatal(fmt.Sprint(s.status, s.body))
		}
	}
	require.Less(t, told, 13)
	require.Equal(t, 20, told+slowed)
}
