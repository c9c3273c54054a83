package store

import (
	"context"
	"time"

	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

var _ signin.SupportStore = (*WebLogins)(nil)

// AskSupport implements signin.RecoveryStore.
func (s *WebLogins) AskSupport(ctx context.Context, r signin.SupportRequest, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		_, err := tx.ExecContext(ctx, `
			insert into support_request (login_id, id, details, requested_at, verified_by) values ($1, $2, $3, $4, '')
			on conflict (login_id) do update set details = excluded.details, requested_at = excluded.requested_at`,
			r.Login.ID, r.ID, r.Details, r.RequestedAt.UnixMicro())
		return eff, err
	})
}

type supportRow struct {
	loginRow
	Request       string `db:"request_id"`
	Phone         string `db:"phone"`
	Details       string `db:"details"`
	RequestedAt   int64  `db:"requested_at"`
	VerifiedAt    *int64 `db:"verified_at"`
	VerifiedBy    string `db:"verified_by"`
	CodeExpiresAt *int64 `db:"code_expires_at"`
}

func (r supportRow) request() signin.SupportRequest {
	out := signin.SupportRequest{ID: r.Request, Login: r.login(), Phone: r.Phone, Details: r.Details, RequestedAt: instant(r.RequestedAt), VerifiedBy: r.VerifiedBy}
	if r.VerifiedAt != nil {
		out.VerifiedAt = instant(*r.VerifiedAt)
	}
	if r.CodeExpiresAt != nil {
		out.CodeExpiresAt = instant(*r.CodeExpiresAt)
	}
	return out
}

const supportSelect = `
	select l.id, l.org_id, l.user_name, l.email, q.id as request_id, r.phone, q.details, q.requested_at, q.verified_at, q.verified_by, q.code_expires_at
	from support_request q join web_login l on l.id = q.login_id join recovery r on r.login_id = q.login_id `

// SupportRequests implements signin.SupportStore.
func (s *WebLogins) SupportRequests(ctx context.Context, eff systemlog.Effects) ([]signin.SupportRequest, error) {
	var rows []supportRow
	if err := s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		rows = rows[:0]
		return eff, tx.SelectContext(ctx, &rows, supportSelect+`order by q.requested_at, q.id`)
	}); err != nil {
		return nil, err
	}
	out := make([]signin.SupportRequest, len(rows))
	for i, r := range rows {
		out[i] = r.request()
	}
	return out, nil
}

// SupportRequest implements signin.SupportStore.
func (s *WebLogins) SupportRequest(ctx context.Context, request string) (signin.SupportRequest, error) {
	var row supportRow
	err := s.db.reader.GetContext(ctx, &row, supportSelect+`where q.id = $1`, request)
	return row.request(), found(err, signin.ErrNoSupportRequest)
}

// RecordCall implements signin.SupportStore.
func (s *WebLogins) RecordCall(ctx context.Context, request, by string, at time.Time, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		return eff, tx.oneRow(ctx, signin.ErrNoSupportRequest, `
			update support_request set verified_at = $2, verified_by = $3, code_mac = null, code_expires_at = null where id = $1`,
			request, at.UnixMicro(), by)
	})
}

// IssueSupportCode implements signin.SupportStore.
func (s *WebLogins) IssueSupportCode(ctx context.Context, request string, mac []byte, since, expires time.Time, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		return eff, tx.oneRow(ctx, signin.ErrNotVerified, `
			update support_request set code_mac = $2, code_expires_at = $3 where id = $1 and verified_at > $4`,
			request, mac, expires.UnixMicro(), since.UnixMicro())
	})
}
