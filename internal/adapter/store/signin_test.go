package store_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

func token(name string) signin.TokenHash { return sha256.Sum256([]byte(name)) }

// noted is what commits with a change of the login.
func noted(l signin.Login, e systemlog.Event) systemlog.Effects {
	r := systemlog.Record{Event: e, Log: systemlog.OfCompany(l.Company), Actor: systemlog.Actor{Type: systemlog.ActorAdministrator, ID: string(l.ID), Name: l.UserName}}
	if info, _ := e.Info(); info.After {
		r.After = systemlog.Fields{}
	}
	return systemlog.Recorded(r)
}

// loginOf makes a customer and returns its first administrator's credentials.
func loginOf(t *testing.T, db *store.DB, clk clock.Clock, userName, email string) (signin.Credentials, customer.Onboarded) {
	t.Helper()
	in := onboarding(userName)
	in.Email = email
	made, err := customer.NewService(db.Customers(), fixedPassword{}, clk, "test").Onboard(t.Context(), operator, in)
	require.NoError(t, err)
	found, err := db.WebLogins().Find(t.Context(), signin.Fold(userName))
	require.NoError(t, err)
	require.Len(t, found, 1)
	return found[0], made
}

func begin(t *testing.T, s *store.WebLogins, c signin.Credentials, clk clock.Clock, name string) {
	t.Helper()
	require.NoError(t, s.Begin(t.Context(), signin.Transaction{Credentials: c, Level: signin.LevelPassword, State: "first", ExpiresAt: clk.Now().Add(signin.TransactionLife)}, token(name), nil))
}

var enrolment = signin.Enrolment{TOTPSealed: "sealed", LastStep: 100, Phone: "+41446681800", CodeMACs: [][]byte{{1}, {2}, {3}}, State: "after"}

func enrolled(t *testing.T, s *store.WebLogins, c signin.Credentials, clk clock.Clock) {
	t.Helper()
	begin(t, s, c, clk, "enrol "+c.UserName)
	require.NoError(t, s.Enrol(t.Context(), token("enrol "+c.UserName), token("enrolled "+c.UserName), enrolment, noted(c.Login, systemlog.AdministratorMFAEnrolled)))
}

// TestWebLogins finds logins by name and by address, and never more than belongs to the question.
// Spec: PLT-374, PLT-375, PLT-382
func TestWebLogins(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.WebLogins()
		ann, annMade := loginOf(t, db, clk, "ann", "team@acme.example")
		ben, _ := loginOf(t, db, clk, "ben", "team@acme.example")
		cat, catMade := loginOf(t, db, clk, "cat@acme.example", "cat@acme.example")
		dan, _ := loginOf(t, db, clk, "dan", "cat@acme.example")
		require.True(t, ann.MustChange)
		require.False(t, ann.Enrolled())
		for name, want := range map[string][]signin.Credentials{
			"ann": {ann}, "team@acme.example": {ann, ben}, "cat@acme.example": {cat, dan}, "nobody": {}, "an": {}, "a%": {}, "": {},
		} {
			got, err := s.Find(ctx, name)
			require.NoError(t, err)
			require.Equal(t, want, got, name)
		}
		shared, err := s.MostShared(ctx)
		require.NoError(t, err)
		require.Equal(t, 2, shared)
		links, err := s.Links(ctx, ann.ID)
		require.NoError(t, err)
		require.Equal(t, []signin.Link{{Customer: annMade.Customer.ID, Name: annMade.Customer.Name}}, links)
		require.ErrorIs(t, grant(ctx, s, cat, clk, annMade), admin.ErrForeignCustomer, "a code for a customer of another login")
		require.NoError(t, grant(ctx, s, cat, clk, catMade))
	})
}

// grant brings a fresh sign-in of c to level factor and asks for a code for the customer.
func grant(ctx context.Context, s *store.WebLogins, c signin.Credentials, clk clock.Clock, at customer.Onboarded) error {
	name := fmt.Sprint("grant ", c.UserName, at.Customer.ID)
	if err := s.Begin(ctx, signin.Transaction{Credentials: c, Level: signin.LevelPassword, ExpiresAt: clk.Now().Add(time.Minute)}, token(name), nil); err != nil {
		return err
	}
	err := s.Enrol(ctx, token(name), token(name+" factor"), enrolment, noted(c.Login, systemlog.AdministratorMFAEnrolled))
	if errors.Is(err, signin.ErrTransactionOver) { // enrolled before
		err = s.AcceptStep(ctx, token(name), token(name+" factor"), clk.Now().UnixMicro())
	}
	if err != nil {
		return err
	}
	return s.Grant(ctx, token(name+" factor"), signin.Code{Hash: token(name + " code"), Login: c.ID, Customer: at.Customer.ID, Binder: signin.Binder{7},
		Return: "/x", ExpiresAt: clk.Now().Add(handover.CodeLife)})
}

