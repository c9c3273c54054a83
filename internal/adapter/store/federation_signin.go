package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// SignIns implements federation.SignInStore.
type SignIns struct{ db *DB }

// SignIns returns the memory of sign-ins through connections.
func (db *DB) SignIns() *SignIns { return &SignIns{db} }

var _ federation.SignInStore = (*SignIns)(nil)

var (
	requestUnique   = unique{name: "consumed_request_pk", columns: "consumed_request.customer_id, consumed_request.request_id"}
	assertionUnique = unique{name: "consumed_assertion_pk",
		columns: "consumed_assertion.customer_id, consumed_assertion.issuer, consumed_assertion.assertion_id"}
)

// codeDoc is what a one-time code stands for, as it is stored.
type codeDoc struct {
	Return   string       `json:"return,omitempty"`
	Variant  string       `json:"variant,omitempty"`
	ProvedAt *int64       `json:"provedAt,omitempty"`
	Trusted  []string     `json:"trusted,omitempty"`
	Identity *identityDoc `json:"identity,omitempty"`
	Test     *outcomeDoc  `json:"test,omitempty"`
}

type outcomeDoc struct {
	NextKey      bool        `json:"nextKey,omitempty"`
	Run          string      `json:"run,omitempty"`
	Report       string      `json:"report,omitempty"`
	Draft        string      `json:"draft"`
	DraftVersion int64       `json:"draftVersion"`
	Transaction  string      `json:"transaction"`
	Claims       []claimDoc  `json:"claims,omitempty"`
	Failure      *failureDoc `json:"failure,omitempty"`
}

// Accept implements federation.SignInStore.
func (s *SignIns) Accept(ctx context.Context, c customer.ID, a federation.Acceptance) error {
	doc := codeDoc{Return: a.Grant.Return, Variant: string(a.Grant.Variant), ProvedAt: microsOrNull(a.Grant.ProvedAt), Trusted: a.Grant.Trusted}
	if a.Test != nil {
		report, err := encodeReport(a.Test.Report)
		if err != nil {
			return err
		}
		doc.Test = &outcomeDoc{NextKey: a.Test.NextKey, Run: a.Test.Run, Report: report, Draft: string(a.Test.Draft), DraftVersion: a.Test.DraftVersion, Transaction: a.Test.Transaction,
			Claims: claimDocs(a.Test.Claims), Failure: newFailureDoc(a.Test.Failure)}
	} else {
		doc.Identity = newIdentityDoc(a.Grant.Identity)
	}
	payload, err := encodeJSON(doc)
	if err != nil {
		return err
	}
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		if a.Grant.Purpose == federation.ForWorkspace {
			if err := tx.isMethod(ctx, c, a.Grant.Connection); err != nil {
				return err
			}
		}
		if err := tx.notEnded(ctx, c, a); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `insert into consumed_request (customer_id, request_id, expires_at) values ($1, $2, $3)`,
			c, a.RequestID, a.RequestUntil.UnixMicro())
		if requestUnique.violatedBy(err) {
			return federation.ErrRequestUsed
		}
		if err != nil {
			return err
		}
		if a.AssertionID != "" {
			_, err = tx.ExecContext(ctx, `insert into consumed_assertion (customer_id, issuer, assertion_id, expires_at) values ($1, $2, $3, $4)`,
				c, strings.TrimSuffix(a.Issuer, "/"), a.AssertionID, a.AssertionUntil.UnixMicro())
			if assertionUnique.violatedBy(err) {
				return federation.ErrReplayed
			}
			if err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `insert into return_code (customer_id, code_hash, purpose, connection_id, binder, payload, expires_at)
			values ($1, $2, $3, $4, $5, $6, $7)`,
			c, hex.EncodeToString(a.Code[:]), a.Grant.Purpose, a.Grant.Connection, hex.EncodeToString(a.Grant.Binder), payload, a.Grant.ExpiresAt.UnixMicro())
		if err != nil {
			return err
		}
		if a.Trace != nil {
			if err := tx.insertTrace(ctx, c, *a.Trace); err != nil {
				return err
			}
		}
		return tx.forgetSignIns(ctx, c)
	})
}

