package admin

import "slices"

// Proof is the kind of identity that somebody has proven in a sign-in.
type Proof string

// The kinds of identities that administrators have.
const (
	ByBuiltIn   Proof = "citrix"
	ByDirectory Proof = "ad" // of the customer's Active Directory, or its Azure AD
	ByGoogle    Proof = "google"
)

// Held is what the identities of one person hold at one customer. nil stands for an identity that the person does not have.
type Held struct {
	BuiltIn *Rights  // of the built-in login
	Single  *Rights  // given to the directory account itself
	Groups  []Rights // given to groups of the directory, one for each that the account is in
	Google  []Rights // given to the Google account or its groups
}

// Effective is what a person may do who has proven one of the identities (IAM-106). ok is false when that identity holds
// nothing here: then the person has no access at all.
//
// A built-in and a single directory identity add up whichever was proven, because the row of the single one names the login;
// groups add to it only when the directory was proven. Without a single identity nothing ties the login to the account, so
// each stands for itself. Google stands for itself always.
//
// Source: the table of resultant permissions of the catalogue's chapter on administrator groups.
func Effective(h Held, by Proof) (rights Rights, ok bool) {
	var parts []Rights
	switch by {
	case ByBuiltIn:
		if h.BuiltIn == nil {
			return Rights{}, false
		}
		parts = append(present(h.BuiltIn), present(h.Single)...)
	case ByDirectory:
		parts = append(present(h.Single), h.Groups...)
		if h.Single != nil {
			parts = append(parts, present(h.BuiltIn)...)
		}
	case ByGoogle:
		parts = h.Google
	}
	for _, p := range parts {
		rights = rights.union(p)
	}
	return rights, len(parts) > 0
}

func present(r *Rights) []Rights {
	if r == nil {
		return nil
	}
	return []Rights{*r}
}

// union is everything that either of the two holds.
func (r Rights) union(other Rights) Rights {
	if r.Full || other.Full {
		return Rights{Full: true}
	}
	out := Rights{Custom: slices.Clone(r.Custom)}
	for _, p := range other.Custom {
		if !slices.Contains(out.Custom, p) {
			out.Custom = append(out.Custom, p)
		}
	}
	return out
}

// intersection is what both hold.
func (r Rights) intersection(other Rights) Rights {
	if r.Full {
		return other
	}
	if other.Full {
		return r
	}
	return Rights{Custom: slices.DeleteFunc(slices.Clone(r.Custom), func(p Permission) bool { return !other.Allow(p) })}
}

func (r Rights) empty() bool { return !r.Full && len(r.Custom) == 0 }
