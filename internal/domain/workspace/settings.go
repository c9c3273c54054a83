package workspace

import (
	"context"
	"strconv"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Limits of the inactivity time-out. A session ends after SessionLife whatever happens, so that more would mean nothing.
const (
	MinInactivity = 5 * time.Minute
	MaxInactivity = SessionLife
)

// SignInSettings are the preferences of workspace sessions.
type SignInSettings struct {
	// AlwaysPrompt demands credentials of the provider at each sign-in, also while its own session lasts (SAM-090). Off, the
	// provider decides, which is what "federated identity provider sessions" turned off means (SAM-091, SAM-103).
	AlwaysPrompt bool
	// WebInactivity is how long somebody may do nothing in a browser before the session of the workspace ends; 0 = no limit.
	// Other kinds of clients have no sessions yet (SAM-088).
	WebInactivity time.Duration
}

// DefaultSignIn is what a new workspace has.
func DefaultSignIn() SignInSettings {
	return SignInSettings{AlwaysPrompt: true, WebInactivity: time.Hour}
}

func (s SignInSettings) check() []fault.Field {
	if d := s.WebInactivity; d != 0 && (d < MinInactivity || d > MaxInactivity || d%time.Minute != 0) {
		return []fault.Field{{Name: "inactivity.minutes", Code: "inactivity_range",
			Args: map[string]any{"min": int(MinInactivity / time.Minute), "max": int(MaxInactivity / time.Minute)}}}
	}
	return nil
}

func (s SignInSettings) promptFields() systemlog.Fields {
	return systemlog.Fields{"AlwaysPrompt": strconv.FormatBool(s.AlwaysPrompt)}
}

func (s SignInSettings) inactivityFields() systemlog.Fields {
	return systemlog.Fields{"InactivityTimeoutForWeb": strconv.Itoa(int(s.WebInactivity / time.Minute))}
}

// SignIn returns the preferences of the customer's workspace.
func (s *Service) SignIn(ctx context.Context, actor admin.Actor, c customer.ID) (Workspace, error) {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return Workspace{}, err
	}
	return s.ensure(ctx, c)
}

// SetSignIn changes the preferences, with a record for each that is changed; sessions that are open follow at their next
// request. revision.Any matches any version. Errors: field errors, ErrStale.
func (s *Service) SetSignIn(ctx context.Context, actor admin.Actor, c customer.ID, to SignInSettings, version int64) (Workspace, error) {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return Workspace{}, err
	}
	before, err := s.ensure(ctx, c)
	if err != nil {
		return Workspace{}, err
	}
	after, err := s.setSignIn(ctx, actor, before, to, version)
	if err != nil && to.WebInactivity != before.SignIn.WebInactivity { // OPS-181
		systemlog.Failed(ctx, s.deps.Failures, s.deps.Log, c, err, systemlog.Record{Event: systemlog.FailedToUpdateWorkspaceSessionsConfiguration, Actor: actor.Log(),
			Target: before.target(), Before: before.SignIn.inactivityFields(), After: to.inactivityFields()})
	}
	return after, err
}

func (s *Service) setSignIn(ctx context.Context, actor admin.Actor, now Workspace, to SignInSettings, version int64) (Workspace, error) {
	if err := fault.InvalidFields(to.check()); err != nil {
		return Workspace{}, err
	}
	if now.SignIn == to && revision.Matches(version, now.Version) {
		return now, nil
	}
	return s.deps.Store.Update(ctx, now.Customer, func(w *Workspace) (systemlog.Effects, error) {
		if !revision.Matches(version, w.Version) {
			return systemlog.Effects{}, ErrStale
		}
		old := w.SignIn
		w.SignIn = to
		var records []systemlog.Record
		if old.AlwaysPrompt != to.AlwaysPrompt {
			records = append(records, systemlog.Record{Event: systemlog.WorkspaceFederatedSessionsUpdated, Actor: actor.Log(), Target: w.target(),
				Before: old.promptFields(), After: to.promptFields()})
		}
		if old.WebInactivity != to.WebInactivity || len(records) == 0 { // a write that somebody else has just made is recorded, too
			records = append(records, systemlog.Record{Event: systemlog.WorkspaceSessionsConfigurationUpdated, Actor: actor.Log(), Target: w.target(),
				Before: old.inactivityFields(), After: to.inactivityFields()})
		}
		return systemlog.Recorded(records...), nil
	})
}