// notEnded demands that the provider has not ended the session that the answer is about: it wrote the answer before its request, or the
// request came while the answer was being looked at (SAML Core 2.0 §3.7.3.2). Errors: federation.ErrEnded.
func (tx *Tx) notEnded(ctx context.Context, c customer.ID, a federation.Acceptance) error {
	name := a.Grant.Identity.Provider.Key()
	if name == "" || a.Test != nil {
		return nil
	}
	var n int
	err := tx.GetContext(ctx, &n, `
		select count(*) from ended_name where customer_id = $1 and connection_id = $2 and variant = $3 and name_id_hash = $4
			and session_index in ('', $5) and (issued_at > $6 or ended_at > $7) and expires_at > $8`,
		c, a.Grant.Connection, cmp.Or(a.Grant.Variant, federation.Primary), name, a.Grant.Identity.Provider.SessionIndex,
		a.Issued.UnixMicro(), a.Arrived.UnixMicro(), tx.now.UnixMicro())
	if err == nil && n > 0 {
		return federation.ErrEnded
	}
	return err
}

// forgetSignIns deletes a customer's one-time states and traces that are over. It runs with each sign-in, so that there
// are never many.
func (tx *Tx) forgetSignIns(ctx context.Context, c customer.ID) error {
	now := tx.now.UnixMicro()
	for _, table := range []string{"consumed_request", "consumed_assertion", "return_code", "ended_name"} {
		if _, err := tx.ExecContext(ctx, `delete from `+table+` where customer_id = $1 and expires_at <= $2`, c, now); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `delete from signin_trace where customer_id = $1 and at <= $2`, c, tx.now.Add(-federation.TraceLife).UnixMicro())
	return err
}

type codeRow struct {
	Purpose    string `db:"purpose"`
	Connection string `db:"connection_id"`
	Payload    string `db:"payload"`
}

// redeem consumes a code. A code of another purpose, customer or browser is as unknown as one that never was.
func (tx *Tx) redeem(ctx context.Context, c customer.ID, code federation.CodeHash, p federation.Purpose, binder []byte, now time.Time) (codeRow, codeDoc, error) {
	var row codeRow
	err := tx.GetContext(ctx, &row, `delete from return_code
		where customer_id = $1 and code_hash = $2 and purpose = $3 and binder = $4 and expires_at > $5
		returning purpose, connection_id, payload`,
		c, hex.EncodeToString(code[:]), p, hex.EncodeToString(binder), now.UnixMicro())
	if err != nil {
		return row, codeDoc{}, found(err, federation.ErrCode)
	}
	var doc codeDoc
	if err := json.Unmarshal([]byte(row.Payload), &doc); err != nil {
		return row, doc, fmt.Errorf("read code: %w", err)
	}
	return row, doc, nil
}

// stillTrusts demands that the connection trusts the keys under which a code was given: what a key vouched for that was taken away
// since makes no session any more (S21, L09). Errors: federation.ErrGone.
func (tx *Tx) stillTrusts(ctx context.Context, c customer.ID, row codeRow, doc codeDoc) error {
	conn, err := tx.connection(ctx, c, federation.ID(row.Connection))
	if errors.Is(err, federation.ErrNotFound) || err == nil && !conn.Trusts(cmp.Or(federation.Variant(doc.Variant), federation.Primary), doc.Trusted) {
		return federation.ErrGone
	}
	return err
}

// forgetCodes takes back those of a customer's codes that match: whose sessions end has none a minute later either (L09).
func (tx *Tx) forgetCodes(ctx context.Context, c customer.ID, match func(codeRow, codeDoc) bool) error {
	var rows []struct {
		codeRow
		Hash string `db:"code_hash"`
	}
	if err := tx.SelectContext(ctx, &rows, `select code_hash, purpose, connection_id, payload from return_code where customer_id = $1 and expires_at > $2`,
		c, tx.now.UnixMicro()); err != nil {
		return err
	}
	for _, r := range rows {
		var doc codeDoc
		if err := json.Unmarshal([]byte(r.Payload), &doc); err != nil {
			return fmt.Errorf("read code: %w", err)
		}
		if !match(r.codeRow, doc) {
			continue
		}
		if _, err := tx.ExecContext(ctx, `delete from return_code where customer_id = $1 and code_hash = $2`, c, r.Hash); err != nil {
			return err
		}
	}
	return nil
}

