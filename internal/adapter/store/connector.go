package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Connectors implements connector.Store and connector.GateStore.
type Connectors struct{ db *DB }

// Connectors returns the store of connectors.
func (db *DB) Connectors() *Connectors { return &Connectors{db} }

var _ connector.Store = (*Connectors)(nil)

const connectorSelect = `
	select c.*, l.name as location_name, h.node, h.instance, h.generation, h.opened_at
	from connector c
	join resource_location l on l.customer_id = c.customer_id and l.id = c.location_id
	left join connector_channel h on h.customer_id = c.customer_id and h.connector_id = c.id`

type connectorRow struct {
	CustomerID    string `db:"customer_id"`
	ID            string `db:"id"`
	LocationID    string `db:"location_id"`
	LocationName  string `db:"location_name"`
	Name          string `db:"name"`
	Type          string `db:"type"`
	MachineID     string `db:"machine_id"`
	HardwareUUID  string `db:"hardware_uuid"`
	BootID        string `db:"boot_id"`
	HostName      string `db:"host_name"`
	Domain        string `db:"domain"`
	OS            string `db:"os"`
	Software      string `db:"software"`
	RegisteredAt  int64  `db:"registered_at"`
	RegisteredBy  string `db:"registered_by"`
	Proven        int64  `db:"proven"`
	Offered       int64  `db:"offered"`
	Forest        string `db:"forest"`
	Domains       string `db:"domains"`
	KnownDomains  string `db:"known_domains"`
	UPNSuffixes   string `db:"upn_suffixes"`
	NetBIOS       string `db:"netbios"`
	Problem       string `db:"problem"`
	ProblemFatal  int    `db:"problem_fatal"`
	LastContactAt *int64 `db:"last_contact_at"`
	Version       int64  `db:"version"`

	Node       *string `db:"node"` // null = no channel
	Instance   *string `db:"instance"`
	Generation *int64  `db:"generation"`
	OpenedAt   *int64  `db:"opened_at"`
}

func (r connectorRow) connector() (connector.Connector, error) {
	out := connector.Connector{
		ID: connector.ID(r.ID), Customer: id.Customer(r.CustomerID), Location: connector.LocationID(r.LocationID), LocationName: r.LocationName,
		Name: r.Name, Type: connector.Type(r.Type),
		Facts: connector.Facts{MachineID: r.MachineID, HardwareUUID: r.HardwareUUID, BootID: r.BootID, HostName: r.HostName, Domain: r.Domain,
			OS: r.OS, Version: r.Software},
		RegisteredAt: instant(r.RegisteredAt), RegisteredBy: r.RegisteredBy, Connected: r.Node != nil, LastContactAt: optionalInstant(r.LastContactAt),
		Presence: connector.Presence{Version: r.Software, Forest: r.Forest, Problem: connector.Problem{Code: r.Problem, Fatal: r.ProblemFatal == 1}},
		Version:  r.Version,
	}
	return out, errors.Join(json.Unmarshal([]byte(r.Domains), &out.Presence.Domains), json.Unmarshal([]byte(r.NetBIOS), &out.Presence.NetBIOS),
		json.Unmarshal([]byte(r.UPNSuffixes), &out.Presence.UPNSuffixes))
}

func (r connectorRow) channel() *connector.Channel {
	if r.Node == nil {
		return nil
	}
	return &connector.Channel{Customer: id.Customer(r.CustomerID), Connector: connector.ID(r.ID), Node: *r.Node, Instance: *r.Instance,
		Generation: *r.Generation, OpenedAt: instant(*r.OpenedAt)}
}

