package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// Workspaces implements workspace.Store.
type Workspaces struct{ db *DB }

// Workspaces returns the store of workspaces and their sessions.
func (db *DB) Workspaces() *Workspaces { return &Workspaces{db} }

var _ workspace.Store = (*Workspaces)(nil)

// hostKindWorkspace marks the host names of workspaces in host_name, hostKindResting those that they have given up.
const (
	hostKindWorkspace = "workspace"
	hostKindResting   = "resting"
)

var hostNameUnique = unique{name: "host_name_pk", columns: "host_name.name"}

type workspaceRow struct {
	Customer   string  `db:"customer_id"`
	Name       string  `db:"name"`
	Method     string  `db:"method"`
	Connection *string `db:"connection_id"`
	Prompt     int     `db:"always_prompt"`
	Inactivity int64   `db:"web_inactivity_minutes"`
	Version    int64   `db:"version"`
	Host       string  `db:"custom_host"`
	HostState  string  `db:"custom_state"`
	HostProved int     `db:"custom_proved"`
	SAMLMode   string  `db:"custom_mode"`
}

func (r workspaceRow) workspace() workspace.Workspace {
	w := workspace.Workspace{Customer: customer.ID(r.Customer), Name: r.Name, Method: federation.Type(r.Method), Version: r.Version,
		SignIn: workspace.SignInSettings{AlwaysPrompt: r.Prompt == 1, WebInactivity: time.Duration(r.Inactivity) * time.Minute},
		Custom: workspace.CustomHost{Name: r.Host, Proved: r.HostProved == 1, Active: r.HostState == string(workspace.DomainActive), Mode: workspace.SAMLMode(r.SAMLMode)}}
	if r.Connection != nil {
		w.Connection = federation.ID(*r.Connection)
	}
	return w
}

// workspaceOf reads the workspace of the customer that follows, with the customer's own host. The mode "both" counts only with an
// application for the host at the present connection, and no mode does without a connection.
const workspaceOf = `
	select w.customer_id, w.name, w.method, w.connection_id, w.always_prompt, w.web_inactivity_minutes, w.version,
		coalesce(d.host, '') as custom_host, coalesce(d.state, '') as custom_state, coalesce(d.proved, 0) as custom_proved,
		case when c.id is null or d.saml_mode = 'both' and c.custom_domain = '' then '' else coalesce(d.saml_mode, '') end as custom_mode
	from workspace w
	left join workspace_domain d on d.customer_id = w.customer_id
	left join connection c on c.customer_id = w.customer_id and c.id = w.connection_id
	where w.customer_id = `

const (
	workspaceSelect = workspaceOf + `$1`
	workspaceByName = workspaceOf + `(select customer_id from host_name where name = $1 and kind = $2)`
)

// ByName implements workspace.Store.
func (s *Workspaces) ByName(ctx context.Context, name string) (workspace.Workspace, error) {
	var row workspaceRow
	if err := s.db.reader.GetContext(ctx, &row, workspaceByName, name, hostKindWorkspace); err != nil {
		return workspace.Workspace{}, found(err, workspace.ErrNotFound)
	}
	return row.workspace(), nil
}

// Get implements workspace.Store.
func (s *Workspaces) Get(ctx context.Context, c customer.ID) (workspace.Workspace, error) {
	var row workspaceRow
	if err := s.db.reader.GetContext(ctx, &row, workspaceSelect, c); err != nil {
		return workspace.Workspace{}, found(err, workspace.ErrNotFound)
	}
	return row.workspace(), nil
}

// FormerNames implements workspace.Store.
func (s *Workspaces) FormerNames(ctx context.Context, c customer.ID) ([]workspace.FormerName, error) {
	var rows []struct {
		Name       string `db:"name"`
		RestsUntil int64  `db:"rests_until"`
	}
	if err := s.db.reader.SelectContext(ctx, &rows, `select name, rests_until from host_name where customer_id = $1 and kind = $2 and rests_until > $3
		order by rests_until desc, name`, c, hostKindResting, s.db.clock.Now().UnixMicro()); err != nil {
		return nil, translate(err)
	}
	out := make([]workspace.FormerName, len(rows))
	for i, r := range rows {
		out[i] = workspace.FormerName{Name: r.Name, RestsUntil: time.UnixMicro(r.RestsUntil).UTC()}
	}
	return out, nil
}

// Create implements workspace.Store.
func (s *Workspaces) Create(ctx context.Context, w workspace.Workspace, eff systemlog.Effects) error {
	err := s.db.Write(ctx, ofCustomer(w.Customer), func(tx *Tx) (systemlog.Effects, error) {
		var n int
		if err := tx.GetContext(ctx, &n, `select count(*) from workspace where customer_id = $1`, w.Customer); err != nil {
			return systemlog.Effects{}, err
		}
		if n > 0 {
			return systemlog.Effects{}, errUnchanged
		}
		if err := tx.takeHost(ctx, w); err != nil {
			return systemlog.Effects{}, err
		}
		_, err := tx.ExecContext(ctx, `
			insert into workspace (customer_id, name, method, connection_id, always_prompt, web_inactivity_minutes, version)
			values ($1, $2, $3, $4, $5, $6, $7)`,
			w.Customer, w.Name, w.Method, nullable(string(w.Connection)), bit(w.SignIn.AlwaysPrompt), w.SignIn.WebInactivity/time.Minute, w.Version)
		return eff, err
	})
	return ignoreUnchanged(err)
}

