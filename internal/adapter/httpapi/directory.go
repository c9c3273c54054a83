package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
)

// Forest is a forest that the customer's connectors serve.
type Forest struct {
	Name        string   `json:"name" doc:"DNS name of the root domain."`
	Domains     []string `json:"domains" nullable:"false" doc:"DNS names. Each is a suffix of user principal names, too."`
	UPNSuffixes []string `json:"upnSuffixes" nullable:"false" doc:"Alternative suffixes of user principal names."`
	Locations   []string `json:"locations" nullable:"false" doc:"IDs of the resource locations of its connectors."`
	Connectors  int      `json:"connectors"`
	Connected   int      `json:"connected" doc:"Of the connectors, those in contact."`
	Warning     string   `json:"warning" doc:"Says that one connector only serves the forest; empty when there are more."`
}

// Domain is one domain of a forest.
type Domain struct {
	Name             string    `json:"name" doc:"DNS name."`
	Forest           string    `json:"forest"`
	NetBIOS          string    `json:"netbios" doc:"Name in front of DOMAIN\\name; empty while no connector has told it."`
	Status           string    `json:"status" enum:"enabled,disabled,unused" doc:"Nobody is picked from a disabled domain. An unused one becomes enabled when something is assigned to one of its people."`
	Connectors       int       `json:"connectors" doc:"That reach the domain."`
	Connected        int       `json:"connected" doc:"Of these, those in contact."`
	ForestConnectors int       `json:"forestConnectors" doc:"Of the whole forest."`
	Locations        []NameRef `json:"locations" nullable:"false" doc:"Resource locations with a connector in the domain: the candidates for the primary one."`
	PrimaryLocation  *NameRef  `json:"primaryLocation" doc:"Whose connectors are used first; null = any."`
	Warning          string    `json:"warning" doc:"Says that one connector only serves the forest; empty when there are more."`
}

// NameRef names an object.
type NameRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// DirectoryPrincipal is a person or a group of a directory.
type DirectoryPrincipal struct {
	SID         string `json:"sid"`
	GUID        string `json:"guid"`
	Kind        string `json:"kind" enum:"user,group"`
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
	UPN         string `json:"upn" doc:"Of people: the user principal name. Empty for groups."`
	SAM         string `json:"sam" doc:"The name in front of the domain: sAMAccountName."`
	Description string `json:"description" doc:"Its beginning."`
	Domain      string `json:"domain"`
	Forest      string `json:"forest"`
	Disabled    bool   `json:"disabled" doc:"The account cannot sign in at present."`
}

// DirectoryFound is the answer of a search.
type DirectoryFound struct {
	Items     []DirectoryPrincipal `json:"items" nullable:"false"`
	Cursor    string               `json:"cursor" doc:"Opaque position of the next page, empty on the last one."`
	Uncertain []DomainNotAsked     `json:"uncertain" nullable:"false" doc:"Domains that could not be asked: the items may be incomplete."`
	Cut       []string             `json:"cut" nullable:"false" doc:"Domains with more matches than were read: type more letters."`
}

// DomainNotAsked is a domain that did not answer.
type DomainNotAsked struct {
	Domain string `json:"domain"`
	Forest string `json:"forest"`
	Code   string `json:"code" doc:"Stable reason."`
	Text   string `json:"text" doc:"What is wrong and what to do, in the reader's language."`
}

// Detection is what was found between the customer and his directory.
type Detection struct {
	Status     string      `json:"status" enum:"enabled,not_connected" doc:"Of Active Directory as identity provider from now on."`
	Connectors []Connector `json:"connectors" nullable:"false" doc:"All connectors with what each of them reports."`
	Forests    []Forest    `json:"forests" nullable:"false"`
	Missing    []Missing   `json:"missing" nullable:"false" doc:"What stands in the way, and what is not highly available."`
}

// Missing is one thing that is missing.
type Missing struct {
	Code   string `json:"code" enum:"no_connectors,no_directory,no_contact,one_connector"`
	Forest string `json:"forest" doc:"Empty = everywhere."`
	Text   string `json:"text"`
}

// InDomain names a domain.
type InDomain struct {
	InCustomer
	Domain string `path:"domain" doc:"DNS name."`
}

// DomainState is what a domain is to be.
type DomainState struct {
	Enabled *bool `json:"enabled" doc:"False: nobody is picked from the domain any more; what is assigned already stays."`
}

// PrimaryLocationInput names the location to prefer.
type PrimaryLocationInput struct {
	LocationID string `json:"locationId" doc:"One of the domain's locations."`
}

var errStateMissing = fault.InvalidFields([]fault.Field{{Name: "enabled", Code: fieldRequired}})

const fieldRequired = "required"

