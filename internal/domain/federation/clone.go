package federation

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
)

// Clone makes a draft with the settings of a saved connection, which goes on as it is (SAM-066, SAM-069, SAM-071). Sign-in URL
// and nickname are new; the scoped entity ID is never copied, because two connections cannot be one application at the
// provider (SAM-070, SSO-143). The application for a custom domain stays with the source too.
//
// Errors: field errors, ErrNotFound, ErrNicknameTaken, ErrIdentifierTaken, ErrIdentifiersResting, ErrTooManyDrafts.
func (s *Service) Clone(ctx context.Context, actor admin.Actor, c customer.ID, source ID, identifier, nickname string) (Draft, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return Draft{}, err
	}
	if err := fault.InvalidFields(append(checkNewIdentifier(actor, identifier), checkNickname(nickname, true)...)); err != nil {
		return Draft{}, err
	}
	from, err := s.store.Connection(ctx, c, source)
	if err != nil {
		return Draft{}, err
	}
	switch used, err := s.nicknameUsed(ctx, c, "", nickname); {
	case err != nil:
		return Draft{}, err
	case used:
		return Draft{}, ErrNicknameTaken
	}
	if !s.drafts.Take(string(c), s.clock.Now()) {
		return Draft{}, ErrDraftsTooOften
	}
	d := s.draft(actor, from.Type, identifier, from.Settings.clone().withLogout())
	d.Nickname, d.ClonedFrom, d.Settings.ScopedID = strings.TrimSpace(nickname), source, ""
	if err := s.store.CreateDraft(ctx, c, d); err != nil {
		return Draft{}, err
	}
	return s.store.Draft(ctx, c, d.ID)
}

// draft makes a new draft. The GUID of its entity ID is made with it and goes with it, whether it is used or not (SSO-137,
// SSO-139).
func (s *Service) draft(actor admin.Actor, t Type, identifier string, settings Settings) Draft {
	now := s.clock.Now()
	return Draft{ID: ID(id.New("idp")), Type: t, SignInIdentifier: identifier, ScopeID: uuid.NewString(), Settings: settings,
		Test: Test{State: TestNone}, CreatedAt: now, CreatedBy: actor.Name, ExpiresAt: now.Add(DraftLife), Version: 1}
}

// checkNewIdentifier checks the identifier of a connection that begins. Machines may leave it out: the connection is then for
// the workspace only (SAM-026). A person in the console always gives one (SAM-023).
func checkNewIdentifier(actor admin.Actor, identifier string) []fault.Field {
	if identifier == "" && actor.Session == "" {
		return nil
	}
	return CheckIdentifier(identifier)
}
