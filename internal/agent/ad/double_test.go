package ad_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/agent/ad"
	"github.com/causeway-cloud/causeway/internal/base/sid"
)

// double is a domain controller that does what Samba cannot be made to do: it insists on pages and ranges, sends
// referrals, belongs to a forest of several domains, hangs, cuts off, and lies.
type double struct {
	domain  string
	forest  string   // DNS name of the root domain
	domains []string // of the forest
	sid     string   // of the domain
	people  []map[string][]string
	byDN    map[string]map[string][]string // answers of BASE searches

	// hook may answer a search itself and then returns true.
	hook func(s search, reply func(op *ber.Packet)) bool

	listener net.Listener
	secured  *tls.Config // for LDAPS, and for StartTLS when startTLS is set; nil = clear text
	startTLS bool

	mu       sync.Mutex // guards the fields below
	suffixes []string
	binds    []string
	searches []search
	conns    []net.Conn
	wg       sync.WaitGroup
}

// search is a search request as it arrived.
type search struct {
	base, filter string
	scope        int64
	attributes   []string
	paging       *ldap.ControlPaging
}

const (
	windowsEntries = 1000
	windowsValues  = 1500
)

// authority signs the certificates of doubles.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t *testing.T, notAfter time.Time) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: notAfter.AddDate(-1, 0, 0), NotAfter: notAfter, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "ca.crt")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return &authority{cert: cert, key: key, file: file}
}

func (a *authority) issue(t *testing.T, ip string, notAfter time.Time) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "dc"}, DNSNames: []string{"dc.example"}, IPAddresses: []net.IP{net.ParseIP(ip)},
		NotBefore: notAfter.AddDate(-1, 0, 0), NotAfter: notAfter, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	require.NoError(t, err)
	return &tls.Config{MinVersion: tls.VersionTLS10, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

func inAnHour() time.Time { return time.Now().Add(time.Hour) }

// newDouble returns a controller of a forest with one domain, one.example, that is not started yet.
func newDouble(t *testing.T, a *authority) *double {
	t.Helper()
	return &double{domain: "one.example", forest: "one.example", domains: []string{"one.example"}, sid: "S-1-5-21-1-2-3",
		byDN: map[string]map[string][]string{}, secured: a.issue(t, "127.0.0.1", inAnHour())}
}

func (d *double) start(t *testing.T) *double {
	t.Helper()
	var err error
	d.listener, err = net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	d.wg.Go(d.accept)
	t.Cleanup(d.stop)
	return d
}

// stop ends the controller, as a crash would. It may be called twice.
func (d *double) stop() {
	_ = d.listener.Close()
	d.mu.Lock()
	for _, c := range d.conns {
		_ = c.Close()
	}
	d.mu.Unlock()
	d.wg.Wait()
}

func (d *double) addr() string { return d.listener.Addr().String() }

func (d *double) accept() {
	for {
		raw, err := d.listener.Accept()
		if err != nil {
			return
		}
		d.mu.Lock()
		d.conns = append(d.conns, raw)
		d.mu.Unlock()
		d.wg.Go(func() {
			defer raw.Close()
			if d.secured != nil && !d.startTLS {
				d.serve(tls.Server(raw, d.secured))
				return
			}
			d.serve(raw)
		})
	}
}

func (d *double) serve(c net.Conn) {
	for {
		p, err := ber.ReadPacket(c)
		if err != nil || len(p.Children) < 2 {
			return
		}
		reply := func(op *ber.Packet, controls ...ldap.Control) {
			m := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "")
			m.AppendChild(p.Children[0])
			m.AppendChild(op)
			if len(controls) > 0 {
				list := ber.Encode(ber.ClassContext, ber.TypeConstructed, 0, nil, "")
				for _, x := range controls {
					list.AppendChild(x.Encode())
				}
				m.AppendChild(list)
			}
			_, _ = c.Write(m.Bytes())
		}
		op := p.Children[1]
		switch op.Tag {
		case ldap.ApplicationBindRequest:
			d.mu.Lock()
			d.binds = append(d.binds, op.Children[1].Data.String()+" "+op.Children[2].Data.String())
			d.mu.Unlock()
			reply(result(ldap.ApplicationBindResponse, 0))
		case ldap.ApplicationExtendedRequest:
			if d.secured == nil {
				reply(result(ldap.ApplicationExtendedResponse, ldap.LDAPResultUnavailable))
				continue
			}
			reply(result(ldap.ApplicationExtendedResponse, 0))
			c = tls.Server(c, d.secured)
		case ldap.ApplicationSearchRequest:
			s := parseSearch(p)
			d.mu.Lock()
			d.searches = append(d.searches, s)
			d.mu.Unlock()
			if d.hook == nil || !d.hook(s, func(op *ber.Packet) {
				if op == nil {
					_ = c.Close()
					return
				}
				reply(op)
			}) {
				d.answer(s, reply)
			}
		default:
			return
		}
	}
}

