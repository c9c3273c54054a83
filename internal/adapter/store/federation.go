package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// Connections implements federation.Store.
type Connections struct{ db *DB }

// Connections returns the store of identity-provider connections and drafts.
func (db *DB) Connections() *Connections { return &Connections{db} }

var _ federation.Store = (*Connections)(nil)

var (
	goURLUnique      = unique{name: "go_url_pk", columns: "go_url.identifier"}
	nicknameUnique   = unique{name: "connection_nickname_uq", columns: "connection.customer_id, connection.nickname_key"}
	draftColumns     = `id, type, nickname, identifier, settings, test, created_at, created_by, expires_at, version, scope_id, cloned_from`
	draftSelect      = `select ` + draftColumns + `, ` + nameIDPolicy + ` from connection_draft c`
	connectionSelect = `
    select c.customer_id, c.id, c.type, c.nickname, c.identifier, c.settings, c.custom_domain, c.tested, c.created_at, c.created_by, c.version,
      c.metadata_state,
      case when exists (select 1 from workspace w where w.customer_id = c.customer_id and w.connection_id = c.id)
        then 1 else 0 end as used, ` + nameIDPolicy + `
    from connection c`
)

// nameIDPolicy is the column that says whether requests of the row c ask for a format of the name identifier.
const nameIDPolicy = `
      case when exists (select 1 from customer_feature f where f.customer_id = c.customer_id and f.name = 'SendNameIDPolicyInSAMLRequest')
        then 1 else 0 end as name_id_policy`

type draftRow struct {
	ID         string `db:"id"`
	Type       string `db:"type"`
	Nickname   string `db:"nickname"`
	Identifier string `db:"identifier"`
	Settings   string `db:"settings"`
	Test       string `db:"test"`
	CreatedAt  int64  `db:"created_at"`
	CreatedBy  string `db:"created_by"`
	ExpiresAt  int64  `db:"expires_at"`
	Version    int64  `db:"version"`
	Scope      string `db:"scope_id"`
	ClonedFrom string `db:"cloned_from"`
	NameID     int    `db:"name_id_policy"`
}

func (r draftRow) draft() (federation.Draft, error) {
	d := federation.Draft{ID: federation.ID(r.ID), Type: federation.Type(r.Type), Nickname: r.Nickname, SignInIdentifier: r.Identifier,
		CreatedAt: instant(r.CreatedAt), CreatedBy: r.CreatedBy, ExpiresAt: instant(r.ExpiresAt), Version: r.Version,
		ScopeID: r.Scope, ClonedFrom: federation.ID(r.ClonedFrom), SendNameIDPolicy: r.NameID == 1}
	var err error
	if d.Settings, err = decodeSettings(r.Settings); err != nil {
		return d, err
	}
	d.Test, err = decodeTest(r.Test)
	return d, err
}

type connectionRow struct {
	Customer   string `db:"customer_id"`
	ID         string `db:"id"`
	Type       string `db:"type"`
	Nickname   string `db:"nickname"`
	Identifier string `db:"identifier"`
	Settings   string `db:"settings"`
	Custom     string `db:"custom_domain"`
	Tested     int    `db:"tested"`
	CreatedAt  int64  `db:"created_at"`
	CreatedBy  string `db:"created_by"`
	Version    int64  `db:"version"`
	Used       int    `db:"used"`
	Metadata   string `db:"metadata_state"`
	NameID     int    `db:"name_id_policy"`
}

func (r connectionRow) connection() (federation.Connection, error) {
	settings, err := decodeSettings(r.Settings)
	if err != nil {
		return federation.Connection{}, err
	}
	metadata, err := decodeMetadataState(r.Metadata)
	if err != nil {
		return federation.Connection{}, err
	}
	custom, err := decodeApplication(r.Custom)
	return federation.Connection{ID: federation.ID(r.ID), Type: federation.Type(r.Type), Nickname: r.Nickname, SignInIdentifier: r.Identifier,
		Settings: settings, Tested: r.Tested == 1, CreatedAt: instant(r.CreatedAt), CreatedBy: r.CreatedBy,
		UsedByWorkspace: r.Used == 1, CustomDomain: custom, Version: r.Version, Metadata: metadata, SendNameIDPolicy: r.NameID == 1}, err
}

