package httpapi

import (
	"context"
	"net/http"

	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

// ADFSFiles is what the administrator of AD FS runs for a connection.
type ADFSFiles struct {
	EntityID    string `json:"entityId"`
	ACSURL      string `json:"acsUrl"`
	LogoutURL   string `json:"logoutUrl"`
	MetadataURL string `json:"metadataUrl"`
	Commands    string `json:"commands" doc:"PowerShell: saves the present rules, then sets rules, metadata and signing of the relying party trust."`
	ClaimRules  string `json:"claimRules" doc:"Content of the file claimrules.txt that the commands read."`
}

// adfs registers the files for AD FS.
func (a *API) adfs(c connectionsAPI) {
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/connections/{connectionId}/adfs", ID: "getConnectionADFSFiles",
		Summary: "Commands and claim rules for AD FS, with this connection's values", Tag: connectionsTag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InConnection
			Application string `query:"application" enum:"primary,custom_domain" default:"primary"`
		}) (*bodyOf[ADFSFiles], error) {
			got, err := c.s.ADFS(ctx, actor, in.customer(), in.id(), federation.Variant(in.Application))
			if err != nil {
				return nil, err
			}
			return answer(ADFSFiles(got)), nil
		})
}
