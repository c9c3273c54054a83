package store

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// SignUps implements customer.SignUpStore.
type SignUps struct{ db *DB }

// SignUps returns the store of companies that sign up.
func (db *DB) SignUps() *SignUps { return &SignUps{db} }

var _ customer.SignUpStore = (*SignUps)(nil)

type signUpRow struct {
	ID          string `db:"id"`
	State       string `db:"state"`
	Company     string `db:"company"`
	SiteAddress string `db:"site_address"`
	Person      string `db:"person"`
	Email       string `db:"email"`
	Network     string `db:"client_range"`
	Region      string `db:"client_region"`
	Link        string `db:"token_hash"`
	CreatedAt   int64  `db:"created_at"`
	ExpiresAt   int64  `db:"expires_at"`
}

func (r signUpRow) signUp() (customer.SignUp, error) {
	u := customer.SignUp{ID: customer.SignUpID(r.ID), State: customer.SignUpState(r.State), Network: r.Network, Region: r.Region, CreatedAt: instant(r.CreatedAt), ExpiresAt: instant(r.ExpiresAt),
		NewSignUp: customer.NewSignUp{Company: r.Company, SiteAddress: r.SiteAddress, Person: r.Person, Email: r.Email}}
	_, err := hex.Decode(u.Link[:], []byte(r.Link))
	return u, err
}

const signUpColumns = `id, state, company, site_address, person, email, client_range, client_region, token_hash, created_at, expires_at`

// Begin implements customer.SignUpStore. The head of the installation's log is the lock, so that the limits are exact; a
// verified sign-up is what gets recorded.
func (s *SignUps) Begin(ctx context.Context, u customer.SignUp, limits customer.SignUpLimits, mails func(known bool) jobs.Job) error {
	key := signin.Fold(u.Email)
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		if _, err := tx.lockHead(ctx, systemlog.Installation); err != nil {
			return err
		}
		n, err := tx.countSignUps(ctx, u, key, limits)
		if err != nil {
			return err
		}
		if n.ByNetwork >= limits.PerNetwork || n.ByRegion >= limits.PerRegion {
			return customer.ErrSignUpFlood
		}
		if n.Unproven >= limits.AtOnce {
			if err := tx.makePlace(ctx, u, limits); err != nil {
				return err
			}
		}
		if u.State = customer.SignUpSent; n.Logins > 0 {
			u.State = customer.SignUpKnown
		}
		// Known or not, one row is written and one mail is queued: the work tells nothing (L02).
		if err := tx.insertSignUp(ctx, u, key); err != nil || n.ByAddress >= limits.PerAddress {
			return err
		}
		job := mails(n.Logins > 0)
		job.Key = u.MailKey()
		if n.Unproven >= limits.AtOnce/2 && n.ByRegion >= limits.Quiet {
			job.NotBefore = tx.now.Add(time.Duration(n.ByRegion) * limits.Wait)
		}
		return tx.enqueue(ctx, []jobs.Job{job})
	})
}

// signUpCounts are what limits a sign-up.
type signUpCounts struct {
	ByAddress int `db:"by_address"`
	ByNetwork int `db:"by_network"`
	ByRegion  int `db:"by_region"`
	Unproven  int `db:"unproven"`
	Logins    int `db:"logins"`
}

func (tx *Tx) countSignUps(ctx context.Context, u customer.SignUp, emailKey string, limits customer.SignUpLimits) (n signUpCounts, err error) {
	err = tx.GetContext(ctx, &n, `
		select (select count(*) from company_signup where email_key = $1 and created_at > $2) as by_address,
		  (select count(*) from company_signup where client_range = $3 and created_at > $4) as by_network,
		  (select count(*) from company_signup where client_region = $5 and created_at > $4) as by_region,
		  (select count(*) from company_signup where state in ('sent', 'known') and expires_at > $6) as unproven,
		  (select count(*) from web_login where email_key = $1 or user_name_key = $1) as logins`,
		emailKey, limits.AddressSince.UnixMicro(), u.Network, limits.NetworkSince.UnixMicro(), u.Region, tx.now.UnixMicro())
	return n, err
}

