package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

var _ federation.LogoutStore = (*SignIns)(nil)

// Conclude implements federation.LogoutStore.
func (s *SignIns) Conclude(ctx context.Context, c customer.ID, requestID string, until time.Time, t *federation.Trace, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		_, err := tx.ExecContext(ctx, `insert into consumed_request (customer_id, request_id, expires_at) values ($1, $2, $3)`, c, requestID, until.UnixMicro())
		if requestUnique.violatedBy(err) {
			return systemlog.Effects{}, federation.ErrLogoutUnknown
		}
		if err != nil {
			return systemlog.Effects{}, err
		}
		if _, err := tx.ExecContext(ctx, `delete from awaited_logout where customer_id = $1 and request_id = $2`, c, requestID); err != nil {
			return systemlog.Effects{}, err
		}
		if t != nil {
			if err := tx.insertTrace(ctx, c, *t); err != nil {
				return systemlog.Effects{}, err
			}
		}
		return eff, tx.forgetSignIns(ctx, c)
	})
}

// Await implements federation.LogoutStore.
func (s *SignIns) Await(ctx context.Context, a federation.Awaited) error {
	var waiting int
	query := `select count(*) from awaited_logout where customer_id = $1 and connection_id = $2 and variant = $3`
	if err := s.db.reader.GetContext(ctx, &waiting, query, a.Customer, a.Connection, a.Variant); err != nil || waiting > 0 {
		return translate(err) // of a flood, nothing is written
	}
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `
			insert into awaited_logout (customer_id, connection_id, variant, request_id, sealed, expires_at)
			select c.customer_id, c.id, cast($3 as text), cast($4 as text), cast($5 as text), cast($6 as bigint) from connection c where c.customer_id = $1 and c.id = $2
			on conflict (customer_id, connection_id, variant) do nothing`,
			a.Customer, a.Connection, a.Variant, a.RequestID, a.Sealed, a.Until.UnixMicro())
		return err
	})
}

// Answered implements federation.LogoutStore.
func (s *SignIns) Answered(ctx context.Context, c customer.ID, requestID string) error {
	var waiting int
	if err := s.db.reader.GetContext(ctx, &waiting, `select count(*) from awaited_logout where customer_id = $1 and request_id = $2`, c, requestID); err != nil || waiting == 0 {
		return translate(err)
	}
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `delete from awaited_logout where customer_id = $1 and request_id = $2`, c, requestID)
		return err
	})
}

// Unanswered implements federation.LogoutStore.
func (s *SignIns) Unanswered(ctx context.Context, now time.Time, n int) ([]federation.Awaited, error) {
	var rows []struct {
		Customer   string `db:"customer_id"`
		Connection string `db:"connection_id"`
		Variant    string `db:"variant"`
		RequestID  string `db:"request_id"`
		Sealed     string `db:"sealed"`
		Expires    int64  `db:"expires_at"`
	}
	if err := s.db.reader.SelectContext(ctx, &rows, `
		select customer_id, connection_id, variant, request_id, sealed, expires_at from awaited_logout
		where expires_at <= $1 order by expires_at, customer_id, request_id limit $2`, now.UnixMicro(), n); err != nil {
		return nil, translate(err)
	}
	out := make([]federation.Awaited, len(rows))
	for i, r := range rows {
		out[i] = federation.Awaited{Customer: customer.ID(r.Customer), Connection: federation.ID(r.Connection), Variant: federation.Variant(r.Variant),
			RequestID: r.RequestID, Sealed: r.Sealed, Until: instant(r.Expires)}
	}
	return out, nil
}

// GiveUp implements federation.LogoutStore.
func (s *SignIns) GiveUp(ctx context.Context, a federation.Awaited, t *federation.Trace) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		res, err := tx.ExecContext(ctx, `delete from awaited_logout where customer_id = $1 and request_id = $2`, a.Customer, a.RequestID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 || t == nil {
			return err
		}
		if err := tx.insertTrace(ctx, a.Customer, *t); err != nil {
			return err
		}
		return tx.forgetSignIns(ctx, a.Customer)
	})
}

// KeepTrace implements federation.LogoutStore.
func (s *SignIns) KeepTrace(ctx context.Context, c customer.ID, t federation.Trace) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		if err := tx.insertTrace(ctx, c, t); err != nil {
			return err
		}
		return tx.forgetSignIns(ctx, c)
	})
}

