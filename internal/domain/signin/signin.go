package signin

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/netip"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// MaxAttempts is how many wrong codes one sign-in survives; the person then begins again with the password.
const MaxAttempts = 5

// tokenBytes is the length of tokens and one-time codes.
const tokenBytes = 32

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
	Device      string // sealed; see Passed.Device
}

// SignIns runs sign-ins from the password to the one-time code. It may be used concurrently.
type SignIns struct {
	Logins       LoginStore
	Transactions TransactionStore
	Hasher       *Hasher
	Pepper       Pepper
	Sealer       Sealer
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
	App         Authenticator // at StageApp and later, while enrolling
	Confirmed   bool          // the app has proven itself
	Phone       string        // saved recovery phone
	BackupCodes []string
}

// state is what an unfinished sign-in remembers. It is sealed: it holds secrets of an enrolment.
type state struct {
	Origin      Origin
	Key, URL    string // of the new authenticator; "" for a login that has one
	Confirmed   bool
	Step        int64 // the step of the code that confirmed it
	Phone       string
	BackupCodes []string
}

// Password begins a sign-in: form is the value of the page, name a user name or a linked e-mail address. The token opens
// the next step. An address of several logins signs nobody in: the refusal asks for the user name, as it always does, so
// that it tells nothing (PLT-374, L02). Errors: ErrStartAgain, ErrCredentials, ErrTooManyAttempts, ErrBusy.
func (s *SignIns) Password(ctx context.Context, form, name string, password secret.Text, c Client) (secret.Text, error) {
	origin, err := openFor[Origin](s, useForm, form)
	if err != nil {
		return secret.Text{}, err
	}
	name = Fold(name)
	if !possibleName(name) || !hashable(password) {
		return secret.Text{}, ErrCredentials
	}
	subjects, err := s.subjectsOf(name, c)
	if err != nil {
		return secret.Text{}, err
	}
	if err := s.waiting(ctx, subjects); err != nil {
		return secret.Text{}, err
	}
	tried := make(chan error, 1)
	go func() { tried <- s.try(ctx, subjects) }() // the commit takes its time while the hash is made
	guess, err := s.guess(ctx, name, password)
	if err := <-tried; err != nil {
		return secret.Text{}, err
	}
	switch {
	case err != nil:
		return secret.Text{}, err
	case !guess.right:
		return secret.Text{}, s.refuse(ctx, guess, c)
	}
	return s.begin(ctx, guess.Credentials, origin, subjects)
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

// guess is a compared password. known is false for a name that no login has, or several.
type guess struct {
	Credentials
	known, right bool
}

// guess finds the one login of the name and compares the password. It hashes exactly once, whatever it finds.
func (s *SignIns) guess(ctx context.Context, name string, password secret.Text) (guess, error) {
	found, err := s.Logins.Find(ctx, name)
	if err != nil {
		return guess{}, err
	}
	if len(found) != 1 {
		return guess{}, s.Hasher.Pretend(ctx, password)
	}
	right, err := s.Hasher.Verify(ctx, found[0].PasswordHash, password)
	return guess{Credentials: found[0], known: true, right: right}, err
}

// refuse records a wrong guess: with the login's company and customers, or with the installation when there is none.
func (s *SignIns) refuse(ctx context.Context, g guess, c Client) error {
	if g.known {
		return s.failedEverywhere(ctx, ErrCredentials, g.Login, systemlog.AdministratorSignInFailed, c)
	}
	return s.failed(ctx, ErrCredentials, systemlog.Record{Event: systemlog.AdministratorSignInFailed, Log: systemlog.Installation,
		Actor: systemlog.Actor{Type: systemlog.ActorAdministrator, Name: "(unknown)", Addr: c.Addr, Transaction: c.Transaction}})
}

func (s *SignIns) begin(ctx context.Context, cred Credentials, origin Origin, tried []Subject) (secret.Text, error) {
	st := state{Origin: origin}
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
	token := secret.Random(tokenBytes)
	t := Transaction{Credentials: cred, Level: LevelPassword, State: sealed, ExpiresAt: s.Clock.Now().Add(TransactionLife)}
	return token, s.Transactions.Begin(ctx, t, hashToken(token), tried)
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
	return Progress{Stage: t.stage(st), Login: t.Login, App: Authenticator{Key: secret.New(st.Key), url: st.URL}, Confirmed: st.Confirmed,
		Phone: st.Phone, BackupCodes: st.BackupCodes}
}

func (t Transaction) stage(st state) Stage {
	switch {
	case t.Level == LevelFactor:
		return StageCustomer
	case t.MustChange:
		return StagePassword
	case t.Enrolled():
		return StageCode
	}
	return enrolStage(st)
}

func (s *SignIns) open(ctx context.Context, token secret.Text) (Transaction, state, error) {
	if token.Empty() {
		return Transaction{}, state{}, ErrTransactionOver
	}
	t, err := s.Transactions.Transaction(ctx, hashToken(token))
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
	raw, err := json.Marshal(st)
	if err != nil {
		return "", err
	}
	return s.Sealer.Seal(useState, raw)
}

func (s *SignIns) openState(sealed string) (state, error) {
	var st state
	raw, err := s.Sealer.Open(useState, sealed)
	if err == nil {
		err = json.Unmarshal(raw, &st)
	}
	if err != nil {
		return st, ErrTransactionOver.Because(err)
	}
	return st, nil
}

func (s *SignIns) keep(ctx context.Context, token secret.Text, st state) error {
	sealed, err := s.sealState(st)
	if err != nil {
		return err
	}
	return s.Transactions.Remember(ctx, hashToken(token), sealed)
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
	code := secret.Random(tokenBytes)
	err = s.Transactions.Grant(ctx, hashToken(token), Code{Hash: hashToken(code), Login: t.ID, Customer: customer, Binder: st.Origin.Binder,
		Return: st.Origin.Return, ExpiresAt: s.Clock.Now().Add(CodeLife)})
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

func (s *SignIns) failedEverywhere(ctx context.Context, err *fault.Error, l Login, e systemlog.Event, c Client) error {
	links, linksErr := s.Logins.Links(ctx, l.ID)
	if linksErr != nil {
		return errors.Join(err, linksErr)
	}
	return s.failed(ctx, err, l.everywhere(links, systemlog.Record{Event: e, Actor: l.actor(c), Target: l.target()})...)
}
