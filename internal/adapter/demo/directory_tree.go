package demo

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"

	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/sid"
)

// serviceAccount is the sAMAccountName of the account that may search.
const serviceAccount = "svc-connector"

// tree is the entries of a forest. It never changes.
type tree struct {
	forest          Forest
	servicePassword secret.Text
	namingContext   string
	entries         []*entry
}

type entry struct {
	dn      string
	parsed  *ldap.DN
	values  map[string][]string // by attribute in lower case
	account *Account            // nil = nobody who can sign in
	base    map[string][]string // values that only a search of this one entry gives
}

func newTree(f Forest, servicePassword secret.Text) (*tree, error) {
	t := &tree{forest: f, servicePassword: servicePassword, namingContext: "DC=" + strings.Join(strings.Split(f.Domain, "."), ",DC=")}
	configuration := "CN=Configuration," + t.namingContext
	partitions := "CN=Partitions," + configuration
	t.add(t.namingContext, map[string][]string{"objectClass": {"top", "domain", "domainDNS"}, "objectSid": {string(f.SID.Bytes())}})
	for _, dn := range []string{"CN=Users," + t.namingContext, "CN=Builtin," + t.namingContext, configuration} {
		t.add(dn, map[string][]string{"objectClass": {"top", "container"}})
	}
	t.add(partitions, map[string][]string{"objectClass": {"top", "crossRefContainer"}, "uPNSuffixes": f.UPNSuffixes})
	t.add("CN="+f.NetBIOS+","+partitions, map[string][]string{"objectClass": {"top", "crossRef"}, "nCName": {t.namingContext}, "dnsRoot": {f.Domain},
		"nETBIOSName": {f.NetBIOS}, "systemFlags": {"3"}})
	t.add("CN=Enterprise Configuration,"+partitions, map[string][]string{"objectClass": {"top", "crossRef"}, "nCName": {configuration}, "dnsRoot": {f.Domain}, "systemFlags": {"1"}})
	t.group("Users", "CN=Builtin,", mustSID(sidUsers), groupBuiltIn)
	t.group("Domain Users", "CN=Users,", f.sid(ridDomainUsers), groupGlobal)
	for _, g := range f.Groups {
		kind := groupGlobal
		if g.Distribution {
			kind = groupDistribution
		}
		t.group(g.SAM, "CN=Users,", f.sid(g.RID), kind)
	}
	service := Account{SAM: serviceAccount, RID: 1100, CN: "Connector", Password: servicePassword.Reveal()}
	for _, a := range append([]Account{service}, f.Accounts...) {
		t.person(a)
	}
	for _, e := range t.entries {
		if e.parsed == nil {
			return nil, fmt.Errorf("demo directory: %q is no distinguished name", e.dn)
		}
	}
	return t, nil
}

func (t *tree) add(dn string, values map[string][]string) *entry {
	e := &entry{dn: dn, values: map[string][]string{}}
	e.parsed, _ = ldap.ParseDN(dn) // nil is found by newTree
	for name, v := range values {
		if len(v) > 0 && v[0] != "" {
			e.values[strings.ToLower(name)] = v
		}
	}
	t.entries = append(t.entries, e)
	return e
}

// Values of groupType; the sign is the bit that makes a security group.
//
// Source: MS-ADTS §2.2.12.
const (
	groupGlobal       = "-2147483646"
	groupDistribution = "2"
	groupBuiltIn      = "-2147483643"
)

func (t *tree) group(sam, container string, s sid.SID, kind string) {
	t.add("CN="+ldap.EscapeDN(sam)+","+container+t.namingContext, map[string][]string{
		"objectClass": {"top", "group"}, "cn": {sam}, "sAMAccountName": {sam}, "objectSid": {string(s.Bytes())},
		"objectGUID": {string(guidOf(t.forest.Domain, sam).Bytes())}, "groupType": {kind},
	})
}

// Bits of userAccountControl and of its computed part; accountExpires counts 100 ns since 1601.
const (
	uacNormal          = 0x200
	uacDisabled        = 0x2
	uacLocked          = 0x10
	uacPasswordExpired = 0x800000
	neverExpires       = "9223372036854775807"
	fileTimeUnix       = 116_444_736_000_000_000
)

func (t *tree) person(a Account) {
	control, computed, expires := uacNormal, 0, neverExpires
	if a.Disabled {
		control |= uacDisabled
	}
	if a.Locked {
		computed |= uacLocked
	}
	if a.PasswordExpired || a.ChangeNeeded {
		computed |= uacPasswordExpired
	}
	if a.Expired {
		expires = strconv.FormatInt(time.Now().AddDate(0, 0, -1).UnixNano()/100+fileTimeUnix, 10)
	}
	e := t.add("CN="+ldap.EscapeDN(a.CN)+",CN=Users,"+t.namingContext, map[string][]string{
		"objectClass": {"top", "person", "organizationalPerson", "user"}, "cn": {a.CN}, "sAMAccountName": {a.SAM}, "userPrincipalName": {a.UPN},
		"mail": {a.Mail}, "displayName": {a.DisplayName}, "givenName": {a.GivenName}, "sn": {a.FamilyName},
		"objectSid": {string(t.forest.sid(a.RID).Bytes())}, "objectGUID": {string(a.oid(t.forest.Domain).Bytes())},
		"userAccountControl": {strconv.Itoa(control)}, "msDS-User-Account-Control-Computed": {strconv.Itoa(computed)}, "accountExpires": {expires},
	})
	e.account = &a
	var groups []string
	for _, g := range t.forest.tokenGroups(a.SAM) {
		groups = append(groups, string(g.Bytes()))
	}
	e.base = map[string][]string{"tokengroups": groups}
}

// root is the entry without a name, which everybody may read.
func (t *tree) root() *entry {
	return &entry{parsed: &ldap.DN{}, values: map[string][]string{
		"objectclass": {"top"}, "defaultnamingcontext": {t.namingContext}, "rootdomainnamingcontext": {t.namingContext},
		"configurationnamingcontext": {"CN=Configuration," + t.namingContext}, "dnshostname": {"dc1." + t.forest.Domain},
		"supportedcontrol": {ldap.ControlTypePaging}, "supportedldapversion": {"3"},
	}}
}

// login finds an account by what a person may type in front of a password.
func (t *tree) login(name string) *Account {
	for _, e := range t.entries {
		a := e.account
		if a == nil {
			continue
		}
		for _, known := range []string{a.UPN, a.SAM + "@" + t.forest.Domain, a.SAM + "@" + t.forest.NetBIOS, t.forest.NetBIOS + `\` + a.SAM} {
			if known != "" && strings.EqualFold(known, name) {
				return a
			}
		}
		if dn, err := ldap.ParseDN(name); err == nil && dn.EqualFold(e.parsed) {
			return a
		}
	}
	return nil
}
