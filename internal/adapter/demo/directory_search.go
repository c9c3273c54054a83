package demo

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
	"github.com/jimlambrt/gldap"

	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/upn"
)

// maxEntries is how many entries a search gives at once, as a Windows controller does.
const maxEntries = 1000

// bind answers like Active Directory: states show only with the right password, except "locked", and an empty password is
// an anonymous sign-in that succeeds.
func (d *Directory) bind(w *gldap.ResponseWriter, r *gldap.Request) {
	d.forget(r.ConnectionID())
	answer := func(code int, data string) {
		response := r.NewBindResponse(gldap.WithResponseCode(code))
		if data != "" {
			response.SetDiagnosticMessage("80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data " + data + ", v1db1")
		}
		_ = w.Write(response)
	}
	m, err := r.GetSimpleBindMessage()
	switch {
	case err != nil:
		answer(gldap.ResultAuthMethodNotSupported, "")
		return
	case m.Password == "":
		answer(gldap.ResultSuccess, "")
		return
	}
	a := d.tree.login(m.UserName)
	switch {
	case a == nil:
		answer(gldap.ResultInvalidCredentials, "52e")
	case a.Locked:
		answer(gldap.ResultInvalidCredentials, "775")
	case !secret.New(a.Password).Equal(secret.New(string(m.Password))):
		answer(gldap.ResultInvalidCredentials, "52e")
	case a.Disabled:
		answer(gldap.ResultInvalidCredentials, "533")
	case a.Expired:
		answer(gldap.ResultInvalidCredentials, "701")
	case a.PasswordExpired:
		answer(gldap.ResultInvalidCredentials, "532")
	case a.ChangeNeeded:
		answer(gldap.ResultInvalidCredentials, "773")
	default:
		d.mu.Lock()
		d.bound[r.ConnectionID()] = true
		d.mu.Unlock()
		answer(gldap.ResultSuccess, "")
	}
}

func (d *Directory) search(w *gldap.ResponseWriter, r *gldap.Request) {
	done := r.NewSearchDoneResponse()
	defer func() { _ = w.Write(done) }()
	refuse := func(code int, message string) {
		done.SetResultCode(code)
		done.SetDiagnosticMessage(message)
	}
	m, err := r.GetSearchMessage()
	if err != nil {
		refuse(gldap.ResultProtocolError, err.Error())
		return
	}
	if (m.BaseDN != "" || m.Scope != gldap.BaseObject) && !d.isBound(r.ConnectionID()) {
		refuse(gldap.ResultOperationsError, "In order to perform this operation a successful bind must be completed on the connection.")
		return
	}
	found, code, err := d.tree.find(m)
	if err != nil {
		refuse(code, err.Error())
		return
	}
	found, code = paged(found, m.Controls, done)
	for _, e := range found {
		_ = w.Write(r.NewSearchResponseEntry(e.dn, gldap.WithAttributes(e.attributes(m))))
	}
	done.SetResultCode(code)
}

// paged cuts the page that the client asks for; the cookie is the number of entries before it. Without the control the
// entries end at the controller's limit.
//
// Source: RFC 2696.
func paged(found []*entry, controls []gldap.Control, done *gldap.SearchResponseDone) ([]*entry, int) {
	i := slices.IndexFunc(controls, func(c gldap.Control) bool { return c.GetControlType() == ldap.ControlTypePaging })
	if i < 0 {
		if len(found) > maxEntries {
			return found[:maxEntries], gldap.ResultSizeLimitExceeded
		}
		return found, gldap.ResultSuccess
	}
	asked, ok := controls[i].(*gldap.ControlPaging)
	if !ok {
		return nil, gldap.ResultUnavailableCriticalExtension
	}
	from, _ := strconv.Atoi(string(asked.Cookie))
	from = min(max(from, 0), len(found))
	to := min(from+int(min(asked.PagingSize, maxEntries)), len(found))
	answer := new(gldap.ControlPaging)
	if to < len(found) {
		answer.SetCookie([]byte(strconv.Itoa(to)))
	}
	done.SetControls(answer)
	return found[from:to], gldap.ResultSuccess
}

