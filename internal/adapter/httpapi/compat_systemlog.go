package httpapi

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// The documented limits of a page of records.
const (
	compatLogDefault = 100
	compatLogMax     = 200
)

// ticksAtUnixEpoch is 1970-01-01 in the documented unit: 100 ns since 0001-01-01.
const ticksAtUnixEpoch = 621_355_968_000_000_000

// compatRecord is a record in the documented form; collectors read items, recordId and continuationToken.
type compatRecord struct {
	RecordID           string            `json:"recordId"`
	UTCTimestamp       string            `json:"utcTimestamp"`
	CustomerID         string            `json:"customerId"`
	EventType          string            `json:"eventType"`
	TargetID           string            `json:"targetId"`
	TargetDisplayName  string            `json:"targetDisplayName"`
	TargetEmail        string            `json:"targetEmail"`
	TargetUserID       string            `json:"targetUserId"`
	TargetType         string            `json:"targetType"`
	BeforeChanges      map[string]string `json:"beforeChanges"`
	AfterChanges       map[string]string `json:"afterChanges"`
	AgentID            string            `json:"agentId"`
	ServiceProfileName *string           `json:"serviceProfileName"`
	ActorID            string            `json:"actorId"`
	ActorDisplayName   string            `json:"actorDisplayName"`
	ActorType          string            `json:"actorType"`
	Message            map[string]string `json:"message"`
	Outcome            string            `json:"outcome"` // ours: tells success from failure where they share a type (OPS-149)
}

type compatLogPage struct {
	Items               []compatRecord `json:"items"`
	Count               int            `json:"count"`
	EstimatedTotalItems int64          `json:"estimatedTotalItems"`
	ContinuationToken   *string        `json:"continuationToken"`
}

// CompatSystemLog registers GET /systemlog/records: ascending, so that a collector that keeps the last token or time goes
// on without gaps or repeats (OPS-143, OPS-256).
func (a *API) CompatSystemLog(logs *systemlog.Service) {
	a.router.Get("/systemlog/records", func(w http.ResponseWriter, r *http.Request) {
		out, err := a.compatLog(r, logs)
		if err != nil {
			a.Write(w, r, err)
			return
		}
		writeJSON(w, out)
	})
}

func (a *API) compatLog(r *http.Request, logs *systemlog.Service) (compatLogPage, error) {
	actor, err := compatActor(r, "", admin.SystemLog)
	if err != nil {
		return compatLogPage{}, err
	}
	v := r.URL.Query()
	rawFrom, rawTo := query(v, "startDateTime"), query(v, "endDateTime")
	from, wrong := parseTime("startDateTime", rawFrom)
	to, wrongTo := parseTime("endDateTime", rawTo)
	limit := compatLogDefault
	if s := query(v, "limit"); s != "" {
		if limit, err = strconv.Atoi(s); err != nil || limit < 1 || limit > compatLogMax {
			wrong = append(wrong, fault.Field{Name: "limit", Code: "limit_range", Args: map[string]any{"max": compatLogMax}})
		}
	}
	if err := fault.InvalidFields(append(wrong, wrongTo...)); err != nil {
		return compatLogPage{}, err
	}
	if rawFrom == "" && query(v, "continuationToken") != "" {
		from = time.Unix(0, 0) // the token carries the position; the default period must not move it
	}
	p, err := a.request(r.Context(), InPage{Limit: limit, Cursor: query(v, "continuationToken")}, "compat-systemlog", rawFrom, rawTo)
	if err != nil {
		return compatLogPage{}, err
	}
	got, err := logs.List(r.Context(), systemlog.OfCustomer(actor.Customer), systemlog.Filter{From: from, To: to, Ascending: true}, p)
	if err != nil {
		return compatLogPage{}, err
	}
	total, err := logs.Last(r.Context(), systemlog.OfCustomer(actor.Customer))
	if err != nil {
		return compatLogPage{}, err
	}
	return a.compatPage(r, got, total, rawFrom, rawTo)
}

// compatPage encodes a page. The estimate of all items is the number of records that the log ever had.
func (a *API) compatPage(r *http.Request, got page.Of[systemlog.Stored], total int64, rawFrom, rawTo string) (compatLogPage, error) {
	out := compatLogPage{Items: make([]compatRecord, 0, len(got.Items)), Count: len(got.Items), EstimatedTotalItems: total}
	for _, rec := range got.Items {
		out.Items = append(out.Items, newCompatRecord(rec))
	}
	if got.Next != "" {
		cursor, err := a.cursor(r.Context(), got.Next, "compat-systemlog", rawFrom, rawTo)
		if err != nil {
			return compatLogPage{}, err
		}
		out.ContinuationToken = &cursor
	}
	return out, nil
}

func newCompatRecord(r systemlog.Stored) compatRecord {
	customer := strings.TrimPrefix(string(r.Log), "customer:")
	return compatRecord{
		RecordID:     fmt.Sprintf("%s-%d", r.ID, r.Time.UnixMicro()*10+ticksAtUnixEpoch),
		UTCTimestamp: r.Time.UTC().Format("2006-01-02T15:04:05.0000000Z"),
		CustomerID:   customer, EventType: r.Event.Type,
		TargetID: r.Target.ID, TargetDisplayName: r.Target.Name, TargetEmail: r.Target.Email, TargetUserID: r.Target.UserID, TargetType: r.Target.Type,
		BeforeChanges: r.Before, AfterChanges: r.After, AgentID: r.Agent,
		ActorID: r.Actor.ID, ActorDisplayName: r.Actor.Name, ActorType: string(r.Actor.Type),
		Message: map[string]string{"en-US": r.Message}, Outcome: r.Event.Outcome(),
	}
}
