package faults_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/causeway-cloud/causeway/test/faults/installation"
)

// record is a row of the log as an auditor reads it; the JSON names and their order are those of the hash.
type record struct {
	LogID         string  `db:"log_id" json:"-"`
	Seq           int64   `db:"seq" json:"seq"`
	RecordID      string  `db:"record_id" json:"recordId"`
	At            int64   `db:"at" json:"at"`
	Event         string  `db:"event" json:"event"`
	TargetType    string  `db:"target_type" json:"targetType"`
	TargetID      string  `db:"target_id" json:"targetId"`
	TargetName    string  `db:"target_name" json:"targetName"`
	TargetEmail   string  `db:"target_email" json:"targetEmail"`
	TargetUserID  string  `db:"target_user_id" json:"targetUserId"`
	Before        *string `db:"before_fields" json:"before"`
	After         *string `db:"after_fields" json:"after"`
	AgentID       string  `db:"agent_id" json:"agentId"`
	ActorType     string  `db:"actor_type" json:"actorType"`
	ActorID       string  `db:"actor_id" json:"actorId"`
	ActorName     string  `db:"actor_name" json:"actorName"`
	ClientAddr    string  `db:"client_addr" json:"clientAddr"`
	TransactionID string  `db:"transaction_id" json:"transactionId"`
	Message       string  `db:"message" json:"message"`
	Args          string  `db:"args" json:"args"`
	Reason        string  `db:"reason" json:"reason"`
	PrevHash      string  `db:"prev_hash" json:"-"`
	Hash          string  `db:"hash" json:"-"`
}

// openDatabase opens the database of a server behind its back, for reading and for what no interface can do.
func openDatabase(t *testing.T, s *installation.Server, postgres string) *sqlx.DB {
	t.Helper()
	driver, dsn := "pgx", postgres
	if postgres == "" {
		driver, dsn = "sqlite", "file:"+(&url.URL{Path: s.Dir + "/causeway.db"}).EscapedPath()+"?_pragma=busy_timeout(10000)"
	}
	db, err := sqlx.Open(driver, dsn)
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

// readLog returns a customer's log and proves on the way that it is whole: no gap and no repeat in its numbers, times
// that never go back, each hash made over the one before, and a head that knows the last record.
func readLog(t *testing.T, db *sqlx.DB, customer string) []record {
	t.Helper()
	log := "customer:" + customer
	// One transaction, so that head and records are of one moment.
	tx, err := db.BeginTxx(t.Context(), &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if db.DriverName() == "sqlite" {
		tx, err = db.BeginTxx(t.Context(), nil)
	}
	require.NoError(t, err)
	defer tx.Rollback()
	var rows []record
	require.NoError(t, tx.SelectContext(t.Context(), &rows, `select * from log_record where log_id = $1 order by seq`, log))
	require.NotEmpty(t, rows)
	previous := record{}
	for i, r := range rows {
		require.EqualValues(t, i+1, r.Seq, "a gap or a repeat")
		require.GreaterOrEqual(t, r.At, previous.At, "record %d is older than the one before", r.Seq)
		require.Equal(t, previous.Hash, r.PrevHash, "record %d does not follow the one before", r.Seq)
		body, err := json.Marshal(r)
		require.NoError(t, err)
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s", r.LogID, r.PrevHash, body))
		require.Equal(t, r.Hash, hex.EncodeToString(sum[:]), "record %d was changed", r.Seq)
		previous = r
	}
	var head struct {
		Seq      int64  `db:"seq"`
		LastHash string `db:"last_hash"`
	}
	require.NoError(t, tx.GetContext(t.Context(), &head, `select seq, last_hash from log_head where log_id = $1`, log))
	require.Equal(t, previous.Seq, head.Seq, "the head counts other records than there are")
	require.Equal(t, previous.Hash, head.LastHash)
	return rows
}

// events counts the records of an event by the name of its target, and by its ID as well where that differs.
func events(rows []record, event string) map[string]int {
	out := map[string]int{}
	for _, r := range rows {
		if r.Event == event {
			out[r.TargetName]++
		}
	}
	return out
}

// names reads a list to its end.
func names(t *testing.T, m *installation.Machine, path string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	cursor := ""
	for {
		got, err := m.Call("GET", path+"?limit=200&cursor="+url.QueryEscape(cursor), nil)
		require.NoError(t, err)
		require.Equal(t, 200, got.Status, string(got.Body))
		var p struct {
			Items  []struct{ Name string }
			Cursor string
		}
		got.Decode(t, &p)
		for _, i := range p.Items {
			require.False(t, out[i.Name], "%s is listed twice", i.Name)
			out[i.Name] = true
		}
		if p.Cursor == "" {
			return out
		}
		cursor = p.Cursor
	}
}
