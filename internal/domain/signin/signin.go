package signin

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// MaxAttempts is how many wrong codes one sign-in survives; the person then begins again with the password.
const MaxAttempts = 5

// Expected failures.
var (
	ErrCredentials     = fault.New(fault.Denied, "signin_refused")          // unknown name, shared address or wrong password
	ErrStartAgain      = fault.New(fault.Denied, "signin_start_again")      // the page was open too long, or not begun here
	ErrTransactionOver = fault.New(fault.Denied, "signin_transaction_over") // unknown token, past its time, or five wrong codes
	ErrStep            = fault.New(fault.Denied, "signin_other_step")       // another step is next
	ErrCode            = fault.New(fault.Denied, "signin_code_refused")     // wrong or used before
)

// Client is where a request came from.
type Client struct {
	Addr        netip.Addr
	Transaction string
	Device      string        // sealed; see Passed.Device
	Language    text.Language // of mails that the request causes
}

// SignIns runs sign-ins from the password to the one-time code. It may be used concurrently.
type SignIns struct {
	Logins       LoginStore
	Transactions TransactionStore
	Accounts     AccountStore
	Invitations  Invitations
	Onboarding   Onboarding
	URL          func(path string) string // an address on the accounts site
	Hasher       *Hasher
	Pepper       Pepper
	Sealer       seal.Box
	Clock        clock.Clock
	Log          *slog.Logger
}

// Stage is the step that an unfinished sign-in needs next.
type Stage string

// The stages, in the order in which a sign-in meets them.
const (
	StageInUse     Stage = "in-use"     // the company has a cloud account already: ask to join (PLT-386)
	StagePassword  Stage = "password"   // replace a password that was handed over
	StageReset     Stage = "reset"      // replace a password that does not meet the policy, or has not been used for long (PLT-090)
	StageVerify    Stage = "verify"     // follow the link in the mail to the address on file (PLT-428)
	StageMailCode  Stage = "mail-code"  // enrolment: give an address that gets a code (PLT-405)
	StageMailCheck Stage = "mail-check" // enrolment: that code and the password (PLT-406)
	StageApp       Stage = "app"        // enrolment: connect an authenticator app
	StagePhone     Stage = "phone"      // enrolment: recovery phone
	StageBackup    Stage = "backup"     // enrolment: keep the backup codes and finish
	StageCode      Stage = "code"       // code of the app, or a way of recovery
	StageJoin      Stage = "join"       // accept the invitation with which the sign-in began
	StageOnboard   Stage = "onboard"    // create the company's cloud account
	StageCustomer  Stage = "customer"   // choose a customer
)

// Progress is what the page of a step shows.
type Progress struct {
	Stage       Stage
	Login       Login
	CompanyName string
	Reset       []fault.Field // at StageReset: what is wrong with the password
	App         Authenticator // at StageApp and later, while enrolling
	Confirmed   bool          // the app has proven itself
	Phone       string        // saved recovery phone
	BackupCodes []string
	Enrolling
}

// state is what an unfinished sign-in remembers. It is sealed: it holds secrets of an enrolment.
type state struct {
	Origin      Origin
	InUse       bool          // the sign-in is to onboard a company that has an account
	Reset       []fault.Field // why the password has to be replaced
	Key, URL    string        // of the new authenticator; "" for a login that has one
	Confirmed   bool
	Step        int64 // the step of the code that confirmed it
	Phone       string
	BackupCodes []string
	Enrolling
}

// Entered is a right password.
type Entered struct {
	Token  secret.Text   // opens the next step; empty when the name means several logins with this password
	Choice string        // then: what Pick takes, sealed, good for choiceLife
	Logins []Credentials // and the logins to choose from
}

// Password begins a sign-in: form is the value of the page, name a user name or a linked e-mail address. An address of
// several logins asks which one it is, but only among those that the password opens, and only then (PLT-374, PLT-376, L02).
// Errors: ErrStartAgain, ErrCredentials, ErrTooManyAttempts, ErrBusy, admin.ErrInvitation, admin.ErrInvitationAddress.
func (s *SignIns) Password(ctx context.Context, form, name string, password secret.Text, c Client) (Entered, error) {
	origin, err := openFor[Origin](s, useForm, form)
	if err != nil {
		return Entered{}, err
	}
	name = Fold(name)
	if !possibleName(name) || !hashable(password) {
		return Entered{}, ErrCredentials
	}
	found, err := s.Logins.Find(ctx, name)
	if err != nil {
		return Entered{}, err
	}
	subjects, err := s.subjectsOf(name, found, c)
	if err != nil {
		return Entered{}, err
	}
	if err := s.waiting(ctx, subjects); err != nil {
		return Entered{}, err
	}
	tried := make(chan error, 1)
	go func() { tried <- s.try(ctx, subjects) }() // the commit takes its time while the hash is made
	meant := found[:min(len(found), maxMeant)]
	right, err := s.guess(ctx, name, meant, password)
	if err := <-tried; err != nil {
		return Entered{}, err
	}
	subjects[0].Own = len(right) == len(found) // else who owns one login would wipe out the guesses at the others
	switch {
	case err != nil:
		return Entered{}, err
	case len(right) == 0:
		return Entered{}, s.refuse(ctx, meant, c)
	case len(right) == 1:
		token, err := s.begin(ctx, right[0], origin, s.unfit(right[0], password), subjects, c)
		return Entered{Token: token}, err
	}
	if err := s.Logins.Forgive(ctx, subjects); err != nil {
		return Entered{}, err
	}
	return s.offer(right, origin, password)
}

