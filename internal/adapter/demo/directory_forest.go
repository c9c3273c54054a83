package demo

import (
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/sid"
)

// Forest is what a demo directory holds.
type Forest struct {
	Domain      string // DNS name of its one domain
	NetBIOS     string
	SID         sid.SID  // of the domain
	UPNSuffixes []string // alternative ones
	Accounts    []Account
	Groups      []Group
}

// Account is one account of a demo directory. Its password is right for sign-ins at the demo identity provider, too.
type Account struct {
	SAM, UPN                      string // UPN "" = only the implicit one
	RID                           uint32 // the last part of its SID
	CN, DisplayName               string
	GivenName, FamilyName         string
	Mail                          string
	Password                      string
	Disabled, Locked, Expired     bool
	PasswordExpired, ChangeNeeded bool
	Case                          Case // of the demo identity provider; "" = unknown there
}

// Group is one group of a demo directory; members are sAMAccountNames of accounts and groups.
type Group struct {
	SAM          string
	RID          uint32
	Members      []string
	Distribution bool
}

// oid is the same at each start, since sessions and assertions outlive the directory.
func (a Account) oid(domain string) sid.GUID { return guidOf(domain, a.SAM) }

// guidOf makes an object's identifier out of its name, which is unique in the domain.
func guidOf(domain, sam string) sid.GUID {
	sum := sha256.Sum256([]byte(domain + "\\" + sam))
	return sid.GUID(sum[:16])
}

// password of all demo people.
const peoplePassword = "Demo-Pass-1!"

// Forests returns the two forests of the demonstration: accounts for each Case, and the states an account can be in.
func Forests() []Forest {
	return []Forest{resourceForest(), partnerForest()}
}

func resourceForest() Forest {
	f := Forest{
		Domain: "corp.example", NetBIOS: "CORP", SID: mustSID("S-1-5-21-1000000001-2000000002-3000000001"),
		UPNSuffixes: []string{"customer.example", "guest.example", "shared.example"},
		Accounts: []Account{
			{SAM: "plain", UPN: "plain@corp.example", CN: "Plain Person", GivenName: "Plain", FamilyName: "Person", Mail: "plain.person@customer.example", Case: Plain},
			{SAM: "upnonly", UPN: "upn.only@customer.example", CN: "Upn Only", GivenName: "Upn", FamilyName: "Only", Mail: "upn.only@customer.example", Case: UPNOnly},
			{SAM: "shadow", UPN: "contractor@guest.example", CN: "Shadow Contractor", GivenName: "Shadow", FamilyName: "Contractor", Case: Shadow},
			{SAM: "ambiguous", UPN: "ambiguous@shared.example", CN: "Ambiguous Person", Mail: "ambiguous@shared.example", Case: Ambiguous},
			{SAM: "disabled", UPN: "disabled@corp.example", CN: "Disabled Person", Mail: "disabled@corp.example", Disabled: true, Case: Disabled},
			{SAM: "locked", UPN: "locked@corp.example", CN: "Locked Person", Locked: true},
			{SAM: "expired", UPN: "expired@corp.example", CN: "Expired Person", Expired: true},
			{SAM: "oldpassword", UPN: "old.password@corp.example", CN: "Person with an Old Password", PasswordExpired: true},
			{SAM: "newcomer", UPN: "newcomer@corp.example", CN: "Newcomer", ChangeNeeded: true},
			{SAM: "implicit", CN: "Person without a Principal Name"},
			{SAM: "jörg*", UPN: "jörg*(größe)@customer.example", CN: `Größe, Jörg "*" <1>`, GivenName: "Jörg", FamilyName: "Größe"},
		},
		Groups: []Group{
			{SAM: "Staff", RID: 2001, Members: []string{"plain", "upnonly"}},
			{SAM: "All Staff", RID: 2002, Members: []string{"Staff", "Everybody Else"}},
			{SAM: "Everybody Else", RID: 2003, Members: []string{"shadow", "All Staff"}},
			{SAM: "Newsletter", RID: 2004, Members: []string{"plain"}, Distribution: true},
		},
	}
	return f.numbered()
}

func partnerForest() Forest {
	f := Forest{
		Domain: "partner.example", NetBIOS: "PARTNER", SID: mustSID("S-1-5-21-1000000001-2000000002-3000000002"),
		UPNSuffixes: []string{"shared.example"},
		Accounts: []Account{
			{SAM: "ambiguous", UPN: "ambiguous@shared.example", CN: "Ambiguous Person", Mail: "ambiguous@shared.example"},
			{SAM: "contractor", UPN: "contractor@partner.example", CN: "Contractor at Home", Mail: "contractor@guest.example"},
		},
		Groups: []Group{{SAM: "Partners", RID: 2001, Members: []string{"ambiguous", "contractor"}}},
	}
	return f.numbered()
}

// numbered fills in what all accounts have.
func (f Forest) numbered() Forest {
	for i := range f.Accounts {
		a := &f.Accounts[i]
		a.RID, a.Password = 1101+uint32(i), peoplePassword
		if a.DisplayName == "" {
			a.DisplayName = a.CN
		}
	}
	return f
}

// People returns those of the accounts whom the demo identity provider knows.
func People(forests []Forest) []Person {
	var out []Person
	for _, f := range forests {
		for _, a := range f.Accounts {
			if a.Case == "" {
				continue
			}
			login, _, _ := strings.Cut(a.UPN, "@")
			out = append(out, Person{
				Login: login, Password: a.Password, Case: a.Case, UPN: a.UPN, SID: f.sid(a.RID).String(), OID: a.oid(f.Domain).String(), Email: a.Mail,
				DisplayName: a.DisplayName, GivenName: a.GivenName, FamilyName: a.FamilyName, Forest: f.Domain, Domain: f.Domain,
			})
		}
	}
	return out
}

func (f Forest) sid(rid uint32) sid.SID {
	b := f.SID.Bytes()
	b[1]++
	s, err := sid.SIDFromBytes(append(b, byte(rid), byte(rid>>8), byte(rid>>16), byte(rid>>24)))
	if err != nil {
		panic("demo: domain SID with too many parts")
	}
	return s
}

// tokenGroups are the SIDs of all security groups that a member is in, through other groups too, and of those that
// everybody of a domain is in.
func (f Forest) tokenGroups(member string) []sid.SID {
	in := map[string]bool{}
	out := []sid.SID{f.sid(ridDomainUsers), mustSID(sidUsers)}
	for todo := []string{member}; len(todo) > 0; todo = todo[1:] {
		for _, g := range f.Groups {
			if !in[g.SAM] && slices.Contains(g.Members, todo[0]) {
				in[g.SAM] = true
				todo = append(todo, g.SAM)
				if !g.Distribution {
					out = append(out, f.sid(g.RID))
				}
			}
		}
	}
	return out
}

// The groups that each domain has.
const (
	ridDomainUsers = 513
	sidUsers       = "S-1-5-32-545"
)

func mustSID(s string) sid.SID {
	parsed, err := sid.ParseSID(s)
	if err != nil {
		panic("demo: " + s)
	}
	return parsed
}
