package lab

import (
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Postgres is a cluster with fsync on. It is shared: a test that stops its database runs a cluster of its own from
// BinDir.
type Postgres struct {
	DSN       string // of the superuser, by TCP, database "postgres"
	SocketDir string `json:"socket_dir"` // the unix socket trusts everybody
	User      string
	Password  string
	BinDir    string `json:"bin_dir"` // initdb, postgres, pg_dump
	PID       int    // of the postmaster
}

// NewDatabase creates an empty database, returns its DSN and drops it when the test ends, whoever is still connected.
func (p Postgres) NewDatabase(t testing.TB) string {
	t.Helper()
	name := "test_" + strings.ToLower(rand.Text())
	p.exec(t, "create database "+name)
	t.Cleanup(func() { p.exec(t, "drop database "+name+" with (force)") })
	dsn, err := url.Parse(p.DSN)
	if err != nil {
		t.Fatal(err)
	}
	dsn.Path = "/" + name
	return dsn.String()
}

func (p Postgres) exec(t testing.TB, query string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // also runs in Cleanup, when the test's context has ended
	conn, err := pgx.Connect(ctx, p.DSN)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, query); err != nil {
		t.Fatal(err)
	}
}