func (s *SignIns) waiting(ctx context.Context, subjects []Subject) error {
	wait, err := s.Logins.Wait(ctx, subjects, s.Clock.Now())
	return tooMany(wait, err)
}

func (s *SignIns) try(ctx context.Context, subjects []Subject) error {
	wait, err := s.Logins.Try(ctx, subjects, s.Clock.Now())
	return tooMany(wait, err)
}

func tooMany(wait time.Duration, err error) error {
	if err == nil && wait > 0 {
		return ErrTooManyAttempts.With("seconds", int((wait+time.Second-1)/time.Second))
	}
	return err
}

// maxMeant bounds the logins that one name can mean, and with it the hashes of one try.
const maxMeant = 5

// guess compares the password with that of each login that the name may mean. A name that may be an address costs as many
// hashes as the name of the installation that means most, any other costs one, whatever is found (L02).
func (s *SignIns) guess(ctx context.Context, name string, meant []Credentials, password secret.Text) (right []Credentials, err error) {
	work := 1
	if strings.Contains(name, "@") {
		if work, err = s.Logins.MostShared(ctx); err != nil {
			return nil, err
		}
	}
	for _, cred := range meant {
		same, err := s.Hasher.Verify(ctx, cred.PasswordHash, password)
		if err != nil {
			return nil, err
		}
		if same {
			right = append(right, cred)
		}
	}
	for range min(max(work, 1), maxMeant) - len(meant) {
		if err := s.Hasher.Pretend(ctx, password); err != nil {
			return nil, err
		}
	}
	return right, nil
}

// refuse records a wrong guess: with the companies and customers of the logins that were meant, or with the installation
// when there are none.
func (s *SignIns) refuse(ctx context.Context, meant []Credentials, c Client) error {
	var records []systemlog.Record
	for _, cred := range meant {
		links, err := s.Logins.Links(ctx, cred.ID)
		if err != nil {
			return errors.Join(ErrCredentials, err)
		}
		records = append(records, cred.everywhere(links, systemlog.Record{Event: systemlog.AdministratorSignInFailed, Actor: cred.actor(c), Target: cred.target()})...)
	}
	if len(meant) == 0 {
		records = append(records, systemlog.Record{Event: systemlog.AdministratorSignInFailed, Log: systemlog.Installation, Actor: stranger(c)})
	}
	return s.failed(ctx, ErrCredentials, records...)
}

// stranger is the actor of a request that named no login.
func stranger(c Client) systemlog.Actor {
	return systemlog.Actor{Type: systemlog.ActorAdministrator, Name: "(unknown)", Addr: c.Addr, Transaction: c.Transaction}
}

// begin stores the sign-in of a login whose password is proven; unfit is what is wrong with the password. Errors:
// admin.ErrInvitation, admin.ErrInvitationAddress.
func (s *SignIns) begin(ctx context.Context, cred Credentials, origin Origin, unfit []fault.Field, tried []Subject, c Client) (secret.Text, error) {
	st := state{Origin: origin, Reset: unfit}
	if err := s.arrive(ctx, cred, &st); err != nil {
		return secret.Text{}, err
	}
	if !cred.Enrolled() {
		app, err := newAuthenticator(cred.UserName)
		if err != nil {
			return secret.Text{}, err
		}
		st.Key, st.URL = app.Key.Reveal(), app.url
	}
	sealed, err := s.sealState(st)
	if err != nil {
		return secret.Text{}, err
	}
	now := s.Clock.Now()
	t := Transaction{Credentials: cred, Level: LevelPassword, State: sealed, ExpiresAt: now.Add(TransactionLife)}
	if cred.longAbsent(now) {
		t.VerifiedAt, t.Doubt = time.Time{}, VerifyAbsent
	}
	token := secret.NewToken()
	if err := s.Transactions.Begin(ctx, t, secret.Hash(token), tried); err != nil {
		return secret.Text{}, err
	}
	return token, s.mailAtVerify(ctx, t, st, c)
}

