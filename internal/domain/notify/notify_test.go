package notify_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

func TestEveryKindHasSentences(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	for _, k := range notify.Kinds() {
		n := notify.Notification{Kind: k}
		require.True(t, texts.Has(text.English, n.TitleKey()), n.TitleKey())
		require.True(t, texts.Has(text.English, n.TextKey()), n.TextKey())
		// Words for a mail that nobody sends are a mail that somebody meant to send.
		require.Equal(t, k.Mailed(), texts.Has(text.English, "mail.notify_"+string(k)+".subject"), k)
		require.Equal(t, k.Mailed(), texts.Has(text.English, "mail.notify_"+string(k)+".body"), k)
	}
}

func TestLinksHoldWhateverTheValuesAre(t *testing.T) {
	t.Parallel()
	n := notify.Notification{Kind: notify.ConnectorCopied, Args: map[string]string{"connector": "c", "locationId": "../x?y#z"}}
	require.Equal(t, "/locations/..%2Fx%3Fy%23z", n.Link())
	require.Equal(t, "/identity/administrators", notify.Notification{Kind: notify.AccessRequested}.Link())
	require.Empty(t, notify.Notification{Kind: "of a newer release"}.Link())
	require.Panics(t, func() { notify.Job("one", "unknown", nil) })
}

// kept is a store that remembers what was added; the rest is proven with the real one.
type kept struct {
	notify.Store
	added []notify.Notification
}

func (k *kept) Add(_ context.Context, n notify.Notification, _ func(notify.Audience) []jobs.Job) error {
	k.added = append(k.added, n)
	return nil
}

// TestARepeatedJobIsTheSameNotification runs a job twice, as the outbox may.
func TestARepeatedJobIsTheSameNotification(t *testing.T) {
	t.Parallel()
	clk := clock.NewFixed(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	k := new(kept)
	s := notify.NewService(k, clk)
	job := notify.Job("one", notify.RecoveryBySupport, map[string]string{"name": "Ann"})
	require.Equal(t, notify.JobKind, job.Kind)
	for range 2 {
		require.NoError(t, s.RunAdd(t.Context(), job.Payload))
	}
	require.Len(t, k.added, 2)
	require.Equal(t, k.added[0], k.added[1])
	require.Equal(t, notify.Notification{ID: k.added[0].ID, Customer: "one", At: clk.Now(), Kind: notify.RecoveryBySupport, Severity: notify.Warning,
		Args: map[string]string{"name": "Ann"}}, k.added[0])
	require.NotEqual(t, string(job.Payload), string(notify.Job("one", notify.RecoveryBySupport, nil).Payload))
	require.Error(t, s.RunAdd(t.Context(), []byte(`{"kind":"of a newer release"}`)))
}

// TestOnlyThePermissionShows asks without it, and at another customer. Spec: OPS-118, IAM-073
func TestOnlyThePermissionShows(t *testing.T) {
	t.Parallel()
	s := notify.NewService(new(kept), clock.Real{})
	actor := func(c id.Customer, p admin.Permission) admin.Actor {
		return admin.Actor{Type: systemlog.ActorAdministrator, ID: "login_a", Name: "a", Customer: c, Rights: admin.Rights{Custom: []admin.Permission{p}}}
	}
	for _, tc := range []struct {
		actor admin.Actor
		want  error
	}{
		{actor("one", admin.SystemLog), admin.ErrPermissionNeeded},
		{actor("two", admin.Notifications), admin.ErrForeignCustomer},
		{admin.Actor{}, admin.ErrNotSignedIn},
	} {
		_, err := s.List(t.Context(), tc.actor, "one", false, page.Request{})
		require.ErrorIs(t, err, tc.want)
		_, err = s.State(t.Context(), tc.actor, "one")
		require.ErrorIs(t, err, tc.want)
		require.ErrorIs(t, s.Dismiss(t.Context(), tc.actor, "one", "ntf_1"), tc.want)
		require.ErrorIs(t, s.DismissAll(t.Context(), tc.actor, "one"), tc.want)
	}
}
