package signin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// FinderPath is the page of the accounts site that finds accounts.
const FinderPath = "/find-account"

// FindJob is the kind of the jobs that look for an account and mail what they find. Looking and mailing happen behind the
// answer, so that it takes the same time whether there is an account or not (PLT-054, L02).
const FindJob = "signin.find"

// FindBy is what somebody remembers of an account (PLT-051).
type FindBy string

// The ways to find an account.
const (
	FindByEmail    FindBy = "email"
	FindByUserName FindBy = "user"
)

// fieldFindValue is the code of a value that no account can have.
const fieldFindValue = "find_value"

// Somebody asks for help a few times; a script asks often.
const (
	freeFindsByValue = 3
	capFindsByValue  = 15 * time.Minute
)

// maxFound bounds the accounts that one mail lists.
const maxFound = 20

// sealedFind is the payload of a job of FindJob: people type more into a field than they should.
type sealedFind struct{ Sealed string }

const useFind = "signin.find"

type findQuestion struct {
	By          FindBy
	Value       string // folded
	Language    text.Language
	Addr        netip.Addr
	Transaction string
}

// Find causes a mail to the address of the accounts that the value means, if there are any. It answers the same in any case.
// Errors: field errors on "value", ErrTooManyAttempts.
func (s *SignIns) Find(ctx context.Context, by FindBy, value string, c Client) error {
	value = Fold(value)
	if !possibleName(value) {
		return fault.InvalidFields([]fault.Field{{Name: "value", Code: fieldFindValue}})
	}
	byValue, err := s.subject(freeFindsByValue, capFindsByValue, "find", value) // an address can be asked for in both ways
	if err != nil {
		return err
	}
	byRange, err := s.subject(freeByRange, capByRange, "find-range", addressRange(c.Addr))
	if err != nil {
		return err
	}
	if err := s.try(ctx, []Subject{byValue, byRange}); err != nil {
		return err
	}
	// The key keeps a flood of the same question down to one waiting job.
	sealed, err := seal.JSON(s.Sealer, useFind, findQuestion{By: by, Value: value, Language: c.Language, Addr: c.Addr, Transaction: c.Transaction})
	if err != nil {
		return err
	}
	return s.Accounts.Ask(ctx, jobs.New(FindJob, byValue.Key+":"+string(by), sealedFind{sealed}))
}

// RunFind does a job of FindJob. Handled twice it mails nothing, or no links, the second time: those of the first are young.
func (s *SignIns) RunFind(ctx context.Context, payload json.RawMessage) error {
	p, err := s.question(payload)
	if err != nil {
		return fmt.Errorf("read question for an account: %w", err)
	}
	c := Client{Addr: p.Addr, Transaction: p.Transaction, Language: p.Language}
	if p.By == FindByUserName {
		switch l, err := s.named(ctx, p.Value); {
		case err == nil:
			return s.mailReset(ctx, l, c)
		case fault.From(err).Code != ErrNoLogin.Code || !strings.Contains(p.Value, "@"):
			return ignoreNoLogin(err)
		} // an address, typed where a user name was asked for
	}
	found, err := s.Accounts.ByAddress(ctx, p.Value, maxFound)
	if err != nil || len(found) == 0 {
		return err
	}
	return s.mailFound(ctx, found, c)
}

func (s *SignIns) question(payload json.RawMessage) (findQuestion, error) {
	var sealed sealedFind
	var q findQuestion
	if err := json.Unmarshal(payload, &sealed); err != nil {
		return q, err
	}
	err := seal.OpenJSON(s.Sealer, useFind, sealed.Sealed, &q)
	return q, err
}

func ignoreNoLogin(err error) error {
	if fault.From(err).Code == ErrNoLogin.Code {
		return nil
	}
	return err
}

// mailReset sends the link that sets a new password to the address on file (PLT-053, PLT-055), unless one is just on its way.
func (s *SignIns) mailReset(ctx context.Context, l Login, c Client) error {
	token := secret.NewToken()
	job, err := s.linkMail(l, "password_reset", ResetPath, token, c)
	if err != nil {
		return err
	}
	return s.Accounts.StartResets(ctx, []Reset{s.reset(l, token)}, func(stored []TokenHash) (systemlog.Effects, error) {
		if len(stored) == 0 {
			return systemlog.Effects{}, nil
		}
		return systemlog.Effects{Records: helped([]Login{l}, c), Jobs: []jobs.Job{job}}, nil
	})
}

// mailFound sends one mail that lists every user name of the address with its company, and the link for each but those that
// have just got one (PLT-052, IAM-021).
func (s *SignIns) mailFound(ctx context.Context, found []Credentials, c Client) error {
	tokens := make([]secret.Text, len(found))
	resets, logins := make([]Reset, len(found)), make([]Login, len(found))
	for i, cred := range found {
		tokens[i] = secret.NewToken()
		resets[i], logins[i] = s.reset(cred.Login, tokens[i]), cred.Login
	}
	return s.Accounts.StartResets(ctx, resets, func(stored []TokenHash) (systemlog.Effects, error) {
		var list strings.Builder
		for i, cred := range found {
			fmt.Fprintf(&list, "%s (%s)\n", cred.UserName, cred.CompanyName)
			if slices.Contains(stored, resets[i].Token) {
				fmt.Fprintln(&list, s.link(ResetPath, tokens[i]))
			}
			fmt.Fprintln(&list)
		}
		sealed, err := mail.Seal(s.Sealer, map[string]string{"accounts": strings.TrimSpace(list.String())})
		job := mail.Job("", mail.Message{From: mail.Service, To: found[0].Email, Language: c.Language, Template: "accounts_found", Sealed: sealed})
		return systemlog.Effects{Records: helped(logins, c), Jobs: []jobs.Job{job}}, err
	})
}

func (s *SignIns) reset(l Login, token secret.Text) Reset {
	return Reset{Login: l, Token: secret.Hash(token), ExpiresAt: s.Clock.Now().Add(ResetLinkLife)}
}

func helped(logins []Login, c Client) []systemlog.Record {
	var out []systemlog.Record
	for _, l := range logins {
		out = append(out, l.inCompany(systemlog.Record{Event: systemlog.AdministratorSignInHelpSent, Actor: stranger(c), Target: l.target()})...)
	}
	return out
}
