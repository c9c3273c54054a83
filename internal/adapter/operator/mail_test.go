package operator_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/operator"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestOperatorSeesMails lists what waits, fails and has been refused, without the people it is for, and tries it again. Each
// command leaves its record.
// Spec: PLT-057
func TestOperatorSeesMails(t *testing.T) {
	t.Parallel()
	clk := clock.NewFixed(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	db := storetest.SQLite(t, clk)
	socket := filepath.Join(t.TempDir(), "operator.sock")
	l, err := operator.Listen(socket)
	require.NoError(t, err)
	serveWith(t, l, operator.Mail{Outbox: db.Queue(), Server: "mail.example", Installation: "causeway.example", Link: "https://console.causeway.example", Clock: clk})
	c := operator.NewClient(socket)

	for _, to := range []string{"ann@one.example", "bob@two.example", "carol@three.example"} {
		queued, err := c.TestMail(t.Context(), operator.TestMail{To: to})
		require.NoError(t, err)
		require.Equal(t, "mail.example", queued.Server)
	}
	_, err = c.TestMail(t.Context(), operator.TestMail{To: "Dave <dave@four.example>"})
	var p operator.Problem
	require.ErrorAs(t, err, &p)
	require.Equal(t, fault.ErrInvalidInput.Code, p.Code)

	claimed, err := db.Queue().Claim(t.Context(), 2, clk.Now(), time.Minute)
	require.NoError(t, err)
	require.Len(t, claimed, 2)
	require.Equal(t, mail.Kind, claimed[0].Kind)
	require.NoError(t, db.Queue().Retry(t.Context(), claimed[0].ID, clk.Now().Add(time.Minute), "greylisted", false))
	require.NoError(t, db.Queue().Retry(t.Context(), claimed[1].ID, clk.Now(), "no such mailbox", true))
	clk.Advance(90 * time.Second)

	got, err := c.ListMail(t.Context())
	require.NoError(t, err)
	require.Equal(t, []int{1, 1, 1}, []int{got.Waiting, got.Failing, got.Dead})
	var seen [][]string
	for _, m := range got.Mails {
		seen = append(seen, []string{m.State, m.Template, m.Domain, m.Cause})
		require.Equal(t, "1m30s", m.Age)
		require.Equal(t, m.State == "dead", m.Next == nil)
		require.Equal(t, m.State == "dead", m.Deleted != nil)
	}
	require.Equal(t, [][]string{{"failing", "test", "one.example", "greylisted"}, {"waiting", "test", "three.example", ""}, {"dead", "test", "two.example", "no such mailbox"}}, seen)

	retried, err := c.RetryMail(t.Context(), operator.RetryMail{IDs: []int64{got.Mails[2].ID}})
	require.NoError(t, err)
	require.Equal(t, 1, retried.Mails)
	retried, err = c.RetryMail(t.Context(), operator.RetryMail{})
	require.NoError(t, err)
	require.Equal(t, 1, retried.Mails)
	got, err = c.ListMail(t.Context())
	require.NoError(t, err)
	require.Equal(t, []int{3, 0, 0}, []int{got.Waiting, got.Failing, got.Dead})

	records, err := db.Logs().List(t.Context(), systemlog.Installation, systemlog.Filter{From: clk.Now().Add(-time.Hour), Ascending: true}, page.Request{Size: 50})
	require.NoError(t, err)
	var commands []string
	for _, r := range records.Items {
		if r.Event.Event == systemlog.OperatorCommandRun {
			commands = append(commands, r.Target.Name)
		}
	}
	require.Equal(t, []string{"mail test", "mail test", "mail test", "mail list", "mail retry", "mail retry", "mail list"}, commands)
}
