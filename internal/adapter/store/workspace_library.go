package store

import (
	"context"
	"encoding/json"

	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// Library implements workspace.LibraryStore.
type Library struct{ db *DB }

// Library returns the store of offerings.
func (db *DB) Library() *Library { return &Library{db} }

var _ workspace.LibraryStore = (*Library)(nil)

var (
	offeringNameUnique = unique{name: "offering_name_uq", columns: "offering.customer_id, offering.name_key"}
	assignmentUnique   = unique{name: "offering_assignment_sid_uq",
		columns: "offering_assignment.customer_id, offering_assignment.offering_id, offering_assignment.sid, offering_assignment.forest"}
)

type offeringRow struct {
	Customer    string `db:"customer_id"`
	ID          string `db:"id"`
	Name        string `db:"name"`
	NameKey     string `db:"name_key"`
	Description string `db:"description"`
	Address     string `db:"address"`
	Category    string `db:"category"`
	Icon        []byte `db:"icon"`
	Assignments int    `db:"assignments"`
	CreatedAt   int64  `db:"created_at"`
	Version     int64  `db:"version"`
}

func (r offeringRow) offering() (workspace.Offering, error) {
	return workspace.Offering{ID: workspace.OfferingID(r.ID), Customer: customer.ID(r.Customer), Name: r.Name, Description: r.Description,
		Address: r.Address, Category: r.Category, Icon: r.Icon, Assignments: r.Assignments, CreatedAt: instant(r.CreatedAt), Version: r.Version}, nil
}

const offeringSelect = `
	select o.customer_id, o.id, o.name, o.name_key, o.description, o.address, o.category, o.icon, o.created_at, o.version,
		(select count(*) from offering_assignment a where a.customer_id = o.customer_id and a.offering_id = o.id) as assignments
	from offering o where o.customer_id = $1`

// ListOfferings implements workspace.LibraryStore.
func (s *Library) ListOfferings(ctx context.Context, c customer.ID, p page.Request) (page.Of[workspace.Offering], error) {
	name, last, err := namePosition(p.After)
	if err != nil {
		return page.Of[workspace.Offering]{}, err
	}
	var rows []offeringRow
	if err := s.db.reader.SelectContext(ctx, &rows, offeringSelect+` and (o.name_key > $2 or (o.name_key = $2 and o.id > $3))
		order by o.name_key, o.id limit $4`, c, name, last, p.Limit()+1); err != nil {
		return page.Of[workspace.Offering]{}, translate(err)
	}
	return pageOf(rows, p.Limit(), offeringRow.offering, func(r offeringRow) string { return joinPosition(r.NameKey, r.ID) })
}

// GetOffering implements workspace.LibraryStore.
func (s *Library) GetOffering(ctx context.Context, c customer.ID, o workspace.OfferingID) (workspace.Offering, error) {
	var row offeringRow
	if err := s.db.reader.GetContext(ctx, &row, offeringSelect+` and o.id = $2`, c, o); err != nil {
		return workspace.Offering{}, found(err, workspace.ErrOfferingNotFound)
	}
	return row.offering()
}

// offering reads one inside a transaction.
func (tx *Tx) offering(ctx context.Context, c customer.ID, o workspace.OfferingID) (workspace.Offering, error) {
	var row offeringRow
	if err := tx.GetContext(ctx, &row, offeringSelect+` and o.id = $2`, c, o); err != nil {
		return workspace.Offering{}, found(err, workspace.ErrOfferingNotFound)
	}
	return row.offering()
}

// CreateOffering implements workspace.LibraryStore.
func (s *Library) CreateOffering(ctx context.Context, o workspace.Offering, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(o.Customer), func(tx *Tx) (systemlog.Effects, error) {
		var n int
		if err := tx.GetContext(ctx, &n, `select count(*) from offering where customer_id = $1`, o.Customer); err != nil {
			return systemlog.Effects{}, err
		}
		if n >= workspace.MaxOfferings {
			return systemlog.Effects{}, workspace.ErrTooManyOfferings.With("max", workspace.MaxOfferings)
		}
		_, err := tx.ExecContext(ctx, `
			insert into offering (customer_id, id, name, name_key, description, address, category, icon, icon_hash, created_at, version)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			o.Customer, o.ID, o.Name, o.NameKey(), o.Description, o.Address, o.Category, octets(o.Icon), o.IconHash(), o.CreatedAt.UnixMicro(), o.Version)
		return eff, offeringError(err)
	})
}

func offeringError(err error) error {
	if offeringNameUnique.violatedBy(err) {
		return workspace.ErrOfferingNameTaken
	}
	return err
}

// UpdateOffering implements workspace.LibraryStore.
func (s *Library) UpdateOffering(ctx context.Context, c customer.ID, o workspace.OfferingID, change func(*workspace.Offering) (systemlog.Effects, error)) (workspace.Offering, error) {
	var out workspace.Offering
	err := s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		var err error
		if out, err = tx.offering(ctx, c, o); err != nil {
			return systemlog.Effects{}, err
		}
		eff, err := change(&out)
		if err != nil {
			return systemlog.Effects{}, err
		}
		out.Version++
		_, err = tx.ExecContext(ctx, `
			update offering set name = $3, name_key = $4, description = $5, address = $6, category = $7, icon = $8, icon_hash = $9, version = $10
			where customer_id = $1 and id = $2`,
			c, o, out.Name, out.NameKey(), out.Description, out.Address, out.Category, octets(out.Icon), out.IconHash(), out.Version)
		return eff, offeringError(err)
	})
	return out, err
}

// DeleteOffering implements workspace.LibraryStore.
func (s *Library) DeleteOffering(ctx context.Context, c customer.ID, o workspace.OfferingID, eff func(workspace.Offering) (systemlog.Effects, error)) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		old, err := tx.offering(ctx, c, o)
		if err != nil {
			return systemlog.Effects{}, err
		}
		out, err := eff(old)
		if err != nil {
			return systemlog.Effects{}, err
		}
		_, err = tx.ExecContext(ctx, `delete from offering where customer_id = $1 and id = $2`, c, o)
		return out, err
	})
}

type assignmentRow struct {
	ID         string `db:"id"`
	Kind       string `db:"kind"`
	SID        string `db:"sid"`
	Forest     string `db:"forest"`
	Domain     string `db:"domain"`
	Name       string `db:"name"`
	NameKey    string `db:"name_key"`
	AssignedAt int64  `db:"assigned_at"`
	AssignedBy string `db:"assigned_by"`
}

func (r assignmentRow) assignment() (workspace.Assignment, error) {
	return workspace.Assignment{ID: workspace.AssignmentID(r.ID), Kind: workspace.Kind(r.Kind), SID: r.SID, Forest: r.Forest, Domain: r.Domain,
		Name: r.Name, AssignedAt: instant(r.AssignedAt), AssignedBy: r.AssignedBy}, nil
}

const assignmentSelect = `
	select id, kind, sid, forest, domain, name, name_key, assigned_at, assigned_by from offering_assignment where customer_id = $1 and offering_id = $2`

// ListAssignments implements workspace.LibraryStore.
func (s *Library) ListAssignments(ctx context.Context, c customer.ID, o workspace.OfferingID, p page.Request) (page.Of[workspace.Assignment], error) {
	name, last, err := namePosition(p.After)
	if err != nil {
		return page.Of[workspace.Assignment]{}, err
	}
	var rows []assignmentRow
	if err := s.db.reader.SelectContext(ctx, &rows, assignmentSelect+` and (name_key > $3 or (name_key = $3 and id > $4))
		order by name_key, id limit $5`, c, o, name, last, p.Limit()+1); err != nil {
		return page.Of[workspace.Assignment]{}, translate(err)
	}
	if len(rows) == 0 {
		if err := s.db.reader.GetContext(ctx, new(int), `select 1 from offering where customer_id = $1 and id = $2`, c, o); err != nil {
			return page.Of[workspace.Assignment]{}, found(err, workspace.ErrOfferingNotFound)
		}
	}
	return pageOf(rows, p.Limit(), assignmentRow.assignment, func(r assignmentRow) string { return joinPosition(r.NameKey, r.ID) })
}

// Assign implements workspace.LibraryStore.
func (s *Library) Assign(ctx context.Context, c customer.ID, o workspace.OfferingID, a workspace.Assignment, eff func(workspace.Offering) systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		now, err := tx.offering(ctx, c, o)
		if err != nil {
			return systemlog.Effects{}, err
		}
		if now.Assignments >= workspace.MaxAssignments {
			return systemlog.Effects{}, workspace.ErrTooManyAssignments.With("max", workspace.MaxAssignments)
		}
		_, err = tx.ExecContext(ctx, `
			insert into offering_assignment (customer_id, offering_id, id, kind, sid, forest, domain, name, name_key, assigned_at, assigned_by)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			c, o, a.ID, a.Kind, a.SID, a.Forest, a.Domain, a.Name, a.NameKey(), a.AssignedAt.UnixMicro(), a.AssignedBy)
		if assignmentUnique.violatedBy(err) {
			return systemlog.Effects{}, workspace.ErrAssigned.With("name", a.Name)
		}
		return eff(now), err
	})
}

