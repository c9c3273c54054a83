package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

var _ federation.UpkeepStore = (*Connections)(nil)

// Kept implements federation.UpkeepStore.
func (s *Connections) Kept(ctx context.Context, c customer.ID, i federation.ID) (federation.Kept, error) {
	return maintained(ctx, s.db.reader, c, i)
}

func maintained(ctx context.Context, q querier, c customer.ID, i federation.ID) (federation.Kept, error) {
	var row connectionRow
	if err := q.GetContext(ctx, &row, connectionSelect+` where c.customer_id = $1 and c.id = $2`, c, i); err != nil {
		return federation.Kept{}, found(err, federation.ErrNotFound)
	}
	conn, err := row.connection()
	if err != nil {
		return federation.Kept{}, err
	}
	k := federation.Kept{Connection: conn}
	var rows []proposalRow
	if err := q.SelectContext(ctx, &rows, `
		select id, certificate, found_at, signed, state, decided_at, decided_by from key_proposal
		where customer_id = $1 and connection_id = $2 order by found_at desc, id`, c, i); err != nil {
		return federation.Kept{}, translate(err)
	}
	for _, r := range rows {
		p, err := r.proposal()
		if err != nil {
			return federation.Kept{}, err
		}
		k.Proposals = append(k.Proposals, p)
	}
	return k, nil
}

type proposalRow struct {
	ID          string `db:"id"`
	Certificate string `db:"certificate"`
	FoundAt     int64  `db:"found_at"`
	Signed      int    `db:"signed"`
	State       string `db:"state"`
	DecidedAt   *int64 `db:"decided_at"`
	DecidedBy   string `db:"decided_by"`
}

func (r proposalRow) proposal() (federation.KeyProposal, error) {
	der, err := base64.StdEncoding.DecodeString(r.Certificate)
	if err != nil {
		return federation.KeyProposal{}, fmt.Errorf("read proposed key: %w", err)
	}
	return federation.KeyProposal{ID: r.ID, DER: der, FoundAt: instant(r.FoundAt), Signed: r.Signed == 1, State: federation.KeyState(r.State),
		DecidedAt: optionalInstant(r.DecidedAt), DecidedBy: r.DecidedBy}, nil
}

// Maintain implements federation.UpkeepStore.
func (s *Connections) Maintain(ctx context.Context, c customer.ID, i federation.ID,
	change func(*federation.Kept) (systemlog.Effects, error)) (federation.Kept, error) {
	home := ofCustomer(c)
	var out federation.Kept
	var caused bool
	err := s.db.unrecorded(ctx, func(tx *Tx) error {
		if err := tx.lock(ctx, home.logs); err != nil {
			return err
		}
		k, err := maintained(ctx, tx, c, i)
		if err != nil {
			return err
		}
		read := k.Settings.MetadataURL
		refreshed := k.Settings.MetadataRefresh
		eff, err := change(&k)
		if err != nil {
			return err
		}
		if err := tx.saveKept(ctx, c, k); err != nil {
			return err
		}
		if read != k.Settings.MetadataURL || refreshed != k.Settings.MetadataRefresh {
			if err := tx.scheduleMetadata(ctx, c, k); err != nil {
				return err
			}
		}
		out, caused = k, len(eff.Jobs) > 0
		if err := tx.appendRecords(ctx, home.logs[0], eff.Records); err != nil {
			return err
		}
		return tx.enqueue(ctx, eff.Jobs)
	})
	if err == nil && caused {
		s.db.wake()
	}
	return out, err
}

func (tx *Tx) saveKept(ctx context.Context, c customer.ID, k federation.Kept) error {
	settings, err := encodeSettings(k.Settings)
	if err != nil {
		return err
	}
	metadata, err := encodeMetadataState(k.Metadata)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `update connection set settings = $3, metadata_state = $4, version = $5 where customer_id = $1 and id = $2`,
		c, k.ID, settings, metadata, k.Version); err != nil {
		return err
	}
	for _, p := range k.Proposals {
		if _, err := tx.ExecContext(ctx, `
			insert into key_proposal (customer_id, id, connection_id, fingerprint, certificate, found_at, signed, state, decided_at, decided_by)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			on conflict (customer_id, id) do update set signed = excluded.signed, state = excluded.state, decided_at = excluded.decided_at, decided_by = excluded.decided_by`,
			c, p.ID, k.ID, p.Certificate().Fingerprint(), base64.StdEncoding.EncodeToString(p.DER), p.FoundAt.UnixMicro(), bit(p.Signed), p.State,
			microsOrNull(p.DecidedAt), p.DecidedBy); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) scheduleMetadata(ctx context.Context, c customer.ID, k federation.Kept) error {
	_, err := tx.ExecContext(ctx, `update connection set metadata_due_at = $3, metadata_asked_at = 0 where customer_id = $1 and id = $2`,
		c, k.ID, tx.metadataDue(k.Settings))
	return err
}

// metadataDue is when the metadata of a connection is read first: now, or never.
func (tx *Tx) metadataDue(s federation.Settings) *int64 {
	if !s.MetadataRefresh {
		return nil
	}
	now := tx.now.UnixMicro()
	return &now
}

// Watched implements federation.UpkeepStore.
func (s *Connections) Watched(ctx context.Context, after federation.Ref, n int) ([]federation.Watched, error) {
	var rows []connectionRow
	if err := s.db.reader.SelectContext(ctx, &rows, connectionSelect+`
		where c.customer_id > $1 or c.customer_id = $1 and c.id > $2 order by c.customer_id, c.id limit $3`,
		after.Customer, after.Connection, n); err != nil {
		return nil, translate(err)
	}
	out := make([]federation.Watched, len(rows))
	for i, r := range rows {
		conn, err := r.connection()
		if err != nil {
			return nil, err
		}
		out[i] = federation.Watched{Customer: customer.ID(r.Customer), Connection: conn}
	}
	return out, nil
}

