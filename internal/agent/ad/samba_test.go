package ad_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/agent/ad"
	"github.com/causeway-cloud/causeway/internal/agent/ad/adtest"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
	"github.com/causeway-cloud/causeway/test/lab"
)

// samba describes a forest of the lab for the suite.
func samba(t *testing.T, f *lab.Forest) adtest.Forest {
	t.Helper()
	password := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(password, []byte(f.Service.Password+"\n"), 0o600))
	suffixes := slices.Clone(f.UPNSuffixes)
	slices.Sort(suffixes)
	out := adtest.Forest{
		Config: ad.Config{Domain: f.Domain, CAFile: f.CAFile, User: f.Service.UPN, PasswordFile: password, Resolver: f.DNS},
		Described: wire.DirectoryForest{Forest: f.Domain, UPNSuffixes: suffixes, Domains: []wire.DirectoryDomain{
			{DNS: f.Domain, NetBIOS: f.NetBIOS, NamingContext: f.BaseDN, SID: f.DomainSID}}},
		Missing:     "nobody@yourforest.com",
		LoginTester: f.Service.UPN,
		Groups: map[string][]string{
			"alice.adams@" + f.Domain: {"G-Level1", "G-Level2", "G-Level3", "Domain Users", "Users"},
			"dave.dixon@" + f.Domain:  {"G-Primary"},
			"heidi.hall@" + f.Domain:  {"G-Many-001", "G-Many-120"},
			"carol.clark@" + f.Domain: {"G-Cycle-A", "G-Cycle-B"},
		},
		Assignable:  []string{"G-Level1", "G-Level2", "G-Level3", "G-Unicode", "G-Odd", "G-Big", "Domain Admins"},
		Distributed: []string{"G-Distribution", "Users", "Administrators", "CONNECTOR1$"},
		NoGroups:    map[string][]string{"alice.adams@" + f.Domain: {"G-Distribution", "G-Empty"}},
	}
	states := map[string]struct{ find, signIn wire.DirectoryOutcome }{
		"ok":               {wire.DirectoryFound, wire.DirectoryFound},
		"shadow":           {wire.DirectoryFound, wire.DirectoryFound},
		"ambiguous":        {wire.DirectoryFound, wire.DirectoryFound},
		"service":          {wire.DirectoryFound, wire.DirectoryFound},
		"disabled":         {wire.DirectoryDisabled, wire.DirectoryDisabled},
		"locked":           {wire.DirectoryLocked, wire.DirectoryLocked},
		"account-expired":  {wire.DirectoryExpired, wire.DirectoryExpired},
		"password-expired": {wire.DirectoryFound, wire.DirectoryPasswordExpired},
		"must-change":      {wire.DirectoryFound, wire.DirectoryMustChange},
		"logon-hours":      {wire.DirectoryFound, wire.DirectoryRestricted},
		"workstation":      {wire.DirectoryFound, wire.DirectoryRestricted},
		"smartcard":        {wire.DirectoryFound, wire.DirectoryWrongPassword},
	}
	for _, a := range f.Accounts {
		state, known := states[a.State]
		require.True(t, known, "the suite has no word for %q", a.State)
		out.Accounts = append(out.Accounts, adtest.Account{
			DirectoryAccount: wire.DirectoryAccount{
				SID: a.SID, GUID: a.GUID, UPN: a.UPN, ImplicitUPN: a.SAM + "@" + f.Domain, SAM: a.SAM, CN: a.CN, Mail: a.Mail,
				DisplayName: a.DisplayName, GivenName: a.GivenName, Surname: a.FamilyName, DN: a.DN, Domain: f.Domain, Forest: f.Domain,
				Disabled: a.State == "disabled", Locked: a.State == "locked", Expired: a.State == "account-expired",
			},
			Outcome: state.find, Password: a.Password, SignIn: state.signIn,
		})
	}
	return out
}

// TestSamba runs the suite in both forests, found by DNS: over LDAPS in the first one, over StartTLS in the second.
func TestSamba(t *testing.T) {
	l := lab.Load(t)
	l.Quiet(t)
	t.Run("forest 1", func(t *testing.T) {
		t.Parallel()
		adtest.Run(t, samba(t, l.Forest1()))
	})
	t.Run("forest 2", func(t *testing.T) {
		t.Parallel()
		f := samba(t, l.Forest2())
		f.Config.Transport = ad.StartTLS
		adtest.Run(t, f)
	})
}
