package httpapi

import (
	"context"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// TraceSummary is the trace of a sign-in or sign-out as the list shows it.
type TraceSummary struct {
	ID             string    `json:"id"`
	Kind           string    `json:"kind" enum:"signin,signout" doc:"A sign-in, or a sign-out at the identity provider, in either direction."`
	TransactionID  string    `json:"transactionId"`
	Time           time.Time `json:"time"`
	Outcome        string    `json:"outcome" enum:"succeeded,refused"`
	Purpose        string    `json:"purpose" enum:"workspace,console,test,check,provider" doc:"What it is for; of sign-outs that the identity provider has asked for: provider."`
	ConnectionID   string    `json:"connectionId"`
	ConnectionName string    `json:"connectionName"`
	Person         string    `json:"person" doc:"UPN or NameID as far as it is known."`
	ClientAddress  string    `json:"clientAddress"`
	Code           string    `json:"code" doc:"Reason code; empty on success."`
	Summary        string    `json:"summary" doc:"Sentence of the reason; empty on success."`
}

// Trace is a sign-in or sign-out step by step.
type Trace struct {
	TraceSummary
	Steps       []TraceStep       `json:"steps" nullable:"false"`
	Messages    []TraceMessage    `json:"messages" nullable:"false"`
	FailedCheck *TraceFailedCheck `json:"failedCheck" doc:"Null on success."`
}

// TraceStep is one step of a sign-in or sign-out.
type TraceStep struct {
	Time   time.Time `json:"time"`
	Step   string    `json:"step" doc:"Stable key."`
	Title  string    `json:"title"`
	Status string    `json:"status" enum:"passed,failed,info,not_done"`
	Detail string    `json:"detail"`
}

// TraceMessage is a decoded message of the protocol.
type TraceMessage struct {
	Kind      string    `json:"kind" enum:"authn_request,response,logout_request,logout_response"`
	Direction string    `json:"direction" enum:"sent,received"`
	Binding   string    `json:"binding" enum:"post,redirect"`
	Time      time.Time `json:"time"`
	XML       string    `json:"xml"`
}

// TraceFailedCheck is what ended a sign-in or sign-out and what to change.
type TraceFailedCheck struct {
	Code     string `json:"code"`
	Title    string `json:"title"`
	Detail   string `json:"detail"`
	Hint     string `json:"hint"`
	Expected string `json:"expected"`
	Received string `json:"received"`
	Setting  string `json:"setting" doc:"Path of the setting to change; empty when it is elsewhere."`
}

type tracesInput struct {
	InCustomer
	InPage
	From          string `query:"from" doc:"First instant, RFC 3339; default and at most 30 days back."`
	To            string `query:"to" doc:"First instant after the period; default now."`
	Kind          string `query:"kind" enum:"signin,signout," doc:"Sign-ins or sign-outs; default both."`
	TransactionID string `query:"transactionId" maxLength:"64"`
	Outcome       string `query:"outcome" enum:"succeeded,refused,"`
	Person        string `query:"person" maxLength:"256" doc:"Part of the user name, whatever the case."`
	Address       string `query:"address" maxLength:"64" doc:"Address of the client."`
	ConnectionID  string `query:"connectionId" maxLength:"64"`
}

// filter reads the parameters. Its errors are field errors.
func (in *tracesInput) filter() (federation.TraceFilter, error) {
	f := federation.TraceFilter{Kind: federation.TraceKind(in.Kind), Transaction: in.TransactionID, Outcome: in.Outcome, Person: in.Person, Connection: federation.ID(in.ConnectionID)}
	var wrong, wrongTo []fault.Field
	f.From, wrong = parseTime("from", in.From)
	f.To, wrongTo = parseTime("to", in.To)
	wrong = append(wrong, wrongTo...)
	if in.Address != "" {
		var err error
		if f.Addr, err = netip.ParseAddr(in.Address); err != nil {
			wrong = append(wrong, fault.Field{Name: "address", Code: "address_invalid"})
		}
	}
	return f, fault.InvalidFields(wrong)
}

// Traces registers reading traces of sign-ins and sign-outs.
func (a *API) Traces(s *federation.Traces) {
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/signin-traces", ID: "listSignInTraces",
		Summary: "Traces of sign-ins and sign-outs, newest first", Tag: "Sign-in trace", Needs: admin.SignInTrace},
		func(ctx context.Context, actor admin.Actor, in *tracesInput) (*bodyOf[list[TraceSummary]], error) {
			filter, err := in.filter()
			if err != nil {
				return nil, err
			}
			binding := []string{"signin-traces", in.From, in.To, in.Kind, in.TransactionID, in.Outcome, in.Person, in.Address, in.ConnectionID}
			p, err := a.request(ctx, in.InPage, binding...)
			if err != nil {
				return nil, err
			}
			got, err := s.List(ctx, actor, in.customer(), filter, p)
			if err != nil {
				return nil, err
			}
			return listOf(ctx, a, got, func(t federation.Trace) TraceSummary { return a.traceSummary(ctx, t) }, binding...)
		})
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/signin-traces/{traceId}", ID: "getSignInTrace",
		Summary: "One sign-in or sign-out with its steps and messages", Tag: "Sign-in trace", Needs: admin.SignInTrace},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			TraceID string `path:"traceId"`
			Values  bool   `query:"values" doc:"Show the values of names and claims; each such reading leaves a record in the System Log."`
		}) (*bodyOf[Trace], error) {
			read := s.Get
			if in.Values {
				read = s.Reveal
			}
			got, err := read(ctx, actor, in.customer(), in.TraceID)
			if err != nil {
				return nil, err
			}
			return answer(a.trace(ctx, got)), nil
		})
}