// makePlace forgets the sign-ups that were not verified for long, or else one of the region that has most. The
// newcomer's own region does not push itself out: having most, it is too much.
func (tx *Tx) makePlace(ctx context.Context, u customer.SignUp, limits customer.SignUpLimits) error {
	res, err := tx.ExecContext(ctx, `delete from company_signup where state in ('sent', 'known') and created_at <= $1`, limits.NetworkSince.UnixMicro())
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); n > 0 || err != nil {
		return err
	}
	var most struct {
		Region string `db:"client_region"`
		ID     string `db:"id"`
	}
	if err := tx.GetContext(ctx, &most, `
		select client_region, id from company_signup where state in ('sent', 'known') and client_region = (
		  select client_region from company_signup where state in ('sent', 'known') group by client_region
		    order by count(*) desc, case when client_region = $1 then 1 else 0 end, min(created_at) limit 1)
		order by created_at, id limit 1`, u.Region); err != nil {
		return err
	}
	if most.Region == u.Region {
		return customer.ErrSignUpFlood
	}
	if _, err := tx.ExecContext(ctx, `delete from company_signup where id = $1`, most.ID); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `delete from job where kind = $1 and job_key = $2`, mail.Kind, customer.SignUp{ID: customer.SignUpID(most.ID)}.MailKey())
	return err
}

// Purge implements customer.SignUpStore.
func (s *SignUps) Purge(ctx context.Context, unfinished time.Time, eff func(customer.SignUp) systemlog.Effects) error {
	if err := s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `delete from company_signup where state in ('sent', 'known') and expires_at <= $1`, tx.now.UnixMicro())
		return err
	}); err != nil {
		return err
	}
	var rows []signUpRow
	if err := s.db.reader.SelectContext(ctx, &rows, `select `+signUpColumns+` from company_signup where state = 'approved' and expires_at <= $1`,
		unfinished.UnixMicro()); err != nil {
		return translate(err)
	}
	for _, r := range rows {
		u, err := r.signUp()
		if err != nil {
			return err
		}
		if err := s.db.Write(ctx, ofInstallation(), func(tx *Tx) (systemlog.Effects, error) {
			// An operator may have sent a new link meanwhile.
			return eff(u), tx.oneRow(ctx, customer.ErrSignUpNotFound, `delete from company_signup where id = $1 and expires_at <= $2`, u.ID, unfinished.UnixMicro())
		}); err != nil && !errors.Is(err, customer.ErrSignUpNotFound) {
			return err
		}
	}
	return nil
}

