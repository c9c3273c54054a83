package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// WorkspaceDomain is a customer's own host for its workspace.
type WorkspaceDomain struct {
	Host        string             `json:"host" doc:"ASCII form."`
	URL         string             `json:"url"`
	TLS         string             `json:"tls" enum:"acme,upload" doc:"Where the certificate comes from."`
	State       string             `json:"state" enum:"provisioning,active,failed" doc:"Provisioning takes at most 24 hours."`
	Reason      string             `json:"reason" doc:"What is wrong, and what to do; empty: nothing."`
	ReasonCode  string             `json:"reasonCode"`
	Certificate *DomainCertificate `json:"certificate" doc:"Null while there is none, and where a proxy ends TLS."`
	Proof       DomainRecord       `json:"proof" doc:"The DNS record that shows that the host is the customer's. It has to be there until the host is active."`
	Version     int64              `json:"version"`
}

// DomainCertificate is the certificate that the host is served with.
type DomainCertificate struct {
	Subject  string    `json:"subject"`
	NotAfter time.Time `json:"notAfter"`
}

// DomainRecord is a DNS record.
type DomainRecord struct {
	Type  string `json:"type"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

// WorkspaceDomainInput is what an administrator sets.
type WorkspaceDomainInput struct {
	Host string `json:"host" maxLength:"1024" doc:"A host name of the customer's own."`
	TLS  string `json:"tls" enum:"acme,upload"`
}

// WorkspaceDomainSAML is the application at the provider for the custom domain.
type WorkspaceDomainSAML struct {
	Mode            string           `json:"mode" enum:"both,customOnly" doc:"customOnly: the values are those of the connection, and people sign in at the custom domain alone."`
	IdPEntityID     string           `json:"idpEntityId"`
	SSOServiceURL   string           `json:"ssoServiceUrl"`
	LogoutURL       string           `json:"logoutUrl" doc:"Empty: sign-out at the custom domain ends the local session only."`
	Certificates    []IdPCertificate `json:"certificates" nullable:"false"`
	ScopedEntityID  bool             `json:"scopedEntityId"`
	ServiceProvider ServiceProvider  `json:"serviceProvider"`
	Version         int64            `json:"version"`
}

// WorkspaceDomainServiceProvider is what a provider has to know about us at the custom domain.
type WorkspaceDomainServiceProvider struct {
	Both       ServiceProvider `json:"both" doc:"Of the second application. With scopedEntityId it gets an entity ID of its own when it is saved."`
	CustomOnly ServiceProvider `json:"customOnly" doc:"Of the connection's application in this mode. metadataUrl is empty when its metadata name the custom domain only after the mode is set."`
	SignInURL  string          `json:"signInUrl" doc:"Of administrators, through the connection; empty: none."`
	ACSURL     string          `json:"acsUrl" doc:"Where sign-ins of administrators come back to in both modes."`
}

// WorkspaceDomainSAMLInput is what an administrator sets. In mode customOnly everything else is ignored.
type WorkspaceDomainSAMLInput struct {
	Mode           string             `json:"mode" enum:"both,customOnly"`
	IdPEntityID    string             `json:"idpEntityId,omitempty"`
	SSOServiceURL  string             `json:"ssoServiceUrl,omitempty"`
	LogoutURL      string             `json:"logoutUrl,omitempty"`
	Certificates   []CertificateInput `json:"certificates,omitempty"`
	ScopedEntityID bool               `json:"scopedEntityId,omitempty" doc:"The application has an entity ID of its own."`
}

// SignInCheck is how the beginning of a sign-in went.
type SignInCheck struct {
	Kind        string `json:"kind" enum:"workspaceUrl,customDomain,goUrl"`
	URL         string `json:"url"`
	OK          bool   `json:"ok"`
	Destination string `json:"destination" doc:"Where the request goes; empty when none was seen."`
	ACSURL      string `json:"acsUrl" doc:"Where the answer would go."`
	EntityID    string `json:"entityId"`
	Code        string `json:"code" doc:"Empty when it is as it should be."`
	Detail      string `json:"detail"`
	Hint        string `json:"hint"`
}

// IfMatchUnlessNew names the version that a change of what is there has to name.
type IfMatchUnlessNew struct {
	Match string `header:"If-Match" doc:"The ETag that was read; needed unless there is nothing yet."`
}

func (i IfMatchUnlessNew) version() (int64, error) {
	if i.Match == "" {
		return revision.None, nil
	}
	return version(i.Match)
}

// CustomDomain registers the custom domain of a workspace.
func (a *API) CustomDomain(s *workspace.Domains, connections *federation.Service) {
	const path, tag = "/{customerId}/v1/workspace/custom-domain", "Workspace"
	handle(a, Route{Method: http.MethodGet, Path: path, ID: "getCustomDomain", Summary: "The custom domain of the workspace", Tag: tag, Needs: admin.WorkspaceConfiguration},
		func(ctx context.Context, actor admin.Actor, in *struct{ InCustomer }) (*versioned[WorkspaceDomain], error) {
			return a.customDomain(ctx, s)(s.Get(ctx, actor, in.customer()))
		})
	handle(a, Route{Method: http.MethodPut, Path: path, ID: "setCustomDomain",
		Summary: "Set the custom domain; another host begins anew, without SAML", Tag: tag, Needs: admin.WorkspaceConfiguration},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			IfMatchUnlessNew
			Body WorkspaceDomainInput
		}) (*versioned[WorkspaceDomain], error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return a.customDomain(ctx, s)(s.Set(ctx, actor, in.customer(), in.Body.Host, workspace.TLSMode(in.Body.TLS), v))
		})
	handle(a, Route{Method: http.MethodDelete, Path: path, ID: "removeCustomDomain",
		Summary: "Remove the custom domain; SAML and the sessions there end", Tag: tag, Needs: admin.WorkspaceConfiguration, Status: http.StatusNoContent},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			IfMatchUnlessNew
		}) (*nothing, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return nil, s.Remove(ctx, actor, in.customer(), v)
		})
	handle(a, Route{Method: http.MethodPut, Path: path + "/certificate", ID: "setCustomDomainCertificate",
		Summary: "Upload certificate and private key", Tag: tag, Needs: admin.WorkspaceConfiguration},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			IfMatchUnlessNew
			Body struct {
				CertificatePEM string `json:"certificatePem" maxLength:"131072" doc:"The certificate and its intermediates."`
				PrivateKeyPEM  string `json:"privateKeyPem" maxLength:"32768" doc:"Without a passphrase. It is never shown again."`
			}
		}) (*versioned[WorkspaceDomain], error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return a.customDomain(ctx, s)(s.SetCertificate(ctx, actor, in.customer(), []byte(in.Body.CertificatePEM), []byte(in.Body.PrivateKeyPEM), v))
		})
	handle(a, Route{Method: http.MethodPost, Path: path + "/check", ID: "checkCustomDomain",
		Summary: "Begin a sign-in at the workspace URL, the custom domain and the administrators' sign-in URL, and see where each leads", Tag: tag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *struct{ InCustomer }) (*bodyOf[list[SignInCheck]], error) {
			got, err := s.Check(ctx, actor, in.customer())
			if err != nil {
				return nil, err
			}
			out := list[SignInCheck]{Items: make([]SignInCheck, 0, len(got))}
			for _, c := range got {
				item := SignInCheck{Kind: string(c.Kind), URL: c.Address, OK: c.Err == nil, Destination: c.Destination, ACSURL: c.ACSURL, EntityID: c.EntityID}
				if f := fault.From(c.Err); f != nil {
					item.Code, item.Detail, item.Hint = f.Code, a.texts.Sentence(edge.From(ctx).Language, f.Code, f.Args), a.texts.Hint(edge.From(ctx).Language, f.Code, f.Args)
				}
				out.Items = append(out.Items, item)
			}
			return answer(out), nil
		})
	a.customDomainSAML(s, connectionsAPI{a, connections}, path+"/saml", tag)
}

func (a *API) customDomainSAML(s *workspace.Domains, c connectionsAPI, path, tag string) {
	handle(a, Route{Method: http.MethodGet, Path: path, ID: "getCustomDomainSAML", Summary: "SAML at the custom domain", Tag: tag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *struct{ InCustomer }) (*versioned[WorkspaceDomainSAML], error) {
			return c.domainSAML(ctx)(s.SAML(ctx, actor, in.customer()))
		})
	handle(a, Route{Method: http.MethodGet, Path: path + "/service-provider", ID: "getCustomDomainServiceProvider",
		Summary: "What the provider has to know about us at the custom domain, before and after SAML is set there", Tag: tag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *struct{ InCustomer }) (*bodyOf[WorkspaceDomainServiceProvider], error) {
			got, err := s.ServiceProvider(ctx, actor, in.customer())
			if err != nil {
				return nil, err
			}
			return answer(WorkspaceDomainServiceProvider{Both: ServiceProvider(got.Both), CustomOnly: ServiceProvider(got.CustomOnly), SignInURL: got.SignInURL, ACSURL: got.ACSURL}), nil
		})
	handle(a, Route{Method: http.MethodPut, Path: path, ID: "setCustomDomainSAML",
		Summary: "Set the application for the custom domain, of the connection that the workspace uses", Tag: tag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			IfMatchUnlessNew
			Body WorkspaceDomainSAMLInput
		}) (*versioned[WorkspaceDomainSAML], error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			b := in.Body
			app := federation.Application{IdPEntityID: b.IdPEntityID, SSOURL: b.SSOServiceURL, LogoutURL: b.LogoutURL}
			if app.Certificates, err = parseCertificates("certificates", b.Certificates); err != nil {
				return nil, err
			}
			for i := range app.Certificates {
				app.Certificates[i].Slot = cmp.Or(app.Certificates[i].Slot, i+1)
			}
			return c.domainSAML(ctx)(s.SetSAML(ctx, actor, in.customer(), workspace.DomainSAMLInput{Mode: workspace.SAMLMode(b.Mode), Application: app, Scoped: b.ScopedEntityID}, v))
		})
	handle(a, Route{Method: http.MethodPost, Path: path + "/certificates", ID: "readCustomDomainCertificate",
		Summary: "Read one certificate file of the provider; stores nothing", Tag: tag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			Body CertificateFile
		}) (*bodyOf[IdPCertificate], error) {
			return c.readCertificate(ctx, actor, in.customer(), in.Body)
		})
	handle(a, Route{Method: http.MethodDelete, Path: path, ID: "removeCustomDomainSAML",
		Summary: "End SAML at the custom domain, and the sessions there", Tag: tag, Needs: admin.FullAccess, Status: http.StatusNoContent},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			IfMatchUnlessNew
		}) (*nothing, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return nil, s.RemoveSAML(ctx, actor, in.customer(), v)
		})
}

func (a *API) customDomain(ctx context.Context, s *workspace.Domains) func(workspace.Domain, error) (*versioned[WorkspaceDomain], error) {
	return func(d workspace.Domain, err error) (*versioned[WorkspaceDomain], error) {
		if err != nil {
			return nil, err
		}
		name, value := d.Record()
		out := WorkspaceDomain{Host: d.Host, URL: s.Origin(d.Host), TLS: string(d.TLS), State: string(d.State), ReasonCode: d.Reason,
			Proof: DomainRecord{"TXT", name, value}, Version: d.Version}
		if d.Reason != "" {
			language, args := edge.From(ctx).Language, text.Args{"host": d.Host, "record": name, "value": value}
			out.Reason = a.texts.Sentence(language, d.Reason, args) + " " + a.texts.Hint(language, d.Reason, args)
		}
		if !d.NotAfter.IsZero() {
			out.Certificate = &DomainCertificate{d.Subject, d.NotAfter}
		}
		return &versioned[WorkspaceDomain]{ETag: etag(d.Version), Body: out}, nil
	}
}

func (c connectionsAPI) domainSAML(ctx context.Context) func(workspace.DomainSAML, error) (*versioned[WorkspaceDomainSAML], error) {
	return func(d workspace.DomainSAML, err error) (*versioned[WorkspaceDomainSAML], error) {
		if err != nil {
			return nil, err
		}
		app, sp := d.Application, d.ServiceProvider
		out := WorkspaceDomainSAML{Mode: string(d.Mode), IdPEntityID: app.IdPEntityID, SSOServiceURL: app.SSOURL, LogoutURL: app.LogoutURL,
			Certificates: c.certificatesOf(ctx, app.Certificates), ScopedEntityID: app.ScopedID != "", Version: d.Version,
			ServiceProvider: ServiceProvider{EntityID: sp.EntityID, ACSURL: sp.ACSURL, LogoutURL: sp.LogoutURL, MetadataURL: sp.MetadataURL}}
		return &versioned[WorkspaceDomainSAML]{ETag: etag(d.Version), Body: out}, nil
	}
}
