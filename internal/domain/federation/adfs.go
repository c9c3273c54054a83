package federation

import (
	"context"
	_ "embed"
	"strings"

	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
)

// ADFS is what the administrator of AD FS runs for one application: commands that set an existing relying party trust, and the
// file of claim rules that they read (SSO-077, SSO-078).
type ADFS struct {
	EntityID    string
	ACSURL      string
	LogoutURL   string
	MetadataURL string
	Commands    string // PowerShell, with this installation's addresses
	ClaimRules  string // claimrules.txt in the rule language of AD FS
}

var (
	//go:embed adfs/claimrules.txt
	claimRules string
	//go:embed adfs/commands.ps1
	adfsCommands string
)

// ADFS returns the files for an application of a connection, with the addresses of this installation, the connection's scoped
// entity ID, and the customer's own host for the application of that (SSO-081). Errors: ErrNotFound, also when the connection has no
// such application.
func (s *Service) ADFS(ctx context.Context, actor admin.Actor, c customer.ID, i ID, v Variant) (ADFS, error) {
	conn, err := s.Connection(ctx, actor, c, i)
	if err != nil {
		return ADFS{}, err
	}
	settings, ok := conn.For(v)
	if !ok {
		return ADFS{}, ErrNotFound
	}
	sp := s.sp
	if v == CustomDomain {
		origin, err := s.custom(ctx, Scope{Customer: c, Connection: i, Variant: v})
		if err != nil || origin == "" {
			return ADFS{}, ErrNotFound.Because(err)
		}
		sp = sp.At(origin)
	}
	sp = sp.For(settings)
	return ADFS{EntityID: sp.EntityID, ACSURL: sp.ACSURL, LogoutURL: sp.LogoutURL, MetadataURL: sp.MetadataURL, ClaimRules: claimRules,
		Commands: strings.ReplaceAll(adfsCommands, "<metadata>", sp.MetadataURL)}, nil
}
