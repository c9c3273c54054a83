package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// helped is what commits with a link that was stored.
func helped(l signin.Login) func([]signin.TokenHash) (systemlog.Effects, error) {
	return func([]signin.TokenHash) (systemlog.Effects, error) {
		return noted(l, systemlog.AdministratorSignInHelpSent), nil
	}
}

// TestResets keeps one live link per login, uses it once also in parallel, and ends what was proven with the former
// password: of this login, not of another's.
// Spec: PLT-056
func TestResets(t *testing.T) { // L06
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.WebLogins()
		ann, _ := loginOf(t, db, clk, "ann", "ann@acme.example")
		ben, _ := loginOf(t, db, clk, "ben", "ben@beta.example")
		mail := func(l signin.Credentials, name string) {
			t.Helper()
			r := signin.Reset{Login: l.Login, Token: token(name), ExpiresAt: clk.Now().Add(signin.ResetLinkLife)}
			require.NoError(t, s.StartResets(ctx, []signin.Reset{r}, helped(l.Login)))
		}
		use := func(name, hash string) error {
			return s.UseReset(ctx, token(name), hash, noted(ann.Login, systemlog.AdministratorPasswordReset))
		}
		mail(ann, "first")
		clk.Advance(signin.ResetLinkRest - time.Minute)
		both := []signin.Reset{{Login: ann.Login, Token: token("too soon"), ExpiresAt: clk.Now().Add(signin.ResetLinkLife)},
			{Login: ben.Login, Token: token("ben's first"), ExpiresAt: clk.Now().Add(signin.ResetLinkLife)}}
		require.NoError(t, s.StartResets(ctx, both, func(stored []signin.TokenHash) (systemlog.Effects, error) {
			require.Equal(t, []signin.TokenHash{token("ben's first")}, stored)
			return noted(ann.Login, systemlog.AdministratorSignInHelpSent), nil
		}))
		_, err := s.Reset(ctx, token("first"))
		require.NoError(t, err, "whoever asked again has voided a young link")
		require.NoError(t, s.StartResets(ctx, both, func([]signin.TokenHash) (systemlog.Effects, error) { return systemlog.Effects{}, nil }))
		clk.Advance(signin.ResetLinkRest + time.Minute)
		mail(ann, "second")
		mail(ben, "ben's")
		_, err = s.Reset(ctx, token("first"))
		require.ErrorIs(t, err, signin.ErrResetLink, "a replaced link")
		got, err := s.Reset(ctx, token("second"))
		require.NoError(t, err)
		require.Equal(t, ann, got)

		begin(t, s, ann, clk, "ann's sign-in")
		begin(t, s, ben, clk, "ben's sign-in")
		require.EqualValues(t, 1, race(t, func(i int) error { return use("second", fmt.Sprint("new ", i)) }, signin.ErrResetLink))
		require.ErrorIs(t, use("second", "again"), signin.ErrResetLink)
		_, err = s.Transaction(ctx, token("ann's sign-in"))
		require.ErrorIs(t, err, signin.ErrTransactionOver)
		_, err = s.Transaction(ctx, token("ben's sign-in"))
		require.NoError(t, err)
		after, err := s.Find(ctx, "ann")
		require.NoError(t, err)
		require.False(t, after[0].MustChange)
		require.False(t, after[0].VerifiedAt.IsZero(), "the link went to the address on file")

		mail(ann, "to the old address")
		require.NoError(t, s.ChangeAddress(ctx, ann.ID, "ann@new.example", replaced(ann.Login)))
		_, err = s.Reset(ctx, token("to the old address"))
		require.ErrorIs(t, err, signin.ErrResetLink)
		require.ErrorIs(t, use("to the old address", "taken"), signin.ErrResetLink)

		got, err = s.Reset(ctx, token("ben's"))
		require.NoError(t, err)
		require.Equal(t, ben.Login, got.Login)
		clk.Advance(signin.ResetLinkLife)
		require.ErrorIs(t, use("ben's", "late"), signin.ErrResetLink)
	})
}

// TestPasswordHistory keeps the five passwords before the present one.
func TestPasswordHistory(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.WebLogins()
		ann, _ := loginOf(t, db, clk, "ann", "ann@acme.example")
		ben, _ := loginOf(t, db, clk, "ben", "ben@beta.example")
		for i := range 8 {
			clk.Advance(time.Minute)
			r := signin.Reset{Login: ann.Login, Token: token("reset"), ExpiresAt: clk.Now().Add(time.Hour)}
			require.NoError(t, s.StartResets(ctx, []signin.Reset{r}, helped(ann.Login)))
			require.NoError(t, s.UseReset(ctx, token("reset"), fmt.Sprint("hash ", i), noted(ann.Login, systemlog.AdministratorPasswordReset)))
		}
		former, err := s.FormerPasswords(ctx, ann.ID)
		require.NoError(t, err)
		require.Equal(t, []string{"hash 6", "hash 5", "hash 4", "hash 3", "hash 2"}, former)
		former, err = s.FormerPasswords(ctx, ben.ID)
		require.NoError(t, err)
		require.Empty(t, former)
	})
}

