package directory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// Kind is what a principal is, or what a search is for.
type Kind string

// The kinds.
const (
	Users    Kind = "user"
	Groups   Kind = "group" // security groups
	AnyKind  Kind = "any"   // of a search only
	maxText       = wire.DirectoryMaxText
	codeText      = "directory_text_form"
	codeKind      = "directory_kind_unknown"
)

// Principal is a person or a group that something can be given to.
type Principal struct {
	Kind                        Kind
	SID                         sid.SID
	GUID                        sid.GUID
	Name, DisplayName, UPN, SAM string // UPN of people only: every one has one
	Description                 string // its beginning
	Domain, Forest              string // DNS names, lower case
	Disabled                    bool
}

// SearchRequest says whom to look for.
type SearchRequest struct {
	Domain string // DNS name; "" = all enabled ones of all forests
	Text   string // the beginning of a name, "given family", DOMAIN\name, or a whole SID
	Kind   Kind   // "" = AnyKind
	Cursor string // of the page before; opaque
	Size   int    // of the page; 0 = page.DefaultSize, at most wire.DirectoryMaxPrincipals
}

// SearchResult is a page of what was found.
type SearchResult struct {
	Items     []Principal // by name
	Cursor    string      // "" = the last page
	Uncertain []Unasked   // domains that may hold more, but could not be asked
	Cut       []string    // domains with so many matches that not all were read: more letters find them
}

// Unasked is a domain that could not be asked, and why.
type Unasked struct {
	Domain, Forest string
	Why            *fault.Error // ErrNoConnector or ErrDown, each with its values
}

// Search finds the people and groups whose names begin with a text: in enabled domains only, because nobody is picked from
// another one (IAM-031). A domain that could not be asked is named in the answer, which then is not complete; when none
// could be asked that is the error. Errors: field errors, ErrDomainNotFound, ErrDomainDisabled, ErrNone, ErrNoConnector,
// ErrDown, ErrUncertain.
func (s *Service) Search(ctx context.Context, actor admin.Actor, c id.Customer, r SearchRequest) (SearchResult, error) {
	if err := canPick(actor, c); err != nil {
		return SearchResult{}, err
	}
	r, err := r.clean()
	if err != nil {
		return SearchResult{}, err
	}
	asked, err := s.pickable(ctx, c, r.Domain)
	if err != nil {
		return SearchResult{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	found := make([]forestFound, len(asked))
	var wg sync.WaitGroup
	for i, f := range asked {
		wg.Go(func() { found[i] = s.searchForest(ctx, c, f, r) })
	}
	wg.Wait()
	return merge(found, r.Size)
}

func (r SearchRequest) clean() (SearchRequest, error) {
	var wrong []fault.Field
	r.Text, r.Domain = strings.TrimSpace(r.Text), strings.ToLower(r.Domain)
	if n := utf8.RuneCountInString(r.Text); n == 0 || n > maxText || !utf8.ValidString(r.Text) || strings.ContainsFunc(r.Text, unicode.IsControl) {
		wrong = append(wrong, fault.Field{Name: "q", Code: codeText, Args: map[string]any{"max": maxText}})
	}
	if r.Kind = cmp.Or(r.Kind, AnyKind); r.Kind != Users && r.Kind != Groups && r.Kind != AnyKind {
		wrong = append(wrong, fault.Field{Name: "kind", Code: codeKind})
	}
	if r.Size <= 0 {
		r.Size = page.DefaultSize
	}
	r.Size = min(r.Size, wire.DirectoryMaxPrincipals)
	return r, fault.InvalidFields(wrong)
}

// canPick: who gives things to people looks for them, and so does who decides which domains they come from.
func canPick(actor admin.Actor, c id.Customer) error {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err == nil {
		return nil
	}
	return actor.Require(c, admin.Domains)
}

// forestFound is what one forest said.
type forestFound struct {
	answered bool // at least one domain of it did
	items    []Principal
	next     bool // it has more behind them
	cut      []string
	unasked  []Unasked
}

// searchForest asks one connector of the forest for the page.
func (s *Service) searchForest(ctx context.Context, c id.Customer, f searched, r SearchRequest) forestFound {
	q := wire.DirectorySearchFor{Text: r.Text, Kind: wire.DirectoryKind(r.Kind), Domains: f.domains, After: r.Cursor, Limit: r.Size}
	var got wire.DirectoryPrincipals
	_, err := s.request(ctx, c, f.Forest, f.primary, wire.DirectorySearch, q, &got)
	if err == nil && got.Outcome != wire.DirectoryFound {
		err = ErrDown.With("forests", f.Name)
	}
	var out forestFound
	for _, w := range got.Items {
		p, ok := principalOf(w, f)
		if !ok || w.Position() <= r.Cursor {
			err = ErrDown.With("forests", f.Name).Because(errAnswer)
			break
		}
		out.items = append(out.items, p)
	}
	if err != nil {
		return forestFound{unasked: f.unasked(f.domains, fault.From(err))}
	}
	var failed []string
	for _, x := range got.Failed {
		failed = append(failed, x.Domain)
	}
	out.answered, out.next, out.cut = true, got.Next != "", known(got.Cut, f.domains)
	out.unasked = f.unasked(known(failed, f.domains), ErrDown.With("forests", f.Name))
	return out
}

// known keeps the names that are among those that were asked for.
func known(names, asked []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !slices.Contains(asked, n) })
}