// CreateDraft implements federation.Store.
func (s *Connections) CreateDraft(ctx context.Context, c customer.ID, d federation.Draft) error {
	settings, err := encodeSettings(d.Settings)
	if err != nil {
		return err
	}
	test, err := encodeTest(d.Test)
	if err != nil {
		return err
	}
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		if err := tx.lock(ctx, ofCustomer(c).logs); err != nil { // so that parallel requests count each other's drafts
			return err
		}
		now := tx.now.UnixMicro()
		if _, err := tx.ExecContext(ctx, `delete from connection_draft where customer_id = $1 and expires_at <= $2`, c, now); err != nil {
			return err
		}
		var n int
		if err := tx.GetContext(ctx, &n, `select count(*) from connection_draft where customer_id = $1`, c); err != nil {
			return err
		}
		if n >= federation.MaxDrafts {
			return federation.ErrTooManyDrafts.With("max", federation.MaxDrafts)
		}
		expires := d.ExpiresAt.UnixMicro()
		if err := tx.reserve(ctx, c, d.ID, d.SignInIdentifier, &expires); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `insert into connection_draft (customer_id, `+draftColumns+`)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			c, d.ID, d.Type, d.Nickname, d.SignInIdentifier, settings, test, d.CreatedAt.UnixMicro(), d.CreatedBy, expires, d.Version, d.ScopeID, d.ClonedFrom)
		return err
	})
}

// waits is that the identifier of a row of go_url waits for its customer: no connection has it, and no live draft. $2 is now.
const waits = `expires_at is not null and (connection_id = '' or not exists (
	select 1 from connection_draft d where d.customer_id = go_url.customer_id and d.id = go_url.connection_id and d.expires_at > $2))`

// reserve takes a sign-in identifier, if there is one; expires is nil for a connection. A reservation that has ended is free, and
// one that waits for its customer is the customer's. A draft does not end the waiting: its identifier is kept as long as it was
// without the draft, so that nobody else gets it when the draft is thrown away (SSO-253).
func (tx *Tx) reserve(ctx context.Context, c customer.ID, i federation.ID, identifier string, expires *int64) error {
	if identifier == "" {
		return nil
	}
	now := tx.now.UnixMicro()
	var rests []int64
	if err := tx.SelectContext(ctx, &rests, `select expires_at from go_url where identifier = $1 and expires_at > $2 and customer_id = $3 and `+waits, identifier, now, c); err != nil {
		return err
	}
	switch {
	case len(rests) == 0:
		if err := tx.mayReserve(ctx, c); err != nil {
			return err
		}
	case expires != nil:
		until := max(*expires, rests[0])
		expires = &until
	}
	if _, err := tx.ExecContext(ctx, `delete from go_url where identifier = $1 and (expires_at <= $2 or customer_id = $3 and `+waits+`)`, identifier, now, c); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `insert into go_url (identifier, customer_id, connection_id, expires_at) values ($1, $2, $3, $4)`, identifier, c, i, expires)
	if goURLUnique.violatedBy(err) {
		return federation.ErrIdentifierTaken
	}
	return err
}

// mayReserve refuses a customer that keeps too many identifiers from others already.
func (tx *Tx) mayReserve(ctx context.Context, c customer.ID) error {
	var n int
	if err := tx.GetContext(ctx, &n, `select count(*) from go_url where customer_id = $1 and expires_at > $2 and `+waits, c, tx.now.UnixMicro()); err != nil {
		return err
	}
	if n > federation.MaxRestingIdentifiers {
		return federation.ErrIdentifiersResting
	}
	return nil
}

// rest leaves the identifier of a connection to its customer alone for a while (SSO-253).
func (tx *Tx) rest(ctx context.Context, c customer.ID, i federation.ID) error {
	_, err := tx.ExecContext(ctx, `update go_url set connection_id = '', expires_at = $3 where customer_id = $1 and connection_id = $2`,
		c, i, tx.now.Add(federation.IdentifierRest).UnixMicro())
	return err
}

// Available implements federation.Store.
func (s *Connections) Available(ctx context.Context, c customer.ID, identifier string) (bool, error) {
	var n int
	err := s.db.reader.GetContext(ctx, &n, `
		select count(*) from go_url
		where identifier = $1 and (expires_at is null or expires_at > $2) and not (customer_id = $3 and `+waits+`)`,
		identifier, s.db.clock.Now().UnixMicro(), c)
	return n == 0, translate(err)
}

// free gives the identifier of a draft up; one that waited for its customer before goes on waiting.
func (tx *Tx) free(ctx context.Context, c customer.ID, d federation.Draft) error {
	if _, err := tx.ExecContext(ctx, `update go_url set connection_id = '' where customer_id = $1 and connection_id = $2 and expires_at > $3`,
		c, d.ID, d.ExpiresAt.UnixMicro()); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `delete from go_url where customer_id = $1 and connection_id = $2`, c, d.ID)
	return err
}

// Draft implements federation.Store.
func (s *Connections) Draft(ctx context.Context, c customer.ID, i federation.ID) (federation.Draft, error) {
	var row draftRow
	err := s.db.reader.GetContext(ctx, &row, draftSelect+` where customer_id = $1 and id = $2 and expires_at > $3`,
		c, i, s.db.clock.Now().UnixMicro())
	if err != nil {
		return federation.Draft{}, found(err, federation.ErrNotFound)
	}
	return row.draft()
}

// Drafts implements federation.Store.
func (s *Connections) Drafts(ctx context.Context, c customer.ID) ([]federation.Draft, error) {
	var rows []draftRow
	err := s.db.reader.SelectContext(ctx, &rows, draftSelect+` where customer_id = $1 and expires_at > $2
		order by created_at desc, id`, c, s.db.clock.Now().UnixMicro())
	if err != nil {
		return nil, translate(err)
	}
	out := make([]federation.Draft, len(rows))
	for n, r := range rows {
		if out[n], err = r.draft(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// draft reads a live draft in the transaction, after the customer's head has been locked.
func (tx *Tx) draft(ctx context.Context, c customer.ID, i federation.ID) (federation.Draft, error) {
	var row draftRow
	err := tx.GetContext(ctx, &row, draftSelect+` where customer_id = $1 and id = $2 and expires_at > $3`,
		c, i, tx.now.UnixMicro())
	if err != nil {
		return federation.Draft{}, found(err, federation.ErrNotFound)
	}
	return row.draft()
}

// EditDraft implements federation.Store.
func (s *Connections) EditDraft(ctx context.Context, c customer.ID, i federation.ID, change func(*federation.Draft) (systemlog.Effects, error)) error {
	home := ofCustomer(c)
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		if err := tx.lock(ctx, home.logs); err != nil {
			return err
		}
		d, err := tx.draft(ctx, c, i)
		if err != nil {
			return err
		}
		eff, err := change(&d)
		if err != nil {
			return err
		}
		settings, err := encodeSettings(d.Settings)
		if err != nil {
			return err
		}
		test, err := encodeTest(d.Test)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `update connection_draft set nickname = $3, settings = $4, test = $5, version = $6
			where customer_id = $1 and id = $2`, c, i, d.Nickname, settings, test, d.Version); err != nil {
			return err
		}
		expires := d.ExpiresAt.UnixMicro()
		if err := tx.setScope(ctx, c, i, federation.Primary, d.Settings.ScopedID, &expires); err != nil {
			return err
		}
		return tx.appendRecords(ctx, home.logs[0], eff.Records)
	})
}

// DeleteDraft implements federation.Store.
func (s *Connections) DeleteDraft(ctx context.Context, c customer.ID, i federation.ID) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		if err := tx.lock(ctx, ofCustomer(c).logs); err != nil {
			return err
		}
		d, err := tx.draft(ctx, c, i)
		if err != nil {
			return err
		}
		if err := tx.free(ctx, c, d); err != nil {
			return err
		}
		if err := tx.dropScopes(ctx, c, i); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `delete from connection_draft where customer_id = $1 and id = $2`, c, i)
		return err
	})
}

// Finish implements federation.Store.
func (s *Connections) Finish(ctx context.Context, c customer.ID, i federation.ID,
	make func(federation.Draft) (federation.Connection, systemlog.Effects, error)) (federation.Connection, error) {
	var out federation.Connection
	err := s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		d, err := tx.draft(ctx, c, i)
		if err != nil {
			return systemlog.Effects{}, err
		}
		conn, eff, err := make(d)
		if err != nil {
			return systemlog.Effects{}, err
		}
		settings, err := encodeSettings(conn.Settings)
		if err != nil {
			return systemlog.Effects{}, err
		}
		if _, err := tx.ExecContext(ctx, `delete from connection_draft where customer_id = $1 and id = $2`, c, i); err != nil {
			return systemlog.Effects{}, err
		}
		if _, err := tx.ExecContext(ctx, `update go_url set expires_at = null where customer_id = $1 and connection_id = $2`, c, i); err != nil {
			return systemlog.Effects{}, err
		}
		if err := tx.setScope(ctx, c, i, federation.Primary, conn.Settings.ScopedID, nil); err != nil {
			return systemlog.Effects{}, err
		}
		_, err = tx.ExecContext(ctx, `
			insert into connection (customer_id, id, type, nickname, nickname_key, identifier, settings, tested, created_at, created_by, version, metadata_due_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			c, conn.ID, conn.Type, conn.Nickname, federation.NicknameKey(conn.Nickname), conn.SignInIdentifier, settings, bit(conn.Tested),
			conn.CreatedAt.UnixMicro(), conn.CreatedBy, conn.Version, tx.metadataDue(conn.Settings))
		if nicknameUnique.violatedBy(err) {
			return systemlog.Effects{}, federation.ErrNicknameTaken
		}
		out = conn
		return eff, err
	})
	return out, err
}

