package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

var _ connector.GateStore = (*Connectors)(nil)

var connectorKeyUnique = unique{name: "connector_key_hash_uq", columns: "connector_key.hash"}

// Register implements connector.GateStore.
func (s *Connectors) Register(ctx context.Context, conn connector.Connector, key connector.Key, spent admin.PrincipalID, fresh connector.Location, eff func(connector.Connector, bool) systemlog.Effects) (connector.Connector, error) {
	var out connector.Connector
	err := s.db.Write(ctx, ofCustomer(conn.Customer), func(tx *Tx) (systemlog.Effects, error) {
		out = conn
		made, err := tx.place(ctx, &out, fresh)
		if err != nil {
			return systemlog.Effects{}, err
		}
		f := out.Facts
		if _, err := tx.ExecContext(ctx, `
			insert into connector (customer_id, id, location_id, name, type, machine_id, hardware_uuid, boot_id, host_name, domain, os, software,
			  registered_at, registered_by, proven, offered, forest, domains, known_domains, upn_suffixes, problem, problem_fatal, version)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0, '', '[]', '[]', '[]', '', 0, $15)`,
			out.Customer, out.ID, out.Location, out.Name, out.Type, f.MachineID, f.HardwareUUID, f.BootID, f.HostName, f.Domain, f.OS, f.Version,
			out.RegisteredAt.UnixMicro(), out.RegisteredBy, out.Version); err != nil {
			return systemlog.Effects{}, err
		}
		_, err = tx.ExecContext(ctx, `insert into connector_key (customer_id, hash, spki, connector_id, created_at) values ($1, $2, $3, $4, $5)`,
			out.Customer, key.Hash, key.SPKI, out.ID, out.RegisteredAt.UnixMicro())
		if connectorKeyUnique.violatedBy(err) {
			return systemlog.Effects{}, connector.ErrKeyTaken.Because(err)
		}
		if err != nil {
			return systemlog.Effects{}, err
		}
		return eff(out, made), tx.spend(ctx, out, spent)
	})
	if err != nil {
		return connector.Connector{}, err
	}
	return out, nil
}

// spend marks the credential of an installation as used by the connector; "" is none.
func (tx *Tx) spend(ctx context.Context, conn connector.Connector, spent admin.PrincipalID) error {
	if spent == "" {
		return nil
	}
	res, err := tx.ExecContext(ctx, `update service_principal set used_by = $3 where customer_id = $1 and id = $2 and used_by is null`,
		conn.Customer, spent, conn.ID)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return connector.ErrInstallationUsed
	}
	return err
}

// place sets the location of a new connector and makes fresh where the customer has none.
func (tx *Tx) place(ctx context.Context, conn *connector.Connector, fresh connector.Location) (made bool, err error) {
	if conn.Location == "" {
		if conn.Location, err = tx.chooseLocation(ctx, conn.Customer); err != nil {
			return false, err
		}
	}
	if conn.Location == "" {
		conn.Location, conn.LocationName = fresh.ID, fresh.Name
		return true, tx.insertLocation(ctx, fresh)
	}
	l, err := tx.location(ctx, conn.Customer, conn.Location, 0)
	if errors.Is(err, connector.ErrLocationNotFound) {
		return false, connector.ErrUnknownLocation.With("location", string(conn.Location))
	}
	conn.LocationName = l.Name
	return false, err
}

// ByKey implements connector.GateStore.
func (s *Connectors) ByKey(ctx context.Context, key connector.KeyHash) (connector.Stored, error) {
	var owner struct {
		CustomerID  id.Customer  `db:"customer_id"`
		ConnectorID connector.ID `db:"connector_id"`
		RemovedAt   *int64       `db:"removed_at"`
	}
	if err := s.db.reader.GetContext(ctx, &owner, `select customer_id, connector_id, removed_at from connector_key where hash = $1`, key); err != nil {
		return connector.Stored{}, found(err, connector.ErrUnknownKey)
	}
	if owner.RemovedAt != nil {
		return connector.Stored{}, connector.ErrRemoved
	}
	var row connectorRow
	if err := s.db.reader.GetContext(ctx, &row, connectorSelect+` where c.customer_id = $1 and c.id = $2`, owner.CustomerID, owner.ConnectorID); err != nil {
		return connector.Stored{}, found(err, connector.ErrRemoved)
	}
	return row.stored()
}

func (r connectorRow) stored() (connector.Stored, error) {
	conn, err := r.connector()
	return connector.Stored{Connector: conn, Proven: r.Proven, Offered: r.Offered, Channel: r.channel()}, err
}