// takeHost gives the customer a name. One that rests for nobody any more is free, and one that rests for the customer is his.
func (tx *Tx) takeHost(ctx context.Context, w workspace.Workspace) error {
	if _, err := tx.ExecContext(ctx, `
		delete from host_name where kind = $1 and (name = $2 and customer_id = $3 or rests_until <= $4 and (name = $2 or customer_id = $3))`,
		hostKindResting, w.Name, w.Customer, tx.now.UnixMicro()); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `insert into host_name (name, kind, customer_id) values ($1, $2, $3)`, w.Name, hostKindWorkspace, w.Customer)
	if hostNameUnique.violatedBy(err) {
		return workspace.ErrNameTaken
	}
	return err
}

// restHost keeps a customer's former name from others for a while. Errors: workspace.ErrNamesResting.
func (tx *Tx) restHost(ctx context.Context, c customer.ID, name string) error {
	if _, err := tx.ExecContext(ctx, `update host_name set kind = $3, rests_until = $4 where name = $1 and customer_id = $2`,
		name, c, hostKindResting, tx.now.Add(workspace.NameRest).UnixMicro()); err != nil {
		return err
	}
	var n int
	if err := tx.GetContext(ctx, &n, `select count(*) from host_name where customer_id = $1 and kind = $2`, c, hostKindResting); err != nil {
		return err
	}
	if n > workspace.MaxRestingNames {
		return workspace.ErrNamesResting.With("max", workspace.MaxRestingNames).With("days", int(workspace.NameRest.Hours()/24))
	}
	return nil
}

// Update implements workspace.Store.
func (s *Workspaces) Update(ctx context.Context, c customer.ID, change func(*workspace.Workspace) (systemlog.Effects, error)) (workspace.Workspace, error) {
	var out workspace.Workspace
	err := s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		var row workspaceRow
		if err := tx.GetContext(ctx, &row, workspaceSelect, c); err != nil {
			return systemlog.Effects{}, found(err, workspace.ErrNotFound)
		}
		w := row.workspace()
		eff, err := change(&w)
		if err != nil {
			return systemlog.Effects{}, err
		}
		if w.Name != row.Name {
			if err := tx.takeHost(ctx, w); err != nil {
				return systemlog.Effects{}, err
			}
			if err := tx.restHost(ctx, c, row.Name); err != nil {
				return systemlog.Effects{}, err
			}
		}
		w.Version++
		_, err = tx.ExecContext(ctx, `
			update workspace set name = $2, method = $3, connection_id = $4, always_prompt = $5, web_inactivity_minutes = $6, version = $7
			where customer_id = $1`,
			c, w.Name, w.Method, nullable(string(w.Connection)), bit(w.SignIn.AlwaysPrompt), w.SignIn.WebInactivity/time.Minute, w.Version)
		if isForeignKey(err) {
			return systemlog.Effects{}, workspace.ErrConnection
		}
		before := row.workspace()
		switch {
		case err != nil:
		case w.Custom.Mode != before.Custom.Mode:
			_, err = tx.ExecContext(ctx, `update workspace_domain set saml_mode = $2, version = version + 1 where customer_id = $1`, c, w.Custom.Mode)
		case w.Connection != before.Connection: // who has seen what the host had of the former connection has not seen this one
			_, err = tx.ExecContext(ctx, `update workspace_domain set version = version + 1 where customer_id = $1`, c)
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, `delete from workspace_session where customer_id = $1 and connection_id <> $2`, c, w.Connection)
		}
		out = w
		return eff, err
	})
	return out, err
}

