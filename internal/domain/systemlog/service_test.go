package systemlog_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// failures keeps what is recorded, unless the caller's context is over or the database is away.
type failures struct {
	away error
	log  systemlog.Log
	kept []systemlog.Record
}

func (f *failures) Fail(ctx context.Context, l systemlog.Log, r ...systemlog.Record) error {
	if err := errors.Join(ctx.Err(), f.away); err != nil {
		return err
	}
	f.log, f.kept = l, append(f.kept, r...)
	return nil
}

func TestFailedOperationsAreRecorded(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	log := slog.New(slog.NewTextHandler(&said, nil))
	gone, leave := context.WithCancel(t.Context())
	leave()
	r := systemlog.Record{Event: systemlog.SAMLConnectFailed, Target: systemlog.Target{ID: "idp_a"}}

	to := &failures{}
	systemlog.Failed(gone, to, log, "acme", fault.New(fault.Conflict, "test_code"), r)
	r.Reason = "test_code"
	require.Equal(t, []systemlog.Record{r}, to.kept, "the caller has gone away; the record is written all the same")
	require.Equal(t, systemlog.OfCustomer("acme"), to.log)
	require.Empty(t, said.String())

	systemlog.Failed(gone, &failures{away: errors.New("database is away")}, log, "acme", errors.New("x"), r)
	for _, want := range []string{"level=ERROR", "failed operation not recorded", "customer_id=acme", "target_id=idp_a", "database is away"} {
		require.Contains(t, said.String(), want)
	}
}