// lockConnector reads a connector for a change of its channel. On PostgreSQL the row is locked by a statement of its own,
// so that the next one sees the channel as the holder before left it; SQLite's writer is alone anyway.
func (tx *Tx) lockConnector(ctx context.Context, c id.Customer, conn connector.ID) (connectorRow, error) {
	if tx.engine == Postgres {
		if err := tx.GetContext(ctx, new(int), `select 1 from connector where customer_id = $1 and id = $2 for update`, c, conn); err != nil {
			return connectorRow{}, err
		}
	}
	var row connectorRow
	err := tx.GetContext(ctx, &row, connectorSelect+` where c.customer_id = $1 and c.id = $2`, c, conn)
	return row, err
}

// OpenChannel implements connector.GateStore.
func (s *Connectors) OpenChannel(ctx context.Context, seen connector.Stored, ch connector.Channel, proven int64, eff systemlog.Effects) error {
	if len(eff.Records) == 0 {
		return s.db.unrecorded(ctx, func(tx *Tx) error { return tx.openChannel(ctx, seen, ch, proven) })
	}
	return s.db.Write(ctx, ofCustomer(ch.Customer), func(tx *Tx) (systemlog.Effects, error) {
		return eff, tx.openChannel(ctx, seen, ch, proven)
	})
}

