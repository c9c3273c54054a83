package operator_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/operator"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestOperatorSteersTheRotation runs every command over the socket; each leaves its record in the installation's log.
// Spec: SSO-207, SSO-227, SSO-228
func TestOperatorSteersTheRotation(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	clk := clock.NewFixed(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	db := storetest.SQLite(t, clk)
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	file, err := keyring.CreateKeyFile(filepath.Join(t.TempDir(), "key.json"))
	require.NoError(t, err)
	ring, err := keyring.Load(ctx, db.Keys(), file, clk, log)
	require.NoError(t, err)
	rotations := keyring.NewRotations(db.Keys(), ring, clk, log)
	texts, err := text.Load()
	require.NoError(t, err)
	told := 0
	s := &operator.Server{Texts: texts, Log: log, Rotation: operator.Rotation{Rotations: rotations, Fetches: db.RotationNews(), Record: db.Queue().Enqueue,
		Tell: func(context.Context) error { told++; return nil }, Clock: clk}}
	socket := filepath.Join(t.TempDir(), "operator.sock")
	l, err := operator.Listen(socket)
	require.NoError(t, err)
	serving, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(serving, l) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
	})
	c := operator.NewClient(socket)

	reads := federation.NewFetchLog(db.RotationNews(), clk, log)
	reads.Fetched(ctx, federation.Fetch{Agent: "ADFS", Certificates: ring.Published(keyring.SAMLSigning)})
	reads.Flush(ctx)
	shown, err := c.ShowRotation(ctx)
	require.NoError(t, err)
	require.Len(t, shown.Certificates, 1)
	require.Equal(t, "active", shown.Certificates[0].State)
	require.Equal(t, clk.Now().Add(398*24*time.Hour), shown.Certificates[0].Expiry)
	require.Equal(t, "ADFS", shown.Readers[0].UserAgent)
	require.True(t, shown.Readers[0].KnowsNewest)

	_, err = c.PlanRotation(ctx, operator.PlanRotation{Activation: clk.Now().Add(24 * time.Hour)})
	var p operator.Problem
	require.ErrorAs(t, err, &p)
	require.Equal(t, "rotation_notice_short", p.Code)
	require.Contains(t, p.Detail, "2026-04-01")
	planned, err := c.PlanRotation(ctx, operator.PlanRotation{})
	require.NoError(t, err)
	require.Equal(t, "planned", planned.State)
	shown, err = c.ShowRotation(ctx)
	require.NoError(t, err)
	require.Nil(t, shown.Certificates[1].Activation, "not settled before the advertisement")
	moved, err := c.MoveRotation(ctx, operator.MoveRotation{Activation: planned.ActivationTime.Add(time.Hour)})
	require.NoError(t, err)
	require.Equal(t, planned.ActivationTime.Add(time.Hour), moved.ActivationTime)
	clk.Set(moved.AdvertisementTime)
	require.NoError(t, rotations.Advance(ctx))
	clk.Set(moved.ActivationTime)
	shown, err = c.ShowRotation(ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"retiring", "active"}, []string{shown.Certificates[0].State, shown.Certificates[1].State})
	clk.Set(moved.AdvertisementTime)
	cancelled, err := c.CancelRotation(ctx)
	require.NoError(t, err)
	require.Equal(t, "cancelled", cancelled.State)
	_, err = c.ReplaceCertificate(ctx, operator.ReplaceCertificate{})
	require.ErrorAs(t, err, &p)
	require.Equal(t, "rotation_reason_needed", p.Code)
	replaced, err := c.ReplaceCertificate(ctx, operator.ReplaceCertificate{Reason: "stolen"})
	require.NoError(t, err)
	require.Equal(t, "emergency", replaced.Kind)
	require.Equal(t, 3, told, "customers learn of what has changed at once")
	shown, err = c.ShowRotation(ctx)
	require.NoError(t, err)
	require.Equal(t, "compromised", shown.Certificates[0].State)
	require.Len(t, shown.Rotations, 2)

	records, err := db.Logs().List(ctx, systemlog.Installation, systemlog.Filter{From: clk.Now().Add(-90 * 24 * time.Hour), Ascending: true}, page.Request{Size: 50})
	require.NoError(t, err)
	var events []string
	for _, r := range records.Items {
		if r.Actor.Type == systemlog.ActorOperator {
			events = append(events, r.Event.Name)
			require.NotContains(t, r.After, "PrivateKey")
		}
	}
	require.Equal(t, []string{"OperatorCommandRun", "SAMLRotationPlanned", "OperatorCommandRun", "SAMLRotationMoved", "OperatorCommandRun", "SAMLRotationCancelled", "SAMLRotationEmergency", "OperatorCommandRun"}, events)
}
