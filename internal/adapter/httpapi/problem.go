package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// Problem is the body of every failure (RFC 9457) with our additions.
type Problem struct {
	Type          string         `json:"type" doc:"Always about:blank; the code tells failures apart."`
	Title         string         `json:"title" doc:"The status in words."`
	Status        int            `json:"status"`
	Detail        string         `json:"detail" doc:"One sentence in the reader's language."`
	Code          string         `json:"code" doc:"Stable machine code."`
	Hint          string         `json:"hint" doc:"What to do; empty when the sentence says it."`
	SignInAgain   string         `json:"signInAgain,omitempty" doc:"Path on the console where the person proves himself by signing in again; a query return names the page to come back to."`
	TransactionID string         `json:"transactionId" doc:"Names the request in the server's log."`
	Errors        []FieldProblem `json:"errors,omitempty" nullable:"false" doc:"All inputs that cannot be accepted."`
}

// FieldProblem says what is wrong with one input.
type FieldProblem struct {
	Field  string `json:"field" doc:"Path of the input in the request body."`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Error is the problem's sentence.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// status is the only place that knows which kind is which HTTP status.
var status = [fault.NumKinds]int{
	fault.Internal:        http.StatusInternalServerError,
	fault.Invalid:         http.StatusBadRequest,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Denied:          http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Stale:           http.StatusPreconditionFailed,
	fault.Limited:         http.StatusTooManyRequests,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

// Problems turns errors into problems. It may be used concurrently.
type Problems struct {
	texts *text.Catalogue
	log   *slog.Logger
}

// NewProblems returns the one place where errors become answers.
func NewProblems(texts *text.Catalogue, log *slog.Logger) *Problems {
	return &Problems{texts: texts, log: log}
}

// From makes the problem of err for the reader of the request. The cause of a server error goes to the log.
func (p *Problems) From(ctx context.Context, err error) *Problem {
	e := fault.From(err)
	info := edge.From(ctx)
	if e.Kind == fault.Internal && !errors.Is(err, context.Canceled) {
		p.log.ErrorContext(ctx, "request failed", "transaction_id", info.Transaction, "err", err)
	}
	s := status[e.Kind]
	out := &Problem{
		Type: "about:blank", Title: http.StatusText(s), Status: s, Code: e.Code, TransactionID: info.Transaction,
		Detail: p.texts.Sentence(info.Language, e.Code, e.Args), Hint: p.texts.Hint(info.Language, e.Code, e.Args),
	}
	if e.Code == admin.ErrSignInAgain.Code {
		out.SignInAgain, _ = e.Args["signInAgain"].(string)
	}
	for _, f := range e.Fields {
		out.Errors = append(out.Errors, FieldProblem{Field: f.Name, Code: f.Code, Detail: p.texts.Sentence(info.Language, p.keyOf(f), f.Args)})
	}
	return out
}

// keyOf is the key of a field's sentence: that of the code for the very field, where there is one.
func (p *Problems) keyOf(f fault.Field) string {
	if own := f.Code + "." + f.Name[strings.LastIndexByte(f.Name, '.')+1:]; p.texts.Has(text.English, own) {
		return own
	}
	return f.Code
}

// Write answers with the problem of err; for handlers outside the typed operations.
func (p *Problems) Write(w http.ResponseWriter, r *http.Request, err error) {
	problem := p.From(r.Context(), err)
	w.Header().Set("Content-Type", problem.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	if problem.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.WriteHeader(problem.Status)
	_ = json.NewEncoder(w).Encode(problem) // a reader that has gone away cannot be told
}

// Failures that the framework finds before a handler runs.
var (
	errRequest    = fault.New(fault.Invalid, "request_invalid")
	errBodyTooBig = fault.New(fault.Invalid, "request_too_large")
)

type problemsKey struct{}

// init makes the framework's own failures pass through the same function as ours, and its description of failures ours. The
// framework keeps these hooks in package variables; the Problems of the request's API come from its context.
func init() {
	huma.NewError = func(code int, message string, _ ...error) huma.StatusError { return plainProblem(code, message) }
	huma.NewErrorWithContext = func(hctx huma.Context, code int, message string, errs ...error) huma.StatusError {
		ctx := hctx.Context()
		p, ok := ctx.Value(problemsKey{}).(*Problems)
		if !ok {
			return plainProblem(code, message)
		}
		for _, err := range errs {
			var known *fault.Error
			if errors.As(err, &known) {
				return p.From(ctx, err)
			}
		}
		return p.framework(ctx, code, message, errs)
	}
}

// plainProblem is a failure outside every API of ours; its type is what the description shows.
func plainProblem(code int, message string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(code), Status: code, Code: errRequest.Code, Detail: message}
}

func (p *Problems) framework(ctx context.Context, code int, message string, errs []error) *Problem {
	if code >= http.StatusInternalServerError {
		return p.From(ctx, errors.Join(append([]error{errors.New(message)}, errs...)...))
	}
	e := errRequest
	if code == http.StatusRequestEntityTooLarge {
		e = errBodyTooBig
	}
	out := p.From(ctx, e)
	if code != http.StatusUnprocessableEntity { // what does not fit the schema is a bad request like any other
		out.Status, out.Title = code, http.StatusText(code)
	}
	for _, err := range errs {
		var d *huma.ErrorDetail
		if errors.As(err, &d) {
			out.Errors = append(out.Errors, FieldProblem{Field: strings.TrimPrefix(strings.TrimPrefix(d.Location, "body."), "body"), Code: "request_invalid", Detail: d.Message})
		}
	}
	return out
}
