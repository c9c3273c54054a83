package lab

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"testing"
)

// Forest is one Active Directory forest of one domain and one controller.
type Forest struct {
	Domain           string // DNS name, "forest1.local"
	DomainSID        string `json:"domain_sid"`
	NetBIOS          string
	BaseDN           string   `json:"base_dn"`
	UPNSuffixes      []string `json:"upn_suffixes"` // alternative ones, as the forest lists them
	Controller       string   // host name that the certificate carries
	Address          string   // IP address, which the certificate carries too
	LDAPURL          string   `json:"ldap_url"` // for StartTLS; a plain simple bind is refused
	LDAPSURL         string   `json:"ldaps_url"`
	GlobalCatalogURL string   `json:"global_catalog_url"` // by LDAPS
	DNS              string   // host:port; forest 1 answers for forest 2 and for *.localhost too
	CAFile           string   `json:"ca_file"`
	Administrator    Login
	Service          Login     // a plain domain user to search with
	Password         string    // of every person
	BulkUsers        int       `json:"bulk_users"` // bulk0001 and so on, members of G-Big; the first 20 have Password
	Accounts         []Account // without the bulk users
	Groups           []Group   // without G-Many-001 to G-Many-120, whose only member is heidi.hall
	PID              int
}

// Login is a user principal name with its password.
type Login struct {
	UPN      string
	Password string
}

// Account is one person or service of a forest.
type Account struct {
	DN          string
	SAM         string
	UPN         string // empty: no userPrincipalName, though SAM@Domain signs in
	Mail        string // empty: none
	CN          string
	DisplayName string `json:"display_name"` // empty: none
	GivenName   string `json:"given_name"`
	FamilyName  string `json:"family_name"`
	Password    string
	// State is ok, shadow, ambiguous or service for those who can sign in; disabled, locked, password-expired,
	// must-change, account-expired, logon-hours, workstation or smartcard for those who cannot.
	State string
	Note  string // what is special
	SID   string // "S-1-5-21-…", the same at every provisioning
	GUID  string // text form; differs between provisionings
}

// Group is one group of a forest.
type Group struct {
	DN       string
	Name     string
	SAM      string
	Security bool // false: a distribution group, absent from tokenGroups
	Note     string
	SID      string
	GUID     string
}

// Forest1 is the forest with most accounts; it panics if Samba was not started.
func (l *Lab) Forest1() *Forest { return l.forest(0) }

// Forest2 is the other forest; it panics if Samba was not started.
func (l *Lab) Forest2() *Forest { return l.forest(1) }

func (l *Lab) forest(i int) *Forest {
	if len(l.Forests) <= i {
		panic("lab: samba was not started")
	}
	return &l.Forests[i]
}

// Account finds an account by sAMAccountName and fails the test if there is none.
func (f *Forest) Account(t testing.TB, sam string) Account {
	t.Helper()
	for _, a := range f.Accounts {
		if a.SAM == sam {
			return a
		}
	}
	t.Fatalf("%s has no account %q", f.Domain, sam)
	return Account{}
}

// Group finds a group by sAMAccountName and fails the test if there is none.
func (f *Forest) Group(t testing.TB, sam string) Group {
	t.Helper()
	for _, g := range f.Groups {
		if g.SAM == sam {
			return g
		}
	}
	t.Fatalf("%s has no group %q", f.Domain, sam)
	return Group{}
}

// TLS trusts the forest's certificate authority and expects its controller.
func (f *Forest) TLS(t testing.TB) *tls.Config {
	t.Helper()
	return &tls.Config{RootCAs: certPool(t, f.CAFile), ServerName: f.Controller}
}

// Resolver asks the controller's DNS and nobody else.
func (f *Forest) Resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		var dialer net.Dialer
		return dialer.DialContext(ctx, network, f.DNS)
	}}
}

func certPool(t testing.TB, file string) *x509.CertPool {
	t.Helper()
	pem, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatalf("%s: no certificate", file)
	}
	return pool
}
