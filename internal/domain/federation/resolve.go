package federation

import (
	"context"
	"errors"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/upn"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// Refusals of a sign-in whose message was good.
var (
	// ErrAttributes names the claims that neither the assertion nor the directory could give (SAM-194, SAM-242). Its
	// cause says why the directory could not.
	ErrAttributes  = fault.New(fault.Denied, "claims_unfilled")
	ErrAmbiguous   = fault.New(fault.Denied, "account_ambiguous") // several accounts have the UPN (SAM-202)
	ErrDisabled    = fault.New(fault.Denied, "account_disabled")
	ErrSIDMismatch = fault.New(fault.Denied, "sid_mismatch") // SAM-211
	ErrOIDMismatch = fault.New(fault.Denied, "oid_mismatch")
	ErrUPNMismatch = fault.New(fault.Denied, "upn_mismatch")
)

// Why the directory gave no account; the causes of ErrAttributes.
var (
	ErrNoAccount   = fault.New(fault.Denied, "account_not_found")
	ErrNoSuffix    = fault.New(fault.Denied, "suffix_unknown")      // no forest lists the UPN's suffix (SAM-204)
	ErrUncertain   = fault.New(fault.Denied, "directory_uncertain") // a forest that may hold the account could not be asked
	ErrDirectory   = fault.New(fault.Denied, "directory_down")
	ErrNoConnector = fault.New(fault.Denied, "no_connector") // SAM-105
)

const codeUnfilled = "claim_unfilled"

// Account is what the directory says of one person.
type Account struct {
	SID                                sid.SID
	OID                                sid.GUID
	UPN, SAMAccountName, CommonName    string
	Email                              string
	DisplayName, GivenName, FamilyName string
	Forest, Domain                     string
	Connector                          string // that answered
	Disabled, Expired                  bool
}

// lacking names the expected attributes that the account does not have (SAM-015).
func (a Account) lacking() []string {
	var out []string
	for _, v := range []struct {
		name  string
		empty bool
	}{
		{"cn", a.CommonName == ""}, {"sAMAccountName", a.SAMAccountName == ""}, {"userPrincipalName", a.UPN == ""},
		{"objectGUID", a.OID.IsZero()}, {"objectSid", a.SID.IsZero()},
	} {
		if v.empty {
			out = append(out, v.name)
		}
	}
	return out
}

// Query asks for one person by SID when it is there, else by UPN. An account has two principal names; with both given,
// UPN says which of them the answer is to carry if the account has it. Forest and Domain narrow the search when set.
type Query struct {
	SID            sid.SID
	UPN            string
	Forest, Domain string
}

// Directory finds accounts through the connectors of a customer.
type Directory interface {
	// Find returns the one account. Errors: ErrNoAccount, ErrNoSuffix, ErrAmbiguous, ErrUncertain, ErrDirectory, ErrNoConnector; their
	// values name what was asked ("forests"). The context's deadline bounds it.
	Find(ctx context.Context, c customer.ID, q Query) (Account, error)
}

// resolve turns the claims of a verified assertion into an identity. Claims that are missing cost one look-up (SAM-247);
// none of them missing costs none (SAM-020).
func (s *SignIns) resolve(ctx context.Context, j *journal, c customer.ID, names AttributeNames, claims saml.Claims) (Identity, error) {
	if claims.Directory == saml.DirectoryEntra {
		return s.resolveEntra(ctx, j, c, claims)
	}
	who := fromClaims(claims)
	if claims.Complete() {
		j.note("directory", StepNotDone, "reason", "the assertion carries SID, OID, UPN and e-mail")
		return who, nil
	}
	account, err := s.find(ctx, c, claims)
	switch {
	case errors.Is(err, ErrAmbiguous):
		return who, j.check("directory", err)
	case err != nil:
		return who, j.check("directory", unfilled(names, claims, err))
	}
	if err := j.check("account", agree(claims, account), "sid", account.SID, "upn", account.UPN, "forest", account.Forest,
		"domain", account.Domain, "account", account.SAMAccountName, "connector", account.Connector); err != nil {
		return who, err
	}
	if lacking := account.lacking(); len(lacking) > 0 {
		j.note("account_incomplete", StepInfo, "attributes", strings.Join(lacking, ", "))
		s.log.WarnContext(ctx, "directory account lacks expected attributes", "customer_id", c, "sid", account.SID, "attributes", lacking,
			"transaction_id", j.trace.Transaction)
	}
	who.fill(account)
	if who.SID == "" || who.OID == "" {
		claims.SID, claims.OID = account.SID, account.OID
		return who, j.check("claims_filled", unfilled(names, claims, nil))
	}
	j.note("claims_filled", StepPassed, "values", describe(who.Values()))
	return who, nil
}

// unreachable reports that the directory said nothing, as opposed to saying that there is no such account.
func unreachable(err error) bool {
	return errors.Is(err, ErrNoConnector) || errors.Is(err, ErrDirectory) || errors.Is(err, ErrUncertain)
}

// find asks by SID, whose domain part names the domain, and by UPN when there is no SID or nobody here knows it. Where the
// account of the SID has another UPN, the account of the UPN is returned if there is one: the assertion then names two
// people, and what agree says of it is that its SID is not that of its UPN (SAM-211).
func (s *SignIns) find(ctx context.Context, c customer.ID, claims saml.Claims) (Account, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	q := Query{SID: claims.SID, UPN: claims.UPN, Forest: claims.Forest, Domain: claims.Domain}
	account, err := s.directory.Find(ctx, c, q)
	if q.SID.IsZero() || q.UPN == "" {
		return account, err
	}
	unknown := errors.Is(err, ErrNoAccount) || errors.Is(err, ErrNoConnector)
	if !unknown && (err != nil || upn.Equal(q.UPN, account.UPN)) {
		return account, err
	}
	q.SID = sid.SID{}
	other, otherErr := s.directory.Find(ctx, c, q)
	if otherErr != nil && !unknown {
		return account, nil
	}
	return other, otherErr
}

// agree compares what was asserted with what the directory has, so that two people are never joined into one (S35).
func agree(claims saml.Claims, a Account) error {
	switch {
	case a.Disabled:
		return ErrDisabled.With("reason", "disabled")
	case a.Expired:
		return ErrDisabled.With("reason", "expired")
	case !claims.SID.IsZero() && claims.SID != a.SID:
		return ErrSIDMismatch.With("asserted", claims.SID).With("directory", a.SID)
	case !claims.OID.IsZero() && claims.OID != a.OID:
		return ErrOIDMismatch.With("asserted", claims.OID).With("directory", a.OID)
	case claims.UPN != "" && !upn.Equal(claims.UPN, a.UPN):
		return ErrUPNMismatch.With("asserted", claims.UPN).With("directory", a.UPN)
	}
	return nil
}

// unfilled names every claim that is still missing: SID and OID always, UPN and e-mail where the connection reads them. Where
// that leaves nothing to name, they are named all the same: with them in the assertion nobody had asked the directory.
func unfilled(names AttributeNames, claims saml.Claims, cause error) error {
	defaults := DefaultAttributeNames()
	e := *ErrAttributes
	add := func(missing, always bool, name, fallback string) {
		if name == "" && always {
			name = fallback
		}
		if missing && name != "" {
			e.Fields = append(e.Fields, fault.Field{Name: name, Code: codeUnfilled})
		}
	}
	add(claims.SID.IsZero(), true, names.SID, defaults.SID)
	add(claims.OID.IsZero(), true, names.OID, defaults.OID)
	if cause == nil {
		return &e
	}
	add(claims.UPN == "", false, names.UPN, defaults.UPN)
	add(claims.Email == "", false, names.Email, defaults.Email)
	if len(e.Fields) == 0 {
		add(claims.UPN == "", true, names.UPN, defaults.UPN)
		add(claims.Email == "", true, names.Email, defaults.Email)
	}
	why := fault.From(cause)
	out := e.Because(cause).With("cause", why.Code)
	for k, v := range why.Args {
		out = out.With(k, v)
	}
	return out
}

func fromClaims(c saml.Claims) Identity {
	i := Identity{
		UPN: c.UPN, SID: c.SID.String(), OID: c.OID.String(), Email: c.Email, DisplayName: c.DisplayName, GivenName: c.GivenName,
		FamilyName: c.FamilyName, Forest: c.Forest, Domain: c.Domain, Sources: map[string]Source{},
	}
	for _, v := range i.Values() {
		if v.Value != "" {
			i.Sources[v.Name] = FromAssertion
		}
	}
	return i
}

// fill takes from the account what the assertion did not say. Forest and domain are the account's: those of the
// assertion only narrowed the search.
func (i *Identity) fill(a Account) {
	i.DirectoryAsked = true
	i.Forest, i.Domain = "", ""
	for _, v := range []struct {
		target      *string
		name, value string
	}{
		{&i.UPN, "upn", a.UPN}, {&i.SID, "sid", a.SID.String()}, {&i.OID, "oid", a.OID.String()}, {&i.Email, "email", a.Email},
		{&i.DisplayName, "displayName", a.DisplayName}, {&i.GivenName, "givenName", a.GivenName},
		{&i.FamilyName, "familyName", a.FamilyName}, {&i.Forest, "forest", a.Forest}, {&i.Domain, "domain", a.Domain},
	} {
		if *v.target == "" && v.value != "" {
			*v.target = v.value
			i.Sources[v.name] = FromConnector
		}
	}
}

func describe(values []ClaimValue) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = v.Name + "=" + string(v.Source)
	}
	return strings.Join(parts, " ")
}