func parseSearch(p *ber.Packet) search {
	op := p.Children[1]
	filter, _ := ldap.DecompileFilter(op.Children[6])
	s := search{base: op.Children[0].Data.String(), scope: op.Children[1].Value.(int64), filter: filter}
	for _, a := range op.Children[7].Children {
		s.attributes = append(s.attributes, a.Data.String())
	}
	if len(p.Children) > 2 {
		for _, raw := range p.Children[2].Children {
			if c, err := ldap.DecodeControl(raw); err == nil && c.GetControlType() == ldap.ControlTypePaging {
				s.paging = c.(*ldap.ControlPaging)
			}
		}
	}
	return s
}

func result(tag ber.Tag, code int64) *ber.Packet {
	op := ber.Encode(ber.ClassApplication, ber.TypeConstructed, tag, nil, "")
	op.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagEnumerated, code, ""))
	op.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, "", ""))
	op.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, "", ""))
	return op
}

func done(code int64) *ber.Packet { return result(ldap.ApplicationSearchResultDone, code) }

func reference(url string) *ber.Packet {
	op := ber.Encode(ber.ClassApplication, ber.TypeConstructed, ldap.ApplicationSearchResultReference, nil, "")
	op.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, url, ""))
	return op
}

func entry(dn string, values map[string][]string) *ber.Packet {
	op := ber.Encode(ber.ClassApplication, ber.TypeConstructed, ldap.ApplicationSearchResultEntry, nil, "")
	op.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, dn, ""))
	list := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "")
	for name, vs := range values {
		a := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "")
		a.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, name, ""))
		set := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSet, nil, "")
		for _, v := range vs {
			set.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, v, ""))
		}
		a.AppendChild(set)
		list.AppendChild(a)
	}
	op.AppendChild(list)
	return op
}

func nc(domain string) string { return "DC=" + strings.ReplaceAll(domain, ".", ",DC=") }

// answer is what an honest controller says.
func (d *double) answer(s search, reply func(*ber.Packet, ...ldap.Control)) {
	configuration := "CN=Configuration," + nc(d.forest)
	partitions := "CN=Partitions," + configuration
	switch {
	case s.base == "":
		reply(entry("", map[string][]string{"defaultNamingContext": {nc(d.domain)}, "rootDomainNamingContext": {nc(d.forest)}, "configurationNamingContext": {configuration}}))
	case s.base == partitions && s.scope == ldap.ScopeBaseObject:
		d.mu.Lock()
		reply(entry(partitions, ranged(s, "uPNSuffixes", d.suffixes)))
		d.mu.Unlock()
	case s.base == partitions:
		reply(entry("CN=Schema,"+partitions, map[string][]string{"nCName": {"CN=Schema," + configuration}, "systemFlags": {"1"}}))
		for _, domain := range d.domains {
			reply(entry("CN=x,"+partitions, map[string][]string{"nCName": {nc(domain)}, "dnsRoot": {domain}, "nETBIOSName": {strings.ToUpper(domain[:3])}, "systemFlags": {"3"}}))
		}
	case s.scope == ldap.ScopeBaseObject && strings.EqualFold(s.base, nc(d.domain)):
		reply(entry(s.base, map[string][]string{"objectSid": {binary(d.sid)}}))
	case s.scope == ldap.ScopeBaseObject && d.byDN[s.base] != nil:
		values := map[string][]string{}
		for name, v := range d.byDN[s.base] {
			for k, part := range ranged(s, name, v) {
				values[k] = part
			}
		}
		reply(entry(s.base, values))
	case strings.EqualFold(s.base, nc(d.domain)):
		d.list(s, reply)
		return
	default:
		reply(done(ldap.LDAPResultNoSuchObject))
		return
	}
	reply(done(0))
}

