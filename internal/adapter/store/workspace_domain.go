package store

import (
	"context"
	"errors"
	"reflect"

	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// Domains implements workspace.DomainStore.
type Domains struct{ db *DB }

// Domains returns the store of customers' own hosts.
func (db *DB) Domains() *Domains { return &Domains{db} }

var _ workspace.DomainStore = (*Domains)(nil)

// hostKindCustom marks customers' own hosts in host_name. They have a dot, names of workspaces have none.
const hostKindCustom = "custom"

type customRow struct {
	Customer string `db:"customer_id"`
	Host     string `db:"host"`
	TLS      string `db:"tls"`
	State    string `db:"state"`
	Reason   string `db:"reason"`
	Token    string `db:"token"`
	Proved   int    `db:"proved"`
	SAML     string `db:"saml_mode"`
	Chain    string `db:"chain"`
	Key      string `db:"private_key"`
	Subject  string `db:"subject"`
	NotAfter int64  `db:"not_after"`
	Noticed  int    `db:"noticed"`
	Since    int64  `db:"since"`
	NextTry  int64  `db:"next_try"`
	Version  int64  `db:"version"`
}

const customColumns = `customer_id, host, tls, state, reason, token, proved, saml_mode, chain, private_key, subject, not_after, noticed, since, next_try, version`

func (r customRow) domain() workspace.Domain {
	return workspace.Domain{Customer: customer.ID(r.Customer), Host: r.Host, TLS: workspace.TLSMode(r.TLS), State: workspace.DomainState(r.State),
		Reason: r.Reason, Token: r.Token, Proved: r.Proved == 1, SAML: workspace.SAMLMode(r.SAML), Chain: r.Chain, Key: r.Key, Subject: r.Subject,
		NotAfter: sometime(r.NotAfter), Noticed: r.Noticed, Since: instant(r.Since), NextTry: sometime(r.NextTry), Version: r.Version}
}

// custom reads a customer's own host and the connection of its workspace.
func custom(ctx context.Context, db querier, c customer.ID) (workspace.Custom, error) {
	var out workspace.Custom
	var row customRow
	err := db.GetContext(ctx, &row, `select `+customColumns+` from workspace_domain where customer_id = $1`, c)
	switch err := found(err, workspace.ErrNoDomain); {
	case err == nil:
		d := row.domain()
		out.Domain = &d
	case !errors.Is(err, workspace.ErrNoDomain):
		return out, err
	}
	var conn connectionRow
	err = db.GetContext(ctx, &conn, connectionSelect+` join workspace w on w.customer_id = c.customer_id and w.connection_id = c.id where c.customer_id = $1`, c)
	switch err := found(err, federation.ErrNotFound); {
	case errors.Is(err, federation.ErrNotFound):
		return out, nil
	case err != nil:
		return out, err
	}
	got, err := conn.connection()
	out.Connection = &got
	return out, err
}

// Custom implements workspace.DomainStore.
func (s *Domains) Custom(ctx context.Context, c customer.ID) (workspace.Custom, error) {
	return custom(ctx, s.db.reader, c)
}

// ByHost implements workspace.DomainStore.
func (s *Domains) ByHost(ctx context.Context, host string) (workspace.Domain, error) {
	var row customRow
	err := s.db.reader.GetContext(ctx, &row, `
		select `+customColumns+` from workspace_domain where host = $1
		order by case state when $2 then 0 when $3 then 1 else 2 end, proved desc, since, customer_id limit 1`, host, workspace.DomainActive, workspace.Provisioning)
	return row.domain(), found(err, workspace.ErrNoDomain)
}

// HasToken implements workspace.DomainStore.
func (s *Domains) HasToken(ctx context.Context, host, token string) (bool, error) {
	var n int
	err := s.db.reader.GetContext(ctx, &n, `select count(*) from workspace_domain where host = $1 and token = $2`, host, token)
	return n > 0, translate(err)
}

// Hosts implements workspace.DomainStore.
func (s *Domains) Hosts(ctx context.Context, state workspace.DomainState, after customer.ID, n int) ([]workspace.Domain, error) {
	var rows []customRow
	err := s.db.reader.SelectContext(ctx, &rows, `
		select `+customColumns+` from workspace_domain where state = $1 and customer_id > $2 order by customer_id limit $3`, state, after, n)
	out := make([]workspace.Domain, len(rows))
	for i, r := range rows {
		out[i] = r.domain()
	}
	return out, translate(err)
}

// Postpone implements workspace.DomainStore.
func (s *Domains) Postpone(ctx context.Context, d workspace.Domain, step workspace.Step) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `update workspace_domain set proved = $5, reason = $6, next_try = $7
			where customer_id = $1 and host = $2 and token = $3 and state = $4`,
			d.Customer, d.Host, d.Token, d.State, bit(step.Proved), step.Reason, sometimeMicros(step.Next))
		return err
	})
}

