package store_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// desk is everything that makes, checks and recovers a sign-in, over one database.
type desk struct {
	t        *testing.T
	db       *store.DB
	clk      *clock.Shifted
	ring     *keyring.Ring
	signIns  *signin.SignIns
	sessions *signin.Sessions
	settings *signin.Settings
	support  *signin.Support
	made     customer.Onboarded
	key      string   // of ann's app
	codes    []string // her backup codes
	password secret.Text
	letters  []mail.Message
}

const (
	deskPassword = "Own-Kq7wxr0d!ë"
	annEmail     = "ann@acme.example"
	annMailbox   = "ann@home.example"
)

// newDesk makes a customer whose administrator ann is enrolled: with backup codes, or with annMailbox as recovery address.
func newDesk(t *testing.T, db *store.DB, clk *clock.Shifted, withEmail bool) *desk {
	t.Helper()
	d := &desk{t: t, db: db, clk: clk, password: secret.New(deskPassword)}
	log := slog.New(slog.DiscardHandler)
	file, err := keyring.CreateKeyFile(filepath.Join(t.TempDir(), "keys.json"))
	require.NoError(t, err)
	d.ring, err = keyring.Load(t.Context(), db.Keys(), file, clk, log)
	require.NoError(t, err)
	hasher, err := signin.NewHasher(d.ring, signin.Cost{MemoryKiB: 64, Passes: 1})
	require.NoError(t, err)
	logins := db.WebLogins()
	d.signIns = &signin.SignIns{Logins: logins, Transactions: logins, Accounts: logins, Hasher: hasher, Pepper: d.ring, Sealer: d.ring, Clock: clk, Log: log,
		URL: func(path string) string { return "https://accounts.causeway.test" + path }}
	d.sessions = &signin.Sessions{Store: logins, Logins: logins, Clock: clk, Log: log}
	d.settings = &signin.Settings{Store: logins, SignIns: d.signIns}
	d.support = &signin.Support{Store: logins, SignIns: d.signIns, Clock: clk}

	in := onboarding("ann")
	in.Email, in.EmailVerified = annEmail, true
	d.made, err = customer.NewService(db.Customers(), hasher, clk, "test").Onboard(t.Context(), operator, in)
	require.NoError(t, err)
	token := d.enter(d.made.Password)
	token, err = d.signIns.ChangePassword(t.Context(), token, d.password, d.password, signin.Client{})
	require.NoError(t, err)
	d.enrol(token, withEmail)
	return d
}

// enter passes the password and returns the token of the next step.
func (d *desk) enter(password secret.Text) secret.Text {
	d.t.Helper()
	handle, err := d.signIns.Handle(signin.Origin{Binder: secret.Hash(nonce)})
	require.NoError(d.t, err)
	e, err := d.signIns.Enter(d.t.Context(), handle)
	require.NoError(d.t, err)
	entered, err := d.signIns.Password(d.t.Context(), e.Form, "ann", password, signin.Client{})
	require.NoError(d.t, err)
	return entered.Token
}

var nonce = secret.New("what one browser holds")

func (d *desk) enrol(token secret.Text, withEmail bool) {
	t, ctx, s := d.t, d.t.Context(), d.signIns
	t.Helper()
	require.ErrorIs(t, s.SendMailboxCode(ctx, token, " ANN@acme.example ", signin.Client{}), fault.ErrInvalidInput, "the address of the account")
	require.NoError(t, s.SendMailboxCode(ctx, token, annMailbox, signin.Client{}))
	require.NoError(t, s.ProveMailbox(ctx, token, d.mailedCode(annMailbox), d.password, signin.Client{}))
	p, err := s.Progress(ctx, token)
	require.NoError(t, err)
	d.key = p.App.Key.Reveal()
	require.NoError(t, s.ConfirmApp(ctx, token, d.appCode(d.key), signin.Client{}))
	require.NoError(t, s.SavePhone(ctx, token, "+41446681800"))
	if withEmail {
		require.ErrorIs(t, s.AddRecoveryEmail(ctx, token, "Ann@acme.example", signin.Client{}), fault.ErrInvalidInput, "the address of the account")
		require.NoError(t, s.AddRecoveryEmail(ctx, token, annMailbox, signin.Client{}))
	} else {
		require.NoError(t, s.NoRecoveryEmail(ctx, token))
	}
	p, err = s.Progress(ctx, token)
	require.NoError(t, err)
	d.codes = p.BackupCodes
	_, err = s.Finish(ctx, token, true, signin.Client{})
	require.NoError(t, err)
	d.mailsTo("nobody")
}