func (a *API) traceSummary(ctx context.Context, t federation.Trace) TraceSummary {
	out := TraceSummary{ID: t.ID, Kind: string(t.Kind), TransactionID: t.Transaction, Time: t.Time, Outcome: "succeeded", Purpose: string(t.Purpose),
		ConnectionID: string(t.Connection), ConnectionName: t.ConnectionName, Person: t.Person}
	if t.Addr.IsValid() {
		out.ClientAddress = t.Addr.String()
	}
	if !t.Succeeded {
		out.Outcome, out.Code = "refused", t.Code
		code, args := t.Reason()
		out.Summary = a.texts.Sentence(edge.From(ctx).Language, code, args)
	}
	return out
}

func (a *API) trace(ctx context.Context, t federation.Trace) Trace {
	lang := edge.From(ctx).Language
	out := Trace{TraceSummary: a.traceSummary(ctx, t), Steps: a.steps(ctx, t.Steps), Messages: make([]TraceMessage, 0, len(t.Messages))}
	for _, m := range t.Messages {
		direction := "received"
		if m.Sent {
			direction = "sent"
		}
		out.Messages = append(out.Messages, TraceMessage{string(m.Kind), direction, string(m.Binding), m.Time, m.XML})
	}
	if step, failed := t.Failed(); failed {
		code, args := t.Reason()
		check := &TraceFailedCheck{Code: t.Code, Title: a.texts.Sentence(lang, "trace.step."+step.Name, nil), Setting: t.Setting,
			Detail: a.texts.Sentence(lang, code, args), Hint: a.texts.Hint(lang, code, args),
			Expected: word(step.Detail, "expected"), Received: word(step.Detail, "received")}
		if len(t.Names) > 0 {
			check.Received = strings.Join(t.Names, ", ")
		}
		out.FailedCheck = check
	}
	return out
}

func (a *API) steps(ctx context.Context, steps []federation.TraceStep) []TraceStep {
	out := make([]TraceStep, 0, len(steps))
	for _, s := range steps {
		out = append(out, TraceStep{Time: s.Time, Step: s.Name, Title: a.texts.Sentence(edge.From(ctx).Language, "trace.step."+s.Name, nil),
			Status: string(s.Status), Detail: strings.TrimSpace(a.reason(ctx, s) + " " + a.detailLine(ctx, s.Detail))})
	}
	return out
}

// reason is the sentence of a step that failed.
func (a *API) reason(ctx context.Context, s federation.TraceStep) string {
	if s.Code == "" {
		return ""
	}
	return a.texts.Sentence(edge.From(ctx).Language, s.Code, s.Detail)
}

func word(args text.Args, name string) string {
	s, _ := args[name].(string)
	return s
}

// detailLine prints the values of a step as "name: value", in a fixed order. A signing mode is called as in the form.
func (a *API) detailLine(ctx context.Context, args text.Args) string {
	lang := edge.From(ctx).Language
	parts := make([]string, 0, len(args))
	for _, name := range slices.Sorted(maps.Keys(args)) {
		v := word(args, name)
		if mode, known := modeNames[saml.SigningMode(v)]; known && name == "mode" {
			name, v = a.texts.Sentence(lang, "trace.detail.mode", nil), a.texts.Sentence(lang, "trace.detail.mode."+mode, nil)
		}
		if v != "" {
			parts = append(parts, name+": "+v)
		}
	}
	return strings.Join(parts, "; ")
}
