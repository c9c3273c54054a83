package lab_test

import (
	"bufio"
	"bytes"
	"compress/flate"
	"crypto/rand"
	"encoding/base64"
	"encoding/pem"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/smtp"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/lab"
)

func forests(t *testing.T) []*lab.Forest {
	t.Helper()
	l := lab.Load(t)
	l.Quiet(t)
	return []*lab.Forest{l.Forest1(), l.Forest2()}
}

func dial(t *testing.T, f *lab.Forest) *ldap.Conn {
	t.Helper()
	conn, err := ldap.DialURL(f.LDAPSURL, ldap.DialWithTLSConfig(f.TLS(t)))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}

// bound is a connection of the service account.
func bound(t *testing.T, f *lab.Forest) *ldap.Conn {
	t.Helper()
	conn := dial(t, f)
	require.NoError(t, conn.Bind(f.Service.UPN, f.Service.Password))
	return conn
}

func search(t *testing.T, f *lab.Forest, base string, scope int, filter string, attributes ...string) []*ldap.Entry {
	t.Helper()
	found, err := bound(t, f).Search(ldap.NewSearchRequest(base, scope, ldap.NeverDerefAliases, 0, 0, false, filter, attributes, nil))
	require.NoError(t, err)
	return found.Entries
}

// Each state of an account has its own error, and only the right password shows it.
func TestBindTellsTheState(t *testing.T) {
	t.Parallel()
	data := map[string]string{
		"disabled": "533", "locked": "775", "password-expired": "532", "must-change": "773", "account-expired": "701",
		"logon-hours": "530", "workstation": "531", "smartcard": "52e",
	}
	for _, f := range forests(t) {
		require.ErrorContains(t, dial(t, f).Bind(f.Account(t, "alice.adams").UPN, "wrong"), "data 52e")
		require.ErrorContains(t, dial(t, f).Bind("nobody@"+f.Domain, f.Password), "data 52")
		for _, a := range f.Accounts {
			err := dial(t, f).Bind(a.SAM+"@"+f.Domain, a.Password)
			if code, refused := data[a.State]; refused {
				require.ErrorContains(t, err, "data "+code, "%s: %s", f.Domain, a.SAM)
			} else {
				require.NoError(t, err, "%s: %s", f.Domain, a.SAM)
			}
		}
	}
}

func TestStartTLS(t *testing.T) {
	t.Parallel()
	for _, f := range forests(t) {
		conn, err := ldap.DialURL(f.LDAPURL)
		require.NoError(t, err)
		t.Cleanup(func() { conn.Close() })
		require.True(t, ldap.IsErrorWithCode(conn.Bind(f.Service.UPN, f.Service.Password), ldap.LDAPResultStrongAuthRequired))
		require.NoError(t, conn.StartTLS(f.TLS(t)))
		require.NoError(t, conn.Bind(f.Service.UPN, f.Service.Password))
	}
}

func TestDNS(t *testing.T) {
	t.Parallel()
	all := forests(t)
	for _, f := range all {
		// Forest 1 answers for both.
		for _, r := range []*net.Resolver{f.Resolver(), all[0].Resolver()} {
			_, found, err := r.LookupSRV(t.Context(), "ldap", "tcp", "dc._msdcs."+f.Domain)
			require.NoError(t, err)
			require.Len(t, found, 1)
			require.Equal(t, f.Controller+".", found[0].Target)
			require.EqualValues(t, 389, found[0].Port)
			addresses, err := r.LookupHost(t.Context(), f.Controller)
			require.NoError(t, err)
			require.Equal(t, []string{f.Address}, addresses)
		}
	}
	addresses, err := all[0].Resolver().LookupHost(t.Context(), "any.thing.localhost.")
	require.NoError(t, err)
	require.Equal(t, []string{"127.0.0.1"}, addresses)
}

func TestForestsShareUPNs(t *testing.T) {
	t.Parallel()
	for _, f := range forests(t) {
		for _, sam := range []string{"frontenduser", "shareduser"} {
			a := f.Account(t, sam)
			require.Equal(t, "ambiguous", a.State)
			found := search(t, f, f.BaseDN, ldap.ScopeWholeSubtree, "(userPrincipalName="+a.UPN+")", "sAMAccountName")
			require.Len(t, found, 1, "%s in %s", a.UPN, f.Domain)
			require.Equal(t, sam, found[0].GetAttributeValue("sAMAccountName"))
		}
	}
	require.Equal(t, forests(t)[0].Account(t, "frontenduser").UPN, forests(t)[1].Account(t, "frontenduser").UPN)
}