func (tx *Tx) openChannel(ctx context.Context, seen connector.Stored, ch connector.Channel, proven int64) error {
	row, err := tx.lockConnector(ctx, ch.Customer, ch.Connector)
	if err != nil {
		return found(err, connector.ErrRemoved)
	}
	if row.Offered != seen.Offered || !sameChannel(row.channel(), seen.Channel) {
		return connector.ErrBusy
	}
	if _, err := tx.ExecContext(ctx, `update connector set offered = $3, proven = $4, domain = $5 where customer_id = $1 and id = $2`,
		ch.Customer, ch.Connector, ch.Generation, max(proven, row.Proven), seen.Connector.Facts.Domain); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		insert into connector_channel (customer_id, connector_id, node, instance, generation, opened_at) values ($1, $2, $3, $4, $5, $6)
		on conflict (customer_id, connector_id) do update
		set node = excluded.node, instance = excluded.instance, generation = excluded.generation, opened_at = excluded.opened_at`,
		ch.Customer, ch.Connector, ch.Node, ch.Instance, ch.Generation, ch.OpenedAt.UnixMicro())
	return err
}

func sameChannel(a, b *connector.Channel) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Generation == b.Generation
}

// onChannel runs a change that only the connector's live channel may cause.
func (tx *Tx) onChannel(ctx context.Context, ch connector.Channel, change func(connectorRow) error) error {
	row, err := tx.lockConnector(ctx, ch.Customer, ch.Connector)
	if err != nil {
		return found(err, connector.ErrChannelGone)
	}
	if !sameChannel(row.channel(), &ch) {
		return connector.ErrChannelGone
	}
	return change(row)
}

// ConfirmChannel implements connector.GateStore.
func (s *Connectors) ConfirmChannel(ctx context.Context, ch connector.Channel) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		return tx.onChannel(ctx, ch, func(connectorRow) error {
			_, err := tx.ExecContext(ctx, `update connector set proven = $3 where customer_id = $1 and id = $2`, ch.Customer, ch.Connector, ch.Generation)
			return err
		})
	})
}

// CloseChannel implements connector.GateStore.
func (s *Connectors) CloseChannel(ctx context.Context, ch connector.Channel, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(ch.Customer), func(tx *Tx) (systemlog.Effects, error) {
		return eff, tx.onChannel(ctx, ch, func(connectorRow) error {
			_, err := tx.ExecContext(ctx, `delete from connector_channel where customer_id = $1 and connector_id = $2`, ch.Customer, ch.Connector)
			return err
		})
	})
}

// SavePresence implements connector.GateStore. Only a report that brings a domain to its location leaves a record, so that
// the many others need not wait for the customer's log.
func (s *Connectors) SavePresence(ctx context.Context, ch connector.Channel, p connector.Presence, now time.Time, eff func(connector.Connector, []string) systemlog.Effects) (connector.Connector, error) {
	var out connector.Connector
	var added []string
	err := s.db.unrecorded(ctx, func(tx *Tx) error {
		return tx.onChannel(ctx, ch, func(row connectorRow) (err error) {
			if added, err = tx.newDomains(ctx, row, p.Domains); err != nil || len(added) > 0 {
				return err
			}
			out, err = tx.savePresence(ctx, row, p, now)
			return err
		})
	})
	if err != nil || len(added) == 0 {
		return out, err
	}
	err = s.db.Write(ctx, ofCustomer(ch.Customer), func(tx *Tx) (systemlog.Effects, error) {
		err := tx.onChannel(ctx, ch, func(row connectorRow) (err error) {
			out, err = tx.savePresence(ctx, row, p, now)
			return err
		})
		return eff(out, added), err
	})
	return out, err
}

// newDomains returns those that no connector of the row's location has reported before.
func (tx *Tx) newDomains(ctx context.Context, row connectorRow, domains []string) ([]string, error) {
	known, err := names(row.KnownDomains)
	if err != nil {
		return nil, err
	}
	added := lacking(known, domains)
	if len(added) == 0 {
		return nil, nil
	}
	var others []string
	if err := tx.SelectContext(ctx, &others, `select known_domains from connector where customer_id = $1 and location_id = $2`,
		row.CustomerID, row.LocationID); err != nil {
		return nil, err
	}
	for _, other := range others {
		if known, err = names(other); err != nil {
			return nil, err
		}
		added = lacking(known, added)
	}
	return added, nil
}

func names(raw string) (out []string, err error) {
	return out, json.Unmarshal([]byte(raw), &out)
}

// lacking returns those of want that have does not contain.
func lacking(have, want []string) []string {
	return slices.DeleteFunc(slices.Clone(want), func(w string) bool { return slices.Contains(have, w) })
}

func (tx *Tx) savePresence(ctx context.Context, row connectorRow, p connector.Presence, now time.Time) (connector.Connector, error) {
	before, err := row.connector()
	if err != nil {
		return connector.Connector{}, err
	}
	p = p.Over(before.Presence)
	known, err := names(row.KnownDomains)
	if err != nil {
		return connector.Connector{}, err
	}
	if known = append(known, lacking(known, p.Domains)...); len(known) > connector.MaxNames {
		known = p.Domains // whoever reports others every time is not remembered for ever
	}
	var wrong [4]error
	row.Domains, wrong[0] = jsonText(p.Domains)
	row.KnownDomains, wrong[1] = jsonText(known)
	row.UPNSuffixes, wrong[2] = jsonText(p.UPNSuffixes)
	row.NetBIOS, wrong[3] = jsonText(p.NetBIOS)
	if err := errors.Join(wrong[:]...); err != nil {
		return connector.Connector{}, err
	}
	at := now.UnixMicro()
	row.Software, row.Forest = p.Version, p.Forest
	row.Problem, row.ProblemFatal, row.LastContactAt = p.Problem.Code, bit(p.Problem.Fatal), &at
	out, err := row.connector()
	if err != nil {
		return connector.Connector{}, err
	}
	_, err = tx.ExecContext(ctx, `
		update connector set software = $3, forest = $4, domains = $5, known_domains = $6, upn_suffixes = $7, problem = $8, problem_fatal = $9,
		  last_contact_at = $10, netbios = $11
		where customer_id = $1 and id = $2`,
		row.CustomerID, row.ID, row.Software, row.Forest, row.Domains, row.KnownDomains, row.UPNSuffixes, row.Problem, row.ProblemFatal, at, row.NetBIOS)
	return out, err
}

func jsonText(v any) (string, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}

// SaveProblem implements connector.GateStore.
func (s *Connectors) SaveProblem(ctx context.Context, c id.Customer, conn connector.ID, p connector.Problem) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `update connector set problem = $3, problem_fatal = $4 where customer_id = $1 and id = $2`,
			c, conn, p.Code, bit(p.Fatal))
		return err
	})
}

// SaveEvents implements connector.GateStore.
func (s *Connectors) SaveEvents(ctx context.Context, ch connector.Channel, events []connector.Event) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		return tx.onChannel(ctx, ch, func(connectorRow) error {
			for _, e := range events {
				if err := tx.insertEvent(ctx, ch, e); err != nil {
					return err
				}
			}
			_, err := tx.ExecContext(ctx, `
				delete from connector_event where customer_id = $1 and connector_id = $2 and event_key not in (
				  select event_key from connector_event where customer_id = $1 and connector_id = $2 order by at desc, event_key desc limit $3)`,
				ch.Customer, ch.Connector, connector.MaxEvents)
			return err
		})
	})
}

func (tx *Tx) insertEvent(ctx context.Context, ch connector.Channel, e connector.Event) error {
	params := e.Params
	if params == nil {
		params = []string{}
	}
	raw, err := json.Marshal(params)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		insert into connector_event (customer_id, connector_id, event_key, number, at, params) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
		ch.Customer, ch.Connector, e.Key, e.Number, e.At.UnixMicro(), string(raw))
	return err
}