// TellExpiry implements federation.UpkeepStore.
func (s *Connections) TellExpiry(ctx context.Context, c customer.ID, n federation.ExpiryNotice, eff systemlog.Effects) error {
	var told []int
	key := []any{c, n.Connection, n.Variant, n.Fingerprint}
	query := `select days from certificate_notice where customer_id = $1 and connection_id = $2 and variant = $3 and fingerprint = $4`
	if err := s.db.reader.SelectContext(ctx, &told, query, key...); err != nil || len(told) > 0 && told[0] <= n.Days {
		return translate(err) // most of the time there is nothing to write
	}
	err := s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		told = nil
		if err := tx.SelectContext(ctx, &told, query, key...); err != nil {
			return systemlog.Effects{}, err
		}
		if _, err := tx.connection(ctx, c, n.Connection); errors.Is(err, federation.ErrNotFound) || len(told) > 0 && told[0] <= n.Days {
			return systemlog.Effects{}, errUnchanged
		}
		_, err := tx.ExecContext(ctx, `
			insert into certificate_notice (customer_id, connection_id, variant, fingerprint, days, told_at) values ($1, $2, $3, $4, $5, $6)
			on conflict (customer_id, connection_id, variant, fingerprint) do update set days = excluded.days, told_at = excluded.told_at`,
			append(key, n.Days, tx.now.UnixMicro())...)
		return eff, err
	})
	return ignoreUnchanged(err)
}

// MetadataDue implements federation.UpkeepStore.
func (s *Connections) MetadataDue(ctx context.Context, now time.Time, n int) ([]federation.Ref, error) {
	var rows []struct {
		Customer   string `db:"customer_id"`
		Connection string `db:"id"`
	}
	if err := s.db.reader.SelectContext(ctx, &rows, `
		select customer_id, id from connection where metadata_due_at <= $1 order by metadata_due_at, customer_id, id limit $2`, now.UnixMicro(), n); err != nil {
		return nil, translate(err)
	}
	out := make([]federation.Ref, len(rows))
	for i, r := range rows {
		out[i] = federation.Ref{Customer: customer.ID(r.Customer), Connection: federation.ID(r.Connection)}
	}
	return out, nil
}

// AskMetadata implements federation.UpkeepStore.
func (s *Connections) AskMetadata(ctx context.Context, r federation.Ref, notSince, next time.Time, job jobs.Job) (bool, error) {
	var asked []int64
	query := `select metadata_asked_at from connection where customer_id = $1 and id = $2 and metadata_due_at is not null and metadata_asked_at <= $3`
	if err := s.db.reader.SelectContext(ctx, &asked, query, r.Customer, r.Connection, notSince.UnixMicro()); err != nil || len(asked) == 0 {
		return false, translate(err) // somebody who sends junk makes us write nothing
	}
	ordered := false
	err := s.db.unrecorded(ctx, func(tx *Tx) error {
		res, err := tx.ExecContext(ctx, `
			update connection set metadata_asked_at = $4, metadata_due_at = $5
			where customer_id = $1 and id = $2 and metadata_due_at is not null and metadata_asked_at <= $3`,
			r.Customer, r.Connection, notSince.UnixMicro(), tx.now.UnixMicro(), next.UnixMicro())
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if ordered = n == 1; err != nil || !ordered {
			return err
		}
		return tx.enqueue(ctx, []jobs.Job{job})
	})
	if err == nil && ordered {
		s.db.wake()
	}
	return ordered, err
}

// metadataDoc is federation.MetadataState as it is stored; "" stands for never read.
type metadataDoc struct {
	ReadAt      *int64            `json:"readAt,omitempty"`
	FailedSince *int64            `json:"failedSince,omitempty"`
	Failure     string            `json:"failure,omitempty"`
	FailureArgs map[string]string `json:"failureArgs,omitempty"`
	Told        bool              `json:"told,omitempty"`
	Differences []differenceDoc   `json:"differences,omitempty"`
}

type differenceDoc struct {
	Field  string `json:"field"`
	Ours   string `json:"ours"`
	Theirs string `json:"theirs"`
}

func encodeMetadataState(m federation.MetadataState) (string, error) {
	doc := metadataDoc{ReadAt: microsOrNull(m.ReadAt), FailedSince: microsOrNull(m.FailedSince), Failure: m.Failure, FailureArgs: printed(m.FailureArgs), Told: m.Told}
	for _, d := range m.Differences {
		doc.Differences = append(doc.Differences, differenceDoc(d))
	}
	return encodeJSON(doc)
}

func decodeMetadataState(raw string) (federation.MetadataState, error) {
	if raw == "" {
		return federation.MetadataState{}, nil
	}
	var doc metadataDoc
	if err := json.Unmarshal([]byte(raw), &doc); err != nil {
		return federation.MetadataState{}, fmt.Errorf("read metadata state: %w", err)
	}
	m := federation.MetadataState{ReadAt: optionalInstant(doc.ReadAt), FailedSince: optionalInstant(doc.FailedSince), Failure: doc.Failure,
		FailureArgs: argsOf(doc.FailureArgs), Told: doc.Told}
	for _, d := range doc.Differences {
		m.Differences = append(m.Differences, federation.Difference(d))
	}
	return m, nil
}
