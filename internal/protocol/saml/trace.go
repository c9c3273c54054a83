package saml

import (
	"errors"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// Step is one check of a sign-in trace.
type Step struct {
	Name   string    // "read", "signature_response", "audience" …
	OK     bool      // false only for the last step of a failed run
	Code   string    // reason code of a failure, "" otherwise
	Detail text.Args // what was compared; text from the message, so escape it wherever it is shown (S43)
}

// Trace lists the checks in the order in which they ran.
type Trace []Step

// Refusal is the error of Verify: the declared failure with the trace that led to it.
type Refusal struct {
	Reason    *fault.Error
	Trace     Trace
	Decrypted []Plaintext // what had been opened before
}

// Error returns the reason for the log.
func (r *Refusal) Error() string { return r.Reason.Error() }

// Unwrap returns the reason, so that errors.Is finds the declared failure.
func (r *Refusal) Unwrap() error { return r.Reason }

// TraceOf returns the trace inside an error of Verify, nil when there is none.
func TraceOf(err error) Trace {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Trace
	}
	return nil
}

// DecryptedOf returns what Verify had decrypted before it refused; nothing of it need be signed.
func DecryptedOf(err error) []Plaintext {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Decrypted
	}
	return nil
}

// tracer collects steps. Its zero value is ready.
type tracer struct{ steps Trace }

// check runs one step. The details are name, value pairs.
func (t *tracer) check(name string, err error, details ...any) error {
	step := Step{Name: name, OK: err == nil}
	if len(details) > 0 {
		step.Detail = make(text.Args, len(details)/2)
		for i := 0; i+1 < len(details); i += 2 {
			step.Detail[details[i].(string)] = details[i+1]
		}
	}
	if err != nil {
		f := fault.From(err)
		step.Code = f.Code
		for k, v := range f.Args {
			if step.Detail == nil {
				step.Detail = text.Args{}
			}
			step.Detail[k] = v
		}
	}
	t.steps = append(t.steps, step)
	return err
}