// appCode is what an app shows now.
func (d *desk) appCode(key string) string {
	code, err := totp.GenerateCode(key, d.clk.Now())
	require.NoError(d.t, err)
	return code
}

// nextCode waits for a code that was not used.
func (d *desk) nextCode(key string) string {
	d.clk.Advance(30 * time.Second)
	return d.appCode(key)
}

// collect takes the mails from the outbox.
func (d *desk) collect() {
	d.t.Helper()
	claimed, err := d.db.Queue().Claim(d.t.Context(), 200, d.clk.Now(), time.Minute)
	require.NoError(d.t, err)
	for _, j := range claimed {
		require.NoError(d.t, d.db.Queue().Done(d.t.Context(), j.ID))
		var m mail.Message
		require.NoError(d.t, json.Unmarshal(j.Payload, &m))
		d.letters = append(d.letters, m)
	}
}

// mailsTo returns the templates that were mailed to an address since the last call.
func (d *desk) mailsTo(address string) []string {
	d.t.Helper()
	d.collect()
	var out []string
	for _, m := range d.letters {
		if m.To == address {
			out = append(out, m.Template)
		}
	}
	d.letters = nil
	return out
}

// mailedCode is the code in the newest mail to an address.
func (d *desk) mailedCode(address string) string {
	d.t.Helper()
	d.collect()
	for i := len(d.letters) - 1; i >= 0; i-- {
		if m := d.letters[i]; m.To == address && m.Sealed != "" {
			args, err := m.AllArgs(d.ring)
			require.NoError(d.t, err)
			d.letters = nil
			return args["code"].(string)
		}
	}
	d.t.Fatalf("no code was mailed to %s", address)
	return ""
}

// session turns a sign-in that has passed into a session.
func (d *desk) session(passed signin.Passed, err error) signin.Session {
	d.t.Helper()
	require.NoError(d.t, err)
	code, err := d.signIns.Choose(d.t.Context(), passed.Token, d.made.Customer.ID)
	require.NoError(d.t, err)
	begun, err := d.sessions.Redeem(d.t.Context(), code, nonce, secret.Text{}, signin.Client{})
	require.NoError(d.t, err)
	session, _, err := d.sessions.Authenticate(d.t.Context(), begun.Token, signin.Client{}.Addr)
	require.NoError(d.t, err)
	return session
}

// signIn makes a session in the usual way.
func (d *desk) signIn() signin.Session {
	d.t.Helper()
	token := d.enter(d.password)
	return d.session(d.signIns.Code(d.t.Context(), token, d.nextCode(d.key), signin.Client{}))
}

// alive reports whether a session still opens anything.
func (d *desk) alive(s signin.Session) bool {
	_, err := d.db.WebLogins().IdentityUntil(d.t.Context(), s.ID)
	if err != nil {
		require.ErrorIs(d.t, err, signin.ErrSessionOver)
	}
	return err == nil
}

