package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// LogRecord is a record of the System Log with the sixteen documented fields (OPS-144) and ours.
type LogRecord struct {
	RecordID          string            `json:"recordId"`
	Seq               int64             `json:"seq" doc:"Position in the customer's log; rises by one per record."`
	UTCTimestamp      time.Time         `json:"utcTimestamp"`
	CustomerID        string            `json:"customerId"`
	EventType         string            `json:"eventType"`
	Outcome           string            `json:"outcome" enum:"success,failed"`
	Reason            string            `json:"reason" doc:"Code of the failure; empty on success."`
	EventMessage      string            `json:"eventMessage"`
	TargetID          string            `json:"targetId"`
	TargetDisplayName string            `json:"targetDisplayName"`
	TargetEmail       string            `json:"targetEmail"`
	TargetUserID      string            `json:"targetUserId"`
	TargetType        string            `json:"targetType"`
	BeforeChanges     map[string]string `json:"beforeChanges" nullable:"true"`
	AfterChanges      map[string]string `json:"afterChanges" nullable:"true"`
	AgentID           string            `json:"agentId"`
	ActorID           string            `json:"actorId"`
	ActorDisplayName  string            `json:"actorDisplayName"`
	ActorType         string            `json:"actorType"`
	ActorAddress      string            `json:"actorAddress" doc:"Where the request came from; empty for the platform itself."`
	TransactionID     string            `json:"transactionId"`
}

// EventType is one row of the event catalogue (OPS-151).
type EventType struct {
	Name       string `json:"name"`
	Source     string `json:"source"`
	EventType  string `json:"eventType"`
	Outcome    string `json:"outcome" enum:"success,failed"`
	Label      string `json:"label"`
	TargetType string `json:"targetType"`
	Before     bool   `json:"before" doc:"Records carry the object's fields before the change."`
	After      bool   `json:"after" doc:"Records carry the object's fields after the change."`
	Documented bool   `json:"documented" doc:"Part of the published catalogue; otherwise an addition of this product."`
	Alias      string `json:"alias" doc:"Another spelling of the type in public documents, or empty."`
}

// InLogFilter is the part of an input that chooses records.
type InLogFilter struct {
	From      string   `query:"from" doc:"First instant, RFC 3339; default 30 days back, at most 90."`
	To        string   `query:"to" doc:"First instant after the period; default now."`
	EventType []string `query:"eventType,explode" doc:"Event types, any of them; see the event catalogue."`
	Outcome   string   `query:"outcome" enum:"success,failed" doc:"Default both."`
	Actor     string   `query:"actor" doc:"ID of the actor, or a part of the name."`
	Target    string   `query:"target" doc:"ID of the target, or a part of the name or the e-mail address."`
	Text      string   `query:"q" doc:"A part of the message, or of names, e-mail addresses and IDs of actor and target."`
}

// filter reads the choice.
func (in InLogFilter) filter() (systemlog.Filter, error) {
	from, wrong := parseTime("from", in.From)
	to, wrongTo := parseTime("to", in.To)
	return systemlog.Filter{From: from, To: to, Types: in.EventType, Outcome: in.Outcome, Actor: in.Actor, Target: in.Target, Text: in.Text},
		fault.InvalidFields(append(wrong, wrongTo...))
}

// binding is the choice as a cursor is bound to it.
func (in InLogFilter) binding(more ...string) []string {
	return append([]string{"systemlog", in.From, in.To, strings.Join(in.EventType, ","), in.Outcome, in.Actor, in.Target, in.Text}, more...)
}

type logInput struct {
	InCustomer
	InPage
	InLogFilter
	After int64 `query:"after" minimum:"0" doc:"Only records with a greater sequence number: what the stream of live updates has announced."`
}

var errTime = fault.New(fault.Invalid, "time_invalid")

// parseTime reads an optional instant.
func parseTime(field, s string) (time.Time, []fault.Field) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, []fault.Field{{Name: field, Code: errTime.Code}}
	}
	return t.UTC(), nil
}

// SystemLog registers reading the customer's log.
func (a *API) SystemLog(logs *systemlog.Service) {
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/systemlog/records", ID: "listSystemLogRecords",
		Summary: "System Log records, newest first", Tag: "System Log", Needs: admin.SystemLog},
		func(ctx context.Context, actor admin.Actor, in *logInput) (*bodyOf[list[LogRecord]], error) {
			f, err := in.filter()
			if err != nil {
				return nil, err
			}
			f.After = in.After
			binding := in.binding(strconv.FormatInt(in.After, 10))
			p, err := a.request(ctx, in.InPage, binding...)
			if err != nil {
				return nil, err
			}
			got, err := logs.List(ctx, systemlog.OfCustomer(actor.Customer), f, p)
			if err != nil {
				return nil, err
			}
			return listOf(ctx, a, got, func(r systemlog.Stored) LogRecord { return newLogRecord(string(actor.Customer), r) }, binding...)
		})
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/systemlog/event-types", ID: "listSystemLogEventTypes",
		Summary: "The event catalogue", Tag: "System Log", Needs: admin.SystemLog},
		func(ctx context.Context, _ admin.Actor, _ *struct{ InCustomer }) (*bodyOf[list[EventType]], error) {
			out := list[EventType]{}
			for _, i := range systemlog.Catalogue() {
				out.Items = append(out.Items, EventType{Name: i.Name, Source: i.Source, EventType: i.Type, Outcome: i.Outcome(),
					Label: text.Fill(i.Label, nil), TargetType: i.TargetType, Before: i.Before, After: i.After, Documented: i.Documented, Alias: i.Alias})
			}
			return answer(out), nil
		})
}

func newLogRecord(customer string, r systemlog.Stored) LogRecord {
	addr := ""
	if r.Actor.Addr.IsValid() {
		addr = r.Actor.Addr.String()
	}
	return LogRecord{
		RecordID: r.ID, Seq: r.Seq, UTCTimestamp: r.Time, CustomerID: customer, EventType: r.Event.Type, Outcome: r.Event.Outcome(),
		Reason: r.Reason, EventMessage: r.Message, TargetID: r.Target.ID, TargetDisplayName: r.Target.Name, TargetEmail: r.Target.Email,
		TargetUserID: r.Target.UserID, TargetType: r.Target.Type, BeforeChanges: r.Before, AfterChanges: r.After, AgentID: r.Agent,
		ActorID: r.Actor.ID, ActorDisplayName: r.Actor.Name, ActorType: string(r.Actor.Type), ActorAddress: addr, TransactionID: r.Actor.Transaction,
	}
}