// The facts in lab.json are those of the directory.
func TestFactsAreTrue(t *testing.T) {
	t.Parallel()
	for _, f := range forests(t) {
		conn := bound(t, f)
		for _, a := range f.Accounts {
			found, err := conn.Search(ldap.NewSearchRequest("<SID="+a.SID+">", ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, 0, false,
				"(objectClass=user)", []string{"sAMAccountName", "userPrincipalName", "mail", "displayName"}, nil))
			require.NoError(t, err, a.SAM)
			require.Len(t, found.Entries, 1, a.SAM)
			e := found.Entries[0]
			require.Equal(t, []string{a.SAM, a.UPN, a.Mail, a.DisplayName}, []string{e.GetAttributeValue("sAMAccountName"),
				e.GetAttributeValue("userPrincipalName"), e.GetAttributeValue("mail"), e.GetAttributeValue("displayName")})
			require.True(t, strings.HasPrefix(a.SID, f.DomainSID+"-"), a.SID)
		}
		suffixes := search(t, f, "CN=Partitions,CN=Configuration,"+f.BaseDN, ldap.ScopeBaseObject, "(objectClass=*)", "uPNSuffixes")
		require.Subset(t, suffixes[0].GetAttributeValues("uPNSuffixes"), f.UPNSuffixes) // a test of another package may add one for a while
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	for _, f := range forests(t) {
		members := func(sam, attribute string) []string {
			found := search(t, f, f.Group(t, sam).DN, ldap.ScopeBaseObject, "(objectClass=group)", attribute)
			for _, a := range found[0].Attributes {
				if strings.HasPrefix(a.Name, "member") {
					return a.Values
				}
			}
			return nil
		}
		require.Len(t, members("G-Big", "member"), f.BulkUsers)
		require.Len(t, members("G-Big", "member;range=0-99"), 100, "ranges work when asked for")
		require.Contains(t, members("G-Cycle-A", "member"), f.Group(t, "G-Cycle-B").DN)
		require.Contains(t, members("G-Cycle-B", "member"), f.Group(t, "G-Cycle-A").DN)

		nested := search(t, f, f.BaseDN, ldap.ScopeWholeSubtree,
			"(memberOf:1.2.840.113556.1.4.1941:="+ldap.EscapeFilter(f.Group(t, "G-Level1").DN)+")", "sAMAccountName")
		var names []string
		for _, e := range nested {
			names = append(names, e.GetAttributeValue("sAMAccountName"))
		}
		require.Subset(t, names, []string{"G-Level2", "G-Level3", "alice.adams", "frank.fisher"})

		heidi := search(t, f, f.Account(t, "heidi.hall").DN, ldap.ScopeBaseObject, "(objectClass=user)", "tokenGroups", "memberOf")
		require.Len(t, heidi[0].GetAttributeValues("memberOf"), 121) // the primary group is the 122nd
		require.GreaterOrEqual(t, len(heidi[0].GetAttributeValues("tokenGroups")), 122)
	}
	require.Equal(t, 2000, forests(t)[0].BulkUsers)
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	l := lab.Load(t)
	var dsn string
	t.Run("lives", func(t *testing.T) {
		dsn = l.Postgres.NewDatabase(t)
		conn, err := pgx.Connect(t.Context(), dsn)
		require.NoError(t, err)
		var fsync string
		require.NoError(t, conn.QueryRow(t.Context(), "show fsync").Scan(&fsync))
		require.Equal(t, "on", fsync)
		_, err = conn.Exec(t.Context(), "create table only_here ()")
		require.NoError(t, err)
		// The connection stays open: dropping the database must not wait for it.
	})
	_, err := pgx.Connect(t.Context(), dsn)
	require.ErrorContains(t, err, "does not exist")

	conn, err := pgx.Connect(t.Context(), fmt.Sprintf("host=%s user=%s dbname=postgres", l.Postgres.SocketDir, l.Postgres.User))
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
}

func TestSquid(t *testing.T) {
	t.Parallel()
	l := lab.Load(t)
	credentials := base64.StdEncoding.EncodeToString([]byte(l.Squid.User + ":" + l.Squid.Password))
	wrong := base64.StdEncoding.EncodeToString([]byte(l.Squid.User + ":wrong"))
	cases := []struct {
		name, proxy, target, credentials string
		want                             int
	}{
		{"open", l.Squid.OpenURL, l.Mail.SMTP, "", 200},
		{"open by name", l.Squid.OpenURL, l.Forest2().Controller + ":636", "", 200},
		{"Basic without credentials", l.Squid.BasicURL, l.Mail.SMTP, "", 407},
		{"Basic with a wrong password", l.Squid.BasicURL, l.Mail.SMTP, wrong, 407},
		{"Basic with credentials", l.Squid.BasicURL, l.Mail.SMTP, credentials, 200},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			proxy, err := url.Parse(c.proxy)
			require.NoError(t, err)
			conn, err := net.Dial("tcp", proxy.Host)
			require.NoError(t, err)
			defer conn.Close()
			require.NoError(t, conn.SetDeadline(time.Now().Add(90*time.Second)))
			request := "CONNECT " + c.target + " HTTP/1.1\r\nHost: " + c.target + "\r\n"
			if c.credentials != "" {
				request += "Proxy-Authorization: Basic " + c.credentials + "\r\n"
			}
			_, err = io.WriteString(conn, request+"\r\n")
			require.NoError(t, err)
			response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodConnect})
			require.NoError(t, err)
			require.Equal(t, c.want, response.StatusCode)
		})
	}
}

