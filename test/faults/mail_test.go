package faults_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/faults/installation"
)

const (
	outage     = 12              // invitations that are sent while nobody takes mails
	outageTime = 3 * time.Minute // above the two minutes after which a killed node's work is somebody else's
)

var invitationLink = regexp.MustCompile(`https://\S+/invitation\?\S+`)

// TestMailServerOutage invites people while the mail server is down, kills the control plane meanwhile, and starts both
// again: whatever was answered is mailed, each mail once, and the links in it are good.
//
// Spec: PLT-057
func TestMailServerOutage(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, dsn string) {
		s := installation.Start(t, installation.Config{Database: dsn})
		customer := s.NewCustomer("Outage")
		b := s.Browser()
		b.Enrol(customer)
		m := s.Machine(b.NewPrincipal(customer.CustomerID, "inviter"))

		s.Mails().Down()
		var invited []string
		invite := func(n int) {
			for range n {
				email := fmt.Sprintf("guest%02d@example.org", len(invited))
				got, err := m.Call(http.MethodPost, "/"+customer.CustomerID+"/v1/administrators/invitations", map[string]any{"email": email, "access": "full"})
				require.NoError(t, err)
				require.Equal(t, http.StatusCreated, got.Status, string(got.Body))
				invited = append(invited, email)
			}
		}
		invite(outage / 2)
		require.Eventually(t, func() bool { return mailQueue(t, s).Failing == outage/2 }, outageTime, 50*time.Millisecond, "nothing is tried while the mail server is down")
		s.Kill()
		s.Start()
		m.Client.CloseIdleConnections()
		invite(outage / 2)
		queue := mailQueue(t, s)
		require.Equal(t, outage, queue.Waiting+queue.Failing, "%+v", queue)
		require.Zero(t, queue.Dead)

		s.Mails().Up()
		got := s.Command("operator", "mail", "retry")
		require.Zero(t, got.Code, got.Stderr)
		require.Eventually(t, func() bool {
			queue = mailQueue(t, s)
			return queue.Waiting+queue.Failing+queue.Dead == 0
		}, outageTime, 50*time.Millisecond, "mails that do not leave")
		require.Len(t, s.Mails().Mails(""), outage, "a mail is lost or came twice")
		for _, email := range invited {
			mails := s.Mails().Mails(email)
			require.Len(t, mails, 1, email)
			page := s.Browser().Get(invitationLink.FindString(mails[0].Text))
			require.Equal(t, http.StatusOK, page.Status, page.Body)
			require.Contains(t, page.Body, email)
		}
	})
}

// mailQueue is what the operator sees of the mails that have not left.
func mailQueue(t *testing.T, s *installation.Server) (q struct{ Waiting, Failing, Dead int }) {
	t.Helper()
	got := s.Command("operator", "mail", "--json")
	require.Zero(t, got.Code, got.Stderr)
	require.NoError(t, json.Unmarshal([]byte(got.Stdout), &q))
	return q
}