// recorded counts the records of an event in each log that hears of ann.
func (d *desk) recorded(e systemlog.Event, logs ...systemlog.Log) int {
	d.t.Helper()
	logs = append(logs, systemlog.OfCompany(d.made.Company.OrgID), systemlog.OfCustomer(d.made.Customer.ID))
	counts := map[int]bool{}
	n := 0
	for _, l := range logs {
		got, err := d.db.Logs().List(d.t.Context(), l, systemlog.Filter{}, page.Request{Size: 200})
		require.NoError(d.t, err)
		n = 0
		for _, r := range got.Items {
			if r.Event.Event == e {
				n++
			}
		}
		counts[n] = true
	}
	require.Len(d.t, counts, 1, "the logs %v tell different stories", logs)
	return n
}

// eachDesk runs a test on both engines.
func eachDesk(t *testing.T, withEmail bool, test func(t *testing.T, d *desk)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) { test(t, newDesk(t, db, clk, withEmail)) })
}

// TestFiftyBackupCodes submits one code from fifty sign-ins at once: one gets in, one mail leaves and tells what is left.
// Spec: PLT-076, PLT-077, IAM-081
func TestFiftyBackupCodes(t *testing.T) {
	eachDesk(t, false, func(t *testing.T, d *desk) {
		const fifty = 50
		tokens := make([]secret.Text, fifty)
		for i := range tokens {
			tokens[i] = d.enter(d.password)
		}
		var wait sync.WaitGroup
		errs := make([]error, fifty)
		for i := range tokens {
			wait.Go(func() { _, errs[i] = d.signIns.BackupCode(t.Context(), tokens[i], d.codes[4], signin.Client{}) })
		}
		wait.Wait()
		in := 0
		for _, err := range errs {
			if err == nil {
				in++
				continue
			}
			require.Contains(t, []string{signin.ErrCode.Code, signin.ErrTooManyAttempts.Code}, fault.From(err).Code)
		}
		require.Equal(t, 1, in)
		d.collect()
		require.Len(t, d.letters, 1)
		require.Equal(t, "backup_code_used", d.letters[0].Template)
		require.Equal(t, annEmail, d.letters[0].To)
		require.Equal(t, "9", d.letters[0].Args["remaining"])
		require.Equal(t, 1, d.recorded(systemlog.AdministratorBackupCodeUsed))
		r, err := d.db.WebLogins().Recovery(t.Context(), d.made.Login)
		require.NoError(t, err)
		require.Equal(t, 9, r.Unused())
	})
}

// TestRecoveryAddress signs in with a mailed code: the newest, within ten minutes, once, and after five wrong ones never.
// Spec: PLT-073, PLT-074, PLT-083, PLT-411, IAM-081
func TestRecoveryAddress(t *testing.T) {
	eachDesk(t, true, func(t *testing.T, d *desk) {
		ctx, s := t.Context(), d.signIns
		require.Empty(t, d.codes, "backup codes although there is a recovery address")
		token := d.enter(d.password)
		ways, err := s.Ways(ctx, token)
		require.NoError(t, err)
		require.Equal(t, signin.Ways{Email: "a…@home.example", Phone: "…800"}, ways)
		send := func(token secret.Text) string {
			require.NoError(t, s.SendRecoveryCode(ctx, token, signin.Client{}))
			return d.mailedCode(annMailbox)
		}
		try := func(token secret.Text, code string) (signin.Passed, error) {
			d.clk.Advance(time.Minute) // behind the delay
			return s.RecoveryCode(ctx, token, code, signin.Client{})
		}
		first := send(token)
		second := send(token)
		if first != second { // one in a million is the same by chance
			_, err = try(token, first)
			require.ErrorIs(t, err, signin.ErrMailCode, "an older code")
		}
		other := d.enter(d.password)
		_, err = try(other, second)
		require.ErrorIs(t, err, signin.ErrMailCode, "a code of another sign-in")
		d.clk.Advance(signin.MailCodeLife)
		_, err = try(token, second)
		require.ErrorIs(t, err, signin.ErrMailCode, "a code after ten minutes")

		third := send(token)
		passed, err := try(token, third)
		session := d.session(passed, err)
		_, err = try(token, third)
		require.ErrorIs(t, err, signin.ErrTransactionOver, "a code twice")
		require.Equal(t, 1, d.recorded(systemlog.AdministratorRecoveryEmailUsed))
		outdated, err := d.settings.Outdated(ctx, session)
		require.NoError(t, err)
		require.True(t, outdated, "nobody asks to update the methods")
		require.NoError(t, d.settings.Dismiss(ctx, session))
		outdated, err = d.settings.Outdated(ctx, session)
		require.NoError(t, err)
		require.False(t, outdated)

		token = d.enter(d.password)
		right := send(token)
		for range signin.MaxAttempts {
			_, err = try(token, "wrong")
			require.Error(t, err)
		}
		require.ErrorIs(t, err, signin.ErrTransactionOver)
		_, err = try(token, right)
		require.ErrorIs(t, err, signin.ErrTransactionOver)
	})
}

