package pages_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestPickerBesideAGroup signs somebody in who administers two customers himself, while a group of the directory administers the first
// and a third: he may choose between the two that are his own, and the third is reached through its sign-in URL only.
func TestPickerBesideAGroup(t *testing.T) {
	t.Parallel()
	// Spec: IAM-112
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	another := h.onboardAnother(made, "Acme Test")
	third := h.onboard("eve", "Umbrella AG")
	groups := admin.NewDirectory(admin.DirectoryDeps{Store: h.db.Admins(), Picker: &fakeMembers{}, Clock: h.clock,
		Capable: func(context.Context, customer.ID) (bool, error) { return true, nil }})
	for _, c := range []customer.ID{made.Customer.ID, third.Customer.ID} {
		actor := admin.Actor{Type: systemlog.ActorAdministrator, ID: "login_x", Name: "An Administrator", Customer: c, Rights: admin.Rights{Full: true}, FreshUntil: alwaysFresh}
		_, err := groups.Add(t.Context(), actor, c, admin.NewFromDirectory{Kind: admin.DirectoryGroup, SID: "S-1-5-21-1-2-3-512", Domain: "forest.test", Rights: admin.Rights{Full: true}})
		require.NoError(t, err)
	}

	v := h.visitor()
	v.password("ann", made.Password.Reveal())
	v.post(accountsSite+"/signin/new-password", url.Values{"password": {ownPassword}, "repeat": {ownPassword}})
	s := v.proveMailbox("ann", ownPassword)
	v.post(accountsSite+"/signin/app", url.Values{"code": {h.codeNow(strings.ReplaceAll(s.first(t, typedKey), " ", ""))}})
	v.post(accountsSite+"/signin/phone", url.Values{"phone": {"0041 44 668 18 00"}})
	v.post(accountsSite+"/signin/no-recovery-email", nil)
	s = v.post(accountsSite+"/signin/backup-codes", url.Values{"kept": {"yes"}})
	require.Equal(t, "/signin/customer", s.url.Path, "the choice comes after he has proved who he is")
	require.Contains(t, s.body, string(made.Customer.ID))
	require.Contains(t, s.body, string(another.Customer.ID))
	require.NotContains(t, s.body, string(third.Customer.ID))
	s = v.goOn(v.post(s.url.String(), url.Values{"customer": {string(another.Customer.ID)}}))
	require.Contains(t, s.body, "console of "+string(another.Customer.ID))
}
