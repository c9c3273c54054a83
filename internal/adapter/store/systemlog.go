package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Logs implements systemlog.Store.
type Logs struct {
	db     *DB
	lookAt int64 // see lookAt
}

// Logs returns the System Log's store.
func (db *DB) Logs() *Logs { return &Logs{db, lookAt} }

var _ systemlog.Store = (*Logs)(nil)

// logRow is log_record as it is stored.
type logRow struct {
	LogID         string  `db:"log_id" json:"-"`
	Seq           int64   `db:"seq" json:"seq"`
	RecordID      string  `db:"record_id" json:"recordId"`
	At            int64   `db:"at" json:"at"`
	Event         string  `db:"event" json:"event"`
	TargetType    string  `db:"target_type" json:"targetType"`
	TargetID      string  `db:"target_id" json:"targetId"`
	TargetName    string  `db:"target_name" json:"targetName"`
	TargetEmail   string  `db:"target_email" json:"targetEmail"`
	TargetUserID  string  `db:"target_user_id" json:"targetUserId"`
	Before        *string `db:"before_fields" json:"before"`
	After         *string `db:"after_fields" json:"after"`
	AgentID       string  `db:"agent_id" json:"agentId"`
	ActorType     string  `db:"actor_type" json:"actorType"`
	ActorID       string  `db:"actor_id" json:"actorId"`
	ActorName     string  `db:"actor_name" json:"actorName"`
	ClientAddr    string  `db:"client_addr" json:"clientAddr"`
	TransactionID string  `db:"transaction_id" json:"transactionId"`
	Message       string  `db:"message" json:"message"`
	Args          string  `db:"args" json:"args"`
	Reason        string  `db:"reason" json:"reason"`
	PrevHash      string  `db:"prev_hash" json:"-"`
	Hash          string  `db:"hash" json:"-"`
}

// chain returns the record's hash: SHA-256 over the hash before it and the row in JSON, both under the log's name.
func (r logRow) chain() (string, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s", r.LogID, r.PrevHash, body)
	return hex.EncodeToString(h.Sum(nil)), nil
}

const insertRecord = `
  insert into log_record (log_id, seq, record_id, at, event, target_type, target_id, target_name, target_email, target_user_id,
    before_fields, after_fields, agent_id, actor_type, actor_id, actor_name, client_addr, transaction_id, message, args, reason,
    prev_hash, hash)
  values (:log_id, :seq, :record_id, :at, :event, :target_type, :target_id, :target_name, :target_email, :target_user_id,
    :before_fields, :after_fields, :agent_id, :actor_type, :actor_id, :actor_name, :client_addr, :transaction_id, :message, :args,
    :reason, :prev_hash, :hash)`

// appendRecords writes the records behind the heads of their logs; home is the log of those that name none.
func (tx *Tx) appendRecords(ctx context.Context, home systemlog.Log, records []systemlog.Record) error {
	for _, r := range records {
		if err := r.Check(); err != nil {
			return err
		}
		if r.Log == "" {
			r.Log = home
		}
		if err := tx.appendRecord(ctx, r); err != nil {
			return fmt.Errorf("append record: %w", err)
		}
	}
	return nil
}

func (tx *Tx) appendRecord(ctx context.Context, r systemlog.Record) error {
	head, err := tx.lockHead(ctx, r.Log)
	if err != nil {
		return err
	}
	row, err := newLogRow(r)
	if err != nil {
		return err
	}
	row.Seq = head.Seq + 1
	row.At = max(tx.now.UnixMicro(), head.LastTime) // the time of a log never goes back
	row.PrevHash = head.LastHash
	if row.Hash, err = row.chain(); err != nil {
		return err
	}
	if _, err := tx.NamedExecContext(ctx, insertRecord, row); err != nil {
		return err
	}
	*head = logHead{Seq: row.Seq, LastTime: row.At, LastHash: row.Hash}
	return tx.keepHead(ctx, r.Log, *head)
}

func newLogRow(r systemlog.Record) (logRow, error) {
	info, _ := r.Event.Info() // Check has been passed
	row := logRow{
		LogID: string(r.Log), RecordID: uuid.NewString(), Event: info.Name,
		TargetType: r.Target.Type, TargetID: kept(r.Target.ID), TargetName: kept(r.Target.Name), TargetEmail: kept(r.Target.Email),
		TargetUserID: kept(r.Target.UserID), AgentID: r.Agent, ActorType: string(r.Actor.Type), ActorID: kept(r.Actor.ID), ActorName: kept(r.Actor.Name),
		TransactionID: r.Actor.Transaction, Message: kept(text.Fill(info.Message(), r.Args)), Reason: r.Reason,
	}
	if row.TargetType == "" {
		row.TargetType = info.TargetType
	}
	if r.Actor.Addr.IsValid() {
		row.ClientAddr = r.Actor.Addr.String()
	}
	var err error
	if row.Before, err = fieldsColumn(r.Before); err != nil {
		return logRow{}, err
	}
	if row.After, err = fieldsColumn(r.After); err != nil {
		return logRow{}, err
	}
	args, err := json.Marshal(keptArgs(r.Args))
	row.Args = string(args)
	return row, err
}