// TestEnrolmentIsCounted ends an enrolment after five wrong codes, whatever they are of.
// Spec: PLT-404, PLT-406
func TestEnrolmentIsCounted(t *testing.T) {
	eachDesk(t, false, func(t *testing.T, d *desk) {
		ctx, s := t.Context(), d.signIns
		require.NoError(t, store.Exec(ctx, d.db, `delete from mfa_enrolment`))
		token := d.enter(d.password)
		require.NoError(t, s.SendMailboxCode(ctx, token, annMailbox, signin.Client{}))
		code := d.mailedCode(annMailbox)
		wrong := func(code string, password secret.Text) error {
			d.clk.Advance(time.Minute)
			return s.ProveMailbox(ctx, token, code, password, signin.Client{})
		}
		require.ErrorIs(t, wrong(code, secret.New("Wrong-Passw0rd!")), signin.ErrPassword)
		require.ErrorIs(t, wrong("wrong", d.password), signin.ErrMailCode)
		require.NoError(t, wrong(code, d.password))
		for n := range signin.MaxAttempts {
			d.clk.Advance(time.Minute)
			want := signin.ErrCode
			if n == signin.MaxAttempts-1 {
				want = signin.ErrTransactionOver
			}
			require.ErrorIs(t, s.ConfirmApp(ctx, token, "wrong", signin.Client{}), want, n)
		}
		_, err := s.Progress(ctx, token)
		require.ErrorIs(t, err, signin.ErrTransactionOver)
		require.Equal(t, signin.MaxAttempts+2, d.recorded(systemlog.AdministratorMFAFailed))
	})
}