// TestTransactions moves a sign-in through its levels and proves that an old token opens nothing.
// Spec: PLT-065, PLT-396, PLT-397
func TestTransactions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.WebLogins()
		ann, made := loginOf(t, db, clk, "ann", "ann@acme.example")
		begin(t, s, ann, clk, "one")
		begin(t, s, ann, clk, "other tab")
		got, err := s.Transaction(ctx, token("one"))
		require.NoError(t, err)
		require.Equal(t, ann, got.Credentials)
		require.Equal(t, "first", got.State)
		require.NoError(t, s.Remember(ctx, token("one"), "second"))
		require.ErrorIs(t, s.Remember(ctx, token("none"), "x"), signin.ErrTransactionOver)

		require.NoError(t, s.ChangePassword(ctx, token("one"), token("two"), signin.NewPassword{Hash: "new hash", State: "third"}, noted(ann.Login, systemlog.AdministratorPasswordChanged)))
		for _, old := range []string{"one", "other tab"} {
			_, err = s.Transaction(ctx, token(old))
			require.ErrorIs(t, err, signin.ErrTransactionOver, "%s after the password changed", old)
		}
		got, err = s.Transaction(ctx, token("two"))
		require.NoError(t, err)
		require.Equal(t, "new hash", got.PasswordHash)
		require.Equal(t, "third", got.State)
		require.False(t, got.MustChange)

		begin(t, s, ann, clk, "slower")
		require.NoError(t, s.Enrol(ctx, token("two"), token("three"), enrolment, noted(ann.Login, systemlog.AdministratorMFAEnrolled)))
		got, err = s.Transaction(ctx, token("three"))
		require.NoError(t, err)
		require.Equal(t, signin.LevelFactor, got.Level)
		require.Equal(t, "after", got.State, "the secrets of the enrolment are still there")
		err = s.Enrol(ctx, token("slower"), token("x"), enrolment, noted(ann.Login, systemlog.AdministratorMFAEnrolled))
		require.ErrorIs(t, err, signin.ErrTransactionOver, "a second enrolment replaced the first")
		_, err = s.Attempt(ctx, token("three"))
		require.ErrorIs(t, err, signin.ErrTransactionOver)
		_, _, err = s.Session(ctx, token("three"))
		require.ErrorIs(t, err, signin.ErrSessionOver, "an unfinished sign-in opened a session")

		require.NoError(t, s.Grant(ctx, token("three"), signin.Code{Hash: token("code"), Login: ann.ID, Customer: made.Customer.ID, ExpiresAt: clk.Now().Add(time.Minute)}))
		_, err = s.Transaction(ctx, token("three"))
		require.ErrorIs(t, err, signin.ErrTransactionOver)

		clk.Advance(signin.TransactionLife)
		_, err = s.Transaction(ctx, token("slower"))
		require.ErrorIs(t, err, signin.ErrTransactionOver)
	})
}

// TestAttempts allows MaxAttempts tries, also in parallel.
func TestAttempts(t *testing.T) { // L03
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		s := db.WebLogins()
		ann, _ := loginOf(t, db, clk, "ann", "ann@acme.example")
		begin(t, s, ann, clk, "one")
		require.EqualValues(t, signin.MaxAttempts, race(t, func(int) error {
			_, err := s.Attempt(t.Context(), token("one"))
			return err
		}, signin.ErrTransactionOver))
		_, err := s.Transaction(t.Context(), token("one"))
		require.ErrorIs(t, err, signin.ErrTransactionOver)
	})
}

// many is how many tries go on at once.
const many = 50

// race runs try many times at once and returns how often it succeeded; it may fail with refused only.
func race(t *testing.T, try func(i int) error, refused error) int64 {
	t.Helper()
	var passed atomic.Int64
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range many {
		wg.Go(func() {
			<-start
			switch err := try(i); {
			case err == nil:
				passed.Add(1)
			case !errors.Is(err, refused):
				t.Errorf("try %d: %v", i, err)
			}
		})
	}
	close(start)
	wg.Wait()
	return passed.Load()
}