// The entity ID of a connection's provider, as the indexes have it.
const (
	sqliteIdP         = `rtrim(json_extract(c.settings, '$.idpEntityId'), '/')`
	sqliteCustomIdP   = `case when c.custom_domain <> '' then rtrim(json_extract(c.custom_domain, '$.idpEntityId'), '/') end`
	postgresIdP       = `rtrim(c.settings::jsonb ->> 'idpEntityId', '/')`
	postgresCustomIdP = `case when c.custom_domain <> '' then rtrim(c.custom_domain::jsonb ->> 'idpEntityId', '/') end`
)

// trustingQuery finds the keys of connections by one of these expressions. $1 is the entity ID, $2 the name's hash, $3 the
// customer or "", $4 the limit. Connections with a session of the name come first. Within that, each customer's first one comes
// before anybody's second: anybody can write a stranger's entity ID into as many connections as he likes.
func trustingQuery(idp, customIdP string) string {
	return `
		with trusting as (
		  select c.customer_id, c.id, c.created_at from connection c where ` + idp + ` = $1
		  union
		  select c.customer_id, c.id, c.created_at from connection c where ` + customIdP + ` = $1
		), named as (
		  select t.customer_id, t.id, t.created_at, case when exists (select 1 from workspace_session s
		      where s.customer_id = t.customer_id and s.connection_id = t.id and s.name_id_hash = $2 and s.name_id_hash <> '')
		    or exists (select 1 from console_session s
		      where s.customer_id = t.customer_id and s.connection_id = t.id and s.name_id_hash = $2 and s.name_id_hash <> '') then 0 else 1 end as other
		  from trusting t
		  where $3 = '' or t.customer_id = $3
		), ranked as (
		  select n.*, row_number() over (partition by n.customer_id, n.other order by n.created_at, n.id) as turn from named n
		)
		select r.customer_id, r.id from ranked r order by r.other, r.turn, r.created_at, r.id
		limit $4`
}

var (
	sqliteTrusting   = trustingQuery(sqliteIdP, sqliteCustomIdP)
	postgresTrusting = trustingQuery(postgresIdP, postgresCustomIdP)
)

// Trusting implements federation.LogoutStore.
func (s *SignIns) Trusting(ctx context.Context, q federation.TrustQuery, limit int) ([]federation.Trusting, error) {
	query := sqliteTrusting
	if s.db.engine == Postgres {
		query = postgresTrusting
	}
	var keys []struct {
		Customer string `db:"customer_id"`
		ID       string `db:"id"`
	}
	err := s.db.reader.SelectContext(ctx, &keys, query, strings.TrimRight(clean(q.Issuer), "/"), q.NameKey, string(q.Customer), limit)
	if err != nil {
		return nil, translate(err)
	}
	out := make([]federation.Trusting, 0, len(keys))
	for _, k := range keys {
		var row connectionRow
		if err := s.db.reader.GetContext(ctx, &row, connectionSelect+` where c.customer_id = $1 and c.id = $2`, k.Customer, k.ID); err != nil {
			if err = found(err, federation.ErrNotFound); err == federation.ErrNotFound { // disconnected meanwhile
				continue
			}
			return nil, err
		}
		conn, err := row.connection()
		if err != nil {
			return nil, err
		}
		out = append(out, federation.Trusting{Customer: customer.ID(k.Customer), Connection: conn})
	}
	return out, nil
}

// EndNamed implements federation.LogoutStore.
func (s *SignIns) EndNamed(ctx context.Context, c customer.ID, n federation.NamedSessions, record func(federation.NamedSession) systemlog.Record,
	always systemlog.Record) ([]federation.NamedSession, error) {
	var ended []federation.NamedSession
	err := s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		ended = nil
		// The IDs of one issuer's messages are distinct, whatever they are (Core 2.0 §1.3.4), so one memory serves all of them.
		_, err := tx.ExecContext(ctx, `insert into consumed_assertion (customer_id, issuer, assertion_id, expires_at) values ($1, $2, $3, $4)`,
			c, strings.TrimSuffix(n.Issuer, "/"), n.MessageID, n.Until.UnixMicro())
		if assertionUnique.violatedBy(err) {
			return systemlog.Effects{}, federation.ErrLogoutReplayed
		}
		if err != nil {
			return systemlog.Effects{}, err
		}
		for _, a := range n.Applications {
			got, err := tx.endNamed(ctx, c, a, n)
			if err != nil {
				return systemlog.Effects{}, err
			}
			ended = append(ended, got...)
		}
		always.Args = text.Args{"sessions": len(ended)}
		eff := systemlog.Recorded(always)
		for _, session := range ended {
			eff.Records = append(eff.Records, record(session))
		}
		return eff, tx.forgetSignIns(ctx, c)
	})
	return ended, err
}