func TestIdentityProviderMetadata(t *testing.T) {
	t.Parallel()
	l := lab.Load(t)
	response, err := lab.HTTPClient(t).Get(l.SAML.MetadataURL)
	require.NoError(t, err)
	defer response.Body.Close()
	var metadata struct {
		EntityID string `xml:"entityID,attr"`
		Keys     []struct {
			Use         string `xml:"use,attr"`
			Certificate string `xml:"KeyInfo>X509Data>X509Certificate"`
		} `xml:"IDPSSODescriptor>KeyDescriptor"`
		Services []struct {
			Binding, Location string `xml:",attr"`
		} `xml:"IDPSSODescriptor>SingleSignOnService"`
	}
	require.NoError(t, xml.NewDecoder(response.Body).Decode(&metadata))
	require.Equal(t, l.SAML.EntityID, metadata.EntityID)
	require.Len(t, metadata.Services, 2)
	require.Equal(t, "signing", metadata.Keys[0].Use)
	content, err := os.ReadFile(l.SAML.CertificateFile)
	require.NoError(t, err)
	block, _ := pem.Decode(content)
	require.Equal(t, base64.StdEncoding.EncodeToString(block.Bytes), metadata.Keys[0].Certificate)
}

const entity, acs = "https://sp.lab.example/", "https://sp.lab.example/acs"

