package federation

import (
	"context"
	_ "embed"
	"errors"
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
// entity ID, and the customer's own host for the application that answers there (SSO-081, SSO-178). Errors: ErrNotFound, also when
// the connection has no such application.
func (s *Service) ADFS(ctx context.Context, actor admin.Actor, c customer.ID, i ID, v Variant) (ADFS, error) {
	conn, err := s.Connection(ctx, actor, c, i)
	if err != nil {
		return ADFS{}, err
	}
	sp, err := s.ServiceProviderOf(ctx, c, conn, v)
	if errors.Is(err, ErrNoScope) {
		err = ErrNotFound.Because(err)
	}
	if err != nil {
		return ADFS{}, err
	}
	return ADFS{EntityID: sp.EntityID, ACSURL: sp.ACSURL, LogoutURL: sp.LogoutURL, MetadataURL: sp.MetadataURL, ClaimRules: claimRules,
		Commands: strings.ReplaceAll(adfsCommands, "<metadata>", sp.MetadataURL)}, nil
}
