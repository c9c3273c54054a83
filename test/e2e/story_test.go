package e2e

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/lab"
)

// story is an installation in which people sign in through SimpleSAMLphp, connectors and Samba.
type story struct {
	*installation
	lab        *lab.Lab
	customer   customer
	state      string // file with the browser's state of the administrator
	provider   string // address of the identity provider
	workspace  string
	connectors []*program // of the first forest
}

// workspaceFacts are what the workspace shows about the person, by the words on the page.
type workspaceFacts map[string]string

// refused is the page of a sign-in that did not succeed.
type refused struct {
	Text        string `json:"text"`
	Transaction string `json:"transaction"`
}

// trace is the page of a sign-in trace in the console.
type trace struct {
	Text string `json:"text"`
}

// TestLabStory is the product's main job on real parts: an operator creates a customer, an administrator signs in with a
// second factor, adds a site with two connectors, connects SimpleSAMLphp in the wizard and chooses it for the workspace, and
// a person signs in with an assertion that carries only the UPN, the rest being read from Samba. Then the same name in a
// second forest is refused, and one of the two connectors hangs and dies under load.
//
// Spec: CON-010, IAM-015, SAM-063, SAM-064, SAM-196, SAM-202, SAM-230, SAM-254
func TestLabStory(t *testing.T) {
	s := newStory(t)
	for _, sam := range []string{"bob.brown", "ines.ivory"} {
		account := s.lab.Forest1().Account(t, sam)
		var facts workspaceFacts
		s.signIn(t, account.UPN, false, &facts)
		require.Equal(t, account.UPN, facts["Account"])
		require.Equal(t, account.SID, facts["Security identifier"])
		require.Equal(t, "forest1.local", facts["Domain"])
		require.Equal(t, "forest1.local", facts["Forest"])
	}

	t.Run("ambiguous", s.ambiguous)
	t.Run("failover", s.failOver)
}

// newStory does everything that comes before the first sign-in of a person.
func newStory(t *testing.T) *story {
	t.Helper()
	s := &story{lab: lab.Load(t)}
	s.installation = startServe(t)
	s.customer = s.createCustomer("Alpine Works", "dana")
	s.state = filepath.Join(t.TempDir(), "administrator.json")
	runScript(t, "enrol", s.settings(map[string]any{"login": s.customer.UserName, "password": s.customer.Password, "newPassword": newPassword, "state": s.state}))

	f := s.lab.Forest1()
	headquarters := s.addSite(t, s.state, "Headquarters", 2)
	for _, file := range headquarters.Files {
		s.connectors = append(s.connectors, s.connect(t, file, f))
	}
	s.provider = s.secureProvider(s.lab)
	s.register(s.lab)
	s.connectProvider(t, headquarters, 2)
	return s
}

// connectProvider connects SimpleSAMLphp in the console and chooses it for the workspace. Somebody of the first forest, whose
// connectors are those of the location, does the test sign-in.
func (s *story) connectProvider(t *testing.T, location site, connectors int) {
	t.Helper()
	f := s.lab.Forest1()
	alice := f.Account(t, "alice.adams")
	var got struct {
		Workspace string `json:"workspace"`
	}
	scriptInto(t, "connect-idp", s.settings(map[string]any{
		"state": s.state, "location": location.Location, "connectors": connectors, "domain": f.Domain, "nickname": "SimpleSAMLphp", "identifier": "alpine-works",
		"metadataUrl": s.provider + "/saml2/idp/metadata.php", "entityId": s.provider + "/saml2/idp/metadata.php", "ssoUrl": s.provider + "/saml2/idp/SSOService.php",
		"login": alice.UPN, "password": s.lab.SAML.Password, "expected": map[string]string{"upn": alice.UPN, "sid": alice.SID},
	}), &got)
	s.workspace = got.Workspace
}

// signIn lets a person sign in to the workspace with a new browser.
func (s *story) signIn(t *testing.T, login string, refused bool, result any) {
	t.Helper()
	scriptInto(t, "person", s.settings(map[string]any{"workspace": s.workspace, "login": login, "password": s.lab.SAML.Password,
		"refused": refused, "picture": "person-" + login}), result)
}

// known waits until the control plane knows a domain from its connectors.
func (s *story) known(t *testing.T, domain string) {
	t.Helper()
	runScript(t, "known-domain", s.settings(map[string]any{"state": s.state, "customerId": s.customer.CustomerID, "domain": domain}))
}

// ambiguous connects the second forest, which holds the same UPN once more, and reads in the console why the sign-in was
// refused.
func (s *story) ambiguous(t *testing.T) {
	f := s.lab.Forest2()
	partner := s.addSite(t, s.state, "Partner site", 1)
	s.connect(t, partner.Files[0], f)
	s.known(t, f.Domain)

	twice := s.lab.Forest1().Account(t, "shareduser")
	require.Equal(t, twice.UPN, f.Account(t, "shareduser").UPN)
	var page refused
	s.signIn(t, twice.UPN, true, &page)
	require.NotContains(t, page.Text, "forest", "the person learns of the forests")
	var why trace
	scriptInto(t, "trace", s.settings(map[string]any{"state": s.state, "transaction": page.Transaction, "person": twice.UPN}), &why)
	require.Contains(t, why.Text, "More than one account has this user principal name")
	require.Contains(t, why.Text, "forest1.local")
	require.Contains(t, why.Text, "forest2.local")
}