func fieldsColumn(f systemlog.Fields) (*string, error) {
	if f == nil {
		return nil, nil
	}
	bounded := make(systemlog.Fields, len(f))
	for k, v := range f {
		bounded[k] = kept(v)
	}
	raw, err := json.Marshal(bounded)
	s := string(raw)
	return &s, err
}

// keptBytes bounds one value of a record. A record of a failed operation carries what the caller sent, which may be
// anything; nothing that we accept is longer.
const keptBytes = 1024

// kept is what a record keeps of a value: no control characters, no broken UTF-8, a bounded length.
func kept(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if len(s) <= keptBytes {
		return s
	}
	return strings.ToValidUTF8(s[:keptBytes], "") + "…"
}

func keptArgs(args text.Args) text.Args {
	out := make(text.Args, len(args))
	for k, v := range args {
		if s, ok := v.(string); ok {
			v = kept(s)
		}
		out[k] = v
	}
	return out
}

// Add implements systemlog.Store.
func (s *Logs) Add(ctx context.Context, l systemlog.Log, r ...systemlog.Record) error {
	return s.db.Write(ctx, Scope{logs: []systemlog.Log{l}}, func(*Tx) (systemlog.Effects, error) {
		return systemlog.Effects{Records: r}, nil
	})
}

// Newest returns the time of the newest record of any log; zero when there is none. A clock that stands before it has been
// put back, or was ahead.
func (s *Logs) Newest(ctx context.Context) (time.Time, error) {
	var at int64
	if err := s.db.reader.GetContext(ctx, &at, `select coalesce(max(last_time), 0) from log_head`); err != nil || at == 0 {
		return time.Time{}, translate(err)
	}
	return time.UnixMicro(at).UTC(), nil
}

// Last implements systemlog.Store.
func (s *Logs) Last(ctx context.Context, l systemlog.Log) (int64, error) {
	var seq int64
	err := s.db.reader.GetContext(ctx, &seq, `select coalesce(max(seq), 0) from log_head where log_id = $1`, l)
	return seq, translate(err)
}

// lookAt is how many records one page looks at. A filter that fits few of them gets a page that is not full, or empty, and the
// position to go on from: whoever asks for what is not there holds up nobody else for long.
const lookAt = 50_000

// List implements systemlog.Store.
func (s *Logs) List(ctx context.Context, l systemlog.Log, f systemlog.Filter, p page.Request) (page.Of[systemlog.Stored], error) {
	after, err := position(p.After, f.Ascending)
	if err != nil {
		return page.Of[systemlog.Stored]{}, err
	}
	low, high, err := s.span(ctx, l, f)
	if err != nil || low > high {
		return page.Of[systemlog.Stored]{}, err
	}
	order := ` order by seq desc`
	if f.Ascending {
		low, order = max(low, after+1), ` order by seq`
	} else {
		high = min(high, after-1)
	}
	q := logQuery{engine: s.db.engine}
	q.where(`log_id = ` + q.arg(l))
	rest := ""
	if f.Selective() {
		low, high, rest = s.window(low, high, f.Ascending)
	}
	q.where(`seq between ` + q.arg(low) + ` and ` + q.arg(high))
	q.filter(f)
	limit := p.Limit()
	var rows []logRow
	if err := q.run(ctx, s.db.reader, &rows, order+` limit `+q.arg(limit+1)); err != nil {
		return page.Of[systemlog.Stored]{}, translate(err)
	}
	out, err := pageOf(rows, limit, logRow.stored, func(r logRow) string { return strconv.FormatInt(r.Seq, 10) })
	if out.Next == "" {
		out.Next = rest
	}
	return out, err
}

// window is the part of a span that one page looks at, and the position behind it; "" when it is all of the span.
func (s *Logs) window(low, high int64, ascending bool) (from, to int64, rest string) {
	if high-low < s.lookAt {
		return low, high, ""
	}
	if ascending {
		high = low + s.lookAt - 1
		return low, high, strconv.FormatInt(high, 10)
	}
	low = high - s.lookAt + 1
	return low, high, strconv.FormatInt(low, 10)
}

// span turns the filter's period into sequence numbers, low > high when there is none. The time of a log never goes back, so
// its two ends say it all, and whatever else is asked for walks the primary key alone.
func (s *Logs) span(ctx context.Context, l systemlog.Log, f systemlog.Filter) (low, high int64, err error) {
	err = s.db.reader.GetContext(ctx, &low, `select seq from log_record where log_id = $1 and at >= $2 order by at, seq limit 1`, l, f.From.UnixMicro())
	if errors.Is(err, sql.ErrNoRows) {
		return 1, 0, nil
	}
	if err != nil {
		return 0, 0, translate(err)
	}
	if f.To.IsZero() {
		high, err = s.Last(ctx, l)
	} else {
		err = s.db.reader.GetContext(ctx, &high, `select seq from log_record where log_id = $1 and at < $2 order by at desc, seq desc limit 1`, l, f.To.UnixMicro())
		if errors.Is(err, sql.ErrNoRows) {
			return 1, 0, nil
		}
	}
	if err != nil {
		return 0, 0, translate(err)
	}
	if f.UpTo != 0 {
		high = min(high, f.UpTo)
	}
	return max(low, f.After+1), high, nil
}