// Progress returns the step that the token's sign-in needs next. Errors: ErrTransactionOver.
func (s *SignIns) Progress(ctx context.Context, token secret.Text) (Progress, error) {
	t, st, err := s.open(ctx, token)
	if err != nil {
		return Progress{}, err
	}
	return t.progress(st), nil
}

func (t Transaction) progress(st state) Progress {
	return Progress{Stage: t.stage(st), Login: t.Login, CompanyName: t.CompanyName, Reset: st.Reset, App: Authenticator{Key: secret.New(st.Key), url: st.URL}, Confirmed: st.Confirmed,
		Phone: st.Phone, BackupCodes: st.BackupCodes, Enrolling: st.Enrolling}
}

func (t Transaction) stage(st state) Stage {
	switch {
	case st.InUse:
		return StageInUse
	case t.Level == LevelFactor:
		return st.Origin.arrival()
	case t.MustChange:
		return StagePassword
	case len(st.Reset) > 0:
		return StageReset
	case t.VerifiedAt.IsZero():
		return StageVerify
	case t.Enrolled():
		return StageCode
	}
	return enrolStage(st)
}

func (s *SignIns) open(ctx context.Context, token secret.Text) (Transaction, state, error) {
	if token.Empty() {
		return Transaction{}, state{}, ErrTransactionOver
	}
	t, err := s.Transactions.Transaction(ctx, secret.Hash(token))
	if err != nil {
		return Transaction{}, state{}, err
	}
	st, err := s.openState(t.State)
	return t, st, err
}

// at opens a sign-in that must be at one of the stages. Errors: ErrTransactionOver, ErrStep.
func (s *SignIns) at(ctx context.Context, token secret.Text, stages ...Stage) (Transaction, state, error) {
	t, st, err := s.open(ctx, token)
	if err != nil {
		return t, st, err
	}
	for _, want := range stages {
		if t.stage(st) == want {
			return t, st, nil
		}
	}
	return t, st, ErrStep
}

func (s *SignIns) sealState(st state) (string, error) {
	return seal.JSON(s.Sealer, useState, st)
}

func (s *SignIns) openState(sealed string) (state, error) {
	var st state
	if err := seal.OpenJSON(s.Sealer, useState, sealed, &st); err != nil {
		return st, ErrTransactionOver.Because(err)
	}
	return st, nil
}

func (s *SignIns) keep(ctx context.Context, token secret.Text, st state) error {
	sealed, err := s.sealState(st)
	if err != nil {
		return err
	}
	return s.Transactions.Remember(ctx, secret.Hash(token), sealed)
}

// Customers returns the choice at level factor. Errors: ErrTransactionOver, ErrStep.
func (s *SignIns) Customers(ctx context.Context, token secret.Text) ([]Link, error) {
	t, _, err := s.at(ctx, token, StageCustomer)
	if err != nil {
		return nil, err
	}
	return s.Logins.Links(ctx, t.ID)
}

// Choose ends the sign-in: the one-time code makes a session for the customer on the console site, in the browser in
// which the sign-in began. Errors: ErrTransactionOver, ErrStep, admin.ErrForeignCustomer.
func (s *SignIns) Choose(ctx context.Context, token secret.Text, customer id.Customer) (secret.Text, error) {
	t, st, err := s.at(ctx, token, StageCustomer)
	if err != nil {
		return secret.Text{}, err
	}
	if !id.IsToken(string(customer)) {
		return secret.Text{}, admin.ErrForeignCustomer
	}
	return s.grant(ctx, token, t, st, customer)
}

func (s *SignIns) grant(ctx context.Context, token secret.Text, t Transaction, st state, customer id.Customer) (secret.Text, error) {
	code := secret.NewToken()
	err := s.Transactions.Grant(ctx, secret.Hash(token), Code{Hash: secret.Hash(code), Login: t.ID, Customer: customer, Binder: st.Origin.Binder,
		Return: st.Origin.Return, ExpiresAt: s.Clock.Now().Add(handover.CodeLife)})
	return code, err
}

// failed records a failure and returns it. That the record could not be written does not change the answer.
func (s *SignIns) failed(ctx context.Context, err *fault.Error, records ...systemlog.Record) error {
	for i := range records {
		records[i].Reason = err.Code
	}
	if e := s.Logins.Fail(context.WithoutCancel(ctx), records...); e != nil {
		s.Log.ErrorContext(ctx, "failed sign-in not recorded", "err", e)
	}
	return err
}
