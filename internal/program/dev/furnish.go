package dev

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/program/controlplane"
)

// stateFile keeps what was made for a data folder: passwords and secrets of the demonstration, and nothing else's.
const stateFile = "dev.json"

// state is what a later start with the same data folder needs to know again.
type state struct {
	Info     Info             `json:"info"`
	Entrance *entrance        `json:"entrance"`
	Places   map[string]place `json:"places"` // by forest
}

// place is a resource location and the connector data folders in it.
type place struct {
	Location connector.LocationID `json:"location"`
	Folders  []string             `json:"folders"`
}

// furnish puts the demonstration into a control plane that has just become ready, and tells when all of it works.
func (d *installation) furnish(ctx context.Context, group *errgroup.Group, app *controlplane.App, started time.Time) error {
	forests := demo.Forests()
	idp, certificate, err := d.identityProvider(app, demo.People(forests))
	if err != nil {
		return err
	}
	group.Go(func() error { return serveHTTP(ctx, d.ports.idp, idp) })
	group.Go(func() error { return serveHTTP(ctx, d.ports.control, local(d.control(app))) })

	s := &seeder{Services: app.Services, now: d.clock.Now}
	st, err := d.load()
	first := errors.Is(err, os.ErrNotExist)
	if first {
		st, err = d.seed(ctx, s, idp, certificate, forests)
	}
	if err != nil {
		return err
	}
	s.actor = admin.System(id.Customer(st.Info.Customer.ID))
	connectors, err := d.startSites(ctx, group, s, forests, st.Places)
	if err != nil {
		return err
	}
	if first {
		if err := s.offerings(ctx); err != nil {
			return err
		}
	}
	info := st.Info
	info.Version, info.DataDir, info.CAFile, info.URLs = d.o.Version, d.dir, d.authority.file, d.urls(info.Customer.Workspace)
	info.Connectors = connectors
	info.PIDs = PIDs{ControlPlane: os.Getpid()}
	info.ReadyMS = time.Since(started).Milliseconds()
	if d.o.Ready != nil {
		d.o.Ready(info)
	}
	return nil
}

// seed makes customer, administrator, locations, principal and connection, and keeps what they are for the next start.
func (d *installation) seed(ctx context.Context, s *seeder, idp *demo.IdP, certificate federation.Certificate, forests []demo.Forest) (state, error) {
	c, a, err := s.administrator(ctx)
	if err != nil {
		return state{}, err
	}
	st := state{Info: Info{Customer: c, Administrators: []Administrator{a}}, Entrance: d.ports.entrance(d.o.TLS), Places: map[string]place{}}
	for i, f := range forests {
		l, err := s.Locations.Create(ctx, s.actor, s.actor.Customer, placeNames[i])
		if err != nil {
			return state{}, fmt.Errorf("create location: %w", err)
		}
		p := place{Location: l.ID}
		for n := range connectorsPerForest[i] {
			p.Folders = append(p.Folders, filepath.Join(d.dir, fmt.Sprintf("connector-%d-%d", i+1, n+1)))
		}
		st.Places[f.Domain] = p
	}
	st.Info.ResourceLocation.ID = string(st.Places[forests[0].Domain].Location)
	if st.Info.ServicePrincipal, err = s.principal(ctx); err != nil {
		return state{}, fmt.Errorf("create service principal: %w", err)
	}
	if st.Info.SAMLConnection, err = s.connect(ctx, idp, certificate); err != nil {
		return state{}, fmt.Errorf("connect identity provider: %w", err)
	}
	for _, p := range demo.People(forests) {
		st.Info.Subscribers = append(st.Info.Subscribers, Subscriber{UPN: p.UPN, IdPLogin: p.Login, IdPPassword: p.Password, Case: string(p.Case)})
	}
	return st, d.save(st)
}

// The sites: two connectors where the resources are, one at the partner's.
var (
	placeNames          = []string{"Headquarters", "Partner site"}
	connectorsPerForest = []int{2, 1}
)

func (d *installation) load() (state, error) {
	var st state
	raw, err := os.ReadFile(filepath.Join(d.dir, stateFile))
	if err != nil {
		return st, err
	}
	return st, json.Unmarshal(raw, &st)
}

func (d *installation) save(st state) error {
	raw, err := json.MarshalIndent(st, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(d.dir, stateFile), raw, 0o600)
}

func (d *installation) identityProvider(app *controlplane.App, people []demo.Person) (*demo.IdP, federation.Certificate, error) {
	key, cert, err := demo.LoadIdPKey(d.dir, d.clock.Now())
	if err != nil {
		return nil, federation.Certificate{}, err
	}
	idp, err := demo.NewIdP(demo.IdPConfig{
		Origin: at(idpHost, d.ports.idp), ACSURLs: []string{app.Edge.URL(edge.SAML, federation.ACSPath)}, LogoutURL: app.Edge.URL(edge.SAML, federation.LogoutPath), People: people,
		SignAssertion: true, SignResponse: true, Key: key, Certificate: cert, Clock: d.clock, Log: d.o.Log,
	})
	return idp, federation.Certificate{FileName: "demo-idp.pem", DER: cert.Raw}, err
}

func (d *installation) urls(workspace string) URLs {
	control := at("127.0.0.1", d.ports.control)
	a := d.addresses
	return URLs{
		Console: a.URL(edge.Console, ""), Accounts: a.URL(edge.Accounts, ""), Onboarding: a.URL(edge.Onboarding, ""), API: a.URL(edge.API, ""),
		SAML: a.URL(edge.SAML, ""), Connector: a.URL(edge.Connector, ""), Workspace: a.WorkspaceURL(workspace, ""), Dev: control,
		IdP: at(idpHost, d.ports.idp), Mail: control + "/dev/mail",
	}
}

// serveHTTP serves one of the parts around the control plane until ctx ends.
func serveHTTP(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { s.Close() })
	defer stop()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
