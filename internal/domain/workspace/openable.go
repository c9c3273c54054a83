package workspace

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

// membershipTime bounds the one question to the directory that a page waits for. A site that does not answer costs a
// person this long, and not the page.
const membershipTime = 4 * time.Second

// Why a list is empty or may be incomplete.
var (
	// ErrAccountGone says that the directory has no such account any more, or that it is disabled or has expired. Nothing is
	// given to such a person, whatever the library says.
	ErrAccountGone = fault.New(fault.Denied, "workspace_account_gone")
	// ErrUndecided says that the person's groups could not be read; its cause says why.
	ErrUndecided = fault.New(fault.Unavailable, "workspace_groups_unknown")
)

// Entry is an offering as one person sees it.
type Entry struct {
	ID          OfferingID
	Name        string
	Description string
	Address     string
	Category    string
	IconHash    string // address of the icon, "" = none
	Favorite    bool
}

// Openable is what a person may open now.
type Openable struct {
	Entries []Entry // by name
	Unknown error   // ErrAccountGone or ErrUndecided; nil = the list is complete
}

// Openable returns the offerings that are assigned to the person or to a group that has him as a member, nested ones
// included. Groups are read now and kept nowhere, so that a change in the directory counts at the next page (IAM-034). When
// they cannot be read, what is assigned to the person himself is left: that needs the session's identifier alone. The
// session's account decides, which in B2B is the shadow account (SAM-197, SAM-226).
func (l *Library) Openable(ctx context.Context, s Session) (Openable, error) {
	return l.openable(ctx, s, "")
}

// Open returns where an offering is, for somebody who may open it. Errors: ErrOfferingNotFound, whether the offering is
// absent or not this person's; ErrUndecided when a group may decide; ErrAccountGone.
func (l *Library) Open(ctx context.Context, s Session, o OfferingID) (string, error) {
	got, err := l.openable(ctx, s, o)
	switch {
	case err != nil:
		return "", err
	case len(got.Entries) > 0:
		return got.Entries[0].Address, nil
	case got.Unknown != nil:
		return "", got.Unknown
	}
	return "", ErrOfferingNotFound
}

// SetFavorite marks an offering for the person, or removes the mark. Errors: as Open.
func (l *Library) SetFavorite(ctx context.Context, s Session, o OfferingID, marked bool) error {
	if _, err := l.Open(ctx, s, o); err != nil {
		return err
	}
	return l.deps.Store.SetFavorite(ctx, s.Customer, s.Identity.SID, o, marked)
}

// Icon returns an icon by its hash. Whoever knows the hash has seen the icon. Errors: ErrOfferingNotFound.
func (l *Library) Icon(ctx context.Context, c customer.ID, hash string) (Picture, error) {
	if hash == "" {
		return nil, ErrOfferingNotFound
	}
	return l.deps.Store.Icon(ctx, c, hash)
}

func (l *Library) openable(ctx context.Context, s Session, only OfferingID) (Openable, error) {
	if s.Identity.SID == "" {
		return Openable{}, nil // somebody of Entra ID alone: everything here is assigned to accounts of Active Directory (SAM-175)
	}
	account, err := sid.ParseSID(s.Identity.SID)
	if err != nil {
		return Openable{}, err
	}
	if any, err := l.deps.Store.HasAssignments(ctx, s.Customer); err != nil || !any {
		return Openable{}, err
	}
	holder := identifiers{forest: s.Identity.Forest, account: account.String()}
	sids := []string{holder.account}
	member, unknown := l.memberships(ctx, s, account)
	switch {
	case errors.Is(unknown, ErrAccountGone):
		return Openable{Unknown: unknown}, nil
	case unknown == nil:
		holder.forest, holder.groups = member.Forest, map[string]bool{}
		for _, g := range member.Groups {
			holder.groups[g.String()] = true
			sids = append(sids, g.String())
		}
	}
	held, err := l.deps.Store.Held(ctx, s.Customer, only, holder.account, sids)
	if err != nil {
		return Openable{}, err
	}
	out := Openable{Unknown: unknown}
	for _, h := range held {
		if holder.has(h) && !slices.ContainsFunc(out.Entries, func(e Entry) bool { return e.ID == h.ID }) {
			out.Entries = append(out.Entries, Entry{ID: h.ID, Name: h.Name, Description: h.Description, Address: h.Address, Category: h.Category,
				IconHash: h.IconHash, Favorite: h.Favorite})
		}
	}
	return out, nil
}

// memberships asks the directory, in the forest that it named itself at the sign-in if it was asked then. Errors:
// ErrAccountGone, ErrUndecided.
func (l *Library) memberships(ctx context.Context, s Session, account sid.SID) (Memberships, error) {
	ctx, cancel := context.WithTimeout(ctx, membershipTime)
	defer cancel()
	forest := ""
	if s.Identity.Sources["forest"] == federation.FromConnector {
		forest = s.Identity.Forest
	}
	m, err := l.deps.Directory.Memberships(ctx, s.Customer, account, forest)
	if err == nil || errors.Is(err, ErrAccountGone) {
		return m, err
	}
	l.deps.Log.WarnContext(ctx, "groups of a person not read", "customer_id", s.Customer, "err", err)
	return Memberships{}, ErrUndecided.Because(err)
}

// identifiers are what one person holds.
type identifiers struct {
	account string
	groups  map[string]bool
	forest  string // "" = not known
}

// has compares identifiers and forests, never names: two forests may have equal names, and copies of one forest equal
// identifiers. A person whose forest nobody named has what is assigned to his own identifier.
func (i identifiers) has(h Held) bool {
	if i.forest != "" && !strings.EqualFold(i.forest, h.Forest) {
		return false
	}
	switch h.Kind {
	case User:
		return h.SID == i.account
	case Group:
		return i.groups[h.SID]
	}
	return false
}
