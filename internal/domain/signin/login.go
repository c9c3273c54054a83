package signin

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Login is the account of one person in one company (PLT-375). It may administer many customers.
type Login struct {
	ID       id.Login
	Company  id.Company
	UserName string
	Email    string
}

// Credentials is a login with what proves it.
type Credentials struct {
	Login
	CompanyName  string
	PasswordHash string
	MustChange   bool      // the password was handed over by somebody else
	ChangedAt    time.Time // when the password was set
	TOTPSealed   string    // the authenticator's key, sealed; "" until enrolment is finished
	VerifiedAt   time.Time // when the address was proven; zero: it has to be
	SignedInAt   time.Time // when the last session began; zero: none yet
	CreatedAt    time.Time
}

// Enrolled reports whether the login has a second factor.
func (c Credentials) Enrolled() bool { return c.TOTPSealed != "" }

// Link is a customer that a login administers.
type Link struct {
	Customer id.Customer
	Name     string // of the customer
}

// Fold makes the form in which user names and e-mail addresses are compared.
func Fold(s string) string {
	return norm.NFC.String(strings.ToLower(norm.NFC.String(strings.TrimSpace(s))))
}

// Expected failures of names. A name that is typed at a sign-in means a user name or an address, so the two must not cross:
// whoever had the user name of another's address would be taken for him.
var (
	ErrForeignUserName = fault.New(fault.Conflict, "signin_user_name_foreign") // it is an address, but not the login's own
	ErrNameOfAnother   = fault.New(fault.Conflict, "signin_name_of_another")   // the address is another login's user name, or the reverse
)

// foreignUserName reports whether a user name is an address that is not the login's own.
func foreignUserName(userName, email string) bool {
	return strings.Contains(userName, "@") && Fold(userName) != Fold(email)
}

// NamesOf returns the folded user name and address of a new login. Errors: ErrForeignUserName.
func NamesOf(userName, email string) (userNameKey, emailKey string, err error) {
	if foreignUserName(userName, email) {
		return "", "", ErrForeignUserName
	}
	return Fold(userName), Fold(email), nil
}

// maxNameBytes is more than any user name or address has; longer input is nobody's.
const maxNameBytes = 320

// MaskedEmail is the address as somebody sees it who has not yet proven everything: enough to recognise, not enough to
// learn.
func (l Login) MaskedEmail() string { return maskEmail(l.Email) }

// possibleName reports whether a stored name can look like this; databases refuse some of what cannot.
func possibleName(s string) bool {
	return s != "" && len(s) <= maxNameBytes && utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0
}

func (l Login) actor(c Client) systemlog.Actor {
	return systemlog.Actor{Type: systemlog.ActorAdministrator, ID: string(l.ID), Name: l.UserName, Addr: c.Addr, Transaction: c.Transaction}
}

func (l Login) target() systemlog.Target {
	return systemlog.Target{ID: string(l.ID), Name: l.UserName, Email: l.Email, UserID: string(l.ID)}
}

// inCompany puts r into the log of the login's company.
func (l Login) inCompany(r systemlog.Record) []systemlog.Record {
	r.Log = systemlog.OfCompany(l.Company)
	return []systemlog.Record{r}
}

// everywhere puts r into the log of the login's company and of each customer that it administers.
func (l Login) everywhere(links []Link, r systemlog.Record) []systemlog.Record {
	out := l.inCompany(r)
	for _, link := range links {
		r.Log = systemlog.OfCustomer(link.Customer)
		out = append(out, r)
	}
	return out
}