// logQuery is a query over log_record that grows by conditions.
type logQuery struct {
	engine     Engine
	conditions []string
	args       []any
	filtered   bool
}

// arg adds a value and returns its place.
func (q *logQuery) arg(v any) string {
	q.args = append(q.args, v)
	return "$" + strconv.Itoa(len(q.args))
}

func (q *logQuery) where(condition string) *logQuery {
	q.conditions = append(q.conditions, condition)
	return q
}

// filter adds what is asked of a record's content.
func (q *logQuery) filter(f systemlog.Filter) {
	if names := f.Events(); names != nil {
		places := make([]string, len(names))
		for i, n := range names {
			places[i] = q.arg(n)
		}
		q.where(`event in (` + strings.Join(places, ", ") + `)`)
	}
	q.anyOf(f.Actor, "actor_id", "actor_name")
	q.anyOf(f.Target, "target_id", "target_name", "target_email")
	q.contains(f.Text, "message", "actor_name", "actor_id", "target_name", "target_email", "target_id")
	q.filtered = f.Selective()
}

// anyOf asks that the value is the ID, or a part of one of the names.
func (q *logQuery) anyOf(value, idColumn string, names ...string) {
	if value == "" {
		return
	}
	q.where(`(` + idColumn + ` = ` + q.arg(value) + ` or ` + q.like(value, names) + `)`)
}

func (q *logQuery) contains(value string, columns ...string) {
	if value != "" {
		q.where(`(` + q.like(value, columns) + `)`)
	}
}

// like asks that one of the columns contains the value, whatever the case. SQLite knows the case of a to z only; other
// letters must be written as they stand.
func (q *logQuery) like(value string, columns []string) string {
	operator := " like "
	if q.engine == Postgres {
		operator = " ilike "
	}
	place := q.arg("%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(kept(value)) + "%")
	alternatives := make([]string, len(columns))
	for i, c := range columns {
		alternatives[i] = c + operator + place + ` escape '\'`
	}
	return strings.Join(alternatives, " or ")
}

// run reads the rows. A query with a filter comes in too many forms to be kept parsed.
func (q *logQuery) run(ctx context.Context, r *reader, rows *[]logRow, tail string) error {
	query := `select * from log_record where ` + strings.Join(q.conditions, " and ") + tail
	if q.filtered {
		return r.selectOnce(ctx, rows, query, q.args...)
	}
	return r.SelectContext(ctx, rows, query, q.args...)
}

// position turns a page position back into the sequence number to go on from.
func position(after string, ascending bool) (int64, error) {
	if after == "" {
		if ascending {
			return 0, nil
		}
		return 1<<63 - 1, nil
	}
	n, err := strconv.ParseInt(after, 10, 64)
	if err != nil {
		return 0, page.ErrPosition.Because(err)
	}
	return n, nil
}

func (r logRow) stored() (systemlog.Stored, error) {
	info, ok := systemlog.ByName(r.Event)
	if !ok { // written by a newer release during a rolling upgrade
		info = systemlog.Info{Name: r.Event, Type: "platform/unknown/" + r.Event, TargetType: r.TargetType, Label: r.Message}
	}
	out := systemlog.Stored{
		Seq: r.Seq, ID: r.RecordID, Time: time.UnixMicro(r.At).UTC(), Log: systemlog.Log(r.LogID), Event: info,
		Target:  systemlog.Target{ID: r.TargetID, Name: r.TargetName, Email: r.TargetEmail, UserID: r.TargetUserID, Type: r.TargetType},
		Agent:   r.AgentID,
		Actor:   systemlog.Actor{Type: systemlog.ActorType(r.ActorType), ID: r.ActorID, Name: r.ActorName, Transaction: r.TransactionID},
		Message: r.Message, Reason: r.Reason, PrevHash: r.PrevHash, Hash: r.Hash,
	}
	if r.ClientAddr != "" {
		addr, err := netip.ParseAddr(r.ClientAddr)
		if err != nil {
			return out, err
		}
		out.Actor.Addr = addr
	}
	for _, f := range []struct {
		raw  *string
		into *systemlog.Fields
	}{{r.Before, &out.Before}, {r.After, &out.After}} {
		if f.raw != nil {
			if err := json.Unmarshal([]byte(*f.raw), f.into); err != nil {
				return out, err
			}
		}
	}
	return out, json.Unmarshal([]byte(r.Args), &out.Args)
}