// list sends people in pages, and refuses to send more than Windows does at once.
func (d *double) list(s search, reply func(*ber.Packet, ...ldap.Control)) {
	from, to := 0, len(d.people)
	code := int64(0)
	if s.paging != nil {
		from, _ = strconv.Atoi(string(s.paging.Cookie))
		to = min(to, from+int(s.paging.PagingSize))
	}
	if to-from > windowsEntries {
		to, code = from+windowsEntries, ldap.LDAPResultSizeLimitExceeded
	}
	people := d.people[from:to]
	for i, person := range people {
		reply(entry("CN=person "+strconv.Itoa(from+i)+","+nc(d.domain), person))
	}
	if s.paging == nil {
		reply(done(code))
		return
	}
	next := ldap.NewControlPaging(0)
	if to < len(d.people) {
		next.SetCookie([]byte(strconv.Itoa(to)))
	}
	reply(done(code), next)
}

// ranged gives the part of the values that the request names, and the first 1,500 when it names none.
func ranged(s search, name string, values []string) map[string][]string {
	from := 0
	for _, a := range s.attributes {
		if bounds, ok := strings.CutPrefix(a, name+";range="); ok {
			low, _, _ := strings.Cut(bounds, "-")
			from, _ = strconv.Atoi(low)
		}
	}
	to := min(len(values), from+windowsValues)
	if from == 0 && to == len(values) {
		return map[string][]string{name: values}
	}
	end := strconv.Itoa(to - 1)
	if to == len(values) {
		end = "*"
	}
	return map[string][]string{name: {}, name + ";range=" + strconv.Itoa(from) + "-" + end: values[from:to]}
}

func binary(text string) string {
	s, err := sid.ParseSID(text)
	if err != nil {
		panic(text)
	}
	return string(s.Bytes())
}

// person is a well-formed account.
func person(upn, sidText string) map[string][]string {
	return map[string][]string{
		"objectSid": {binary(sidText)}, "objectGUID": {binary(sidText)[len(binary(sidText))-16:]}, "userPrincipalName": {upn}, "sAMAccountName": {"sam" + sidText[strings.LastIndexByte(sidText, '-')+1:]},
		"userAccountControl": {"512"}, "msDS-User-Account-Control-Computed": {"0"}, "accountExpires": {"0"},
	}
}

// named is a person whom a search finds.
func named(name string, rid int) map[string][]string {
	p := person(name+"@one.example", "S-1-5-21-1-2-3-"+strconv.Itoa(rid))
	p["objectClass"], p["cn"] = []string{"top", "person", "user"}, []string{name}
	return p
}

// reach is the configuration of a connector that knows the doubles.
func reach(t *testing.T, a *authority, doubles ...*double) ad.Config {
	t.Helper()
	password := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(password, []byte("secret of the connector"), 0o600))
	cfg := ad.Config{Domain: doubles[0].domain, CAFile: a.file, User: "svc@one.example", PasswordFile: password, Controllers: map[string][]string{}, Attempt: time.Second}
	for _, d := range doubles {
		cfg.Controllers[d.domain] = append(cfg.Controllers[d.domain], d.addr())
	}
	return cfg
}
