package controlplane_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/config"
	"github.com/causeway-cloud/causeway/internal/program/controlplane"
)

// TestClockThatWasAhead starts on a log that was written by a clock two days ahead, and on one of a right clock.
func TestClockThatWasAhead(t *testing.T) {
	for ahead, warned := range map[time.Duration]bool{48 * time.Hour: true, 0: false} {
		c := config.Default()
		c.BaseDomain, c.DataDir = "causeway.test", t.TempDir()
		written := new(clock.Shifted)
		written.Advance(ahead)
		var log bytes.Buffer
		to := slog.New(slog.NewTextHandler(&log, nil))
		db, err := store.Open(t.Context(), "sqlite://"+filepath.Join(c.DataDir, "causeway.db"), written, to)
		require.NoError(t, err)
		require.NoError(t, db.Migrate(t.Context()))
		require.NoError(t, store.SeedCustomers(t.Context(), db, "acme"))
		require.NoError(t, db.Close())

		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		ctx, stop := context.WithCancel(t.Context())
		require.NoError(t, controlplane.Run(ctx, controlplane.Options{Config: c, Version: "test", Log: to,
			Listeners: []controlplane.Listener{{Listener: l}}, Ready: func(*controlplane.App) { stop() }}))
		require.Equal(t, warned, bytes.Contains(log.Bytes(), []byte("ahead of this machine's clock")), log.String())
	}
}
