package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

var _ federation.RunStore = (*SignIns)(nil)

// CreateRun implements federation.RunStore.
func (s *SignIns) CreateRun(ctx context.Context, c customer.ID, r federation.Run, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		if _, err := tx.ExecContext(ctx, `delete from connection_test where customer_id = $1 and (started_at <= $2 or id in (
			select id from connection_test where customer_id = $1 order by started_at desc, id limit 1000 offset $3))`,
			c, tx.now.Add(-federation.RunLife).UnixMicro(), federation.MaxRuns-1); err != nil {
			return systemlog.Effects{}, err
		}
		_, err := tx.ExecContext(ctx, `insert into connection_test (customer_id, id, connection_id, state, started_at, transaction_id, report)
			values ($1, $2, $3, $4, $5, $6, '')`, c, r.ID, r.Connection, r.State, r.StartedAt.UnixMicro(), r.Transaction)
		return eff, err
	})
}

// EndRun implements federation.RunStore.
func (s *SignIns) EndRun(ctx context.Context, c customer.ID, runID string, state federation.TestState, report federation.TestReport) error {
	raw, err := encodeReport(&report)
	if err != nil {
		return err
	}
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `update connection_test set state = $3, report = $4 where customer_id = $1 and id = $2`, c, runID, state, raw)
		return err
	})
}

// Run implements federation.RunStore.
func (s *SignIns) Run(ctx context.Context, c customer.ID, runID string) (federation.Run, error) {
	var row struct {
		Connection  string `db:"connection_id"`
		State       string `db:"state"`
		StartedAt   int64  `db:"started_at"`
		Transaction string `db:"transaction_id"`
		Report      string `db:"report"`
	}
	err := s.db.reader.GetContext(ctx, &row, `select connection_id, state, started_at, transaction_id, report from connection_test
		where customer_id = $1 and id = $2 and started_at > $3`, c, runID, s.db.clock.Now().Add(-federation.RunLife).UnixMicro())
	if err != nil {
		return federation.Run{}, found(err, federation.ErrNoRun)
	}
	r := federation.Run{ID: runID, Connection: federation.ID(row.Connection), State: federation.TestState(row.State), StartedAt: instant(row.StartedAt),
		Transaction: row.Transaction}
	report, err := decodeReport(row.Report)
	if report != nil {
		r.Report = *report
	}
	return r, err
}

// encodeReport writes a report; values of sentences are kept as they are printed.
func encodeReport(r *federation.TestReport) (string, error) {
	if r == nil {
		return "", nil
	}
	out := *r
	out.Message = clean(r.Message)
	out.Steps, out.Refusals = nil, nil
	for _, s := range r.Steps {
		s.Detail = asText(s.Detail)
		out.Steps = append(out.Steps, s)
	}
	for _, f := range r.Refusals {
		f.Args = asText(f.Args)
		out.Refusals = append(out.Refusals, f)
	}
	raw, err := encodeJSON(out)
	return clean(raw), err
}

func asText(args text.Args) text.Args { return argsOf(printed(args)) }

func decodeReport(raw string) (*federation.TestReport, error) {
	if raw == "" {
		return nil, nil
	}
	var r federation.TestReport
	if err := json.Unmarshal([]byte(raw), &r); err != nil {
		return nil, fmt.Errorf("read report of a test: %w", err)
	}
	return &r, nil
}
