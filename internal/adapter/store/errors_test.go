package store_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
)

// TestLostConnectionsAreNoDefects holds the failures of a database that goes away, as the driver reports them.
func TestLostConnectionsAreNoDefects(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		io.EOF, io.ErrUnexpectedEOF, driver.ErrBadConn, net.ErrClosed, &net.OpError{Op: "dial", Err: errors.New("refused")}, context.DeadlineExceeded,
		&pgconn.PgError{Code: "57P01"}, &pgconn.PgError{Code: "57P03"}, &pgconn.PgError{Code: "08006"}, &pgconn.PgError{Code: "53300"},
	} {
		require.ErrorIs(t, store.Translate(fmt.Errorf("read: %w", err)), store.ErrUnavailable)
	}
	require.ErrorIs(t, store.Translate(&pgconn.PgError{Code: "53100"}), store.ErrFull)
	require.ErrorIs(t, store.Translate(&pgconn.PgError{Code: "22021"}), store.ErrNoText)
	for _, err := range []error{sql.ErrNoRows, context.Canceled, errors.New("defect"), &pgconn.PgError{Code: "42601"}} {
		require.Equal(t, err, store.Translate(err), "defects and answers stay what they are")
	}
}