func (f searched) unasked(domains []string, why *fault.Error) []Unasked {
	var out []Unasked
	for _, d := range domains {
		out = append(out, Unasked{Domain: d, Forest: f.Name, Why: why})
	}
	return out
}

// principalOf believes a connector only what fits the question.
func principalOf(w wire.DirectoryPrincipal, f searched) (Principal, bool) {
	s, errSID := sid.ParseSID(w.SID)
	g, errGUID := sid.ParseGUID(w.GUID)
	p := Principal{Kind: Kind(w.Kind), SID: s, GUID: g, Name: w.Name, DisplayName: w.DisplayName, UPN: w.UPN, SAM: w.SAM, Description: w.Description,
		Domain: w.Domain, Forest: w.Forest, Disabled: w.Disabled}
	fits := (p.Kind == Users && p.UPN != "" || p.Kind == Groups) && p.Forest == f.Name && slices.Contains(f.domains, p.Domain) && p.SAM != "" && p.Name != ""
	return p, errSID == nil && errGUID == nil && fits
}

// position is where the principal stands in the order of all forests: that of the connectors' own pages.
func (p Principal) position() string {
	return wire.DirectoryPrincipal{Name: p.Name, SID: p.SID.String()}.Position()
}

// merge makes one page of those of all forests, which have the same order.
func merge(found []forestFound, size int) (SearchResult, error) {
	out := SearchResult{Items: []Principal{}}
	more, answered := false, false
	for _, f := range found {
		out.Items = append(out.Items, f.items...)
		out.Cut = append(out.Cut, f.cut...)
		out.Uncertain = append(out.Uncertain, f.unasked...)
		more = more || f.next
		answered = answered || f.answered
	}
	if !answered && len(out.Uncertain) > 0 {
		return SearchResult{}, allFailed(out.Uncertain)
	}
	slices.SortFunc(out.Items, func(a, b Principal) int { return cmp.Compare(a.position(), b.position()) })
	// Behind the first end of a forest's page, items of that forest may be missing: the page of all ends there, too.
	end := len(out.Items)
	for _, f := range found {
		if f.next && len(f.items) > 0 {
			last := f.items[len(f.items)-1].position()
			end = min(end, 1+slices.IndexFunc(out.Items, func(p Principal) bool { return p.position() == last }))
		}
	}
	if end = min(end, size); end < len(out.Items) || more && end > 0 {
		out.Items = out.Items[:end]
		out.Cursor = out.Items[end-1].position()
	}
	return out, nil
}

// allFailed is the one reason when there is one, else that nothing is certain.
func allFailed(u []Unasked) error {
	var failures []error
	var names []string
	for _, x := range u {
		failures = append(failures, x.Why)
		names = append(names, x.Domain)
	}
	forests := strings.Join(sorted(names), ", ")
	if alike(failures) {
		return u[0].Why.With("forests", forests)
	}
	return ErrUncertain.With("name", "").With("forests", forests)
}
