package wire

import (
	"fmt"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// Failures of the message layer itself, on the connector's side of a request.
var (
	// ErrUnsupported answers an operation that this connector does not know, or not any more.
	ErrUnsupported = fault.New(fault.Unavailable, "unsupported")
	// ErrMalformed answers a message that is not of the form that its subject promises.
	ErrMalformed = fault.New(fault.Invalid, "message_malformed")
	// ErrTooLarge stands for an answer of more than MaxPayload bytes.
	ErrTooLarge = fault.New(fault.Internal, "answer_too_large")
	// ErrBusy answers when the connector works on as many requests as it takes at once.
	ErrBusy = fault.New(fault.Unavailable, "connector_busy")
)

// Error is an expected failure on its way to the other side. What caused it stays where it happened.
type Error struct {
	Kind string            `json:"kind"`
	Code string            `json:"code"`
	Args map[string]string `json:"args,omitempty"`
}

// Bounds of an error that the other side sent.
const (
	maxErrorArgs = 8
	maxErrorArg  = 512
)

// ErrorOf returns the public side of err: kind, code and named values of a fault, "internal" for anything else.
func ErrorOf(err error) *Error {
	f := fault.From(err)
	e := &Error{Kind: f.Kind.String(), Code: f.Code}
	for name, v := range f.Args {
		if e.Args == nil {
			e.Args = map[string]string{}
		}
		e.Args[name] = fmt.Sprint(v)
	}
	return e
}

// Fault returns the error as this side's fault; errors.Is then finds the declared one. What does not look like a fault
// is ErrMalformed: the other side is not believed to be well-behaved.
func (e *Error) Fault() *fault.Error {
	if e == nil || !id.IsToken(e.Code) || len(e.Args) > maxErrorArgs {
		return ErrMalformed
	}
	for k := fault.Internal; k < fault.NumKinds; k++ {
		if k.String() != e.Kind {
			continue
		}
		f := fault.New(k, e.Code)
		for name, v := range e.Args {
			if len(v) > maxErrorArg {
				return ErrMalformed
			}
			if f.Args == nil {
				f.Args = text.Args{}
			}
			f.Args[name] = v
		}
		return f
	}
	return ErrMalformed
}