// Directory registers what the connectors know of the customer's directories, and what is chosen for them.
func (a *API) Directory(s *directory.Service, clk clock.Clock) {
	d := directoryAPI{API: a, s: s, clock: clk}
	const tag = "Directory"
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/directory/forests", ID: "listForests",
		Summary: "Forests by name", Tag: tag, AnyRight: true}, d.forests)
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/directory/domains", ID: "listDomains",
		Summary: "Domains of all forests by name", Tag: tag, AnyRight: true}, d.domains)
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/directory/domains/{domain}", ID: "getDomain",
		Summary: "One domain", Tag: tag, AnyRight: true}, d.domain)
	handle(a, Route{Method: http.MethodPut, Path: "/{customerId}/v1/directory/domains/{domain}/state", ID: "setDomainState",
		Summary: "Enable or disable a domain", Tag: tag, Needs: admin.Domains}, d.setState)
	handle(a, Route{Method: http.MethodPut, Path: "/{customerId}/v1/directory/domains/{domain}/primary-location", ID: "setPrimaryLocation",
		Summary: "Set or change the primary resource location of a domain", Tag: tag, Needs: admin.Domains}, d.setPrimary)
	handle(a, Route{Method: http.MethodDelete, Path: "/{customerId}/v1/directory/domains/{domain}/primary-location", ID: "resetPrimaryLocation",
		Summary: "Reset the primary resource location: any connector of the domain handles sign-ins then", Tag: tag, Needs: admin.Domains,
		Status: http.StatusNoContent}, d.resetPrimary)
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/directory/detect", ID: "detectDirectory",
		Summary: "Look for connectors that reach a directory, and connect Active Directory", Tag: tag, Needs: admin.Domains}, d.detect)
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/directory/search", ID: "searchDirectory",
		Summary: "People and groups whose names begin with a text, of enabled domains", Tag: tag, AnyRight: true}, d.search)
}

type directoryAPI struct {
	*API
	s     *directory.Service
	clock clock.Clock
}

func (d directoryAPI) forests(ctx context.Context, actor admin.Actor, in *struct {
	InCustomer
	InPage
}) (*bodyOf[list[Forest]], error) {
	p, err := d.request(ctx, in.InPage, "forests")
	if err != nil {
		return nil, err
	}
	got, err := d.s.Forests(ctx, actor, in.customer(), p)
	if err != nil {
		return nil, err
	}
	return listOf(ctx, d.API, got, func(f directory.Forest) Forest { return d.newForest(ctx, f) }, "forests")
}

func (d directoryAPI) domains(ctx context.Context, actor admin.Actor, in *struct {
	InCustomer
	InPage
}) (*bodyOf[list[Domain]], error) {
	p, err := d.request(ctx, in.InPage, "domains")
	if err != nil {
		return nil, err
	}
	got, err := d.s.Domains(ctx, actor, in.customer(), p)
	if err != nil {
		return nil, err
	}
	return listOf(ctx, d.API, got, func(x directory.Domain) Domain { return d.newDomain(ctx, x) }, "domains")
}

func (d directoryAPI) domain(ctx context.Context, actor admin.Actor, in *InDomain) (*bodyOf[Domain], error) {
	return d.domainAnswer(ctx)(d.s.Domain(ctx, actor, in.customer(), in.Domain))
}

func (d directoryAPI) setState(ctx context.Context, actor admin.Actor, in *struct {
	InDomain
	Body DomainState
}) (*bodyOf[Domain], error) {
	if in.Body.Enabled == nil {
		return nil, errStateMissing
	}
	return d.domainAnswer(ctx)(d.s.SetEnabled(ctx, actor, in.customer(), in.Domain, *in.Body.Enabled))
}

func (d directoryAPI) setPrimary(ctx context.Context, actor admin.Actor, in *struct {
	InDomain
	Body PrimaryLocationInput
}) (*bodyOf[Domain], error) {
	return d.domainAnswer(ctx)(d.s.SetPrimary(ctx, actor, in.customer(), in.Domain, connector.LocationID(in.Body.LocationID)))
}

func (d directoryAPI) resetPrimary(ctx context.Context, actor admin.Actor, in *struct {
	InDomain
	Acknowledge bool `query:"acknowledge" doc:"Must be true: some subscribers may sign in more slowly afterwards."`
}) (*nothing, error) {
	return nil, d.s.ResetPrimary(ctx, actor, in.customer(), in.Domain, in.Acknowledge)
}

