package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// Notifications implements notify.Store.
type Notifications struct{ db *DB }

// Notifications returns the store of notifications.
func (db *DB) Notifications() *Notifications { return &Notifications{db} }

var _ notify.Store = (*Notifications)(nil)

type notificationRow struct {
	Customer  string `db:"customer_id"`
	ID        string `db:"id"`
	At        int64  `db:"at"`
	Kind      string `db:"kind"`
	Severity  string `db:"severity"`
	Args      string `db:"args"`
	Dismissed bool   `db:"dismissed"`
}

func (r notificationRow) notification() (notify.Notification, error) {
	n := notify.Notification{ID: r.ID, Customer: id.Customer(r.Customer), At: instant(r.At), Kind: notify.Kind(r.Kind),
		Severity: notify.Severity(r.Severity), Dismissed: r.Dismissed}
	if err := json.Unmarshal([]byte(r.Args), &n.Args); err != nil {
		return n, fmt.Errorf("read notification %s: %w", r.ID, err)
	}
	return n, nil
}

// Add implements notify.Store.
func (s *Notifications) Add(ctx context.Context, n notify.Notification, mails func(notify.Audience) []jobs.Job) error {
	args, err := json.Marshal(n.Args)
	if err != nil {
		return err
	}
	err = s.db.unrecorded(ctx, func(tx *Tx) error {
		res, err := tx.ExecContext(ctx, `insert into notification (customer_id, id, at, kind, severity, args) values ($1, $2, $3, $4, $5, $6)
			on conflict (customer_id, id) do nothing`, n.Customer, n.ID, n.At.UnixMicro(), n.Kind, n.Severity, string(args))
		if err != nil {
			return err
		}
		if added, err := res.RowsAffected(); err != nil || added == 0 {
			return err
		}
		if mails != nil {
			to, err := tx.audience(ctx, n.Customer)
			if err != nil {
				return err
			}
			if err := tx.enqueue(ctx, mails(to)); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `delete from notification where customer_id = $1 and id in (
			select id from notification where customer_id = $1 order by at desc, id desc limit 1000 offset $2)`, n.Customer, notify.MaxKept)
		return err
	})
	switch {
	case isForeignKey(err):
		return nil // the customer has been deleted meanwhile
	case err == nil && mails != nil:
		s.db.wake()
	}
	return err
}

type addressRow struct {
	UserName string `db:"user_name"`
	Email    string `db:"email"`
	Proven   bool   `db:"proven"`
}

// audience returns the administrators of a customer whose addresses are proven. When nobody's is, it returns those who only were
// absent for long: better that a mail may reach a mailbox that has changed hands than that it reaches nobody.
func (tx *Tx) audience(ctx context.Context, c id.Customer) (notify.Audience, error) {
	var of struct {
		Name  string `db:"name"`
		OrgID string `db:"org_id"`
	}
	if err := tx.GetContext(ctx, &of, `select name, org_id from customer where id = $1`, c); err != nil {
		return notify.Audience{}, err
	}
	var rows []addressRow
	if err := tx.SelectContext(ctx, &rows, `
		select w.user_name, w.email, w.email_verified_at is not null as proven from administrator_link l join web_login w on w.id = l.login_id
		where l.customer_id = $1 and (w.email_verified_at is not null or w.verify_reason = $2) order by w.user_name_key`, c, signin.VerifyAbsent); err != nil {
		return notify.Audience{}, err
	}
	if slices.ContainsFunc(rows, func(r addressRow) bool { return r.Proven }) {
		rows = slices.DeleteFunc(rows, func(r addressRow) bool { return !r.Proven })
	}
	out := notify.Audience{Customer: of.Name, OrgID: id.Company(of.OrgID), Administrators: make([]notify.Recipient, len(rows))}
	for i, r := range rows {
		out.Administrators[i] = notify.Recipient{UserName: r.UserName, Email: r.Email}
	}
	return out, nil
}

// List implements notify.Store.
func (s *Notifications) List(ctx context.Context, c id.Customer, viewer string, since time.Time, dismissed bool, p page.Request) (page.Of[notify.Notification], error) {
	at, last, err := timePosition(p.After)
	if err != nil {
		return page.Of[notify.Notification]{}, err
	}
	query := `
		select n.*, d.at is not null as dismissed from notification n
		left join notification_dismissal d on d.customer_id = n.customer_id and d.notification_id = n.id and d.viewer_id = $2
		where n.customer_id = $1 and n.at >= $3 and (n.at < $4 or (n.at = $4 and n.id < $5))`
	if !dismissed {
		query += ` and d.at is null`
	}
	var rows []notificationRow
	if err := s.db.reader.SelectContext(ctx, &rows, query+` order by n.at desc, n.id desc limit $6`,
		c, viewer, since.UnixMicro(), at, last, p.Limit()+1); err != nil {
		return page.Of[notify.Notification]{}, translate(err)
	}
	return pageOf(rows, p.Limit(), notificationRow.notification, func(r notificationRow) string {
		return joinPosition(strconv.FormatInt(r.At, 10), r.ID)
	})
}

const openNotifications = `
	from notification n where n.customer_id = $1 and n.at >= $3 and not exists (
	  select 1 from notification_dismissal d where d.customer_id = n.customer_id and d.notification_id = n.id and d.viewer_id = $2)`

// State implements notify.Store.
func (s *Notifications) State(ctx context.Context, c id.Customer, viewer string, since time.Time) (notify.State, error) {
	var ids []string
	err := s.db.reader.SelectContext(ctx, &ids, `select n.id `+openNotifications+` order by n.at desc, n.id desc`, c, viewer, since.UnixMicro())
	if err != nil || len(ids) == 0 {
		return notify.State{}, translate(err)
	}
	return notify.State{Count: len(ids), Newest: ids[0]}, nil
}

// Dismiss implements notify.Store.
func (s *Notifications) Dismiss(ctx context.Context, c id.Customer, viewer, notification string) error {
	err := s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `insert into notification_dismissal (customer_id, notification_id, viewer_id, at) values ($1, $2, $3, $4)
			on conflict do nothing`, c, notification, viewer, tx.now.UnixMicro())
		return err
	})
	if isForeignKey(err) {
		return notify.ErrNotFound
	}
	return err
}

// DismissAll implements notify.Store.
func (s *Notifications) DismissAll(ctx context.Context, c id.Customer, viewer string) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `insert into notification_dismissal (customer_id, notification_id, viewer_id, at)
			select n.customer_id, n.id, $2, $4 `+openNotifications+` on conflict do nothing`, c, viewer, 0, tx.now.UnixMicro())
		return err
	})
}

// Purge implements notify.Store.
func (s *Notifications) Purge(ctx context.Context, before time.Time, limit int) (int, error) {
	var n int64
	err := s.db.unrecorded(ctx, func(tx *Tx) error {
		res, err := tx.ExecContext(ctx, `delete from notification where (customer_id, id) in (
			select customer_id, id from notification where at < $1 order by at limit $2)`, before.UnixMicro(), limit)
		if err != nil {
			return err
		}
		n, err = res.RowsAffected()
		return err
	})
	return int(n), err
}