// TestSupport gives a recovery code to nobody without a recorded call, and to one sign-in only.
// Spec: PLT-078, PLT-079, PLT-080, PLT-081, PLT-082, PLT-083
func TestSupport(t *testing.T) {
	eachDesk(t, false, func(t *testing.T, d *desk) {
		ctx, s := t.Context(), d.signIns
		require.ErrorIs(t, s.AskSupport(ctx, secret.New("made up"), "help", signin.Client{}), signin.ErrTransactionOver, "a request without the password")
		token := d.enter(d.password)
		require.ErrorIs(t, s.AskSupport(ctx, token, " ", signin.Client{}), fault.ErrInvalidInput)
		require.ErrorIs(t, s.AskSupport(ctx, token, "clear\x1b[2J", signin.Client{}), fault.ErrInvalidInput)
		require.NoError(t, s.AskSupport(ctx, token, "My phone\nfell into the lake.", signin.Client{}))
		require.NoError(t, s.AskSupport(ctx, token, "My phone fell into the lake. The codes too.", signin.Client{}))
		require.Equal(t, []string{"support_requested", "support_requested"}, d.mailsTo(annEmail))

		open, err := d.support.List(ctx, operator)
		require.NoError(t, err)
		require.Len(t, open, 1)
		require.Equal(t, "+41446681800", open[0].Phone)
		require.Equal(t, "My phone fell into the lake. The codes too.", open[0].Details)
		request := open[0].ID

		_, _, err = d.support.Issue(ctx, operator, request)
		require.ErrorIs(t, err, signin.ErrNotVerified, "a code without a call")
		_, err = d.support.Verify(ctx, operator, request, false)
		require.ErrorIs(t, err, signin.ErrNotCalled)
		_, err = d.support.Verify(ctx, operator, "sup_unknown", true)
		require.ErrorIs(t, err, signin.ErrNoSupportRequest)
		got, err := d.support.Verify(ctx, operator, request, true)
		require.NoError(t, err)
		require.Equal(t, operator.Name, got.VerifiedBy)
		d.clk.Advance(signin.VerificationLife)
		_, _, err = d.support.Issue(ctx, operator, request)
		require.ErrorIs(t, err, signin.ErrNotVerified, "a call of an hour ago")
		_, err = d.support.Verify(ctx, operator, request, true)
		require.NoError(t, err)
		void, _, err := d.support.Issue(ctx, operator, request)
		require.NoError(t, err)
		code, expires, err := d.support.Issue(ctx, operator, request)
		require.NoError(t, err)
		require.WithinDuration(t, d.clk.Now().Add(24*time.Hour), expires, time.Minute)
		d.collect()
		for _, m := range d.letters {
			require.Empty(t, m.Sealed, "the code was mailed")
		}

		try := func(code secret.Text) (signin.Passed, error) {
			d.clk.Advance(time.Minute)
			return s.Code(ctx, d.enter(d.password), code.Reveal(), signin.Client{})
		}
		if !void.Equal(code) {
			_, err = try(void)
			require.ErrorIs(t, err, signin.ErrCode, "a code that was replaced")
		}
		passed, err := try(code)
		session := d.session(passed, err)
		_, err = try(code)
		require.ErrorIs(t, err, signin.ErrCode, "a code twice")
		open, err = d.support.List(ctx, operator)
		require.NoError(t, err)
		require.Empty(t, open)

		// Whoever lost everything can put it right in this session at once.
		o, err := d.settings.Overview(ctx, session)
		require.NoError(t, err)
		require.True(t, o.Recovery.Outdated)
		require.False(t, o.IdentityUntil.IsZero())
		_, err = d.settings.NewDevice(ctx, session)
		require.NoError(t, err)

		token = d.enter(d.password)
		require.NoError(t, s.AskSupport(ctx, token, "Again.", signin.Client{}))
		open, err = d.support.List(ctx, operator)
		require.NoError(t, err)
		_, err = d.support.Verify(ctx, operator, open[0].ID, true)
		require.NoError(t, err)
		code, _, err = d.support.Issue(ctx, operator, open[0].ID)
		require.NoError(t, err)
		d.clk.Advance(signin.SupportCodeLife)
		_, err = try(code)
		require.ErrorIs(t, err, signin.ErrCode, "a code after a day")

		for e, want := range map[systemlog.Event]int{systemlog.AdministratorSupportRequested: 3, systemlog.AdministratorSupportVerified: 3,
			systemlog.AdministratorSupportCodeIssued: 3, systemlog.AdministratorSupportCodeRefused: 2, systemlog.AdministratorSupportCodeUsed: 1} {
			require.Equal(t, want, d.recorded(e, systemlog.Installation), "%v", e)
		}
		calls, err := d.db.Logs().List(ctx, systemlog.OfCustomer(d.made.Customer.ID), systemlog.Filter{}, page.Request{Size: 200})
		require.NoError(t, err)
		for _, r := range calls.Items {
			require.NotContains(t, fmt.Sprint(r.After, r.Before, r.Message, r.Args), code.Reveal())
			if r.Event.Event == systemlog.AdministratorSupportVerified {
				require.Equal(t, operator.Name, r.After["Agent"])
				require.Equal(t, "CalledRecoveryPhone", r.After["Check"])
				require.NotEmpty(t, r.After["VerifiedDate"])
			}
		}
	})
}
