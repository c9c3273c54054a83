package e2e

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/lab"
)

// TestAdministratorsBySAML lets a nested group of the second forest administer: Chromium, SimpleSAMLphp, two connectors, Samba. It
// measures how long somebody who was taken out of the group in the directory stays inside.
//
// Spec: SAM-002, SAM-025, SAM-065, SAM-121, SAM-136, SSO-191, IAM-095, IAM-111, IAM-120
func TestAdministratorsBySAML(t *testing.T) {
	s := &story{lab: lab.Load(t)}
	s.installation = startServe(t)
	s.customer = s.createCustomer("Alpine Works", "dana")
	s.state = filepath.Join(t.TempDir(), "administrator.json")
	runScript(t, "enrol", s.settings(map[string]any{"login": s.customer.UserName, "password": s.customer.Password, "newPassword": newPassword, "state": s.state}))
	first, second := s.lab.Forest1(), s.lab.Forest2()
	headquarters := s.addSite(t, s.state, "Headquarters", 1)
	s.connect(t, headquarters.Files[0], first)
	branch := s.addSite(t, s.state, "Branch office", 1)
	s.connect(t, branch.Files[0], second)
	s.known(t, second.Domain)
	s.provider = s.secureProvider(s.lab)
	s.register(s.lab)
	s.connectProvider(t, headquarters, 1)

	of := func(f *lab.Forest, sam string) person {
		a := f.Account(t, sam)
		return person{Login: a.UPN, SID: a.SID}
	}
	group, inner := second.Group(t, "G-Level1"), second.Group(t, "G-Level3")
	var took struct {
		Removal float64 `json:"removal"` // seconds from the change in the directory to the first refused request
		Stream  float64 `json:"stream"`  // to the end of the open stream
	}
	scriptInto(t, "admin-saml", s.settings(map[string]any{"state": s.state, "customerId": s.customer.CustomerID, "identifier": "alpine-works", "password": s.lab.SAML.Password,
		"group": map[string]string{"name": group.Name, "sid": group.SID}, "domain": second.Domain, "member": of(second, "alice.adams"), "stranger": of(first, "alice.adams"),
		"membership": memberSwitch(t, second, inner, second.Account(t, "alice.adams"))}), &took)
	t.Logf("taken out of the group: refused after %.1f s, stream ended after %.1f s", took.Removal, took.Stream)
	require.Less(t, took.Stream, 60.0)
}