// ListConnectors implements connector.Store.
func (s *Connectors) ListConnectors(ctx context.Context, c id.Customer, l connector.LocationID, p page.Request) (page.Of[connector.Connector], error) {
	name, last, err := namePosition(p.After)
	if err != nil {
		return page.Of[connector.Connector]{}, err
	}
	var rows []connectorRow
	if err := s.db.reader.SelectContext(ctx, &rows, connectorSelect+`
		where c.customer_id = $1 and ($2 = '' or c.location_id = $2) and (c.name > $3 or (c.name = $3 and c.id > $4))
		order by c.name, c.id limit $5`, c, l, name, last, p.Limit()+1); err != nil {
		return page.Of[connector.Connector]{}, translate(err)
	}
	if len(rows) == 0 && l != "" {
		if err := s.db.reader.GetContext(ctx, new(int), `select 1 from resource_location where customer_id = $1 and id = $2`, c, l); err != nil {
			return page.Of[connector.Connector]{}, found(err, connector.ErrLocationNotFound)
		}
	}
	return pageOf(rows, p.Limit(), connectorRow.connector, func(r connectorRow) string { return joinPosition(r.Name, r.ID) })
}

// GetConnector implements connector.Store.
func (s *Connectors) GetConnector(ctx context.Context, c id.Customer, conn connector.ID) (connector.Connector, error) {
	var row connectorRow
	if err := s.db.reader.GetContext(ctx, &row, connectorSelect+` where c.customer_id = $1 and c.id = $2`, c, conn); err != nil {
		return connector.Connector{}, found(err, connector.ErrNotFound)
	}
	return row.connector()
}

// RemoveConnector implements connector.Store.
func (s *Connectors) RemoveConnector(ctx context.Context, c id.Customer, conn connector.ID, eff func(connector.Connector, connector.KeyHash, []connector.Cleared) systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		var row connectorRow
		if err := tx.GetContext(ctx, &row, connectorSelect+` where c.customer_id = $1 and c.id = $2`, c, conn); err != nil {
			return systemlog.Effects{}, found(err, connector.ErrNotFound)
		}
		old, err := row.connector()
		if err != nil {
			return systemlog.Effects{}, err
		}
		var key connector.KeyHash
		if err := tx.GetContext(ctx, &key, `
			update connector_key set removed_at = $3 where customer_id = $1 and connector_id = $2 and removed_at is null returning hash`,
			c, conn, tx.now.UnixMicro()); err != nil {
			return systemlog.Effects{}, fmt.Errorf("remove key: %w", err)
		}
		if _, err = tx.ExecContext(ctx, `delete from connector where customer_id = $1 and id = $2`, c, conn); err != nil {
			return systemlog.Effects{}, err
		}
		cleared, err := tx.clearPrimaries(ctx, c, old.Location, false)
		return eff(old, key, cleared), err
	})
}

type eventRow struct {
	Key    string `db:"event_key"`
	Number int    `db:"number"`
	At     int64  `db:"at"`
	Params string `db:"params"`
}

func (r eventRow) event() (connector.Event, error) {
	e := connector.Event{Key: r.Key, Number: r.Number, At: instant(r.At)}
	return e, json.Unmarshal([]byte(r.Params), &e.Params)
}

// ListEvents implements connector.Store.
func (s *Connectors) ListEvents(ctx context.Context, c id.Customer, conn connector.ID, p page.Request) (page.Of[connector.Event], error) {
	if _, err := s.GetConnector(ctx, c, conn); err != nil {
		return page.Of[connector.Event]{}, err
	}
	before, key, err := timePosition(p.After)
	if err != nil {
		return page.Of[connector.Event]{}, err
	}
	var rows []eventRow
	if err := s.db.reader.SelectContext(ctx, &rows, `
		select event_key, number, at, params from connector_event
		where customer_id = $1 and connector_id = $2 and (at < $3 or (at = $3 and event_key < $4))
		order by at desc, event_key desc limit $5`, c, conn, before, key, p.Limit()+1); err != nil {
		return page.Of[connector.Event]{}, translate(err)
	}
	return pageOf(rows, p.Limit(), eventRow.event, func(r eventRow) string { return joinPosition(strconv.FormatInt(r.At, 10), r.Key) })
}