// Unassign implements workspace.LibraryStore.
func (s *Library) Unassign(ctx context.Context, c customer.ID, o workspace.OfferingID, a workspace.AssignmentID, eff func(workspace.Offering, workspace.Assignment) systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		now, err := tx.offering(ctx, c, o)
		if err != nil {
			return systemlog.Effects{}, err
		}
		var row assignmentRow
		if err := tx.GetContext(ctx, &row, assignmentSelect+` and id = $3`, c, o, a); err != nil {
			return systemlog.Effects{}, found(err, workspace.ErrAssignmentNotFound)
		}
		old, err := row.assignment()
		if err != nil {
			return systemlog.Effects{}, err
		}
		_, err = tx.ExecContext(ctx, `delete from offering_assignment where customer_id = $1 and offering_id = $2 and id = $3`, c, o, a)
		return eff(now, old), err
	})
}

// HasAssignments implements workspace.LibraryStore.
func (s *Library) HasAssignments(ctx context.Context, c customer.ID) (bool, error) {
	var n int
	err := s.db.reader.GetContext(ctx, &n, `select count(*) from (select 1 from offering_assignment where customer_id = $1 limit 1) one`, c)
	return n > 0, translate(err)
}

// The identifiers come as one JSON array, which each engine takes apart in its own way.
const (
	heldSelect = `
	select o.id, o.name, o.description, o.address, o.category, o.icon_hash, a.kind, a.sid, a.forest,
		(select count(*) from workspace_favorite f where f.customer_id = o.customer_id and f.sid = $2 and f.offering_id = o.id) as favorite
	from offering_assignment a join offering o on o.customer_id = a.customer_id and o.id = a.offering_id
	where a.customer_id = $1 and ($3 = '' or a.offering_id = $3) and a.sid in `
	heldOrder    = ` order by o.name_key, o.id`
	heldSQLite   = heldSelect + `(select value from json_each($4))` + heldOrder
	heldPostgres = heldSelect + `(select json_array_elements_text($4::json))` + heldOrder
)

