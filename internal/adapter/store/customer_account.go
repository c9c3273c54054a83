package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

var _ customer.AccountStore = (*Customers)(nil)

// Rename implements customer.AccountStore.
func (s *Customers) Rename(ctx context.Context, c customer.ID, name string, version int64, eff func(customer.Customer) systemlog.Effects) (customer.Customer, error) {
	var out customer.Customer
	err := s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		var row customerRow
		if err := tx.GetContext(ctx, &row, `select id, org_id, name, region, created_at, version from customer where id = $1`, c); err != nil {
			return systemlog.Effects{}, found(err, admin.ErrForeignCustomer)
		}
		old := row.customer()
		out = old
		switch {
		case !revision.Matches(version, old.Version):
			return systemlog.Effects{}, customer.ErrAccountStale
		case name == old.Name:
			return systemlog.Effects{}, errUnchanged
		}
		out.Name, out.Version = name, old.Version+1
		_, err := tx.ExecContext(ctx, `update customer set name = $2, version = $3 where id = $1`, c, out.Name, out.Version)
		return eff(old), err
	})
	return out, ignoreUnchanged(err)
}

const selectInactivity = `select enabled, minutes, version from account_inactivity where customer_id = $1`

type inactivityRow struct {
	Enabled int   `db:"enabled"`
	Minutes int   `db:"minutes"`
	Version int64 `db:"version"`
}

// inactivity is the setting of a row, or the default one when there is no row.
func (r inactivityRow) inactivity(err error) (customer.Inactivity, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return customer.Inactivity{Minutes: customer.DefaultInactivity, Version: 1}, nil
	}
	return customer.Inactivity{Enabled: r.Enabled == 1, Minutes: r.Minutes, Version: r.Version}, translate(err)
}

// Inactivity implements customer.AccountStore.
func (s *Customers) Inactivity(ctx context.Context, c customer.ID) (customer.Inactivity, error) {
	var row inactivityRow
	err := s.db.reader.GetContext(ctx, &row, selectInactivity, c)
	return row.inactivity(err)
}

// SetInactivity implements customer.AccountStore.
func (s *Customers) SetInactivity(ctx context.Context, c customer.ID, next customer.Inactivity, version int64, eff func(customer.Inactivity) systemlog.Effects) (customer.Inactivity, error) {
	out := next
	err := s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		var row inactivityRow
		old, err := row.inactivity(tx.GetContext(ctx, &row, selectInactivity, c))
		if err != nil {
			return systemlog.Effects{}, err
		}
		switch {
		case !revision.Matches(version, old.Version):
			return systemlog.Effects{}, customer.ErrAccountStale
		case next.Same(old):
			out = old
			return systemlog.Effects{}, errUnchanged
		}
		out.Version = old.Version + 1
		if err := tx.endIdle(ctx, c, old); err != nil {
			return systemlog.Effects{}, err
		}
		_, err = tx.ExecContext(ctx, `
			insert into account_inactivity (customer_id, enabled, minutes, version) values ($1, $2, $3, $4)
			on conflict (customer_id) do update set enabled = excluded.enabled, minutes = excluded.minutes, version = excluded.version`,
			c, bit(out.Enabled), out.Minutes, out.Version)
		return eff(old), err
	})
	return out, ignoreUnchanged(err)
}

// endIdle ends the sessions at a customer that are past the time-out already but have not come back to be told.
func (tx *Tx) endIdle(ctx context.Context, c customer.ID, i customer.Inactivity) error {
	if i.Period() == 0 {
		return nil
	}
	before := tx.now.Add(-i.Period()).UnixMicro()
	if _, err := tx.ExecContext(ctx, `delete from login_session where customer_id = $1 and level = $2 and last_activity_at < $3`, c, signin.LevelConsole, before); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `delete from console_session where customer_id = $1 and last_activity < $2`, c, before)
	return err
}

// Pins implements customer.AccountStore.
func (s *Customers) Pins(ctx context.Context, l id.Login) ([]string, error) {
	return s.pins(ctx, `select pages from login_pins where login_id = $1`, l)
}

// PersonPins implements customer.AccountStore.
func (s *Customers) PersonPins(ctx context.Context, c id.Customer, person string) ([]string, error) {
	return s.pins(ctx, `select pages from administrator_pins where customer_id = $1 and actor_id = $2`, c, person)
}

func (s *Customers) pins(ctx context.Context, query string, args ...any) ([]string, error) {
	var raw string
	err := s.db.reader.GetContext(ctx, &raw, query, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, translate(err)
	}
	var pages []string
	return pages, json.Unmarshal([]byte(raw), &pages)
}

// SetPins implements customer.AccountStore.
func (s *Customers) SetPins(ctx context.Context, l id.Login, pages []string) error {
	raw, err := json.Marshal(pages)
	if err != nil {
		return err
	}
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `insert into login_pins (login_id, pages) values ($1, $2)
			on conflict (login_id) do update set pages = excluded.pages`, l, string(raw))
		return err
	})
}

// SetPersonPins implements customer.AccountStore.
func (s *Customers) SetPersonPins(ctx context.Context, c id.Customer, person string, pages []string) error {
	raw, err := json.Marshal(pages)
	if err != nil {
		return err
	}
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `insert into administrator_pins (customer_id, actor_id, pages) values ($1, $2, $3)
			on conflict (customer_id, actor_id) do update set pages = excluded.pages`, c, person, string(raw))
		return err
	})
}
