package faults_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/faults/installation"
)

// state watches everything that an SQLite installation keeps, and puts it back.
type state struct {
	t      *testing.T
	conn   *sqlx.Conn
	tables []string
	first  map[string]string
	seen   int64 // data_version at the last look
}

// unwatched are the tables that live by themselves: logs, work to be done, and what the nodes write of themselves.
var unwatched = []string{"log_head", "log_record", "log_checkpoint", "job", "lease", "periodic_run", "node", "key"}

// besides are the tables that may change while a request is refused: they count refusals, or work in the background fills them.
var besides = []string{"signin_delay", "login_session", "notification"}

// keepState remembers what is stored now.
func keepState(t *testing.T, s *installation.Server) *state {
	t.Helper()
	db := openDatabase(t, s, "")
	conn, err := db.Connx(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	k := &state{t: t, conn: conn}
	var all []string
	require.NoError(t, conn.SelectContext(t.Context(), &all, `select name from sqlite_master where type = 'table' order by name`))
	for _, table := range all {
		if !slices.Contains(unwatched, table) && !strings.HasPrefix(table, "sqlite_") && !strings.HasPrefix(table, "goose_") {
			k.tables = append(k.tables, table)
		}
	}
	require.Greater(t, len(k.tables), 30)
	k.remember()
	return k
}

// remember takes what is stored now as what changed compares with.
func (k *state) remember() {
	k.t.Helper()
	if k.first != nil {
		k.exec(`detach clean`)
	}
	clean := filepath.Join(k.t.TempDir(), "clean.db")
	k.exec(`vacuum into '` + clean + `'`)
	k.exec(`attach '` + clean + `' as clean`)
	k.first = k.rows()
	k.seen = k.version()
}

func (k *state) exec(query string) {
	k.t.Helper()
	_, err := k.conn.ExecContext(k.t.Context(), query)
	require.NoError(k.t, err, query)
}

// version changes when somebody else has written to the file.
func (k *state) version() (v int64) {
	k.t.Helper()
	require.NoError(k.t, k.conn.GetContext(k.t.Context(), &v, `pragma main.data_version`))
	return v
}

func (k *state) rows() map[string]string {
	k.t.Helper()
	out := map[string]string{}
	for _, table := range k.tables {
		rows, err := k.conn.QueryxContext(k.t.Context(), `select * from main.`+table)
		require.NoError(k.t, err)
		var all []string
		for rows.Next() {
			row, err := rows.SliceScan()
			require.NoError(k.t, err)
			all = append(all, fmt.Sprintf("%q", fmt.Sprint(row...)))
		}
		require.NoError(k.t, rows.Err())
		require.NoError(k.t, rows.Close())
		slices.Sort(all)
		out[table] = strings.Join(all, "\n")
	}
	return out
}

// changed names the tables that differ from the first look, apart from besides, and puts everything back.
func (k *state) changed() (tables []string) {
	k.t.Helper()
	if v := k.version(); v == k.seen {
		return nil
	}
	now := k.rows()
	different := false
	for _, table := range k.tables {
		if now[table] == k.first[table] {
			continue
		}
		different = true
		if !slices.Contains(besides, table) {
			tables = append(tables, table)
		}
	}
	if different {
		k.restore(now)
	}
	k.seen = k.version()
	return tables
}

func (k *state) restore(now map[string]string) {
	k.t.Helper()
	k.exec(`begin immediate`)
	for _, table := range k.tables {
		if now[table] != k.first[table] {
			k.exec(`delete from main.` + table)
			k.exec(`insert into main.` + table + ` select * from clean.` + table)
		}
	}
	k.exec(`commit`)
}

// records are the events of a log after a sequence number.
func (k *state) records(log string, after int64) (last int64, events []string) {
	k.t.Helper()
	var seqs []struct {
		Seq   int64
		Event string
	}
	err := k.conn.SelectContext(context.WithoutCancel(k.t.Context()), &seqs, `select seq, event from main.log_record where log_id = $1 and seq > $2 order by seq`, log, after)
	if err != nil {
		require.ErrorIs(k.t, err, sql.ErrNoRows)
	}
	last = after
	for _, r := range seqs {
		last, events = r.Seq, append(events, r.Event)
	}
	return last, events
}