// Connection implements federation.Store.
func (s *Connections) Connection(ctx context.Context, c customer.ID, i federation.ID) (federation.Connection, error) {
	var row connectionRow
	if err := s.db.reader.GetContext(ctx, &row, connectionSelect+` where c.customer_id = $1 and c.id = $2`, c, i); err != nil {
		return federation.Connection{}, found(err, federation.ErrNotFound)
	}
	return row.connection()
}

// Connections implements federation.Store.
func (s *Connections) Connections(ctx context.Context, c customer.ID) ([]federation.Connection, error) {
	var rows []connectionRow
	if err := s.db.reader.SelectContext(ctx, &rows, connectionSelect+` where c.customer_id = $1 order by c.nickname_key, c.id`, c); err != nil {
		return nil, translate(err)
	}
	out := make([]federation.Connection, len(rows))
	var err error
	for n, r := range rows {
		if out[n], err = r.connection(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (tx *Tx) connection(ctx context.Context, c customer.ID, i federation.ID) (federation.Connection, error) {
	var row connectionRow
	if err := tx.GetContext(ctx, &row, connectionSelect+` where c.customer_id = $1 and c.id = $2`, c, i); err != nil {
		return federation.Connection{}, found(err, federation.ErrNotFound)
	}
	return row.connection()
}

// Update implements federation.Store.
func (s *Connections) Update(ctx context.Context, c customer.ID, i federation.ID,
	change func(*federation.Connection) (systemlog.Effects, error)) (federation.Connection, error) {
	var out federation.Connection
	err := s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		conn, err := tx.connection(ctx, c, i)
		if err != nil {
			return systemlog.Effects{}, err
		}
		before := conn.SignInIdentifier
		eff, err := change(&conn)
		if err != nil {
			return systemlog.Effects{}, err
		}
		if conn.SignInIdentifier != before {
			if err := tx.rest(ctx, c, i); err != nil {
				return systemlog.Effects{}, err
			}
			if err := tx.reserve(ctx, c, i, conn.SignInIdentifier, nil); err != nil {
				return systemlog.Effects{}, err
			}
		}
		conn.Version++
		_, err = tx.ExecContext(ctx, `update connection set nickname = $3, nickname_key = $4, identifier = $5, version = $6
			where customer_id = $1 and id = $2`,
			c, i, conn.Nickname, federation.NicknameKey(conn.Nickname), conn.SignInIdentifier, conn.Version)
		if nicknameUnique.violatedBy(err) {
			return systemlog.Effects{}, federation.ErrNicknameTaken
		}
		out = conn
		return eff, err
	})
	return out, err
}

// Delete implements federation.Store.
func (s *Connections) Delete(ctx context.Context, c customer.ID, i federation.ID, check func(federation.Connection) (systemlog.Effects, error)) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		conn, err := tx.connection(ctx, c, i)
		if err != nil {
			return systemlog.Effects{}, err
		}
		eff, err := check(conn)
		if err != nil {
			return systemlog.Effects{}, err
		}
		if err := tx.rest(ctx, c, i); err != nil {
			return systemlog.Effects{}, err
		}
		if err := tx.dropScopes(ctx, c, i); err != nil {
			return systemlog.Effects{}, err
		}
		_, err = tx.ExecContext(ctx, `delete from connection where customer_id = $1 and id = $2`, c, i)
		if isForeignKey(err) {
			return systemlog.Effects{}, federation.ErrInUse
		}
		return eff, err
	})
}