// RedeemTest implements federation.SignInStore.
func (s *SignIns) RedeemTest(ctx context.Context, c customer.ID, code federation.CodeHash, binder []byte, now time.Time) (federation.TestOutcome, error) {
	var out federation.TestOutcome
	err := s.db.unrecorded(ctx, func(tx *Tx) error {
		purpose := federation.ForTest
		_, doc, err := tx.redeem(ctx, c, code, purpose, binder, now)
		if errors.Is(err, federation.ErrCode) {
			purpose = federation.ForCheck
			_, doc, err = tx.redeem(ctx, c, code, purpose, binder, now)
		}
		if err != nil {
			return err
		}
		if doc.Test == nil {
			return errors.New("code of a test without an outcome")
		}
		report, err := decodeReport(doc.Test.Report)
		if err != nil {
			return err
		}
		out = federation.TestOutcome{Purpose: purpose, NextKey: doc.Test.NextKey, Run: doc.Test.Run, Report: report, Draft: federation.ID(doc.Test.Draft), DraftVersion: doc.Test.DraftVersion, Transaction: doc.Test.Transaction,
			Claims: claimsOf(doc.Test.Claims), Failure: doc.Test.Failure.failure()}
		return nil
	})
	return out, err
}

// Refuse implements federation.SignInStore.
func (s *SignIns) Refuse(ctx context.Context, c customer.ID, t federation.Trace, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		if err := tx.insertTrace(ctx, c, t); err != nil {
			return systemlog.Effects{}, err
		}
		return eff, tx.forgetSignIns(ctx, c)
	})
}

type traceRow struct {
	ID             string `db:"id"`
	Kind           string `db:"kind"`
	At             int64  `db:"at"`
	Transaction    string `db:"transaction_id"`
	Succeeded      int    `db:"succeeded"`
	Purpose        string `db:"purpose"`
	Connection     string `db:"connection_id"`
	ConnectionName string `db:"connection_name"`
	Person         string `db:"person"`
	Addr           string `db:"client_addr"`
	Code           string `db:"code"`
	Setting        string `db:"setting"`
	Detail         string `db:"detail"`
}

type traceDoc struct {
	Args     map[string]string `json:"args,omitempty"`
	Names    []string          `json:"names,omitempty"`
	Steps    []stepDoc         `json:"steps"`
	Messages []messageDoc      `json:"messages,omitempty"`
}

type stepDoc struct {
	At     int64             `json:"at"`
	Name   string            `json:"name"`
	Status string            `json:"status"`
	Code   string            `json:"code,omitempty"`
	Detail map[string]string `json:"detail,omitempty"`
}

type messageDoc struct {
	Kind    string `json:"kind"`
	Sent    bool   `json:"sent"`
	Binding string `json:"binding"`
	At      int64  `json:"at"`
	XML     string `json:"xml"`
}