// timePosition reads the position of a list from new to old; the start is behind every instant.
func timePosition(after string) (before int64, key string, err error) {
	const end = 1<<63 - 1
	if after == "" {
		return end, "", nil
	}
	at, key, err := namePosition(after)
	if err != nil {
		return 0, "", err
	}
	if before, err = strconv.ParseInt(at, 10, 64); err != nil {
		return 0, "", page.ErrPosition.Because(err)
	}
	return before, key, nil
}

// Locations implements connector.LocationStore.
type Locations struct{ db *DB }

// Locations returns the store of resource locations.
func (db *DB) Locations() *Locations { return &Locations{db} }

var _ connector.LocationStore = (*Locations)(nil)

var locationNameUnique = unique{name: "resource_location_name_uq", columns: "resource_location.customer_id, resource_location.name_key"}

type locationRow struct {
	CustomerID string `db:"customer_id"`
	ID         string `db:"id"`
	Name       string `db:"name"`
	NameKey    string `db:"name_key"`
	IsDefault  int    `db:"is_default"`
	CreatedAt  int64  `db:"created_at"`
	Version    int64  `db:"version"`
}

func (r locationRow) location() connector.Location {
	return connector.Location{ID: connector.LocationID(r.ID), Customer: id.Customer(r.CustomerID), Name: r.Name, Default: r.IsDefault == 1,
		CreatedAt: instant(r.CreatedAt), Version: r.Version}
}

// inside is what the locations of a customer hold.
type inside map[string]struct {
	connectors, contacted, connected int
	domains                          []string
}

// inside reads the connectors of one location, of all of them when l is "".
func (s *Locations) inside(ctx context.Context, c id.Customer, l connector.LocationID) (inside, error) {
	var rows []connectorRow
	if err := s.db.reader.SelectContext(ctx, &rows, connectorSelect+` where c.customer_id = $1 and ($2 = '' or c.location_id = $2)`, c, l); err != nil {
		return nil, translate(err)
	}
	out := inside{}
	now := s.db.clock.Now()
	for _, r := range rows {
		conn, err := r.connector()
		if err != nil {
			return nil, err
		}
		in := out[r.LocationID]
		in.connectors++
		if !conn.LastContactAt.IsZero() {
			in.contacted++
		}
		if conn.State(now) == connector.Connected {
			in.connected++
		}
		in.domains = append(in.domains, conn.Presence.Domains...)
		out[r.LocationID] = in
	}
	return out, nil
}

func (in inside) fill(l connector.Location) connector.Location {
	got := in[string(l.ID)]
	l.ConnectorCount, l.ContactedCount, l.ConnectedCount = got.connectors, got.contacted, got.connected
	slices.Sort(got.domains)
	l.Domains = slices.Compact(got.domains)
	return l
}

// ListLocations implements connector.LocationStore.
func (s *Locations) ListLocations(ctx context.Context, c id.Customer, p page.Request) (page.Of[connector.Location], error) {
	name, last, err := namePosition(p.After)
	if err != nil {
		return page.Of[connector.Location]{}, err
	}
	var rows []locationRow
	if err := s.db.reader.SelectContext(ctx, &rows, `
		select * from resource_location where customer_id = $1 and (name_key > $2 or (name_key = $2 and id > $3))
		order by name_key, id limit $4`, c, name, last, p.Limit()+1); err != nil {
		return page.Of[connector.Location]{}, translate(err)
	}
	in, err := s.inside(ctx, c, "")
	if err != nil {
		return page.Of[connector.Location]{}, err
	}
	return pageOf(rows, p.Limit(), func(r locationRow) (connector.Location, error) { return in.fill(r.location()), nil },
		func(r locationRow) string { return joinPosition(r.NameKey, r.ID) })
}

// GetLocation implements connector.LocationStore.
func (s *Locations) GetLocation(ctx context.Context, c id.Customer, l connector.LocationID) (connector.Location, error) {
	var row locationRow
	if err := s.db.reader.GetContext(ctx, &row, `select * from resource_location where customer_id = $1 and id = $2`, c, l); err != nil {
		return connector.Location{}, found(err, connector.ErrLocationNotFound)
	}
	in, err := s.inside(ctx, c, l)
	if err != nil {
		return connector.Location{}, err
	}
	return in.fill(row.location()), nil
}