// settingsDoc is federation.Settings as it is stored. Fields are only ever added.
type settingsDoc struct {
	ScopedID            string            `json:"scopedId,omitempty"`
	IdPEntityID         string            `json:"idpEntityId"`
	SignAuthnRequest    bool              `json:"signAuthnRequest"`
	SSOURL              string            `json:"ssoUrl"`
	SSOBinding          string            `json:"ssoBinding"`
	Mode                string            `json:"responseSigning"`
	Certificates        []certificateDoc  `json:"certificates"`
	Context             string            `json:"authnContext"`
	Comparison          string            `json:"authnContextComparison"`
	LogoutURL           string            `json:"logoutUrl,omitempty"`
	SLOBinding          string            `json:"sloBinding,omitempty"`
	SignLogout          bool              `json:"signLogout,omitempty"`
	Attributes          map[string]string `json:"attributes"`
	AcceptEncrypted     bool              `json:"acceptEncrypted,omitempty"`
	AllowCBC            bool              `json:"allowCbc,omitempty"`
	RequireMappedClaims bool              `json:"requireMappedClaims"`
	MetadataURL         string            `json:"metadataUrl,omitempty"`
	MetadataRefresh     bool              `json:"metadataRefresh,omitempty"`
}

type certificateDoc struct {
	Slot     int    `json:"slot,omitempty"`
	FileName string `json:"fileName"`
	DER      []byte `json:"der"`
}