func (tx *Tx) insertTrace(ctx context.Context, c customer.ID, t federation.Trace) error {
	doc := traceDoc{Args: printed(t.Args), Names: t.Names}
	for _, s := range t.Steps {
		doc.Steps = append(doc.Steps, stepDoc{s.Time.UnixMicro(), s.Name, string(s.Status), s.Code, printed(s.Detail)})
	}
	for _, m := range t.Messages {
		doc.Messages = append(doc.Messages, messageDoc{string(m.Kind), m.Sent, string(m.Binding), m.Time.UnixMicro(), m.XML})
	}
	detail, err := encodeJSON(doc)
	if err != nil {
		return err
	}
	addr := ""
	if t.Addr.IsValid() {
		addr = t.Addr.String()
	}
	_, err = tx.ExecContext(ctx, `
		insert into signin_trace (customer_id, id, kind, at, transaction_id, succeeded, purpose, connection_id, connection_name, person, client_addr, code, setting, detail)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		c, t.ID, cmp.Or(t.Kind, federation.OfSignIn), t.Time.UnixMicro(), t.Transaction, bit(t.Succeeded), t.Purpose, t.Connection, t.ConnectionName, clean(t.Person), addr, t.Code, t.Setting, detail)
	return err
}

func (r traceRow) trace() (federation.Trace, error) {
	t := federation.Trace{Kind: federation.TraceKind(r.Kind), ID: r.ID, Transaction: r.Transaction, Time: instant(r.At), Succeeded: r.Succeeded == 1, Purpose: federation.Purpose(r.Purpose),
		Connection: federation.ID(r.Connection), ConnectionName: r.ConnectionName, Person: r.Person, Code: r.Code, Setting: r.Setting}
	if r.Addr != "" {
		addr, err := netip.ParseAddr(r.Addr)
		if err != nil {
			return t, fmt.Errorf("read trace: %w", err)
		}
		t.Addr = addr
	}
	var doc traceDoc
	if err := json.Unmarshal([]byte(r.Detail), &doc); err != nil {
		return t, fmt.Errorf("read trace: %w", err)
	}
	t.Args, t.Names = argsOf(doc.Args), doc.Names
	for _, s := range doc.Steps {
		t.Steps = append(t.Steps, federation.TraceStep{Time: instant(s.At), Name: s.Name, Status: federation.StepStatus(s.Status), Code: s.Code, Detail: argsOf(s.Detail)})
	}
	for _, m := range doc.Messages {
		t.Messages = append(t.Messages, federation.TraceMessage{Kind: federation.MessageKind(m.Kind), Sent: m.Sent, Binding: federation.Binding(m.Binding), Time: instant(m.At), XML: m.XML})
	}
	return t, nil
}

const traceColumns = `id, kind, at, transaction_id, succeeded, purpose, connection_id, connection_name, person, client_addr, code, setting, detail`

// Traces implements federation.SignInStore. The position is time and ID of the last trace read.
func (s *SignIns) Traces(ctx context.Context, c customer.ID, f federation.TraceFilter, p page.Request) (page.Of[federation.Trace], error) {
	var out page.Of[federation.Trace]
	query := `select ` + traceColumns + ` from signin_trace where customer_id = $1 and at >= $2`
	args := []any{c, f.From.UnixMicro()}
	and := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		query += " and " + condition
	}
	if !f.To.IsZero() {
		and("at < ?", f.To.UnixMicro())
	}
	if f.Kind != "" {
		and("kind = ?", f.Kind)
	}
	if f.Transaction != "" {
		and("transaction_id = ?", f.Transaction)
	}
	if f.Person != "" {
		and(`lower(person) like ? escape '\'`, contains(strings.ToLower(f.Person)))
	}
	if f.Addr.IsValid() {
		and("client_addr = ?", f.Addr.String())
	}
	if f.Connection != "" {
		and("connection_id = ?", f.Connection)
	}
	switch f.Outcome {
	case "":
	case "succeeded":
		and("succeeded = ?", 1)
	default:
		and("succeeded = ?", 0)
	}
	if p.After != "" {
		at, last, ok := strings.Cut(p.After, ".")
		us, err := strconv.ParseInt(at, 10, 64)
		if !ok || err != nil {
			return out, page.ErrPosition
		}
		and("(at < ? or at = ? and id < ?)", us, us, last)
	}
	args = append(args, p.Limit()+1)
	query += ` order by at desc, id desc limit $` + strconv.Itoa(len(args))
	var rows []traceRow
	if err := s.db.reader.selectOnce(ctx, &rows, query, args...); err != nil {
		return out, translate(err)
	}
	if len(rows) > p.Limit() {
		rows = rows[:p.Limit()]
		last := rows[len(rows)-1]
		out.Next = strconv.FormatInt(last.At, 10) + "." + last.ID
	}
	for _, r := range rows {
		t, err := r.trace()
		if err != nil {
			return out, err
		}
		t.Messages = nil
		out.Items = append(out.Items, t)
	}
	return out, nil
}

