package archtest

import (
	"go/ast"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// unrecorded are the store's methods that write without a System Log record: presence, last use, counters, leases, and
// the states of something that is not finished yet. Whoever adds one says here why it is none of the customer's history.
var unrecorded = map[string]string{
	// not about a customer
	"Queue.Claim": "outbox", "Queue.Done": "outbox", "Queue.Retry": "outbox", "Queue.Forget": "retention; the process log tells of it", "Queue.Lease": "lease", "Queue.SetLastRun": "periodic jobs",
	"ACME.Put": "the certificate of a host is recorded", "ACME.Delete": "the removal of a host is recorded", "ACME.Take": "lease", "ACME.Release": "lease",
	"Nodes.Beat": "table of nodes", "Nodes.Leave": "table of nodes",
	// presence and last use
	"Admins.TouchPrincipal": "last use", "WebLogins.Touch": "last use", "Connectors.SavePresence": "presence", "Connectors.SaveProblem": "presence",
	"Connectors.SaveEvents": "the connector's own event log", "Connectors.OpenChannel": "a channel that takes the place of one; the first is recorded",
	"Connectors.ConfirmChannel": "generation on the connector's disk", "Workspaces.Touch": "last activity", "Consoles.Touch": "last activity",
	"Consoles.ConfirmConsole":  "the directory says what it said before",
	"Consoles.ConfirmOwner":    "the directory says what it said before",
	"RotationNews.SaveFetches": "who has read our metadata, as presence", "RotationNews.EndKeyTest": "the beginning of the test is recorded",
	// what a person keeps for himself
	"Library.SetFavorite": "a person's own marks in his workspace",
	// told beside the log, not instead of it
	"Notifications.Add": "caused by a recorded change", "Notifications.Dismiss": "the viewer's own list", "Notifications.DismissAll": "the viewer's own list",
	"Notifications.Purge": "retention", "Logs.Purge": "retention; the checkpoint tells of it", "Customers.SetPins": "what a person has pinned in the navigation", "Customers.SetPersonPins": "the same",
	// not finished yet: the end is recorded
	"Connections.Maintain": "what was read of metadata; changes of certificates and keys are recorded", "Connections.AskMetadata": "when metadata is read",
	"Connections.CreateDraft": "draft", "Connections.EditDraft": "draft", "Connections.DeleteDraft": "draft", "SignIns.Accept": "the redemption is recorded",
	"SignIns.RedeemTest": "test of a draft", "SignIns.KeepTrace": "the logout is recorded",
	"SignIns.Await": "the logout is recorded, and what is known of its end", "SignIns.Answered": "the same", "SignIns.GiveUp": "the same", "SignIns.EndRun": "the beginning of the test is recorded", "WebLogins.Begin": "the sign-in is recorded at its end", "WebLogins.Ask": "the mail is recorded", "WebLogins.Remember": "sign-in under way",
	"Domains.Postpone": "the end of provisioning is recorded", "WebLogins.AcceptStep": "sign-in under way", "WebLogins.Grant": "sign-in under way",
	"SignUps.Begin": "a sign-up whose address is not verified; the verification is recorded", "SignUps.Purge": "sign-ups that nobody verified",
	"WebLogins.SaveProof": "waits for its proof", "WebLogins.Proved": "sign-in under way", "WebLogins.Dismiss": "a reminder that was seen",
	// counters; each failure has its record beside it
	"WebLogins.Try": "counter", "WebLogins.Forgive": "counter", "WebLogins.Attempt": "counter", "WebLogins.TryProof": "counter",
}

func TestUnrecordedWritesAreListed(t *testing.T) {
	t.Parallel()
	var found []string
	walkSource(t, func(path string, file *ast.File) {
		if !strings.Contains(path, "internal/adapter/store/") {
			return
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Body == nil {
				continue
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "unrecorded" {
					found = append(found, receiver(f)+"."+f.Name.Name)
				}
				return true
			})
		}
	})
	require.NotEmpty(t, found)
	for _, name := range found {
		if unrecorded[name] == "" {
			t.Errorf("%s writes without a record and is not on the list", name)
		}
	}
	for name := range unrecorded {
		if !slices.Contains(found, name) {
			t.Errorf("%s is on the list but does not write without a record", name)
		}
	}
}

func receiver(f *ast.FuncDecl) string {
	t := f.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name
	}
	return "?"
}