// ChangeCustom implements workspace.DomainStore.
func (s *Domains) ChangeCustom(ctx context.Context, c customer.ID, change func(*workspace.Custom) (systemlog.Effects, error)) (workspace.Custom, error) {
	var out workspace.Custom
	err := s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		before, err := custom(ctx, tx, c)
		if err != nil {
			return systemlog.Effects{}, err
		}
		now := workspace.Custom{Domain: clone(before.Domain), Connection: clone(before.Connection)}
		eff, err := change(&now)
		if err != nil {
			return systemlog.Effects{}, err
		}
		if err := tx.setDomain(ctx, c, before.Domain, now.Domain); err != nil {
			return systemlog.Effects{}, err
		}
		switch {
		case before.Domain != nil && (now.Domain == nil || now.Domain.Host != before.Domain.Host):
			err = tx.dropApplications(ctx, c, before.Domain.Host)
			if now.Connection != nil {
				now.Connection.CustomDomain = nil
			}
		case now.Connection != nil && !reflect.DeepEqual(before.Connection.CustomDomain, now.Connection.CustomDomain):
			err = tx.setApplication(ctx, c, now.Connection)
		}
		if err == nil && before.Domain != nil && now.Domain != nil && now.Connection != nil && anotherApplication(before, now) {
			if err = tx.forgetApplications(ctx, c, now.Connection.ID); err == nil && before.Domain.SAML != "" {
				err = tx.endSessionsAt(ctx, c, before.Domain.Host)
			}
		}
		out = now
		return eff, err
	})
	return out, err
}

// anotherApplication reports whether people who signed in at the host before did so through what is not there any more.
func anotherApplication(before, now workspace.Custom) bool {
	idp := func(c workspace.Custom) string {
		if c.Connection == nil || c.Connection.CustomDomain == nil {
			return ""
		}
		return c.Connection.CustomDomain.IdPEntityID
	}
	return before.Domain.SAML != now.Domain.SAML || idp(before) != idp(now)
}

func clone[T any](v *T) *T {
	if v == nil {
		return nil
	}
	c := *v
	return &c
}

// setDomain stores the host. An active one is its customer's alone; the others keep nobody out.
func (tx *Tx) setDomain(ctx context.Context, c customer.ID, before, now *workspace.Domain) error {
	if before != nil {
		if _, err := tx.ExecContext(ctx, `delete from workspace_domain where customer_id = $1`, c); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `delete from host_name where name = $1 and kind = $2 and customer_id = $3`, before.Host, hostKindCustom, c); err != nil {
			return err
		}
	}
	if now == nil {
		return nil
	}
	if now.State == workspace.DomainActive {
		_, err := tx.ExecContext(ctx, `insert into host_name (name, kind, customer_id) values ($1, $2, $3)`, now.Host, hostKindCustom, c)
		if hostNameUnique.violatedBy(err) {
			return workspace.ErrDomainTaken
		}
		if err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `insert into workspace_domain (`+customColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		c, now.Host, now.TLS, now.State, now.Reason, now.Token, bit(now.Proved), now.SAML, now.Chain, now.Key, now.Subject, sometimeMicros(now.NotAfter),
		now.Noticed, now.Since.UnixMicro(), sometimeMicros(now.NextTry), now.Version)
	return err
}

// setApplication stores the application for the customer's own host, and whose its entity ID is.
func (tx *Tx) setApplication(ctx context.Context, c customer.ID, conn *federation.Connection) error {
	raw, err := encodeApplication(conn.CustomDomain)
	if err != nil {
		return err
	}
	scoped := ""
	if conn.CustomDomain != nil {
		scoped = conn.CustomDomain.ScopedID
	}
	conn.Version++
	if _, err := tx.ExecContext(ctx, `update connection set custom_domain = $3, version = $4 where customer_id = $1 and id = $2`, c, conn.ID, raw, conn.Version); err != nil {
		return err
	}
	return tx.setScope(ctx, c, conn.ID, federation.CustomDomain, scoped, nil)
}

// dropApplications forgets what all connections have for a host of the customer, and ends the sessions there (SSO-190).
func (tx *Tx) dropApplications(ctx context.Context, c customer.ID, host string) error {
	if err := tx.forgetApplications(ctx, c, ""); err != nil {
		return err
	}
	return tx.endSessionsAt(ctx, c, host)
}

// forgetApplications forgets what connections other than the one to keep have for the customer's own host: an application that was replaced
// or removed must not come back with its connection.
func (tx *Tx) forgetApplications(ctx context.Context, c customer.ID, keep federation.ID) error {
	if _, err := tx.ExecContext(ctx, `update connection set custom_domain = '', version = version + 1 where customer_id = $1 and id <> $2 and custom_domain <> ''`,
		c, keep); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `delete from entity_scope where customer_id = $1 and connection_id <> $2 and variant = $3`, c, keep, federation.CustomDomain)
	return err
}

func (tx *Tx) endSessionsAt(ctx context.Context, c customer.ID, host string) error {
	_, err := tx.ExecContext(ctx, `delete from workspace_session where customer_id = $1 and host = $2`, c, host)
	return err
}