// Trace implements federation.SignInStore.
func (s *SignIns) Trace(ctx context.Context, c customer.ID, traceID string) (federation.Trace, error) {
	var row traceRow
	if err := s.db.reader.GetContext(ctx, &row, `select `+traceColumns+` from signin_trace where customer_id = $1 and id = $2`, c, traceID); err != nil {
		return federation.Trace{}, found(err, federation.ErrNoTrace)
	}
	return row.trace()
}

// identityDoc is federation.Identity as it is stored.
type identityDoc struct {
	UPN            string            `json:"upn,omitempty"`
	Directory      string            `json:"directory,omitempty"`
	SID            string            `json:"sid"`
	OID            string            `json:"oid"`
	Email          string            `json:"email,omitempty"`
	DisplayName    string            `json:"displayName,omitempty"`
	GivenName      string            `json:"givenName,omitempty"`
	FamilyName     string            `json:"familyName,omitempty"`
	Forest         string            `json:"forest,omitempty"`
	Domain         string            `json:"domain,omitempty"`
	Sources        map[string]string `json:"sources,omitempty"`
	DirectoryAsked bool              `json:"directoryAsked"`
	Methods        string            `json:"methods,omitempty"`
	NameID         *nameIDDoc        `json:"nameId,omitempty"`
	SessionIndex   string            `json:"sessionIndex,omitempty"`
	AuthnInstant   *int64            `json:"authnInstant,omitempty"`
	ContextClass   string            `json:"contextClass,omitempty"`
	NotOnOrAfter   *int64            `json:"notOnOrAfter,omitempty"`
}

type nameIDDoc struct {
	Value           string `json:"value"`
	Format          string `json:"format,omitempty"`
	NameQualifier   string `json:"nameQualifier,omitempty"`
	SPNameQualifier string `json:"spNameQualifier,omitempty"`
	SPProvidedID    string `json:"spProvidedId,omitempty"`
}

func newIdentityDoc(i federation.Identity) *identityDoc {
	d := &identityDoc{Directory: string(i.Directory), UPN: i.UPN, SID: i.SID, OID: i.OID, Email: i.Email, DisplayName: i.DisplayName, GivenName: i.GivenName,
		FamilyName: i.FamilyName, Forest: i.Forest, Domain: i.Domain, Sources: map[string]string{}, DirectoryAsked: i.DirectoryAsked, Methods: i.Methods,
		SessionIndex: i.Provider.SessionIndex, AuthnInstant: microsOrNull(i.Provider.AuthnInstant), ContextClass: i.Provider.ContextClass,
		NotOnOrAfter: microsOrNull(i.Provider.NotOnOrAfter)}
	for name, source := range i.Sources {
		d.Sources[name] = string(source)
	}
	if i.Provider.NameID != (saml.NameID{}) {
		n := nameIDDoc(i.Provider.NameID)
		d.NameID = &n
	}
	return d
}

func (d *identityDoc) identity() federation.Identity {
	if d == nil {
		return federation.Identity{}
	}
	i := federation.Identity{Directory: saml.Directory(d.Directory), UPN: d.UPN, SID: d.SID, OID: d.OID, Email: d.Email, DisplayName: d.DisplayName, GivenName: d.GivenName,
		FamilyName: d.FamilyName, Forest: d.Forest, Domain: d.Domain, Sources: map[string]federation.Source{}, DirectoryAsked: d.DirectoryAsked, Methods: d.Methods,
		Provider: federation.ProviderSession{SessionIndex: d.SessionIndex, AuthnInstant: optionalInstant(d.AuthnInstant),
			ContextClass: d.ContextClass, NotOnOrAfter: optionalInstant(d.NotOnOrAfter)}}
	for name, source := range d.Sources {
		i.Sources[name] = federation.Source(source)
	}
	if d.NameID != nil {
		i.Provider.NameID = saml.NameID(*d.NameID)
	}
	return i
}