type heldRow struct {
	ID          string `db:"id"`
	Name        string `db:"name"`
	Description string `db:"description"`
	Address     string `db:"address"`
	Category    string `db:"category"`
	IconHash    string `db:"icon_hash"`
	Kind        string `db:"kind"`
	SID         string `db:"sid"`
	Forest      string `db:"forest"`
	Favorite    int    `db:"favorite"`
}

// Held implements workspace.LibraryStore.
func (s *Library) Held(ctx context.Context, c customer.ID, o workspace.OfferingID, person string, sids []string) ([]workspace.Held, error) {
	list, err := json.Marshal(sids)
	if err != nil {
		return nil, err
	}
	query := heldSQLite
	if s.db.engine == Postgres {
		query = heldPostgres
	}
	var rows []heldRow
	if err := s.db.reader.SelectContext(ctx, &rows, query, c, person, o, string(list)); err != nil {
		return nil, translate(err)
	}
	out := make([]workspace.Held, len(rows))
	for i, r := range rows {
		out[i] = workspace.Held{Offering: workspace.Offering{ID: workspace.OfferingID(r.ID), Customer: c, Name: r.Name, Description: r.Description,
			Address: r.Address, Category: r.Category}, IconHash: r.IconHash, Kind: workspace.Kind(r.Kind), SID: r.SID, Forest: r.Forest, Favorite: r.Favorite > 0}
	}
	return out, nil
}

// Icon implements workspace.LibraryStore.
func (s *Library) Icon(ctx context.Context, c customer.ID, hash string) (workspace.Picture, error) {
	var icon []byte
	err := s.db.reader.GetContext(ctx, &icon, `select icon from offering where customer_id = $1 and icon_hash = $2 limit 1`, c, hash)
	return icon, found(err, workspace.ErrOfferingNotFound)
}

// SetFavorite implements workspace.LibraryStore.
func (s *Library) SetFavorite(ctx context.Context, c customer.ID, person string, o workspace.OfferingID, marked bool) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		if !marked {
			_, err := tx.ExecContext(ctx, `delete from workspace_favorite where customer_id = $1 and sid = $2 and offering_id = $3`, c, person, o)
			return err
		}
		_, err := tx.ExecContext(ctx, `
			insert into workspace_favorite (customer_id, sid, offering_id, marked_at) values ($1, $2, $3, $4) on conflict do nothing`,
			c, person, o, tx.now.UnixMicro())
		if isForeignKey(err) {
			return workspace.ErrOfferingNotFound
		}
		return err
	})
}
