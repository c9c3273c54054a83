package operator

import (
	"context"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Recoveries is what the commands about people who cannot sign in use.
type Recoveries interface {
	List(ctx context.Context, by systemlog.Actor) ([]signin.SupportRequest, error)
	Verify(ctx context.Context, by systemlog.Actor, request string, called bool) (signin.SupportRequest, error)
	Issue(ctx context.Context, by systemlog.Actor, request string) (secret.Text, time.Time, error)
}

// Support is what the commands about people who cannot sign in need.
type Support struct{ Recoveries Recoveries }

// ListSupport is the command that lists the open requests.
type ListSupport struct{}

// SupportList is its answer, the oldest first.
type SupportList struct {
	Requests []SupportRequest `json:"requests"`
}

// SupportRequest is a person who cannot sign in.
type SupportRequest struct {
	ID          string     `json:"id"`
	State       string     `json:"state"` // new, verified, code_sent
	UserName    string     `json:"userName"`
	OrgID       string     `json:"orgId"`
	Phone       string     `json:"phone"` // the recovery phone on file: the only number to call
	Details     string     `json:"details"`
	RequestedAt time.Time  `json:"requestedAt"`
	VerifiedAt  *time.Time `json:"verifiedAt,omitempty"`
	VerifiedBy  string     `json:"verifiedBy,omitempty"`
}

// VerifySupport is the command that records a call.
type VerifySupport struct {
	ID     string `json:"id"`
	Called bool   `json:"called"` // the operator called the recovery phone and made sure who answered
}

// IssueSupportCode is the command that makes a recovery code.
type IssueSupportCode struct {
	ID string `json:"id"`
}

// SupportCode is its answer.
type SupportCode struct {
	Code      string    `json:"code"`
	ExpiresAt time.Time `json:"expiresAt"`
}

func (m Support) mount(s *Server, mux *http.ServeMux) {
	mux.HandleFunc("POST /support/list", command(s, func(ctx context.Context, by systemlog.Actor, _ ListSupport) (SupportList, error) {
		got, err := m.Recoveries.List(ctx, by)
		out := SupportList{Requests: make([]SupportRequest, len(got))}
		for i, r := range got {
			out.Requests[i] = supportRequest(r)
		}
		return out, err
	}))
	mux.HandleFunc("POST /support/verify", command(s, func(ctx context.Context, by systemlog.Actor, in VerifySupport) (SupportRequest, error) {
		r, err := m.Recoveries.Verify(ctx, by, in.ID, in.Called)
		return supportRequest(r), err
	}))
	mux.HandleFunc("POST /support/issue-code", command(s, func(ctx context.Context, by systemlog.Actor, in IssueSupportCode) (SupportCode, error) {
		code, expires, err := m.Recoveries.Issue(ctx, by, in.ID)
		return SupportCode{Code: code.Reveal(), ExpiresAt: expires}, err
	}))
}

func supportRequest(r signin.SupportRequest) SupportRequest {
	out := SupportRequest{ID: r.ID, State: "new", UserName: r.Login.UserName, OrgID: string(r.Login.Company), Phone: r.Phone, Details: r.Details,
		RequestedAt: r.RequestedAt, VerifiedBy: r.VerifiedBy}
	if !r.VerifiedAt.IsZero() {
		out.State, out.VerifiedAt = "verified", &r.VerifiedAt
	}
	if !r.CodeExpiresAt.IsZero() {
		out.State = "code_sent"
	}
	return out
}

// ListSupport runs the command of that name. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) ListSupport(ctx context.Context) (SupportList, error) {
	var out SupportList
	err := c.run(ctx, "/support/list", ListSupport{}, &out)
	return out, err
}

// VerifySupport runs the command of that name. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) VerifySupport(ctx context.Context, in VerifySupport) (SupportRequest, error) {
	var out SupportRequest
	err := c.run(ctx, "/support/verify", in, &out)
	return out, err
}

// IssueSupportCode runs the command of that name. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) IssueSupportCode(ctx context.Context, in IssueSupportCode) (SupportCode, error) {
	var out SupportCode
	err := c.run(ctx, "/support/issue-code", in, &out)
	return out, err
}