// Redeem implements workspace.Store.
func (s *Workspaces) Redeem(ctx context.Context, c customer.ID, code federation.CodeHash, binder []byte,
	begin func(federation.Grant) (workspace.Session, workspace.TokenHash, systemlog.Effects)) error {
	// Codes that somebody makes up are answered by the readers; only one that exists takes the customer's lock.
	var there int
	if err := s.db.reader.GetContext(ctx, &there, `select count(*) from return_code where customer_id = $1 and code_hash = $2`, c, hex.EncodeToString(code[:])); err != nil {
		return translate(err)
	}
	if there == 0 {
		return federation.ErrCode.Because(workspace.ErrUnknownCode)
	}
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		row, doc, err := tx.redeem(ctx, c, code, federation.ForWorkspace, binder, tx.now)
		if err != nil {
			return systemlog.Effects{}, err
		}
		session, token, eff := begin(federation.Grant{Purpose: federation.ForWorkspace, Connection: federation.ID(row.Connection), Variant: cmp.Or(federation.Variant(doc.Variant), federation.Primary),
			Binder: binder, Return: doc.Return, Identity: doc.Identity.identity()})
		if err := tx.signsIn(ctx, c, federation.ID(row.Connection), session); err != nil {
			return systemlog.Effects{}, err
		}
		if err := tx.stillTrusts(ctx, c, row, doc); err != nil {
			return systemlog.Effects{}, err
		}
		identity, err := encodeJSON(newIdentityDoc(session.Identity))
		if err != nil {
			return systemlog.Effects{}, err
		}
		if _, err := tx.ExecContext(ctx, `delete from workspace_session where customer_id = $1 and expires_at <= $2`, c, tx.now.UnixMicro()); err != nil {
			return systemlog.Effects{}, err
		}
		_, err = tx.ExecContext(ctx, `
			insert into workspace_session (customer_id, id, token_hash, connection_id, variant, host, identity, name_id_hash, session_index, created_at,
				expires_at, last_activity_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			c, session.ID, hex.EncodeToString(token[:]), session.Connection, session.Variant, session.Host, identity, session.Identity.Provider.Key(),
			session.Identity.Provider.SessionIndex, session.CreatedAt.UnixMicro(), session.ExpiresAt.UnixMicro(), session.LastActivity.UnixMicro())
		return eff, err
	})
}

// isMethod demands that the customer's workspace signs people in through the connection.
func (tx *Tx) isMethod(ctx context.Context, c customer.ID, i federation.ID) error {
	var n int
	if err := tx.GetContext(ctx, &n, `select count(*) from workspace where customer_id = $1 and connection_id = $2`, c, i); err != nil {
		return err
	}
	if n == 0 {
		return federation.ErrMethodChanged
	}
	return nil
}

// signsIn demands that people still sign in through the connection that proved who they are, at the session's host and in its way:
// what was ended while a sign-in was under way makes no session any more (L09).
func (tx *Tx) signsIn(ctx context.Context, c customer.ID, proved federation.ID, session workspace.Session) error {
	var row workspaceRow
	if err := tx.GetContext(ctx, &row, workspaceSelect, c); err != nil {
		return found(err, workspace.ErrNotFound)
	}
	ws := row.workspace()
	if ws.Connection != proved || !ws.Custom.SignsIn(session.Host, cmp.Or(session.Variant, federation.Primary)) {
		return federation.ErrMethodChanged
	}
	return nil
}

type sessionRow struct {
	ID         string `db:"id"`
	Connection string `db:"connection_id"`
	Variant    string `db:"variant"`
	Host       string `db:"host"`
	Identity   string `db:"identity"`
	CreatedAt  int64  `db:"created_at"`
	ExpiresAt  int64  `db:"expires_at"`
	Activity   int64  `db:"last_activity_at"`
	Inactivity int64  `db:"web_inactivity_minutes"`
}

// Session implements workspace.Store.
func (s *Workspaces) Session(ctx context.Context, c customer.ID, token workspace.TokenHash) (workspace.Session, error) {
	var row sessionRow
	err := s.db.reader.GetContext(ctx, &row, `
		select s.id, s.connection_id, s.variant, s.host, s.identity, s.created_at, s.expires_at, s.last_activity_at, w.web_inactivity_minutes
		from workspace_session s join workspace w on w.customer_id = s.customer_id
		where s.customer_id = $1 and s.token_hash = $2 and s.expires_at > $3`,
		c, hex.EncodeToString(token[:]), s.db.clock.Now().UnixMicro())
	if err != nil {
		return workspace.Session{}, found(err, workspace.ErrNotSignedIn)
	}
	var doc identityDoc
	if err := json.Unmarshal([]byte(row.Identity), &doc); err != nil {
		return workspace.Session{}, fmt.Errorf("read session: %w", err)
	}
	return workspace.Session{ID: row.ID, Customer: c, Connection: federation.ID(row.Connection), Variant: federation.Variant(row.Variant), Host: row.Host, Identity: doc.identity(),
		CreatedAt: instant(row.CreatedAt), ExpiresAt: instant(row.ExpiresAt), LastActivity: instant(max(row.Activity, row.CreatedAt)),
		Inactivity: time.Duration(row.Inactivity) * time.Minute}, nil
}

// Touch implements workspace.Store.
func (s *Workspaces) Touch(ctx context.Context, c customer.ID, sessionID string, at time.Time) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `
			update workspace_session set last_activity_at = $3 where customer_id = $1 and id = $2 and last_activity_at < $3`, c, sessionID, at.UnixMicro())
		return err
	})
}

// EndSession implements workspace.Store.
func (s *Workspaces) EndSession(ctx context.Context, c customer.ID, sessionID string, eff systemlog.Effects) error {
	err := s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		res, err := tx.ExecContext(ctx, `delete from workspace_session where customer_id = $1 and id = $2`, c, sessionID)
		if err != nil {
			return systemlog.Effects{}, err
		}
		n, err := res.RowsAffected()
		if err == nil && n == 0 {
			err = errUnchanged
		}
		return eff, err
	})
	return ignoreUnchanged(err)
}