func (tx *Tx) insertSignUp(ctx context.Context, u customer.SignUp, emailKey string) error {
	_, err := tx.ExecContext(ctx, `
		insert into company_signup (id, state, company, site_address, person, email, email_key, client_range, client_region, token_hash, created_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		u.ID, u.State, u.Company, u.SiteAddress, u.Person, u.Email, emailKey, u.Network, u.Region, hex.EncodeToString(u.Link[:]), u.CreatedAt.UnixMicro(), u.ExpiresAt.UnixMicro())
	return err
}

// ByLink implements customer.SignUpStore.
func (s *SignUps) ByLink(ctx context.Context, l customer.LinkHash) (customer.SignUp, error) {
	var r signUpRow
	if err := s.db.reader.GetContext(ctx, &r, `select `+signUpColumns+` from company_signup where token_hash = $1 and expires_at > $2 and state in ('sent', 'approved')`,
		hex.EncodeToString(l[:]), s.db.clock.Now().UnixMicro()); err != nil {
		return customer.SignUp{}, found(err, customer.ErrSignUpLink)
	}
	return r.signUp()
}

// Advance implements customer.SignUpStore.
func (s *SignUps) Advance(ctx context.Context, by customer.SignUpKey, from []customer.SignUpState, change func(*customer.SignUp) (systemlog.Effects, error)) error {
	return s.db.Write(ctx, ofInstallation(), func(tx *Tx) (systemlog.Effects, error) {
		u, err := tx.signUp(ctx, by)
		if err != nil {
			return systemlog.Effects{}, err
		}
		switch {
		case slices.Contains(from, u.State):
		case by.ID == "": // the link was for another step
			return systemlog.Effects{}, customer.ErrSignUpLink
		default:
			return systemlog.Effects{}, customer.ErrSignUpState
		}
		before := u.State
		eff, err := change(&u)
		if err != nil {
			return systemlog.Effects{}, err
		}
		if u.State == customer.SignUpWaiting && before != customer.SignUpWaiting {
			if err := tx.mayWait(ctx); err != nil {
				return systemlog.Effects{}, err
			}
		}
		_, err = tx.ExecContext(ctx, `update company_signup set state = $2, token_hash = $3, expires_at = $4 where id = $1`,
			u.ID, u.State, hex.EncodeToString(u.Link[:]), u.ExpiresAt.UnixMicro())
		return eff, err
	})
}

// mayWait checks that the operator has a place for one more. The head of the installation's log is the lock.
func (tx *Tx) mayWait(ctx context.Context) error {
	if _, err := tx.lockHead(ctx, systemlog.Installation); err != nil {
		return err
	}
	var waiting int
	err := tx.GetContext(ctx, &waiting, `select count(*) from company_signup where state = 'waiting'`)
	if err == nil && waiting >= customer.MaxSignUpsWaiting {
		return customer.ErrSignUpsWaiting
	}
	return err
}

// signUp finds a sign-up by its unexpired link or by its ID.
func (tx *Tx) signUp(ctx context.Context, by customer.SignUpKey) (customer.SignUp, error) {
	var r signUpRow
	var err error
	if by.ID != "" {
		err = found(tx.GetContext(ctx, &r, `select `+signUpColumns+` from company_signup where id = $1 and state <> 'known'`, by.ID), customer.ErrSignUpNotFound)
	} else {
		err = found(tx.GetContext(ctx, &r, `select `+signUpColumns+` from company_signup where token_hash = $1 and expires_at > $2`,
			hex.EncodeToString(by.Link[:]), tx.now.UnixMicro()), customer.ErrSignUpLink)
	}
	if err != nil {
		return customer.SignUp{}, err
	}
	return r.signUp()
}

// Refuse implements customer.SignUpStore.
func (s *SignUps) Refuse(ctx context.Context, id customer.SignUpID, eff func(customer.SignUp) systemlog.Effects) error {
	return s.db.Write(ctx, ofInstallation(), func(tx *Tx) (systemlog.Effects, error) {
		u, err := tx.signUp(ctx, customer.SignUpKey{ID: id})
		if err != nil {
			return systemlog.Effects{}, err
		}
		_, err = tx.ExecContext(ctx, `delete from company_signup where id = $1`, u.ID)
		return eff(u), err
	})
}

// Finish implements customer.SignUpStore.
func (s *SignUps) Finish(ctx context.Context, l customer.LinkHash, c customer.Company, login customer.NewLogin, eff systemlog.Effects) error {
	return taken(s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		if err := tx.oneRow(ctx, customer.ErrSignUpLink, `delete from company_signup where token_hash = $1 and state = $2 and expires_at > $3`,
			hex.EncodeToString(l[:]), customer.SignUpApproved, tx.now.UnixMicro()); err != nil {
			return systemlog.Effects{}, err
		}
		if err := tx.createCompany(ctx, c); err != nil {
			return systemlog.Effects{}, err
		}
		return eff, tx.createLogin(ctx, c.OrgID, login)
	}))
}

// List implements customer.SignUpStore.
func (s *SignUps) List(ctx context.Context, p page.Request, eff systemlog.Effects) (page.Of[customer.SignUp], error) {
	at, last := int64(0), ""
	if p.After != "" {
		var err error
		if at, last, err = timePosition(p.After); err != nil {
			return page.Of[customer.SignUp]{}, err
		}
	}
	var rows []signUpRow
	if err := s.db.Write(ctx, ofInstallation(), func(tx *Tx) (systemlog.Effects, error) {
		rows = nil
		return eff, tx.SelectContext(ctx, &rows, `
			select `+signUpColumns+` from company_signup
			where state in ('waiting', 'approved') and (created_at > $1 or (created_at = $1 and id > $2)) order by created_at, id limit $3`, at, last, p.Limit()+1)
	}); err != nil {
		return page.Of[customer.SignUp]{}, err
	}
	return pageOf(rows, p.Limit(), signUpRow.signUp, func(r signUpRow) string { return joinPosition(strconv.FormatInt(r.CreatedAt, 10), r.ID) })
}