func (d directoryAPI) detect(ctx context.Context, actor admin.Actor, in *struct{ InCustomer }) (*bodyOf[Detection], error) {
	got, err := d.s.Detect(ctx, actor, in.customer())
	if err != nil {
		return nil, err
	}
	out := Detection{Status: "not_connected", Connectors: []Connector{}, Forests: []Forest{}, Missing: []Missing{}}
	if got.Connected {
		out.Status = "enabled"
	}
	now := d.clock.Now()
	for _, c := range got.Connectors {
		out.Connectors = append(out.Connectors, d.newConnector(ctx, c, now))
	}
	for _, f := range got.Forests {
		out.Forests = append(out.Forests, d.newForest(ctx, f))
	}
	for _, m := range got.Missing {
		out.Missing = append(out.Missing, Missing{Code: string(m.Lack), Forest: m.Forest,
			Text: d.say(ctx, "directory.lack."+string(m.Lack), text.Args{"forest": m.Forest})})
	}
	return answer(out), nil
}

func (d directoryAPI) search(ctx context.Context, actor admin.Actor, in *struct {
	InCustomer
	InPage
	Q      string `query:"q" maxLength:"512" doc:"The beginning of a name, or given and family name, DOMAIN\\name, or a whole SID."`
	Domain string `query:"domain" maxLength:"255" doc:"The only domain to ask; empty = all enabled ones."`
	Kind   string `query:"kind" doc:"user, group or any; empty = any."`
}) (*bodyOf[DirectoryFound], error) {
	binding := []string{"directory-search", in.Q, in.Domain, in.Kind}
	p, err := d.request(ctx, in.InPage, binding...)
	if err != nil {
		return nil, err
	}
	got, err := d.s.Search(ctx, actor, in.customer(), directory.SearchRequest{Domain: in.Domain, Text: in.Q, Kind: directory.Kind(in.Kind), Cursor: p.After, Size: p.Size})
	if err != nil {
		return nil, err
	}
	cursor, err := d.cursor(ctx, got.Cursor, binding...)
	if err != nil {
		return nil, err
	}
	out := DirectoryFound{Items: []DirectoryPrincipal{}, Cursor: cursor, Uncertain: []DomainNotAsked{}, Cut: append([]string{}, got.Cut...)}
	for _, x := range got.Items {
		out.Items = append(out.Items, DirectoryPrincipal{SID: x.SID.String(), GUID: x.GUID.String(), Kind: string(x.Kind), Name: x.Name, DisplayName: x.DisplayName,
			UPN: x.UPN, SAM: x.SAM, Description: x.Description, Domain: x.Domain, Forest: x.Forest, Disabled: x.Disabled})
	}
	for _, x := range got.Uncertain {
		out.Uncertain = append(out.Uncertain, DomainNotAsked{Domain: x.Domain, Forest: x.Forest, Code: x.Why.Code,
			Text: d.say(ctx, "directory_domain_not_asked", text.Args{"domain": x.Domain, "forest": x.Forest})})
	}
	return answer(out), nil
}

// say is the sentence and the hint of a text, in the reader's language.
func (d directoryAPI) say(ctx context.Context, key string, args text.Args) string {
	lang := edge.From(ctx).Language
	return strings.TrimSpace(d.texts.Sentence(lang, key, args) + " " + d.texts.Hint(lang, key, args))
}

func (d directoryAPI) warning(ctx context.Context, forest string, redundant bool) string {
	if redundant {
		return ""
	}
	return d.say(ctx, "directory.forest.one_connector", text.Args{"forest": forest})
}

func (d directoryAPI) newForest(ctx context.Context, f directory.Forest) Forest {
	out := Forest{Name: f.Name, Domains: append([]string{}, f.Domains...), UPNSuffixes: append([]string{}, f.UPNSuffixes...),
		Locations: []string{}, Connectors: f.Connectors, Connected: f.Connected, Warning: d.warning(ctx, f.Name, f.Redundant())}
	for _, l := range f.Locations {
		out.Locations = append(out.Locations, string(l))
	}
	return out
}

func (d directoryAPI) newDomain(ctx context.Context, x directory.Domain) Domain {
	out := Domain{Name: x.Name, Forest: x.Forest, NetBIOS: x.NetBIOS, Status: string(x.State), Connectors: x.Connectors, Connected: x.Connected,
		ForestConnectors: x.ForestConnectors, Locations: []NameRef{}, Warning: d.warning(ctx, x.Forest, x.Redundant())}
	for _, l := range x.Locations {
		out.Locations = append(out.Locations, NameRef{ID: string(l.ID), Name: l.Name})
	}
	if x.Primary.ID != "" {
		out.PrimaryLocation = &NameRef{ID: string(x.Primary.ID), Name: x.Primary.Name}
	}
	return out
}

func (d directoryAPI) domainAnswer(ctx context.Context) func(directory.Domain, error) (*bodyOf[Domain], error) {
	return func(x directory.Domain, err error) (*bodyOf[Domain], error) {
		if err != nil {
			return nil, err
		}
		return answer(d.newDomain(ctx, x)), nil
	}
}