// TestStepOnce takes one time step of an app in 50 parallel sign-ins once, and none that is older.
func TestStepOnce(t *testing.T) { // L03
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		s := db.WebLogins()
		ann, _ := loginOf(t, db, clk, "ann", "ann@acme.example")
		enrolled(t, s, ann, clk)
		for i := range many {
			begin(t, s, ann, clk, fmt.Sprint("tab", i))
		}
		use := func(step int64) func(int) error {
			return func(i int) error {
				return s.AcceptStep(t.Context(), token(fmt.Sprint("tab", i)), token(fmt.Sprint("next", step, i)), step)
			}
		}
		require.EqualValues(t, 1, race(t, use(101), signin.ErrCode))
		begin(t, s, ann, clk, "late")
		for _, step := range []int64{99, 100, 101} {
			require.ErrorIs(t, s.AcceptStep(t.Context(), token("late"), token("x"), step), signin.ErrCode)
		}
		_, err := s.Transaction(t.Context(), token("late"))
		require.NoError(t, err, "a refused step moved the sign-in on")
		require.NoError(t, s.AcceptStep(t.Context(), token("late"), token("x"), 102))
	})
}

// TestBackupCodeOnce takes one backup code in 50 parallel sign-ins once, with one record.
// Spec: PLT-076
func TestBackupCodeOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		s := db.WebLogins()
		ann, _ := loginOf(t, db, clk, "ann", "ann@acme.example")
		ben, _ := loginOf(t, db, clk, "ben", "ben@acme.example")
		enrolled(t, s, ann, clk)
		for i := range many {
			begin(t, s, ann, clk, fmt.Sprint("tab", i))
		}
		var remaining atomic.Int64
		eff := func(left int) systemlog.Effects {
			remaining.Store(int64(left))
			return noted(ann.Login, systemlog.AdministratorBackupCodeUsed)
		}
		require.EqualValues(t, 1, race(t, func(i int) error {
			return s.UseBackupCode(t.Context(), token(fmt.Sprint("tab", i)), token(fmt.Sprint("next", i)), []byte{2}, eff)
		}, signin.ErrCode))
		got, err := db.Logs().List(t.Context(), systemlog.OfCompany(ann.Company), systemlog.Filter{}, page.Request{Size: 200})
		require.NoError(t, err)
		used := 0
		for _, r := range got.Items {
			if r.Event.Event == systemlog.AdministratorBackupCodeUsed {
				used++
			}
		}
		require.Equal(t, 1, used)

		begin(t, s, ben, clk, "ben")
		require.ErrorIs(t, s.UseBackupCode(t.Context(), token("ben"), token("x"), []byte{1}, eff), signin.ErrCode, "a code of another login")
		begin(t, s, ann, clk, "ann")
		require.NoError(t, s.UseBackupCode(t.Context(), token("ann"), token("y"), []byte{1}, eff))
		require.EqualValues(t, 1, remaining.Load())
	})
}

