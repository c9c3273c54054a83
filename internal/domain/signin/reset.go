package signin

import (
	"context"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// ChangePassword replaces a password that was handed over; every session of the login ends with the old one (L04). The
// token is new. Errors: field errors on "password" and "repeat", ErrTransactionOver, ErrStep, ErrBusy.
func (s *SignIns) ChangePassword(ctx context.Context, token secret.Text, password, repeat secret.Text, c Client) (secret.Text, error) {
	t, _, err := s.at(ctx, token, StagePassword)
	if err != nil {
		return secret.Text{}, err
	}
	fields := checkPassword("password", password)
	if !password.Equal(repeat) {
		fields = append(fields, fault.Field{Name: "repeat", Code: fieldNotRepeated})
	}
	if hashable(password) {
		same, err := s.Hasher.Verify(ctx, t.PasswordHash, password)
		if err != nil {
			return secret.Text{}, err
		}
		if same {
			fields = append(fields, fault.Field{Name: "password", Code: fieldPasswordSame})
		}
	}
	if err := fault.InvalidFields(fields); err != nil {
		return secret.Text{}, err
	}
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return secret.Text{}, err
	}
	next := secret.Random(tokenBytes)
	err = s.Transactions.ChangePassword(ctx, hashToken(token), hashToken(next), hash, systemlog.Recorded(t.inCompany(systemlog.Record{
		Event: systemlog.AdministratorPasswordChanged, Actor: t.actor(c), Target: t.target()})...))
	return next, err
}
