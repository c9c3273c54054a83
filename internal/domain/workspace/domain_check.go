package workspace

import (
	"bytes"
	"context"
	"io"
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// What can be wrong with the beginning of a sign-in, beside that its address cannot be read.
var (
	ErrCheckNoStart     = fault.New(fault.Unavailable, "custom_domain_check_no_start")     // it begins no sign-in
	ErrCheckNoRequest   = fault.New(fault.Unavailable, "custom_domain_check_no_request")   // no request goes to the provider
	ErrCheckACS         = fault.New(fault.Unavailable, "custom_domain_check_acs")          // the answer would go elsewhere
	ErrCheckDestination = fault.New(fault.Unavailable, "custom_domain_check_destination")  // the request would go elsewhere
	ErrCheckAbsent      = fault.New(fault.Unavailable, "custom_domain_check_not_expected") // nobody is to sign in there
)

// Seen is one answer of an address, without following where it leads.
type Seen struct {
	Status   int
	Location string // absolute; "" when the answer leads nowhere
	Body     []byte
}

// Looker asks an address as a browser would.
type Looker interface {
	Look(ctx context.Context, address string) (Seen, error)
}

// CheckKind is a way in which people begin to sign in.
type CheckKind string

// The three checks (SSO-199).
const (
	CheckWorkspace CheckKind = "workspaceUrl"
	CheckCustom    CheckKind = "customDomain"
	CheckConsole   CheckKind = "goUrl"
)

// Check is how the beginning of a sign-in went.
type Check struct {
	Kind        CheckKind
	Address     string
	Destination string // where the request goes, as far as it was seen
	ACSURL      string // where the answer is to go
	EntityID    string
	Err         error // nil = as it should be
}

// Check begins a sign-in at the workspace URL, at the custom domain and at the sign-in URL for administrators if there is one, over the network as
// people's browsers do, and reads the request that each would send to the provider: certificate, route, application and the host
// that takes the answer (SSO-199). Nobody is signed in. Errors: ErrNoDomain, ErrDomainSAMLOrder.
func (s *Domains) Check(ctx context.Context, actor admin.Actor, c customer.ID) ([]Check, error) {
	if err := requireSAML(actor, c); err != nil {
		return nil, err
	}
	got, err := s.deps.Store.Custom(ctx, c)
	switch {
	case err != nil:
		return nil, err
	case got.Domain == nil:
		return nil, ErrNoDomain
	case got.Connection == nil:
		return nil, ErrDomainSAMLOrder
	}
	w, err := s.deps.Workspaces.Get(ctx, c)
	if err != nil {
		return nil, err
	}
	custom := s.deps.Origin(got.Domain.Host)
	primary, second, hasSecond := got.Connection.Settings, federation.Settings{}, false
	if second, hasSecond = got.Connection.For(federation.CustomDomain); got.mode() != SAMLBoth {
		second, hasSecond = primary, got.mode() == SAMLCustomOnly
	}
	sp := s.deps.ServiceProvider
	named := want{address: s.deps.WorkspaceURL(w.Name), acs: sp.ACSURL, sso: primary.SSOURL}
	if got.mode() == SAMLCustomOnly && got.Domain.State == DomainActive {
		named.acs = sp.At(custom).ACSURL
	}
	checks := []Check{s.look(ctx, CheckWorkspace, named)}
	if hasSecond && got.Domain.State == DomainActive {
		checks = append(checks, s.look(ctx, CheckCustom, want{address: custom, acs: sp.At(custom).ACSURL, sso: second.SSOURL}))
	} else {
		checks = append(checks, Check{Kind: CheckCustom, Address: custom, Err: ErrCheckAbsent})
	}
	if got.Connection.AdminCapable() {
		checks = append(checks, s.look(ctx, CheckConsole, want{address: s.deps.SignInURL(got.Connection.SignInIdentifier), acs: sp.ACSURL, sso: primary.SSOURL}))
	}
	return checks, nil
}

// want is what the beginning of a sign-in should lead to.
type want struct{ address, acs, sso string }

// maxHops is how many answers may lie between an address and the provider: the other host of the workspace, the page, the host that
// takes answers, and one to spare.
const maxHops = 4

func (s *Domains) look(ctx context.Context, kind CheckKind, w want) Check {
	out := Check{Kind: kind, Address: w.address}
	next, started := w.address, false
	for range maxHops {
		seen, err := s.deps.Looker.Look(ctx, next)
		if err != nil {
			out.Err = err
			return out
		}
		if m, to, ok := requestIn(seen); ok {
			out.judge(m, to, w)
			return out
		}
		if seen.Location == "" {
			break
		}
		next = seen.Location
		started = started || strings.HasPrefix(next, strings.TrimSuffix(w.acs, federation.ACSPath)+federation.StartPath+"?")
	}
	out.Err = ErrCheckNoRequest
	if !started {
		out.Err = ErrCheckNoStart
	}
	return out
}

// judge holds the request that goes to the address against what it should be.
func (c *Check) judge(m saml.Message, to string, w want) {
	request, err := saml.ReadAuthnRequest(m.XML)
	if err != nil {
		c.Err = ErrCheckNoRequest.Because(err)
		return
	}
	c.Destination, c.ACSURL, c.EntityID = to, request.ACSURL, request.SPEntityID
	switch {
	case request.ACSURL != w.acs:
		c.Err = ErrCheckACS.With("wanted", w.acs).With("got", request.ACSURL)
	case to != w.sso || request.Destination != w.sso:
		c.Err = ErrCheckDestination.With("wanted", w.sso).With("got", to)
	}
}

// requestIn finds the request of a sign-in in an answer: in the address that it leads to, or in the form of its page. to is where the
// request goes.
func requestIn(seen Seen) (m saml.Message, to string, ok bool) {
	if u, err := url.Parse(seen.Location); err == nil && u.Query().Has("SAMLRequest") {
		m, err := saml.FromQuery(u.RawQuery)
		q := u.Query()
		for _, ours := range []string{"SAMLRequest", "RelayState", "SigAlg", "Signature"} {
			q.Del(ours)
		}
		u.RawQuery = q.Encode()
		return m, u.String(), err == nil
	}
	form := url.Values{}
	to = ""
	for z := html.NewTokenizer(bytes.NewReader(seen.Body)); ; {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF || !form.Has("SAMLRequest") {
				return saml.Message{}, "", false
			}
			m, err := saml.FromForm(form)
			return m, to, err == nil
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			at := map[string]string{}
			for _, a := range t.Attr {
				at[a.Key] = a.Val
			}
			switch t.Data {
			case "form":
				to = at["action"]
			case "input":
				form.Add(at["name"], at["value"])
			}
		}
	}
}
