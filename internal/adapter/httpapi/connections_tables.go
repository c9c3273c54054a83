package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

// ProviderPreset is what is known of an identity provider before anything is typed.
type ProviderPreset struct {
	Key                string            `json:"key"`
	Name               string            `json:"name"`
	EntityID           string            `json:"entityId" doc:"With places to fill in angle brackets."`
	SSOServiceURL      string            `json:"ssoServiceUrl"`
	LogoutURL          string            `json:"logoutUrl"`
	NameID             string            `json:"nameId" doc:"The format to choose at the provider."`
	Claims             []PresetClaim     `json:"claims" nullable:"false"`
	Hints              map[string]string `json:"hints" doc:"By field of the settings."`
	Warnings           []string          `json:"warnings" nullable:"false"`
	DuplicateEntityIDs bool              `json:"duplicateEntityIds" doc:"Several applications of the provider may have one entity ID of ours."`
	Guide              string            `json:"guide" doc:"Path of the guide in the documentation."`
}

// PresetClaim is an attribute to create at the provider.
type PresetClaim struct {
	Name   string `json:"name"`
	Value  string `json:"value" doc:"The provider's name of the source."`
	Needed bool   `json:"needed"`
}

// IdentityTable holds the tables that help to decide how to connect.
type IdentityTable struct {
	Resources          []ResourceIdentity `json:"resources" nullable:"false"`
	Frontends          []FrontendKind     `json:"frontends" nullable:"false"`
	DuplicateEntityIDs []DuplicateSupport `json:"duplicateEntityIds" nullable:"false"`
	EntityIDs          []EntityIDChoice   `json:"entityIds" nullable:"false"`
	Applications       []ApplicationNeed  `json:"applications" nullable:"false"`
}

// ResourceIdentity says which identity a kind of resource needs.
type ResourceIdentity struct {
	Resource   string   `json:"resource"`
	Identities []string `json:"identities" nullable:"false"`
	NeedsEntra bool     `json:"needsEntra" doc:"SAML through Entra ID identities is needed."`
	SSO        string   `json:"sso" doc:"Whether the federated authentication service signs in to the resource."`
}

// DuplicateSupport says whether a provider's applications may share an entity ID.
type DuplicateSupport struct {
	Provider string `json:"provider"`
	Supports bool   `json:"supports"`
}

// EntityIDChoice says which entity ID is supported.
type EntityIDChoice struct {
	UseCase            string `json:"useCase"`
	DuplicateEntityIDs bool   `json:"duplicateEntityIds"`
	Generic            bool   `json:"generic"`
	Scoped             bool   `json:"scoped"`
}

// ApplicationNeed says which applications are needed at the provider.
type ApplicationNeed struct {
	WorkspaceURL    bool `json:"workspaceUrl"`
	CustomDomain    bool `json:"customDomain"`
	Console         bool `json:"console"`
	First           bool `json:"first"`
	Second          bool `json:"second"`
	CustomEndpoints bool `json:"customEndpoints" doc:"The first application has the endpoints of the custom domain."`
}

// providerTables registers what helps to fill in the form.
func (a *API) providerTables(c connectionsAPI) {
	providers := "/{customerId}/v1/identity-providers/"
	handle(a, Route{Method: http.MethodGet, Path: providers + "presets", ID: "listProviderPresets",
		Summary: "Examples, hints and traps of known identity providers", Tag: connectionsTag, Needs: admin.FullAccess}, c.presets)
	handle(a, Route{Method: http.MethodGet, Path: providers + "service-provider", ID: "getServiceProvider",
		Summary: "What identity providers need to know about us, with the generic entity ID", Tag: connectionsTag, Needs: admin.FullAccess}, c.serviceProvider)
	handle(a, Route{Method: http.MethodGet, Path: providers + "identity-table", ID: "getIdentityTable",
		Summary: "Which identity, entity ID and applications are needed", Tag: connectionsTag, Needs: admin.FullAccess}, c.identityTable)
}

func (c connectionsAPI) serviceProvider(context.Context, admin.Actor, *InCustomer) (*bodyOf[ServiceProvider], error) {
	return answer(ServiceProvider(c.s.ServiceProvider(federation.Settings{}))), nil
}

func (c connectionsAPI) presets(ctx context.Context, _ admin.Actor, _ *InCustomer) (*bodyOf[list[ProviderPreset]], error) {
	lang := edge.From(ctx).Language
	out := list[ProviderPreset]{Items: []ProviderPreset{}}
	for _, p := range federation.Presets() {
		item := ProviderPreset{Key: p.Key, Name: p.Name, EntityID: p.EntityID, SSOServiceURL: p.SSOServiceURL, LogoutURL: p.LogoutURL, NameID: p.NameID,
			Claims: []PresetClaim{}, Hints: map[string]string{}, Warnings: []string{}, DuplicateEntityIDs: p.DuplicateEntityIDs,
			Guide: "docs/guides/identity-providers/" + p.Guide}
		for _, claim := range p.Claims {
			item.Claims = append(item.Claims, PresetClaim(claim))
		}
		for _, field := range p.Hints {
			item.Hints[field] = c.a.texts.Sentence(lang, "preset."+p.Key+"."+field, nil)
		}
		for n := range p.Warnings {
			item.Warnings = append(item.Warnings, c.a.texts.Sentence(lang, "preset."+p.Key+".warning."+strconv.Itoa(n+1), nil))
		}
		out.Items = append(out.Items, item)
	}
	return answer(out), nil
}

func (c connectionsAPI) identityTable(ctx context.Context, actor admin.Actor, in *InCustomer) (*bodyOf[IdentityTable], error) {
	lang := edge.From(ctx).Language
	frontends, err := c.frontendKinds(ctx, actor, in)
	if err != nil {
		return nil, err
	}
	word := func(key string) string { return c.a.texts.Sentence(lang, key, nil) }
	out := IdentityTable{Frontends: frontends.Body.Items}
	for _, r := range federation.ResourceIdentities() {
		row := ResourceIdentity{Resource: word("identity." + r.Resource), NeedsEntra: r.NeedsEntra, SSO: word("identity." + r.SSO)}
		for _, i := range r.Identities {
			row.Identities = append(row.Identities, word("identity."+i))
		}
		out.Resources = append(out.Resources, row)
	}
	for _, d := range federation.DuplicateSupports() {
		out.DuplicateEntityIDs = append(out.DuplicateEntityIDs, DuplicateSupport(d))
	}
	for _, e := range federation.EntityIDChoices() {
		out.EntityIDs = append(out.EntityIDs, EntityIDChoice{word("entity_id." + e.UseCase), e.DuplicateEntityIDs, e.Generic, e.Scoped})
	}
	for _, n := range federation.ApplicationNeeds() {
		out.Applications = append(out.Applications, ApplicationNeed(n))
	}
	return answer(out), nil
}
