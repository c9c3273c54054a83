package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Directories implements directory.Store.
type Directories struct{ db *DB }

// Directories returns the store of what administrators chose for domains.
func (db *DB) Directories() *Directories { return &Directories{db} }

var _ directory.Store = (*Directories)(nil)

type domainRow struct {
	CustomerID string  `db:"customer_id"`
	Name       string  `db:"name"`
	State      string  `db:"state"`
	Primary    *string `db:"primary_location_id"`
}

func (r domainRow) primary() connector.LocationID {
	if r.Primary == nil {
		return ""
	}
	return connector.LocationID(*r.Primary)
}

// Settings implements directory.Store.
func (s *Directories) Settings(ctx context.Context, c id.Customer) ([]directory.Setting, error) {
	var rows []domainRow
	if err := s.db.reader.SelectContext(ctx, &rows, `select * from directory_domain where customer_id = $1 order by name`, c); err != nil {
		return nil, translate(err)
	}
	out := make([]directory.Setting, len(rows))
	for i, r := range rows {
		out[i] = directory.Setting{Domain: r.Name, State: directory.State(r.State), Primary: r.primary()}
	}
	return out, nil
}

// domain reads what was chosen for a domain in a transaction; a row that is not there yet is that of a domain never touched.
func (tx *Tx) domain(ctx context.Context, c id.Customer, name string) (domainRow, error) {
	var row domainRow
	err := tx.GetContext(ctx, &row, `select * from directory_domain where customer_id = $1 and name = $2`, c, name)
	if errors.Is(err, sql.ErrNoRows) { // the row has been touched all the same: its pointer is not nil any more
		return domainRow{CustomerID: string(c), Name: name, State: string(directory.Unused)}, nil
	}
	return row, err
}

func (tx *Tx) saveDomain(ctx context.Context, row domainRow) error {
	_, err := tx.ExecContext(ctx, `
		insert into directory_domain (customer_id, name, state, primary_location_id) values ($1, $2, $3, $4)
		on conflict (customer_id, name) do update set state = excluded.state, primary_location_id = excluded.primary_location_id`,
		row.CustomerID, row.Name, row.State, row.Primary)
	return err
}

// SaveState implements directory.Store.
func (s *Directories) SaveState(ctx context.Context, c id.Customer, domain string, change func(directory.State) (directory.State, systemlog.Effects)) error {
	return ignoreUnchanged(s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		row, err := tx.domain(ctx, c, domain)
		if err != nil {
			return systemlog.Effects{}, err
		}
		to, eff := change(directory.State(row.State))
		if string(to) == row.State {
			return systemlog.Effects{}, errUnchanged
		}
		row.State = string(to)
		return eff, tx.saveDomain(ctx, row)
	}))
}

// SetPrimary implements directory.Store.
func (s *Directories) SetPrimary(ctx context.Context, c id.Customer, domain string, l connector.LocationID, eff func(before, after connector.Place) systemlog.Effects) error {
	return ignoreUnchanged(s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		after, err := tx.location(ctx, c, l, 0)
		if err != nil {
			return systemlog.Effects{}, err
		}
		serves, err := tx.serves(ctx, c, l, domain, "domains")
		if err != nil {
			return systemlog.Effects{}, err
		}
		if !serves {
			return systemlog.Effects{}, directory.ErrLocationNotInDomain.With("location", after.Name).With("domain", domain)
		}
		row, err := tx.domain(ctx, c, domain)
		if err != nil {
			return systemlog.Effects{}, err
		}
		if row.primary() == l {
			return systemlog.Effects{}, errUnchanged
		}
		before, err := tx.namedPlace(ctx, c, row.primary())
		if err != nil {
			return systemlog.Effects{}, err
		}
		chosen := string(l)
		row.Primary = &chosen
		return eff(before, connector.Place{ID: l, Name: after.Name}), tx.saveDomain(ctx, row)
	}))
}

// ResetPrimary implements directory.Store.
func (s *Directories) ResetPrimary(ctx context.Context, c id.Customer, domain string, eff func(connector.Place) systemlog.Effects) error {
	return ignoreUnchanged(s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		row, err := tx.domain(ctx, c, domain)
		if err != nil {
			return systemlog.Effects{}, err
		}
		if row.Primary == nil {
			return systemlog.Effects{}, errUnchanged
		}
		before, err := tx.namedPlace(ctx, c, row.primary())
		if err != nil {
			return systemlog.Effects{}, err
		}
		row.Primary = nil
		return eff(before), tx.saveDomain(ctx, row)
	}))
}

func (tx *Tx) namedPlace(ctx context.Context, c id.Customer, l connector.LocationID) (connector.Place, error) {
	if l == "" {
		return connector.Place{}, nil
	}
	got, err := tx.location(ctx, c, l, 0)
	return connector.Place{ID: l, Name: got.Name}, err
}

// serves reports whether a connector of the location names the domain: among "domains" of its last report, or among
// "known_domains", those of all its reports.
func (tx *Tx) serves(ctx context.Context, c id.Customer, l connector.LocationID, domain, column string) (bool, error) {
	query := `select domains from connector where customer_id = $1 and location_id = $2`
	if column == "known_domains" {
		query = `select known_domains from connector where customer_id = $1 and location_id = $2`
	}
	var reports []string
	if err := tx.SelectContext(ctx, &reports, query, c, l); err != nil {
		return false, err
	}
	for _, raw := range reports {
		list, err := names(raw)
		if err != nil {
			return false, err
		}
		if slices.Contains(list, domain) {
			return true, nil
		}
	}
	return false, nil
}

// clearPrimaries takes the designation of l from the domains that none of its connectors serves any more, of all domains
// when the location is to go (CON-323). A connector that has just started may not have read its domains yet, so that
// what it ever reported counts.
func (tx *Tx) clearPrimaries(ctx context.Context, c id.Customer, l connector.LocationID, all bool) ([]connector.Cleared, error) {
	var rows []domainRow
	if err := tx.SelectContext(ctx, &rows, `select * from directory_domain where customer_id = $1 and primary_location_id = $2 order by name`, c, l); err != nil {
		return nil, err
	}
	var out []connector.Cleared
	for _, row := range rows {
		serves, err := tx.serves(ctx, c, l, row.Name, "known_domains")
		if err != nil {
			return nil, err
		}
		if serves && !all {
			continue
		}
		was, err := tx.namedPlace(ctx, c, l)
		if err != nil {
			return nil, err
		}
		row.Primary = nil
		if err := tx.saveDomain(ctx, row); err != nil {
			return nil, err
		}
		out = append(out, connector.Cleared{Domain: row.Name, Was: was})
	}
	return out, nil
}

// Connection implements directory.Store.
func (s *Directories) Connection(ctx context.Context, c id.Customer) (time.Time, error) {
	var at int64
	err := s.db.reader.GetContext(ctx, &at, `select connected_at from directory_connection where customer_id = $1`, c)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return time.Time{}, nil
	case err != nil:
		return time.Time{}, translate(err)
	}
	return instant(at), nil
}

// SaveConnection implements directory.Store.
func (s *Directories) SaveConnection(ctx context.Context, c id.Customer, now time.Time, eff systemlog.Effects) error {
	return ignoreUnchanged(s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		done, err := tx.ExecContext(ctx, `insert into directory_connection (customer_id, connected_at) values ($1, $2) on conflict do nothing`, c, now.UnixMicro())
		if err != nil {
			return systemlog.Effects{}, err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return systemlog.Effects{}, errors.Join(err, errUnchanged)
		}
		return eff, nil
	}))
}
