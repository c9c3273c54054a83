package ad

import (
	"context"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// passwordOutcomes is what the reason of a refused bind means for the person who typed the password. Anything that is not
// listed is wire.DirectoryRestricted.
var passwordOutcomes = map[bindReason]wire.DirectoryOutcome{
	reasonWrong:      wire.DirectoryWrongPassword,
	reasonDisabled:   wire.DirectoryDisabled,
	reasonExpired:    wire.DirectoryExpired,
	reasonLocked:     wire.DirectoryLocked,
	reasonPassword:   wire.DirectoryPasswordExpired,
	reasonMustChange: wire.DirectoryMustChange,
}

// checkPassword finds the one account and then signs in as it, by its distinguished name and on a connection of its own.
// Only an answer that carries DirectoryFound means that the password is right. It asks one controller only: each further
// one would count a wrong password once more.
//
// Source: CON-091.
func (f *forest) checkPassword(ctx context.Context, q question, password secret.Text) wire.DirectoryAnswer {
	if !usable(password) {
		return wire.DirectoryAnswer{Outcome: wire.DirectoryWrongPassword}
	}
	found := f.find(ctx, q)
	if found.Account == nil {
		return found
	}
	home := f.where(func(d forestDomain) bool { return d.name == found.Account.Domain })
	reason, err := home[0].signIn(ctx, found.Account.DN, password)
	switch {
	case err != nil:
		return wire.DirectoryAnswer{Outcome: wire.DirectoryDown, Failed: []wire.DirectoryFault{{Domain: home[0].name, Code: fault.From(err).Code}}}
	case reason == "" && found.Outcome != wire.DirectoryFound: // right, but the state has changed in between, or is not enforced
		return wire.DirectoryAnswer{Outcome: found.Outcome}
	case reason == "":
		return found
	}
	if o, ok := passwordOutcomes[reason]; ok {
		return wire.DirectoryAnswer{Outcome: o}
	}
	return wire.DirectoryAnswer{Outcome: wire.DirectoryRestricted}
}

// signIn binds as the person; the reason is "" when the directory accepted.
func (d *domain) signIn(ctx context.Context, dn string, password secret.Text) (bindReason, error) {
	list, err := d.order(ctx)
	if err != nil {
		return "", err
	}
	c := list[0]
	conn, err := c.dial.open(ctx, c.host, c.port)
	if err != nil {
		return "", err
	}
	defer conn.close()
	if err := conn.bind(ctx, dn, password); err != nil {
		if reason, refused := refusal(err); refused {
			return reason, nil
		}
		return "", ofResult(ctx, c.host, err)
	}
	return "", nil
}