type namedRow struct {
	ID       string `db:"id"`
	SID      string `db:"sid"`
	Forest   string `db:"forest"`
	Identity string `db:"identity"`
}

// maxEndedIndexes bounds what is kept of a request that names sessions one by one; of more, the name is kept.
const maxEndedIndexes = 64

// keepEnded remembers what a provider has ended for as long as an answer can come that it wrote before.
func (tx *Tx) keepEnded(ctx context.Context, c customer.ID, a federation.ApplicationRef, n federation.NamedSessions) error {
	indexes := n.Indexes
	if len(indexes) == 0 || len(indexes) > maxEndedIndexes {
		indexes = []string{""}
	}
	for _, index := range indexes {
		_, err := tx.ExecContext(ctx, `
			insert into ended_name (customer_id, connection_id, variant, name_id_hash, session_index, issued_at, ended_at, expires_at)
			select c.customer_id, c.id, cast($3 as text), cast($4 as text), cast($5 as text), cast($6 as bigint), cast($7 as bigint), cast($8 as bigint)
			from connection c where c.customer_id = $1 and c.id = $2
			on conflict (customer_id, connection_id, variant, name_id_hash, session_index) do update set
				issued_at = case when excluded.issued_at > ended_name.issued_at then excluded.issued_at else ended_name.issued_at end,
				ended_at = excluded.ended_at, expires_at = excluded.expires_at`,
			c, a.Connection, a.Variant, n.NameKey, index, n.Issued.UnixMicro(), tx.now.UnixMicro(), tx.now.Add(federation.RequestLife+saml.Skew).UnixMicro())
		if err != nil {
			return err
		}
	}
	return nil
}

// endNamed deletes the sessions of one application that n names, and the codes that are not sessions yet. A console session always came
// through the primary one.
func (tx *Tx) endNamed(ctx context.Context, c customer.ID, a federation.ApplicationRef, n federation.NamedSessions) ([]federation.NamedSession, error) {
	if n.NameKey == "" {
		return nil, nil
	}
	err := tx.forgetCodes(ctx, c, func(row codeRow, doc codeDoc) bool { // the provider has heard that all is ended
		p := doc.Identity.identity().Provider
		return federation.ID(row.Connection) == a.Connection && cmp.Or(federation.Variant(doc.Variant), federation.Primary) == a.Variant &&
			p.Key() == n.NameKey && (len(n.Indexes) == 0 || slices.Contains(n.Indexes, p.SessionIndex))
	})
	if err == nil {
		err = tx.keepEnded(ctx, c, a, n)
	}
	if err != nil {
		return nil, err
	}
	ended, err := tx.deleteNamed(ctx, federation.WorkspaceSession, a, n,
		`delete from workspace_session where customer_id = ? and connection_id = ? and name_id_hash = ? and expires_at > ? and variant = ?`,
		` returning id, '' as sid, '' as forest, identity`, c, a.Connection, n.NameKey, tx.now.UnixMicro(), a.Variant)
	if err != nil || a.Variant != federation.Primary {
		return ended, err
	}
	console, err := tx.deleteNamed(ctx, federation.ConsoleSession, a, n,
		`delete from console_session where customer_id = ? and connection_id = ? and name_id_hash = ? and expires_at > ?`,
		` returning id, sid, forest, identity`, c, a.Connection, n.NameKey, tx.now.UnixMicro())
	return append(ended, console...), err
}

func (tx *Tx) deleteNamed(ctx context.Context, kind federation.SessionKind, a federation.ApplicationRef, n federation.NamedSessions, query, returning string,
	args ...any) ([]federation.NamedSession, error) {
	if len(n.Indexes) > 0 {
		query += ` and session_index in (?)`
		args = append(args, n.Indexes)
	}
	query, args, err := sqlx.In(query+returning, args...)
	if err != nil {
		return nil, err
	}
	var rows []namedRow
	// Not kept parsed: a text for each number of indexes.
	if err := tx.Tx.SelectContext(tx.within(ctx), &rows, sqlx.Rebind(sqlx.DOLLAR, query), args...); err != nil {
		return nil, err
	}
	out := make([]federation.NamedSession, 0, len(rows))
	for _, r := range rows {
		var doc identityDoc
		if err := json.Unmarshal([]byte(r.Identity), &doc); err != nil {
			return nil, fmt.Errorf("read session: %w", err)
		}
		i := doc.identity()
		i.SID, i.Forest = cmp.Or(i.SID, r.SID), cmp.Or(r.Forest, i.Forest)
		out = append(out, federation.NamedSession{Kind: kind, ID: r.ID, Connection: a.Connection, Variant: a.Variant, Identity: i})
	}
	return out, nil
}