// providerMetadata describes a service provider whose entity ID is entity+name.
func providerMetadata(name string) []byte {
	return []byte(`<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + entity + name + `">
		<SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><AssertionConsumerService index="0"
		Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="` + acs + `"/></SPSSODescriptor></EntityDescriptor>`)
}

// samlResponse is what the tests read of a response; they verify no signature.
type samlResponse struct {
	InResponseTo string `xml:",attr"`
	Status       struct {
		Value string `xml:",attr"`
	} `xml:"Status>StatusCode"`
	Signature signature
	Assertion struct {
		Signature  signature
		Attributes []struct {
			Name   string   `xml:",attr"`
			Values []string `xml:"AttributeValue"`
		} `xml:"AttributeStatement>Attribute"`
	}
}

type signature struct {
	Method struct {
		Algorithm string `xml:",attr"`
	} `xml:"SignedInfo>SignatureMethod"`
}

func readResponse(t *testing.T, form lab.Form) samlResponse {
	t.Helper()
	require.Equal(t, acs, form.Action)
	raw, err := base64.StdEncoding.DecodeString(form.Fields.Get("SAMLResponse"))
	require.NoError(t, err)
	var response samlResponse
	require.NoError(t, xml.Unmarshal(raw, &response))
	return response
}

func TestIdentityProviderSignsIn(t *testing.T) {
	t.Parallel()
	l := lab.Load(t)
	l.SAML.AddServiceProvider(t, providerMetadata("people"), nil)
	l.SAML.AddPerson(t, "lab-test", map[string][]string{"cip_upn": {"somebody@lab.example"}, "extra": {"a", "b"}})
	alice, joerg := l.Forest1().Account(t, "alice.adams"), l.Forest2().Account(t, "jörg.größe")
	cases := []struct {
		login string
		want  map[string][]string
	}{
		{alice.UPN, map[string][]string{"cip_upn": {alice.UPN}}},
		{alice.UPN + "+sid", map[string][]string{"cip_sid": {alice.SID}}},
		{alice.UPN + "+all", map[string][]string{
			"cip_upn": {alice.UPN}, "cip_sid": {alice.SID}, "cip_oid": {alice.GUID}, "cip_email": {alice.Mail},
			"cip_forest": {"forest1.local"}, "cip_domain": {"forest1.local"},
			"displayName": {alice.DisplayName}, "firstName": {alice.GivenName}, "lastName": {alice.FamilyName},
		}},
		{joerg.UPN, map[string][]string{"cip_upn": {joerg.UPN}}},
		{"lab-test", map[string][]string{"cip_upn": {"somebody@lab.example"}, "extra": {"a", "b"}}},
	}
	for _, c := range cases {
		t.Run(c.login, func(t *testing.T) {
			t.Parallel()
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
				l.SAML.SSOURL+"?"+url.Values{"spentityid": {entity + "people"}, "RelayState": {"where"}}.Encode(), nil)
			require.NoError(t, err)
			form := l.SAML.SignIn(t, request, c.login)
			require.Equal(t, "where", form.Fields.Get("RelayState"))
			response := readResponse(t, form)
			const rsaSHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
			require.Equal(t, rsaSHA256, response.Signature.Method.Algorithm)
			require.Equal(t, rsaSHA256, response.Assertion.Signature.Method.Algorithm)
			got := map[string][]string{}
			for _, a := range response.Assertion.Attributes {
				got[a.Name] = a.Values
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestIdentityProviderAnswersRequests(t *testing.T) {
	t.Parallel()
	l := lab.Load(t)
	l.SAML.AddServiceProvider(t, providerMetadata("requests"), map[string]any{"saml20.sign.response": false})
	message := `<AuthnRequest xmlns="urn:oasis:names:tc:SAML:2.0:protocol" ID="_of-the-lab" Version="2.0" Destination="` + l.SAML.SSOURL +
		`" IssueInstant="` + time.Now().UTC().Format(time.RFC3339) + `" AssertionConsumerServiceURL="` + acs +
		`"><Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">` + entity + `requests</Issuer></AuthnRequest>`
	var deflated bytes.Buffer
	w, err := flate.NewWriter(&deflated, flate.DefaultCompression)
	require.NoError(t, err)
	_, err = io.WriteString(w, message)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	redirect := url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString(deflated.Bytes())}}
	byRedirect, err := http.NewRequestWithContext(t.Context(), http.MethodGet, l.SAML.SSOURL+"?"+redirect.Encode(), nil)
	require.NoError(t, err)
	post := url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString([]byte(message))}}
	byPost, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.SAML.SSOURL, strings.NewReader(post.Encode()))
	require.NoError(t, err)
	byPost.Header.Set("Content-Type", "application/x-www-form-urlencoded")

	for _, request := range []*http.Request{byRedirect, byPost} {
		response := readResponse(t, l.SAML.SignIn(t, request, l.Forest1().Account(t, "bob.brown").UPN))
		require.Equal(t, "_of-the-lab", response.InResponseTo, request.Method)
		require.Equal(t, "urn:oasis:names:tc:SAML:2.0:status:Success", response.Status.Value)
		require.Empty(t, response.Signature.Method.Algorithm, "the provider's own option is in force")
		require.NotEmpty(t, response.Assertion.Signature.Method.Algorithm)
	}
}

func TestMail(t *testing.T) {
	t.Parallel()
	l := lab.Load(t)
	to := rand.Text() + "@lab.example"
	require.Empty(t, l.Mail.Messages(t, to))
	client, err := smtp.Dial(l.Mail.SMTP)
	require.NoError(t, err)
	require.NoError(t, client.StartTLS(l.Mail.TLS(t)))
	require.NoError(t, client.Mail("sender@lab.example"))
	require.NoError(t, client.Rcpt(to))
	w, err := client.Data()
	require.NoError(t, err)
	_, err = io.WriteString(w, "Subject: hello\r\n\r\nfrom the test\r\n")
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.NoError(t, client.Quit())
	found := l.Mail.Messages(t, to)
	require.Len(t, found, 1)
	require.Equal(t, "Subject: hello\n\nfrom the test\n", found[0].Raw)
}
