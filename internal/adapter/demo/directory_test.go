package demo_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/go-ldap/ldap/v3"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/agent/ad"
	"github.com/causeway-cloud/causeway/internal/agent/ad/adtest"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// TestDirectory holds the demo directory to the suite that Samba passes.
func TestDirectory(t *testing.T) {
	t.Parallel()
	for _, f := range demo.Forests() {
		t.Run(f.Domain, func(t *testing.T) {
			t.Parallel()
			adtest.Run(t, described(t, f, start(t, f)))
		})
	}
}

func start(t *testing.T, f demo.Forest) *demo.Directory {
	t.Helper()
	d, err := demo.StartDirectory(f)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return d
}

func config(t *testing.T, f demo.Forest, d *demo.Directory) ad.Config {
	t.Helper()
	user, password := d.Service()
	write := func(name string, content []byte) string {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, content, 0o600))
		return path
	}
	return ad.Config{
		Domain: f.Domain, Controllers: map[string][]string{f.Domain: {d.Addr()}}, CAFile: write("ca.crt", d.CA()), User: user,
		PasswordFile: write("password", []byte(password.Reveal())),
	}
}

func dial(t *testing.T, d *demo.Directory) *ldap.Conn {
	t.Helper()
	c, err := ldap.DialURL("ldaps://"+d.Addr(), ldap.DialWithTLSConfig(d.Trust()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func described(t *testing.T, f demo.Forest, d *demo.Directory) adtest.Forest {
	t.Helper()
	nc := map[string]string{"corp.example": "DC=corp,DC=example", "partner.example": "DC=partner,DC=example"}[f.Domain]
	out := adtest.Forest{
		Config: config(t, f, d), Missing: "nobody@" + f.Domain, LoginTester: f.Accounts[0].UPN,
		Described: wire.DirectoryForest{Forest: f.Domain, UPNSuffixes: f.UPNSuffixes, Domains: []wire.DirectoryDomain{
			{DNS: f.Domain, NetBIOS: f.NetBIOS, NamingContext: nc, SID: f.SID.String()}}},
	}
	if f.Domain == "corp.example" {
		out.Groups = map[string][]string{
			"plain@corp.example":  {"Staff", "All Staff", "Everybody Else", "Domain Users", "Users"},
			"shadow@corp.example": {"Everybody Else", "All Staff", "Domain Users"},
		}
		out.Assignable, out.Distributed = []string{"Staff", "All Staff", "Domain Users"}, []string{"Newsletter", "Users"}
		out.NoGroups = map[string][]string{"plain@corp.example": {"Newsletter"}, "shadow@corp.example": {"Staff"}}
	}
	for _, a := range f.Accounts {
		account := adtest.Account{Outcome: wire.DirectoryFound, SignIn: wire.DirectoryFound, Password: a.Password}
		switch {
		case a.Disabled:
			account.Outcome, account.SignIn = wire.DirectoryDisabled, wire.DirectoryDisabled
		case a.Locked:
			account.Outcome, account.SignIn = wire.DirectoryLocked, wire.DirectoryLocked
		case a.Expired:
			account.Outcome, account.SignIn = wire.DirectoryExpired, wire.DirectoryExpired
		case a.PasswordExpired:
			account.SignIn = wire.DirectoryPasswordExpired
		case a.ChangeNeeded:
			account.SignIn = wire.DirectoryMustChange
		}
		account.DirectoryAccount = wire.DirectoryAccount{
			SID: demo.SID(f, a), GUID: demo.GUID(f, a), UPN: a.UPN, ImplicitUPN: a.SAM + "@" + f.Domain, SAM: a.SAM, CN: a.CN, Mail: a.Mail,
			DisplayName: a.DisplayName, GivenName: a.GivenName, Surname: a.FamilyName, DN: "CN=" + ldap.EscapeDN(a.CN) + ",CN=Users," + nc,
			Domain: f.Domain, Forest: f.Domain, Disabled: a.Disabled, Locked: a.Locked, Expired: a.Expired,
		}
		out.Accounts = append(out.Accounts, account)
	}
	return out
}

// TestEmptyPasswordIsAnonymous proves that the double is as dangerous as the original, so that the suite's empty passwords
// prove something: they never reached it.
func TestEmptyPasswordIsAnonymous(t *testing.T) { // Spec: K05
	t.Parallel()
	f := demo.Forests()[0]
	d := start(t, f)
	c := dial(t, d)
	err := c.UnauthenticatedBind("plain@" + f.Domain)
	require.NoError(t, err)
	_, err = c.Search(ldap.NewSearchRequest("DC=corp,DC=example", ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", nil, nil))
	require.True(t, ldap.IsErrorWithCode(err, ldap.LDAPResultOperationsError), "%v", err)
}

func TestPeopleOfTheIdentityProviderAreInTheDirectory(t *testing.T) {
	t.Parallel()
	forests := demo.Forests()
	p := adtest.Open(t, config(t, forests[0], start(t, forests[0])))
	require.NoError(t, p.Read(t.Context()))
	people := demo.People(forests)
	cases := map[demo.Case]bool{}
	for _, who := range people {
		cases[who.Case] = true
		got := p.Find(t.Context(), wire.DirectoryQuery{UPN: who.UPN})
		require.NotNil(t, got.Account, who.UPN)
		require.Equal(t, []string{who.SID, who.OID, who.Email, who.Forest}, []string{got.Account.SID, got.Account.GUID, got.Account.Mail, got.Account.Forest})
		_, err := sid.ParseSID(who.SID)
		require.NoError(t, err)
	}
	require.Len(t, cases, 5, "an account for each case")
}

func TestCloseEndsConnections(t *testing.T) {
	t.Parallel()
	d, err := demo.StartDirectory(demo.Forests()[1])
	require.NoError(t, err)
	c := dial(t, d)
	require.NoError(t, d.Close(), "a client that stays must not hold it up")
	require.Error(t, c.Bind("plain", "x"))
}