// TestSessions redeems a code once, reads rights as they are now, and ends at the time that was set at the sign-in.
// Spec: PLT-163, PLT-164
func TestSessions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.WebLogins()
		ann, made := loginOf(t, db, clk, "ann", "ann@acme.example")
		ben, benMade := loginOf(t, db, clk, "ben", "ben@acme.example")
		require.NoError(t, grant(ctx, s, ann, clk, made))
		hash := token(fmt.Sprint("grant ", "ann", made.Customer.ID) + " code")
		code, login, err := s.Code(ctx, hash)
		require.NoError(t, err)
		require.Equal(t, ann.Login, login)
		require.Equal(t, signin.Binder{7}, code.Binder)
		require.Equal(t, "/x", code.Return)

		session := signin.Session{ID: "ses_1", Login: login, Customer: code.Customer, CreatedAt: clk.Now(), ExpiresAt: clk.Now().Add(signin.SessionLife), LastActivity: clk.Now()}
		require.EqualValues(t, 1, race(t, func(i int) error {
			one := session
			one.ID = fmt.Sprint("ses_", i)
			return s.Redeem(ctx, hash, one, token(fmt.Sprint("session", i)), token("none"), noted(ann.Login, systemlog.AdministratorSignedIn))
		}, signin.ErrHandOver))
		_, _, err = s.Code(ctx, hash)
		require.ErrorIs(t, err, signin.ErrHandOver)

		var live string
		for i := range many {
			if _, _, err := s.Session(ctx, token(fmt.Sprint("session", i))); err == nil {
				live = fmt.Sprint("session", i)
			}
		}
		got, held, err := s.Session(ctx, token(live))
		require.NoError(t, err)
		require.Equal(t, admin.Held{BuiltIn: &admin.Rights{Full: true}}, held)
		require.NoError(t, store.Exec(ctx, db, `update administrator_link set access = 'custom', permissions = '["system_log"]' where customer_id = $1`, made.Customer.ID))
		_, held, err = s.Session(ctx, token(live))
		require.NoError(t, err)
		require.Equal(t, &admin.Rights{Custom: []admin.Permission{admin.SystemLog}}, held.BuiltIn, "rights were kept from the sign-in")

		require.ErrorIs(t, s.Switch(ctx, token(live), token("x"), ann.ID, benMade.Customer.ID, noted(ann.Login, systemlog.AdministratorSessionSwitched)), admin.ErrForeignCustomer)
		require.NoError(t, s.Touch(ctx, got.ID, clk.Now().Add(time.Hour)))
		again, _, err := s.Session(ctx, token(live))
		require.NoError(t, err)
		require.True(t, again.LastActivity.After(got.LastActivity))
		require.Equal(t, got.ExpiresAt, again.ExpiresAt)

		require.NoError(t, store.Exec(ctx, db, `delete from administrator_link where customer_id = $1`, made.Customer.ID))
		_, held, err = s.Session(ctx, token(live))
		require.NoError(t, err)
		require.Equal(t, admin.Held{}, held)

		require.NoError(t, s.EndAll(ctx, ben.ID, noted(ben.Login, systemlog.AdministratorSessionsEnded)))
		_, _, err = s.Session(ctx, token(live))
		require.NoError(t, err, "another login's sessions ended")
		clk.Advance(signin.SessionLife)
		_, _, err = s.Session(ctx, token(live))
		require.ErrorIs(t, err, signin.ErrSessionOver)
	})
}

// TestDelays counts tries before they are made, so that parallel guessing is bounded too.
func TestDelays(t *testing.T) { // L01
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.WebLogins()
		name := signin.Subject{Key: "name:a", Free: 4, Cap: time.Minute, Own: true}
		rng := signin.Subject{Key: "range:a", Free: 100, Cap: time.Minute}
		errWait := errors.New("wait")
		now := clk.Now()
		require.EqualValues(t, 5, race(t, func(int) error {
			wait, err := s.Try(ctx, []signin.Subject{name, rng}, now)
			if err == nil && wait > 0 {
				return errWait
			}
			return err
		}, errWait))
		wait, err := s.Try(ctx, []signin.Subject{name}, now)
		require.NoError(t, err)
		require.Equal(t, time.Second, wait)
		wait, err = s.Wait(ctx, []signin.Subject{rng, name}, now)
		require.NoError(t, err)
		require.Equal(t, time.Second, wait)
		wait, err = s.Try(ctx, []signin.Subject{name}, now.Add(time.Second))
		require.NoError(t, err)
		require.Zero(t, wait)
		wait, err = s.Try(ctx, []signin.Subject{name}, now.Add(time.Second))
		require.NoError(t, err)
		require.Equal(t, 2*time.Second, wait)
		require.NoError(t, s.Forgive(ctx, []signin.Subject{name, rng}))
		for range 5 {
			wait, err = s.Try(ctx, []signin.Subject{name}, now)
			require.NoError(t, err)
			require.Zero(t, wait, "the name was not forgiven")
		}
		for range 5 { // long after the last failure
			wait, err = s.Try(ctx, []signin.Subject{name}, now.Add(name.ForgetAfter()))
			require.NoError(t, err)
			require.Zero(t, wait, "old failures were not forgotten")
		}
		name.Own = false // from here on the name means others too
		later := now.Add(2 * name.ForgetAfter())
		for range 4 {
			_, err = s.Try(ctx, []signin.Subject{name}, later)
			require.NoError(t, err)
		}
		_, err = s.Try(ctx, []signin.Subject{name}, later)
		require.NoError(t, err)
		require.NoError(t, s.Forgive(ctx, []signin.Subject{name}))
		_, err = s.Try(ctx, []signin.Subject{name}, later)
		require.NoError(t, err)
		wait, err = s.Wait(ctx, []signin.Subject{name}, later)
		require.NoError(t, err)
		require.Equal(t, time.Second, wait, "a right try took back more than itself")
	})
}
