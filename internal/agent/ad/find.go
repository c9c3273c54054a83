package ad

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/go-ldap/ldap/v3"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/upn"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// question is a parsed wire.DirectoryQuery: exactly one of the three is set.
type question struct {
	name upn.Name
	sid  sid.SID
	guid sid.GUID
	only string // domain; "" = all
}

var errQuestion = errors.New("not exactly one well-formed identifier")

func parseQuestion(q wire.DirectoryQuery) (question, error) {
	out := question{only: foldDomain(q.Domain)}
	var err error
	switch {
	case q.UPN != "" && q.SID == "" && q.GUID == "":
		out.name, err = upn.Parse(q.UPN)
	case q.SID != "" && q.UPN == "" && q.GUID == "":
		out.sid, err = sid.ParseSID(q.SID)
	case q.GUID != "" && q.UPN == "" && q.SID == "":
		out.guid, err = sid.ParseGUID(q.GUID)
	default:
		err = errQuestion
	}
	return out, err
}

// filter is the question as the domain's controllers are asked it.
func (q question) filter(domain string) string {
	switch {
	case !q.sid.IsZero():
		return bySID(q.sid)
	case !q.guid.IsZero():
		return byGUID(q.guid)
	}
	return byUPN(q.name, domain)
}

// answers reports whether an account is one that was asked for.
func (q question) answers(a *wire.DirectoryAccount) bool {
	switch {
	case !q.sid.IsZero():
		return sameIdentifier(a.SID, q.sid.String())
	case !q.guid.IsZero():
		return sameIdentifier(a.GUID, q.guid.String())
	}
	return named(a, q.name)
}

// unique reports whether one match settles the question, whoever else could not be asked: identifiers are given once,
// names are not.
func (q question) unique() bool { return !q.sid.IsZero() || !q.guid.IsZero() }

// candidates are the domains that may hold the account: the one named, else the one that made the SID, else all.
func (f *forest) candidates(q question) []forestDomain {
	if q.only != "" {
		return f.where(func(d forestDomain) bool { return d.name == q.only })
	}
	if made := f.where(func(d forestDomain) bool { return !q.sid.IsZero() && d.sid == q.sid.Domain() }); len(made) > 0 {
		return made
	}
	return f.domains
}

func (f *forest) where(is func(forestDomain) bool) []forestDomain {
	return slices.DeleteFunc(slices.Clone(f.domains), func(d forestDomain) bool { return !is(d) })
}

// reading is what is read of an entry that a question is about.
type reading struct {
	attributes []string
	account    func(e *ldap.Entry, f *forest, d forestDomain, now time.Time) (*wire.DirectoryAccount, error)
}

// The readings. A controller works out the state of an account from all of its groups, which takes it as long as listing
// them: whoever only wants the entry's name leaves it out.
var (
	wholeAccount = reading{attributes: accountAttributes, account: account}
	bareAccount  = reading{attributes: []string{"objectSid"}, account: accountName}
)

// find asks all candidates at once and counts what came back.
func (f *forest) find(ctx context.Context, q question) wire.DirectoryAnswer {
	return f.findReading(ctx, q, wholeAccount)
}

func (f *forest) findReading(ctx context.Context, q question, r reading) wire.DirectoryAnswer {
	asked := f.candidates(q)
	type result struct {
		found []*wire.DirectoryAccount
		err   error
	}
	results := make([]result, len(asked))
	var wg sync.WaitGroup
	for i, d := range asked {
		wg.Go(func() { results[i].found, results[i].err = f.findIn(ctx, d, q, r) })
	}
	wg.Wait()
	var answer wire.DirectoryAnswer
	var found []*wire.DirectoryAccount
	for i, got := range results {
		if got.err != nil {
			answer.Failed = append(answer.Failed, wire.DirectoryFault{Domain: asked[i].name, Code: fault.From(got.err).Code})
		}
		found = append(found, got.found...)
	}
	switch {
	case len(found) > 1:
		answer.Outcome = wire.DirectoryAmbiguous
		for _, a := range found[:min(len(found), wire.DirectoryMaxMatches)] {
			answer.Matches = append(answer.Matches, wire.DirectoryMatch{DN: a.DN, Domain: a.Domain})
		}
	case len(found) == 1 && (q.unique() || len(answer.Failed) == 0):
		answer.Outcome, answer.Account = outcome(found[0]), found[0]
	case len(answer.Failed) == 0:
		answer.Outcome = wire.DirectoryNotFound
	case len(answer.Failed) == len(asked):
		answer.Outcome = wire.DirectoryDown
	default:
		answer.Outcome = wire.DirectoryUncertain
	}
	return answer
}

func (f *forest) findIn(ctx context.Context, d forestDomain, q question, r reading) ([]*wire.DirectoryAccount, error) {
	var found []*wire.DirectoryAccount
	err := d.ask(ctx, func(_ context.Context, c *connection) error {
		entries, err := c.search(d.namingContext, ldap.ScopeWholeSubtree, q.filter(d.name), r.attributes...)
		if err != nil {
			return err
		}
		found = nil
		for _, e := range entries {
			a, err := r.account(e, f, d, time.Now())
			if err != nil {
				return err
			}
			if q.answers(a) {
				found = append(found, a)
			}
		}
		return nil
	})
	return found, err
}