// TestVerifications proves an address once, with the newest link to the address on file.
// Spec: PLT-420, PLT-422, PLT-423, PLT-424
func TestVerifications(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.WebLogins()
		ann, _ := loginOf(t, db, clk, "ann", "ann@acme.example")
		ben, _ := loginOf(t, db, clk, "ben", "ben@beta.example")
		require.True(t, ann.VerifiedAt.IsZero(), "a new login")
		verified := func(name string) bool {
			found, err := s.Find(ctx, name)
			require.NoError(t, err)
			return !found[0].VerifiedAt.IsZero()
		}
		mail := func(l signin.Login, name string) {
			t.Helper()
			v := signin.Verification{Login: l, Token: token(name), ExpiresAt: clk.Now().Add(signin.VerifyLinkLife)}
			require.NoError(t, s.StartVerification(ctx, v, noted(l, systemlog.AdministratorEmailVerificationSent)))
		}
		use := func(name string) error {
			return s.Verify(ctx, token(name), noted(ann.Login, systemlog.AdministratorEmailVerified))
		}
		mail(ann.Login, "first")
		mail(ann.Login, "second")
		require.ErrorIs(t, use("first"), signin.ErrVerifyLink, "a replaced link")
		l, err := s.Verification(ctx, token("second"))
		require.NoError(t, err)
		require.Equal(t, ann.Login, l)
		require.False(t, verified("ann"), "looking at a link proved the address")
		require.EqualValues(t, 1, race(t, func(int) error { return use("second") }, signin.ErrVerifyLink))
		require.True(t, verified("ann"))
		require.False(t, verified("ben"))

		mail(ann.Login, "to the old address")
		require.NoError(t, s.ChangeAddress(ctx, ann.ID, "Ann@New.Example", replaced(ann.Login)))
		require.False(t, verified("ann"))
		_, err = s.Verification(ctx, token("to the old address"))
		require.ErrorIs(t, err, signin.ErrVerifyLink)
		require.ErrorIs(t, use("to the old address"), signin.ErrVerifyLink)
		found, err := s.Find(ctx, "ann@new.example")
		require.NoError(t, err)
		require.Len(t, found, 1)
		mail(found[0].Login, "to the new address")
		require.NoError(t, use("to the new address"))
		require.True(t, verified("ann"))

		begin(t, s, ben, clk, "ben's sign-in")
		with := enrolment
		with.RecoveryEmail, with.CodeMACs = "recovery@home.example", nil
		require.NoError(t, s.Enrol(ctx, token("ben's sign-in"), token("ben's factor"), with, noted(ben.Login, systemlog.AdministratorMFAEnrolled)))
		require.ErrorIs(t, s.ChangeAddress(ctx, ben.ID, "RECOVERY@home.example", replaced(ben.Login)), signin.ErrAddressTaken)
		require.ErrorIs(t, s.ChangeAddress(ctx, "login_none", "x@home.example", replaced(ben.Login)), signin.ErrNoLogin)
		mail(ben.Login, "ben's")
		clk.Advance(signin.VerifyLinkLife)
		require.ErrorIs(t, use("ben's"), signin.ErrVerifyLink, "after 24 hours")

		n, err := s.Doubt(ctx, ann.ID, signin.VerifyOrdered, noted(ann.Login, systemlog.AdministratorEmailVerificationOrdered))
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.False(t, verified("ann"))
		n, err = s.Doubt(ctx, "", signin.VerifyOrdered, noted(ann.Login, systemlog.AdministratorEmailVerificationOrdered))
		require.NoError(t, err)
		require.Equal(t, 2, n)
	})
}

// replaced is what commits with an address that an operator replaces.
func replaced(l signin.Login) systemlog.Effects {
	eff := noted(l, systemlog.AdministratorEmailReplaced)
	eff.Records[0].Before = systemlog.Fields{}
	return eff
}

// TestCreateLogin makes one login for an invited address, however many try.
// Spec: IAM-057
func TestCreateLogin(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.WebLogins()
		_, made := loginOf(t, db, clk, "ann", "ann@acme.example")
		create := func(i int, name, email string) error {
			c := signin.Credentials{Login: signin.Login{ID: id.Login(fmt.Sprint("login_", i)), Company: made.Company.OrgID, UserName: name, Email: email}, PasswordHash: "hash"}
			return s.CreateLogin(ctx, c, noted(c.Login, systemlog.WebLoginCreated))
		}
		require.EqualValues(t, 1, race(t, func(i int) error { return create(i, fmt.Sprint("cat", i), "cat@acme.example") }, signin.ErrLoginExists))
		require.ErrorIs(t, create(100, "cat", "CAT@acme.example"), signin.ErrLoginExists)
		require.ErrorIs(t, create(101, "ANN", "dan@acme.example"), signin.ErrUserNameTaken)
		found, err := s.ByAddress(ctx, "cat@acme.example", 5)
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.False(t, found[0].VerifiedAt.IsZero())
		require.False(t, found[0].MustChange)
		links, err := s.Links(ctx, found[0].ID)
		require.NoError(t, err)
		require.Empty(t, links, "a login alone gives access to nothing")
	})
}