func encodeSettings(s federation.Settings) (string, error) {
	a := s.Attributes
	doc := settingsDoc{
		ScopedID: s.ScopedID, IdPEntityID: s.IdPEntityID, SignAuthnRequest: s.SignAuthnRequest, SSOURL: s.SSOURL, SSOBinding: string(s.SSOBinding),
		Mode: string(s.Mode), Context: string(s.Context), Comparison: string(s.Comparison), LogoutURL: s.LogoutURL,
		SLOBinding: string(s.SLOBinding), SignLogout: s.SignLogout, AcceptEncrypted: s.AcceptEncrypted, AllowCBC: s.AllowCBC,
		RequireMappedClaims: s.RequireMappedClaims, MetadataURL: s.MetadataURL, MetadataRefresh: s.MetadataRefresh,
		Attributes: map[string]string{"displayName": a.DisplayName, "givenName": a.GivenName, "familyName": a.FamilyName, "sid": a.SID,
			"upn": a.UPN, "email": a.Email, "oid": a.OID, "forest": a.Forest, "domain": a.Domain},
	}
	doc.Certificates = certificateDocs(s.Certificates)
	return encodeJSON(doc)
}

func certificateDocs(certs []federation.Certificate) []certificateDoc {
	var out []certificateDoc
	for _, c := range certs {
		out = append(out, certificateDoc(c))
	}
	return out
}

func certificatesOf(docs []certificateDoc) []federation.Certificate {
	var out []federation.Certificate
	for _, d := range docs {
		out = append(out, federation.Certificate(d))
	}
	return out
}

// applicationDoc is federation.Application as it is stored; "" stands for none.
type applicationDoc struct {
	ScopedID     string           `json:"scopedId,omitempty"`
	IdPEntityID  string           `json:"idpEntityId"`
	SSOURL       string           `json:"ssoUrl"`
	LogoutURL    string           `json:"logoutUrl,omitempty"`
	Certificates []certificateDoc `json:"certificates"`
}

func encodeApplication(a *federation.Application) (string, error) {
	if a == nil {
		return "", nil
	}
	return encodeJSON(applicationDoc{ScopedID: a.ScopedID, IdPEntityID: a.IdPEntityID, SSOURL: a.SSOURL, LogoutURL: a.LogoutURL,
		Certificates: certificateDocs(a.Certificates)})
}

func decodeApplication(raw string) (*federation.Application, error) {
	if raw == "" {
		return nil, nil
	}
	var doc applicationDoc
	if err := json.Unmarshal([]byte(raw), &doc); err != nil {
		return nil, fmt.Errorf("read application: %w", err)
	}
	return &federation.Application{ScopedID: doc.ScopedID, IdPEntityID: doc.IdPEntityID, SSOURL: doc.SSOURL, LogoutURL: doc.LogoutURL,
		Certificates: certificatesOf(doc.Certificates)}, nil
}

