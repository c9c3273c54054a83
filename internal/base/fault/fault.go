// Package fault has the one error type with a public side: a kind, a stable code and the named values of its sentence.
// The sentence and the hint are looked up by code in package text; the cause is for the log only.
package fault

import (
	"errors"
	"maps"

	"github.com/causeway-cloud/causeway/internal/base/text"
)

// Kind says what sort of failure it is. Adapters turn it into a status or an exit code, each in one table.
type Kind uint8

// The kinds. Internal is the zero value, so that a forgotten kind is never more lenient than a server error.
const (
	Internal        Kind = iota
	Invalid              // the input cannot be accepted as it is
	Unauthenticated      // nobody, or no longer somebody
	Denied               // somebody, but not allowed
	NotFound             // absent, or another customer's
	Conflict             // against the present state or a uniqueness rule
	Stale                // the caller's version is not the present one
	Limited              // a quota or rate is used up
	Unavailable          // works again later without the caller changing anything
	NumKinds
)

var kindNames = [NumKinds]string{"internal", "invalid", "unauthenticated", "denied", "not_found", "conflict", "stale", "limited", "unavailable"}

// String returns the kind's name in lower case, for logs.
func (k Kind) String() string {
	if k >= NumKinds {
		return "internal"
	}
	return kindNames[k]
}

// Error is an expected failure. Declare it once with New and derive from it with With, Because and At;
// errors.Is compares kind and code, so a derived error still is the declared one.
type Error struct {
	Kind   Kind
	Code   string    // stable for ever, snake_case: "name_not_unique"
	Args   text.Args // named values for sentence and hint; nil when they have none
	Fields []Field   // what is wrong with which input; nil when the failure is about none
	cause  error     // for the log only
}

// Field is one thing wrong with one input.
type Field struct {
	Name string    // path of the input as the caller knows it: "name", "connection.ssoUrl"
	Code string    // stable, like Error.Code
	Args text.Args // named values for the sentence
}

// New declares an expected failure. Its code needs an entry in the texts of package text; a test there holds that.
func New(kind Kind, code string) *Error { return &Error{Kind: kind, Code: code} }

// ErrInvalidInput is the failure that carries field errors.
var ErrInvalidInput = New(Invalid, "invalid_input")

// InvalidFields returns one error for all of the fields, nil when there are none.
func InvalidFields(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	e := *ErrInvalidInput
	e.Fields = fields
	return &e
}

// Error returns kind and code and, for the log, the cause. People read text.Sentence instead.
func (e *Error) Error() string {
	s := e.Code
	for _, f := range e.Fields {
		s += " " + f.Name + "=" + f.Code
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is the same declared failure.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && t.Code == e.Code
}

// With returns a copy with the given named value added.
func (e *Error) With(name string, value any) *Error {
	c := *e
	c.Args = maps.Clone(e.Args)
	if c.Args == nil {
		c.Args = text.Args{}
	}
	c.Args[name] = value
	return &c
}

// Because returns a copy with a cause for the log.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// From returns the Error inside err, or an Internal one that wraps err. From(nil) is nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Internal, Code: "internal", cause: err}
}

// KindOf returns the kind of err, Internal for anything that is not an Error.
func KindOf(err error) Kind { return From(err).Kind }
