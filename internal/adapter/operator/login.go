package operator

import (
	"context"
	"net/http"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// errWhichLogins asks for either one login or all of them.
var errWhichLogins = fault.New(fault.Invalid, "operator_which_logins")

// Logins is what the commands about web logins use.
type Logins interface {
	Reverify(ctx context.Context, operator systemlog.Actor, userName string) (int, error)
	ChangeAddress(ctx context.Context, operator systemlog.Actor, userName, email string) error
}

// Reverify is the command that makes logins prove their addresses again (PLT-422).
type Reverify struct {
	UserName string `json:"userName,omitempty"`
	All      bool   `json:"all,omitempty"`
}

// Reverified is its answer.
type Reverified struct {
	Logins int `json:"logins"` // how many there are
}

// SetEmail is the command that puts another address on the file of a login (PLT-427).
type SetEmail struct {
	UserName string `json:"userName"`
	Email    string `json:"email"`
}

// EmailSet is its answer.
type EmailSet struct {
	UserName string `json:"userName"`
	Email    string `json:"email"` // to be proven at the next sign-in
}

func (s *Server) mountLogins(mux *http.ServeMux) {
	mux.HandleFunc("POST /logins/reverify", command(s, func(ctx context.Context, by systemlog.Actor, in Reverify) (Reverified, error) {
		if in.All == (in.UserName != "") {
			return Reverified{}, errWhichLogins
		}
		n, err := s.Logins.Reverify(ctx, by, in.UserName)
		return Reverified{Logins: n}, err
	}))
	mux.HandleFunc("POST /logins/set-email", command(s, func(ctx context.Context, by systemlog.Actor, in SetEmail) (EmailSet, error) {
		return EmailSet(in), s.Logins.ChangeAddress(ctx, by, in.UserName, in.Email)
	}))
}

// Reverify runs the command of that name. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) Reverify(ctx context.Context, in Reverify) (Reverified, error) {
	var out Reverified
	err := c.run(ctx, "/logins/reverify", in, &out)
	return out, err
}

// SetEmail runs the command of that name. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) SetEmail(ctx context.Context, in SetEmail) (EmailSet, error) {
	var out EmailSet
	err := c.run(ctx, "/logins/set-email", in, &out)
	return out, err
}