// CreateLocation implements connector.LocationStore. The customer's head row is locked, so the count holds.
func (s *Locations) CreateLocation(ctx context.Context, l connector.Location, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(l.Customer), func(tx *Tx) (systemlog.Effects, error) {
		return eff, tx.insertLocation(ctx, l)
	})
}

func (tx *Tx) insertLocation(ctx context.Context, l connector.Location) error {
	var n int
	if err := tx.GetContext(ctx, &n, `select count(*) from resource_location where customer_id = $1`, l.Customer); err != nil {
		return err
	}
	if n >= connector.MaxLocations {
		return connector.ErrTooManyLocations.With("max", connector.MaxLocations)
	}
	_, err := tx.ExecContext(ctx, `
		insert into resource_location (customer_id, id, name, name_key, is_default, created_at, version) values ($1, $2, $3, $4, $5, $6, $7)`,
		l.Customer, l.ID, l.Name, connector.NameKey(l.Name), bit(l.Default), l.CreatedAt.UnixMicro(), l.Version)
	if locationNameUnique.violatedBy(err) {
		return connector.ErrNameTaken.With("name", l.Name).Because(err)
	}
	return err
}

// location reads a location in a transaction; revision.Any matches any version.
func (tx *Tx) location(ctx context.Context, c id.Customer, l connector.LocationID, version int64) (connector.Location, error) {
	var row locationRow
	if err := tx.GetContext(ctx, &row, `select * from resource_location where customer_id = $1 and id = $2`, c, l); err != nil {
		return connector.Location{}, found(err, connector.ErrLocationNotFound)
	}
	if !revision.Matches(version, row.Version) {
		return connector.Location{}, connector.ErrLocationStale
	}
	return row.location(), nil
}

// RenameLocation implements connector.LocationStore.
func (s *Locations) RenameLocation(ctx context.Context, c id.Customer, l connector.LocationID, version int64, name string, eff func(before, after connector.Location) systemlog.Effects) (connector.Location, error) {
	err := s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		before, err := tx.location(ctx, c, l, version)
		if err != nil {
			return systemlog.Effects{}, err
		}
		after := before
		after.Name, after.Version = name, before.Version+1
		_, err = tx.ExecContext(ctx, `update resource_location set name = $3, name_key = $4, version = $5 where customer_id = $1 and id = $2`,
			c, l, name, connector.NameKey(name), after.Version)
		if locationNameUnique.violatedBy(err) {
			return systemlog.Effects{}, connector.ErrNameTaken.With("name", name).Because(err)
		}
		return eff(before, after), err
	})
	if err != nil {
		return connector.Location{}, err
	}
	return s.GetLocation(ctx, c, l)
}

// DeleteLocation implements connector.LocationStore.
func (s *Locations) DeleteLocation(ctx context.Context, c id.Customer, l connector.LocationID, version int64, eff func(connector.Location, []connector.Cleared) systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		old, err := tx.location(ctx, c, l, version)
		if err != nil {
			return systemlog.Effects{}, err
		}
		cleared, err := tx.clearPrimaries(ctx, c, l, true)
		if err != nil {
			return systemlog.Effects{}, err
		}
		_, err = tx.ExecContext(ctx, `delete from resource_location where customer_id = $1 and id = $2`, c, l)
		if isForeignKey(err) {
			return systemlog.Effects{}, connector.ErrLocationInUse.With("name", old.Name).Because(err)
		}
		return eff(old, cleared), err
	})
}

// chooseLocation finds where a connector goes that names no location: the default one, else the oldest; "" when the
// customer has none (CON-215).
func (tx *Tx) chooseLocation(ctx context.Context, c id.Customer) (connector.LocationID, error) {
	var l connector.LocationID
	err := tx.GetContext(ctx, &l, `select id from resource_location where customer_id = $1 order by is_default desc, created_at, id limit 1`, c)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return l, err
}