func decodeSettings(raw string) (federation.Settings, error) {
	var doc settingsDoc
	if err := json.Unmarshal([]byte(raw), &doc); err != nil {
		return federation.Settings{}, fmt.Errorf("read settings: %w", err)
	}
	a := doc.Attributes
	s := federation.Settings{
		ScopedID: doc.ScopedID, IdPEntityID: doc.IdPEntityID, SignAuthnRequest: doc.SignAuthnRequest, SSOURL: doc.SSOURL,
		SSOBinding: federation.Binding(doc.SSOBinding), Mode: saml.SigningMode(doc.Mode), Context: saml.Context(doc.Context),
		Comparison: saml.Comparison(doc.Comparison), LogoutURL: doc.LogoutURL, SLOBinding: federation.Binding(doc.SLOBinding),
		SignLogout: doc.SignLogout, AcceptEncrypted: doc.AcceptEncrypted, AllowCBC: doc.AllowCBC, RequireMappedClaims: doc.RequireMappedClaims,
		Certificates: certificatesOf(doc.Certificates), MetadataURL: doc.MetadataURL, MetadataRefresh: doc.MetadataRefresh,
		Attributes: federation.AttributeNames{DisplayName: a["displayName"], GivenName: a["givenName"], FamilyName: a["familyName"],
			SID: a["sid"], UPN: a["upn"], Email: a["email"], OID: a["oid"], Forest: a["forest"], Domain: a["domain"]},
	}
	return s, nil
}

// testDoc is federation.Test as it is stored.
type testDoc struct {
	State       string      `json:"state"`
	StartedAt   *int64      `json:"startedAt,omitempty"`
	Transaction string      `json:"transaction,omitempty"`
	Claims      []claimDoc  `json:"claims,omitempty"`
	Failure     *failureDoc `json:"failure,omitempty"`
}

type claimDoc struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Source string `json:"source"`
}

type failureDoc struct {
	Code    string            `json:"code"`
	Args    map[string]string `json:"args,omitempty"`
	Setting string            `json:"setting,omitempty"`
}

func encodeTest(t federation.Test) (string, error) {
	return encodeJSON(testDoc{State: string(t.State), StartedAt: microsOrNull(t.StartedAt), Transaction: t.Transaction,
		Claims: claimDocs(t.Claims), Failure: newFailureDoc(t.Failure)})
}

func decodeTest(raw string) (federation.Test, error) {
	var doc testDoc
	if err := json.Unmarshal([]byte(raw), &doc); err != nil {
		return federation.Test{}, fmt.Errorf("read test: %w", err)
	}
	return federation.Test{State: federation.TestState(doc.State), StartedAt: optionalInstant(doc.StartedAt), Transaction: doc.Transaction,
		Claims: claimsOf(doc.Claims), Failure: doc.Failure.failure()}, nil
}

func claimDocs(claims []federation.ClaimValue) []claimDoc {
	var out []claimDoc
	for _, c := range claims {
		out = append(out, claimDoc{c.Name, c.Value, string(c.Source)})
	}
	return out
}

func claimsOf(docs []claimDoc) []federation.ClaimValue {
	var out []federation.ClaimValue
	for _, d := range docs {
		out = append(out, federation.ClaimValue{Name: d.Name, Value: d.Value, Source: federation.Source(d.Source)})
	}
	return out
}

func newFailureDoc(f federation.TestFailure) *failureDoc {
	if f.Code == "" {
		return nil
	}
	return &failureDoc{Code: f.Code, Args: printed(f.Args), Setting: f.Setting}
}

func (d *failureDoc) failure() federation.TestFailure {
	if d == nil {
		return federation.TestFailure{}
	}
	return federation.TestFailure{Code: d.Code, Args: argsOf(d.Args), Setting: d.Setting}
}

// printed keeps the values of a text as they would be printed.
func printed(args text.Args) map[string]string {
	if len(args) == 0 {
		return nil
	}
	out := make(map[string]string, len(args))
	for k, v := range args {
		if t, ok := v.(time.Time); ok {
			out[k] = t.UTC().Format(time.RFC3339)
			continue
		}
		out[k] = fmt.Sprint(v)
	}
	return out
}

func argsOf(values map[string]string) text.Args {
	if len(values) == 0 {
		return nil
	}
	out := make(text.Args, len(values))
	for k, v := range values {
		out[k] = v
	}
	return out
}

func encodeJSON(v any) (string, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}
