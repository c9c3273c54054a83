package pages

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// problem is what a page says of an error.
type problem struct {
	Text, Hint string
	Fields     []fieldProblem // each links to its field
	Ours       bool           // the transaction ID helps whoever looks for the cause
}

type fieldProblem struct{ Name, Text string }

// pageStatus is the HTTP status of each kind of failure on a page.
var pageStatus = [fault.NumKinds]int{
	fault.Internal: http.StatusInternalServerError, fault.Invalid: http.StatusBadRequest, fault.Unauthenticated: http.StatusUnauthorized,
	fault.Denied: http.StatusForbidden, fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict,
	fault.Stale: http.StatusPreconditionFailed, fault.Limited: http.StatusTooManyRequests, fault.Unavailable: http.StatusServiceUnavailable,
}

// problemOf turns an error into what the page says and its status. Causes go to the log only.
func (p *SignIn) problemOf(w http.ResponseWriter, r *http.Request, err error) (*problem, int) {
	f := fault.From(err)
	if seconds, ok := f.Args["seconds"].(int); ok && f.Kind == fault.Limited {
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
	return p.problemFor(r, err), pageStatus[f.Kind]
}

func (p *SignIn) problemFor(r *http.Request, err error) *problem {
	f := fault.From(err)
	lang := edge.From(r.Context()).Language
	out := &problem{Text: p.Texts.Sentence(lang, f.Code, f.Args), Hint: p.Texts.Hint(lang, f.Code, f.Args)}
	for _, field := range f.Fields {
		out.Fields = append(out.Fields, fieldProblem{Name: field.Name, Text: p.Texts.Sentence(lang, field.Code, field.Args)})
	}
	out.Ours = f.Kind == fault.Internal || f.Kind == fault.Unavailable
	if out.Ours && !errors.Is(err, context.Canceled) {
		p.Log.ErrorContext(r.Context(), "page failed", "path", r.URL.Path, "err", err)
	}
	return out
}

// refuse shows the error page.
func (p *SignIn) refuse(w http.ResponseWriter, r *http.Request, err error) {
	problem, status := p.problemOf(w, r, err)
	key := "signin.failed"
	if problem.Ours {
		key = "signin.error"
	}
	page := p.newSignInPage(r, key)
	page.Problem = problem
	p.show(w, r, status, "signin_error", page)
}

// missing answers what has no page.
func (p *SignIn) missing(w http.ResponseWriter, r *http.Request) {
	page := p.newSignInPage(r, "signin.missing")
	page.Problem = &problem{Text: page.T("signin.missing.hint")}
	p.show(w, r, http.StatusNotFound, "signin_error", page)
}