// find returns the entries of a search, or the result code of a refusal.
func (t *tree) find(m *gldap.SearchMessage) ([]*entry, int, error) {
	base, err := ldap.ParseDN(m.BaseDN)
	if err != nil {
		return nil, gldap.ResultInvalidDNSyntax, err
	}
	filter, err := ldap.CompileFilter(m.Filter)
	if err != nil {
		return nil, gldap.ResultFilterError, err
	}
	all := t.entries
	if m.BaseDN == "" && m.Scope == gldap.BaseObject {
		all = []*entry{t.root()}
	}
	if m.BaseDN != "" && !slices.ContainsFunc(all, func(e *entry) bool { return e.parsed.EqualFold(base) }) {
		return nil, gldap.ResultNoSuchObject, fmt.Errorf("%s is not here", m.BaseDN)
	}
	if m.Scope != gldap.BaseObject && slices.ContainsFunc(m.Attributes, func(a string) bool { return strings.EqualFold(a, "tokenGroups") }) {
		return nil, gldap.ResultOperationsError, fmt.Errorf("tokenGroups is given for one entry only")
	}
	var out []*entry
	for _, e := range all {
		if !within(base, e.parsed, m.Scope) {
			continue
		}
		yes, err := e.matches(filter)
		if err != nil {
			return nil, gldap.ResultUnwillingToPerform, err
		}
		if yes {
			out = append(out, e)
		}
	}
	return out, gldap.ResultSuccess, nil
}

func within(base, dn *ldap.DN, scope gldap.Scope) bool {
	switch scope {
	case gldap.BaseObject:
		return base.EqualFold(dn)
	case gldap.SingleLevel:
		return base.AncestorOfFold(dn) && len(dn.RDNs) == len(base.RDNs)+1
	default:
		return base.EqualFold(dn) || base.AncestorOfFold(dn)
	}
}

// matches evaluates the kinds of filters that the product uses; anything else is refused.
//
// Source: RFC 4511 §4.5.1.7.
func (e *entry) matches(f *ber.Packet) (bool, error) {
	switch f.Tag {
	case ldap.FilterAnd, ldap.FilterOr:
		isAnd := f.Tag == ldap.FilterAnd
		for _, child := range f.Children {
			yes, err := e.matches(child)
			if err != nil || yes != isAnd {
				return yes, err
			}
		}
		return isAnd, nil
	case ldap.FilterNot:
		yes, err := e.matches(f.Children[0])
		return !yes, err
	case ldap.FilterPresent:
		return len(e.values[strings.ToLower(f.Data.String())]) > 0, nil
	case ldap.FilterEqualityMatch:
		name := strings.ToLower(f.Children[0].Data.String())
		want := f.Children[1].Data.String()
		return slices.ContainsFunc(e.values[name], func(v string) bool {
			if name == "objectsid" || name == "objectguid" {
				return v == want
			}
			return upn.Equal(v, want)
		}), nil
	case ldap.FilterSubstrings:
		return e.matchesParts(f)
	case ldap.FilterExtensibleMatch:
		return e.matchesBits(f)
	}
	return false, fmt.Errorf("filters of kind %d are not known here", f.Tag)
}

// matchesParts evaluates a filter for the beginning of a value.
func (e *entry) matchesParts(f *ber.Packet) (bool, error) {
	name, parts := strings.ToLower(f.Children[0].Data.String()), f.Children[1].Children
	if len(parts) != 1 || parts[0].Tag != ldap.FilterSubstringsInitial {
		return false, errors.New("only the beginning of a value is looked for here")
	}
	want := strings.ToLower(parts[0].Data.String())
	return slices.ContainsFunc(e.values[name], func(v string) bool { return strings.HasPrefix(strings.ToLower(v), want) }), nil
}

// matchesBits evaluates a filter for bits that are all set.
//
// Source: MS-ADTS §3.1.1.3.4.4.1 (LDAP_MATCHING_RULE_BIT_AND).
func (e *entry) matchesBits(f *ber.Packet) (bool, error) {
	var rule, name, value string
	for _, c := range f.Children {
		switch c.Tag {
		case ldap.MatchingRuleAssertionMatchingRule:
			rule = c.Data.String()
		case ldap.MatchingRuleAssertionType:
			name = strings.ToLower(c.Data.String())
		case ldap.MatchingRuleAssertionMatchValue:
			value = c.Data.String()
		}
	}
	want, err := strconv.ParseInt(value, 10, 64)
	if rule != "1.2.840.113556.1.4.803" || err != nil {
		return false, fmt.Errorf("the matching rule %s is not known here", rule)
	}
	return slices.ContainsFunc(e.values[name], func(v string) bool {
		has, err := strconv.ParseInt(v, 10, 64)
		return err == nil && has&want == want
	}), nil
}

// attributes returns what was asked for, under the names that it was asked by.
func (e *entry) attributes(m *gldap.SearchMessage) map[string][]string {
	out := map[string][]string{}
	for _, name := range m.Attributes {
		key := strings.ToLower(name)
		v := e.values[key]
		if m.Scope == gldap.BaseObject && len(v) == 0 {
			v = e.base[key]
		}
		if len(v) > 0 {
			out[name] = v
		}
	}
	return out
}
