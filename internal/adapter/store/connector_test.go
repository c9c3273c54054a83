package store_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// sites is the whole of the connector domain over a database with two customers.
type sites struct {
	locations  *connector.Locations
	connectors *connector.Service
	gate       *connector.Gate
	feed       connector.Feed
	cuts       cuts
	db         *store.DB
	clk        *clock.Shifted
}

// cuts remembers which channels were cut.
type cuts struct {
	mu   sync.Mutex
	list []connector.ID
}

func (c *cuts) Cut(_ context.Context, _ id.Customer, conn connector.ID) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, conn)
	return nil
}

// principals is who may install; the secret of each is its ID.
var principals = map[admin.PrincipalID]admin.Principal{
	"full_one":   {ID: "full_one", Customer: "one", Name: "installer", Rights: admin.Rights{Full: true}},
	"custom_one": {ID: "custom_one", Customer: "one", Name: "script", Rights: admin.Rights{Custom: []admin.Permission{admin.ResourceLocations}}},
	"full_two":   {ID: "full_two", Customer: "two", Name: "installer", Rights: admin.Rights{Full: true}},
}

type credentials struct{}

func (credentials) Check(_ context.Context, c id.Customer, client admin.PrincipalID, sec secret.Text, _ netip.Addr) (admin.Principal, error) {
	p, ok := principals[client]
	if !ok || p.Customer != c || sec.Reveal() != string(client) {
		return admin.Principal{}, admin.ErrClientRefused
	}
	return p, nil
}

func newSites(t *testing.T, db *store.DB, clk *clock.Shifted) *sites {
	t.Helper()
	require.NoError(t, store.SeedCustomers(t.Context(), db, one, two))
	logs := systemlog.NewService(db.Logs(), clk)
	s := &sites{db: db, clk: clk}
	s.locations = connector.NewLocations(db.Locations(), &s.feed, logs, clk)
	s.connectors = connector.NewService(db.Connectors(), &s.cuts, &s.feed, logs)
	s.gate = connector.NewGate(connector.GateDeps{Store: db.Connectors(), Connectors: db.Connectors(), Credentials: credentials{}, Publisher: &s.feed,
		Recorder: logs, Clock: clk, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	return s
}

func administrator(c id.Customer, r admin.Rights) admin.Actor {
	return admin.Actor{Type: systemlog.ActorAdministrator, ID: "login_a", Name: "a.person", Customer: c, Rights: r, FreshUntil: alwaysFresh}
}

// alwaysFresh is until when actors made by hand count as freshly proved, however far a test moves its clock.
var alwaysFresh = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func full(c id.Customer) admin.Actor { return administrator(c, admin.Rights{Full: true}) }

func (s *sites) location(t *testing.T, c id.Customer, name string) connector.Location {
	t.Helper()
	l, err := s.locations.Create(t.Context(), full(c), c, name)
	require.NoError(t, err)
	return l
}

func newKey(t *testing.T) []byte {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	spki, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
	require.NoError(t, err)
	return spki
}

func machine(name string) connector.Facts {
	return connector.Facts{MachineID: "machine-" + name, HardwareUUID: "hw-" + name, BootID: "boot", HostName: name + ".forest1.local",
		Domain: "forest1.local", OS: "Linux 6", Version: "1.0.0"}
}

func registration(t *testing.T, c id.Customer, name string) connector.Registration {
	client := admin.PrincipalID("full_" + c)
	return connector.Registration{Customer: c, Client: client, Secret: secret.New(string(client)), KeySPKI: newKey(t), Facts: machine(name)}
}

func (s *sites) register(t *testing.T, c id.Customer, l connector.LocationID, name string) (connector.Connector, []byte) {
	t.Helper()
	r := registration(t, c, name)
	r.Location = l
	conn, err := s.gate.Register(t.Context(), r)
	require.NoError(t, err)
	return conn, r.KeySPKI
}

// records returns the names of the customer's records, oldest first.
func (s *sites) records(t *testing.T, c id.Customer) []systemlog.Stored {
	t.Helper()
	got, err := s.db.Logs().List(t.Context(), systemlog.OfCustomer(c), systemlog.Filter{Ascending: true}, page.Request{Size: page.MaxSize})
	require.NoError(t, err)
	return got.Items
}

func (s *sites) lastRecord(t *testing.T, c id.Customer) systemlog.Stored {
	t.Helper()
	all := s.records(t, c)
	require.NotEmpty(t, all)
	return all[len(all)-1]
}

func eachSites(t *testing.T, suite func(t *testing.T, s *sites)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) { suite(t, newSites(t, db, clk)) })
}

// TestLocationNames holds the rules of names, for creation and rename alike. Spec: PLT-440, PLT-441, PLT-442, PLT-443
func TestLocationNames(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		ctx, a := t.Context(), full(one)
		s.location(t, one, "Straße é")
		other := s.location(t, one, "Other")
		type rule struct {
			name  string
			field string // field code, "" for none
			err   error
		}
		rules := map[string]rule{
			"longest":                 {name: strings.Repeat("ü", 64)},
			"one more":                {name: strings.Repeat("ü", 65), field: "too_long"},
			"empty":                   {name: "", field: "required"},
			"spaces":                  {name: " \t ", field: "required"},
			"control character":       {name: "a\x00b", field: "unprintable"},
			"no UTF-8":                {name: "a\xffb", field: "unprintable"},
			"same name":               {name: "Straße é", err: connector.ErrNameTaken},
			"other case":              {name: "STRAßE É", err: connector.ErrNameTaken},
			"other composition":       {name: "Straße e\u0301", err: connector.ErrNameTaken},
			"spaces around":           {name: "  Straße é ", err: connector.ErrNameTaken},
			"allowed punctuation":     {name: `Head office (1), "B" * ! @ = ~ ' ; : -_.`},
			"two forbidden are named": {name: "a<b/c", field: "character_forbidden"},
		}
		for _, r := range `#$%^&?+[]{}|<>/\` {
			rules["forbidden "+string(r)] = rule{name: "a" + string(r) + "b", field: "character_forbidden"}
		}
		for name, r := range rules {
			created, errCreate := s.locations.Create(ctx, a, one, r.name)
			if errCreate == nil {
				require.NoError(t, s.locations.Delete(ctx, a, one, created.ID, 0), name)
			}
			_, errRename := s.locations.Rename(ctx, a, one, other.ID, 0, r.name)
			for _, err := range []error{errCreate, errRename} {
				switch {
				case r.err != nil:
					require.ErrorIs(t, err, r.err, name)
				case r.field != "":
					require.ErrorIs(t, err, fault.ErrInvalidInput, name)
					require.Equal(t, r.field, fault.From(err).Fields[0].Code, name)
				default:
					require.NoError(t, err, name)
				}
			}
		}
		_, err := s.locations.Create(ctx, a, one, "a<b/c")
		require.Equal(t, "< /", fault.From(err).Fields[0].Args["characters"], "the error names the characters")

		s.location(t, two, "straße É") // another customer may use the name
	})
}

// TestFiftyLocations creates sixty at once and then deletes one. Spec: PLT-439
func TestFiftyLocations(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		var made, refused atomic.Int32
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				_, err := s.locations.Create(t.Context(), full(one), one, fmt.Sprint("Site ", i))
				switch {
				case err == nil:
					made.Add(1)
				case errors.Is(err, connector.ErrTooManyLocations):
					refused.Add(1)
				default:
					t.Errorf("creation %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, connector.MaxLocations, made.Load())
		require.EqualValues(t, 10, refused.Load())
		events := map[string]int{}
		for _, r := range s.records(t, one) {
			events[r.Event.Name]++
		}
		require.Equal(t, map[string]int{"ResourceLocationCreated": 50, "ResourceLocationCreateFailed": 10}, events)

		got, err := s.locations.List(t.Context(), full(one), one, page.Request{Size: 1})
		require.NoError(t, err)
		require.NoError(t, s.locations.Delete(t.Context(), full(one), one, got.Items[0].ID, 0))
		s.location(t, one, "The fiftieth again")
		s.location(t, two, "Another customer's")
	})
}

// TestSameNameAtOnce lets twenty callers create the same name.
func TestSameNameAtOnce(t *testing.T) { // Spec: PLT-442
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		var made atomic.Int32
		var wg sync.WaitGroup
		for i := range 20 {
			name := "Head office"
			if i%2 == 1 {
				name = "HEAD OFFICE"
			}
			wg.Go(func() {
				if _, err := s.locations.Create(t.Context(), full(one), one, name); err == nil {
					made.Add(1)
				} else if !errors.Is(err, connector.ErrNameTaken) {
					t.Errorf("creation %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 1, made.Load())
	})
}

// TestLocationLife creates, renames, fills and deletes a location and reads what was recorded. Spec: OPS-161, PLT-435, CON-008
func TestLocationLife(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		ctx, a := t.Context(), full(one)
		l := s.location(t, one, "Head office")
		rec := s.lastRecord(t, one)
		require.Equal(t, "platform/resource/location/create", rec.Event.Type)
		require.Equal(t, "Head office", rec.Target.ID)
		require.Equal(t, "a.person", rec.Actor.Name)
		require.Equal(t, "Head office", rec.After["DisplayName"])
		require.NotNil(t, rec.Before)

		renamed, err := s.locations.Rename(ctx, a, one, l.ID, 1, "Main office")
		require.NoError(t, err)
		require.EqualValues(t, 2, renamed.Version)
		rec = s.lastRecord(t, one)
		require.Equal(t, "platform/resource/location/update", rec.Event.Type)
		require.Equal(t, "Head office", rec.Before["DisplayName"])
		require.Equal(t, "Main office", rec.After["DisplayName"])
		_, err = s.locations.Rename(ctx, a, one, l.ID, 1, "Lost update")
		require.ErrorIs(t, err, connector.ErrLocationStale)
		require.Equal(t, "ResourceLocationUpdateFailed", s.lastRecord(t, one).Event.Name)
		require.Equal(t, "Main office", s.lastRecord(t, one).Target.ID) // Spec: OPS-161
		require.ErrorIs(t, s.locations.Delete(ctx, a, one, "absent", 0), connector.ErrLocationNotFound)
		require.Equal(t, "absent", s.lastRecord(t, one).Target.ID)
		_, err = s.connectors.List(ctx, a, one, "absent", page.Request{})
		require.ErrorIs(t, err, connector.ErrLocationNotFound)
		none, err := s.connectors.List(ctx, a, one, l.ID, page.Request{})
		require.NoError(t, err)
		require.Empty(t, none.Items)
		_, err = s.locations.Rename(ctx, a, one, l.ID, 2, "MAIN office") // its own name in another case
		require.NoError(t, err)

		for n := range 3 {
			got, err := s.locations.Get(ctx, a, one, l.ID)
			require.NoError(t, err)
			require.Equal(t, n, got.ConnectorCount)
			require.Equal(t, n, got.ContactedCount)
			require.Equal(t, n >= 2, got.Redundant(), "%d connectors", n)
			name := fmt.Sprint("c", n)
			_, key := s.register(t, one, l.ID, name)
			got, err = s.locations.Get(ctx, a, one, l.ID)
			require.NoError(t, err)
			require.Equal(t, n >= 2, got.Redundant(), "one that was never in contact counts")
			w, err := s.gate.Admit(ctx, key, hello(name, "p1", 0), "n1", netip.Addr{}, dead{})
			require.NoError(t, err)
			_, err = s.gate.Report(ctx, w.Channel, connector.Presence{Version: "1.0.0"})
			require.NoError(t, err)
		}
		require.ErrorIs(t, s.locations.Delete(ctx, a, one, l.ID, 0), connector.ErrLocationInUse)
		rec = s.lastRecord(t, one)
		require.Equal(t, "ResourceLocationDeleteFailed", rec.Event.Name)
		require.Equal(t, "location_has_connectors", rec.Reason)
		require.Equal(t, "MAIN office", rec.Target.ID)

		got, err := s.connectors.List(ctx, a, one, l.ID, page.Request{})
		require.NoError(t, err)
		for _, c := range got.Items {
			require.NoError(t, s.connectors.Remove(ctx, a, one, c.ID))
		}
		require.ErrorIs(t, s.locations.Delete(ctx, a, one, l.ID, 1), connector.ErrLocationStale)
		require.NoError(t, s.locations.Delete(ctx, a, one, l.ID, 3))
		rec = s.lastRecord(t, one)
		require.Equal(t, "platform/resource/location/delete", rec.Event.Type)
		require.Equal(t, "MAIN office", rec.Target.ID)
		require.Equal(t, "MAIN office", rec.Before["DisplayName"])
		_, err = s.locations.Get(ctx, a, one, l.ID)
		require.ErrorIs(t, err, connector.ErrLocationNotFound)
	})
}

// TestSitePermissions calls everything as nobody, with other permissions, and as the other customer. Spec: CON-016, PLT-450
func TestSitePermissions(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		ctx := t.Context()
		l := s.location(t, one, "Head office")
		conn, _ := s.register(t, one, l.ID, "c1")
		calls := map[string]func(a admin.Actor) error{
			"list locations":  func(a admin.Actor) error { _, err := s.locations.List(ctx, a, one, page.Request{}); return err },
			"get location":    func(a admin.Actor) error { _, err := s.locations.Get(ctx, a, one, l.ID); return err },
			"create location": func(a admin.Actor) error { _, err := s.locations.Create(ctx, a, one, "New"); return err },
			"rename location": func(a admin.Actor) error { _, err := s.locations.Rename(ctx, a, one, l.ID, 0, "Renamed"); return err },
			"delete location": func(a admin.Actor) error { return s.locations.Delete(ctx, a, one, l.ID, 0) },
			"list connectors": func(a admin.Actor) error { _, err := s.connectors.List(ctx, a, one, l.ID, page.Request{}); return err },
			"get connector":   func(a admin.Actor) error { _, err := s.connectors.Get(ctx, a, one, conn.ID); return err },
			"events": func(a admin.Actor) error {
				_, err := s.connectors.Events(ctx, a, one, conn.ID, page.Request{})
				return err
			},
			"remove connector": func(a admin.Actor) error { return s.connectors.Remove(ctx, a, one, conn.ID) },
		}
		readers := map[string]bool{"list connectors": true, "get connector": true, "events": true}
		for name, call := range calls {
			require.ErrorIs(t, call(admin.Actor{}), admin.ErrNotSignedIn, name)
			require.ErrorIs(t, call(full(two)), admin.ErrForeignCustomer, name)
			require.ErrorIs(t, call(administrator(one, admin.Rights{Custom: []admin.Permission{admin.SystemLog}})), admin.ErrPermissionNeeded, name)
			domains := call(administrator(one, admin.Rights{Custom: []admin.Permission{admin.Domains}}))
			if readers[name] {
				require.NoError(t, domains, name)
			} else {
				require.ErrorIs(t, domains, admin.ErrPermissionNeeded, name)
			}
		}
		_, err := s.connectors.Get(ctx, full(one), one, conn.ID)
		require.NoError(t, err, "a refused call changed something")
		require.NoError(t, calls["rename location"](administrator(one, admin.Rights{Custom: []admin.Permission{admin.ResourceLocations}})))
	})
}

// TestSitesOfTwoCustomers uses the IDs of one customer as the other one. Spec: CON-013
func TestSitesOfTwoCustomers(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		ctx, a := t.Context(), full(two)
		l := s.location(t, one, "Head office")
		conn, key := s.register(t, one, l.ID, "c1")
		mine := s.location(t, two, "Mine")

		locations, err := s.locations.List(ctx, a, two, page.Request{})
		require.NoError(t, err)
		require.Len(t, locations.Items, 1)
		require.Equal(t, mine.ID, locations.Items[0].ID)
		_, err = s.locations.Get(ctx, a, two, l.ID)
		require.ErrorIs(t, err, connector.ErrLocationNotFound)
		_, err = s.locations.Rename(ctx, a, two, l.ID, 0, "Stolen")
		require.ErrorIs(t, err, connector.ErrLocationNotFound)
		require.ErrorIs(t, s.locations.Delete(ctx, a, two, l.ID, 0), connector.ErrLocationNotFound)
		_, err = s.connectors.List(ctx, a, two, l.ID, page.Request{})
		require.ErrorIs(t, err, connector.ErrLocationNotFound) // Spec: T01
		for _, location := range []connector.LocationID{"", mine.ID} {
			got, err := s.connectors.List(ctx, a, two, location, page.Request{})
			require.NoError(t, err)
			require.Empty(t, got.Items)
		}
		_, err = s.connectors.Get(ctx, a, two, conn.ID)
		require.ErrorIs(t, err, connector.ErrNotFound)
		_, err = s.connectors.Events(ctx, a, two, conn.ID, page.Request{})
		require.ErrorIs(t, err, connector.ErrNotFound)
		require.ErrorIs(t, s.connectors.Remove(ctx, a, two, conn.ID), connector.ErrNotFound)
		require.Empty(t, s.cuts.list)

		r := registration(t, two, "c2")
		r.Location = l.ID
		_, err = s.gate.Register(ctx, r)
		require.ErrorIs(t, err, connector.ErrUnknownLocation)
		require.Equal(t, "ConnectorRegistrationFailed", s.lastRecord(t, two).Event.Name)
		r.Location, r.KeySPKI = "", key
		_, err = s.gate.Register(ctx, r)
		require.ErrorIs(t, err, connector.ErrKeyTaken)

		w, err := s.gate.Admit(ctx, key, hello("c1", "p1", 0), "n1", netip.Addr{}, dead{})
		require.NoError(t, err)
		forged := w.Channel
		forged.Customer = two
		_, err = s.gate.Report(ctx, forged, connector.Presence{})
		require.ErrorIs(t, err, connector.ErrChannelGone)
		require.ErrorIs(t, s.gate.ReportEvents(ctx, forged, events(1)), connector.ErrChannelGone)
		require.ErrorIs(t, s.gate.Confirm(ctx, forged), connector.ErrChannelGone)
	})
}

// TestRegistration registers with the right and with every wrong credential. Spec: CON-212, CON-213, CON-216, OPS-164
func TestRegistration(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		ctx := t.Context()
		l := s.location(t, one, "Head office")
		for name, c := range map[string]struct {
			change func(*connector.Registration)
			want   error
		}{
			"custom access":      {func(r *connector.Registration) { r.Client, r.Secret = "custom_one", secret.New("custom_one") }, connector.ErrFullAccessNeeded},
			"wrong secret":       {func(r *connector.Registration) { r.Secret = secret.New("x") }, admin.ErrClientRefused},
			"another customer's": {func(r *connector.Registration) { r.Customer = two }, admin.ErrClientRefused},
			"unknown location":   {func(r *connector.Registration) { r.Location = "loc_absent" }, connector.ErrUnknownLocation},
			"no customer":        {func(r *connector.Registration) { r.Customer = "" }, fault.ErrInvalidInput},
			"no machine":         {func(r *connector.Registration) { r.Facts.MachineID = "" }, fault.ErrInvalidInput},
			"no key":             {func(r *connector.Registration) { r.KeySPKI = nil }, fault.ErrInvalidInput},
			"spaces in the name": {func(r *connector.Registration) { r.Facts.HostName = "a b" }, fault.ErrInvalidInput},
		} {
			r := registration(t, one, "c1")
			r.Location = l.ID
			c.change(&r)
			_, err := s.gate.Register(ctx, r)
			require.ErrorIs(t, err, c.want, name)
			got, err := s.connectors.List(ctx, full(one), one, "", page.Request{})
			require.NoError(t, err)
			require.Empty(t, got.Items, name)
			_, err = s.db.Connectors().ByKey(ctx, connector.HashKey(r.KeySPKI))
			require.ErrorIs(t, err, connector.ErrUnknownKey, name)
		}

		r := registration(t, one, "C1")
		r.Location = l.ID
		conn, err := s.gate.Register(ctx, r)
		require.NoError(t, err)
		require.Equal(t, "c1.forest1.local", conn.Name)
		require.Equal(t, "Head office", conn.LocationName)
		all := s.records(t, one)
		registered, trusted := all[len(all)-2], all[len(all)-1]
		require.Equal(t, "platform/edgeservice/cloud/create", registered.Event.Type)
		require.Equal(t, "installer", registered.Actor.Name)
		require.Equal(t, systemlog.ActorServicePrincipal, registered.Actor.Type)
		require.Equal(t, string(l.ID), registered.After["ResourceLocationId"])
		require.Equal(t, "platform/authentication/created", trusted.Event.Type)

		again, err := s.gate.Register(ctx, r) // the answer was lost
		require.NoError(t, err)
		require.Equal(t, conn.ID, again.ID)
		r.Facts.MachineID = "another"
		_, err = s.gate.Register(ctx, r)
		require.ErrorIs(t, err, connector.ErrKeyTaken)
		got, err := s.connectors.List(ctx, full(one), one, "", page.Request{})
		require.NoError(t, err)
		require.Len(t, got.Items, 1)
	})
}

// TestInstallationIsSpentOnce registers two machines at once with the credential of one installation.
func TestInstallationIsSpentOnce(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		l, now := s.location(t, one, "Head office"), s.clk.Now()
		p := admin.Principal{ID: "spn_once", Customer: one, Name: "once", CreatedAt: now,
			Installation: &admin.Installation{Location: string(l.ID), ExpiresAt: now.Add(time.Hour)}}
		eff := systemlog.Recorded(systemlog.Record{Event: systemlog.ConnectorDisconnected, Actor: systemlog.System(), Target: systemlog.Target{ID: "spn_once"}})
		_, err := s.db.Admins().CreatePrincipal(t.Context(), p, []byte("mac"), eff)
		require.NoError(t, err)
		var wg sync.WaitGroup
		results := make([]error, 2)
		for i, name := range []string{"c1", "c2"} {
			key := connector.NewKey(newKey(t))
			wg.Go(func() {
				_, results[i] = s.db.Connectors().Register(t.Context(), connector.Connector{ID: connector.ID(name), Customer: one, Location: l.ID, Name: name,
					Type: connector.CloudConnector, Facts: machine(name), RegisteredAt: now, Version: 1}, key, p.ID, connector.Location{},
					func(connector.Connector, bool) systemlog.Effects { return eff })
			})
		}
		wg.Wait()
		if results[0] != nil {
			results[0], results[1] = results[1], results[0]
		}
		require.NoError(t, results[0])
		require.ErrorIs(t, results[1], connector.ErrInstallationUsed)
		all, err := s.connectors.List(t.Context(), full(one), one, l.ID, page.Request{})
		require.NoError(t, err)
		require.Len(t, all.Items, 1)
		stored, _, err := s.db.Admins().PrincipalByID(t.Context(), p.ID)
		require.NoError(t, err)
		require.Equal(t, string(all.Items[0].ID), stored.Installation.UsedBy)
		listed, err := s.db.Admins().ListPrincipals(t.Context(), one, page.Request{})
		require.NoError(t, err)
		require.Empty(t, listed.Items)
	})
}

// TestLocationIsChosen registers without a location: none yet, then again, then with older ones. Spec: CON-215
func TestLocationIsChosen(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		first, _ := s.register(t, one, "", "c1")
		l, err := s.locations.Get(t.Context(), full(one), one, first.Location)
		require.NoError(t, err)
		require.True(t, l.Default)
		require.Equal(t, "ResourceLocationCreated", s.records(t, one)[0].Event.Name)
		s.location(t, one, "A second one")
		second, _ := s.register(t, one, "", "c2")
		require.Equal(t, first.Location, second.Location)

		oldest := s.location(t, two, "Z oldest")
		s.clk.Advance(time.Second)
		s.location(t, two, "A newer one")
		conn, _ := s.register(t, two, "", "c3")
		require.Equal(t, oldest.ID, conn.Location)
	})
}

func hello(name, instance string, generation int64) connector.Hello {
	return connector.Hello{Facts: machine(name), Instance: instance, Generation: generation}
}

// dead and alive are what a ping of the live channel says.
type (
	dead  struct{}
	alive struct{}
)

func (dead) Answers(context.Context, connector.Channel) bool  { return false }
func (alive) Answers(context.Context, connector.Channel) bool { return true }

// TestAdmission walks a connector and its copy through their lives.
func TestAdmission(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		ctx, addr := t.Context(), netip.MustParseAddr("192.0.2.1")
		conn, key := s.register(t, one, "", "c1")
		admit := func(h connector.Hello, node string, live connector.Pinger) (connector.Welcome, error) {
			return s.gate.Admit(ctx, key, h, node, addr, live)
		}
		_, err := s.gate.Admit(ctx, newKey(t), hello("c1", "p1", 0), "n1", addr, dead{})
		require.ErrorIs(t, err, connector.ErrUnknownKey)
		_, err = admit(connector.Hello{Facts: machine("c1"), Instance: "UPPER"}, "n1", dead{})
		require.ErrorIs(t, err, connector.ErrHello)

		first, err := admit(hello("c1", "p1", 0), "n1", dead{})
		require.NoError(t, err)
		require.Equal(t, connector.Open, first.Verdict)
		require.Nil(t, first.Replaced)
		require.EqualValues(t, 1, first.Channel.Generation)
		require.Equal(t, "ConnectorConnected", s.lastRecord(t, one).Event.Name)
		require.NoError(t, s.gate.Confirm(ctx, first.Channel))
		quiet := len(s.records(t, one))

		// The network drops: the same process comes back, to another node. No record.
		second, err := admit(hello("c1", "p1", 1), "n2", alive{})
		require.NoError(t, err)
		require.Equal(t, connector.Switch, second.Verdict)
		require.Equal(t, first.Channel, *second.Replaced)
		require.EqualValues(t, 2, second.Channel.Generation)
		require.ErrorIs(t, s.gate.Confirm(ctx, first.Channel), connector.ErrChannelGone)
		require.NoError(t, s.gate.Close(ctx, conn, first.Channel), "the old channel ends late")
		require.Len(t, s.records(t, one), quiet)

		// The welcome was lost: the process still holds generation 1, which is not old yet.
		third, err := admit(hello("c1", "p1", 1), "n2", alive{})
		require.NoError(t, err)
		require.EqualValues(t, 3, third.Channel.Generation)
		require.NoError(t, s.gate.Confirm(ctx, third.Channel))

		// A copy of the folder on the same machine, while the original lives.
		_, err = admit(hello("c1", "p2", 3), "n1", alive{})
		require.ErrorIs(t, err, connector.ErrClone)
		require.Equal(t, "ConnectorCloneRefused", s.lastRecord(t, one).Event.Name)
		require.Equal(t, addr, s.lastRecord(t, one).Actor.Addr)
		// An old copy, and a copy on another machine, while the original is away.
		_, err = admit(hello("c1", "p2", 2), "n1", dead{})
		require.ErrorIs(t, err, connector.ErrClone)
		_, err = admit(hello("c9", "p2", 3), "n1", dead{})
		require.ErrorIs(t, err, connector.ErrClone)
		got, err := s.connectors.Get(ctx, full(one), one, conn.ID)
		require.NoError(t, err)
		require.Zero(t, got.Presence.Problem, "a copy spoiled the connected original")
		_, err = s.gate.Report(ctx, third.Channel, connector.Presence{Version: "1.0.0"})
		require.NoError(t, err, "the original lost its channel to a copy")

		// kill -9 and restart.
		fourth, err := admit(hello("c1", "p3", 3), "n1", dead{})
		require.NoError(t, err)
		require.Equal(t, connector.Replace, fourth.Verdict)
		require.Equal(t, third.Channel.Generation, fourth.Replaced.Generation)
		_, err = s.gate.Report(ctx, third.Channel, connector.Presence{})
		require.ErrorIs(t, err, connector.ErrChannelGone)

		// The machine is renamed while the connector is away: it shows, until the right machine is back.
		require.NoError(t, s.gate.Close(ctx, conn, fourth.Channel))
		require.Equal(t, "ConnectorDisconnected", s.lastRecord(t, one).Event.Name)
		_, err = admit(hello("c9", "p4", 4), "n1", dead{})
		require.ErrorIs(t, err, connector.ErrClone)
		got, err = s.connectors.Get(ctx, full(one), one, conn.ID)
		require.NoError(t, err)
		require.Equal(t, connector.Erroneous, got.State(s.clk.Now()))
		fifth, err := admit(hello("c1", "p5", 4), "n1", dead{})
		require.NoError(t, err)
		back, err := s.gate.Report(ctx, fifth.Channel, connector.Presence{Version: "1.0.1", Forest: "Forest1.local", Domains: []string{"User.forest1.local", "forest1.local"}})
		require.NoError(t, err)
		require.Equal(t, connector.Connected, back.State(s.clk.Now()))
	})
}

// TestDomainIsNamedOnce holds that a connector that was installed before its directory was configured names its domain
// later, once.
func TestDomainIsNamedOnce(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		addr := netip.MustParseAddr("192.0.2.1")
		r := registration(t, one, "c1")
		r.Facts.Domain = ""
		conn, err := s.gate.Register(t.Context(), r)
		require.NoError(t, err)
		in := func(domain string, generation int64) connector.Hello {
			h := hello("c1", "p1", generation)
			h.Facts.Domain = domain
			return h
		}
		for i, h := range []connector.Hello{in("", 0), in("forest1.local", 1), in("forest1.local", 2)} {
			w, err := s.gate.Admit(t.Context(), r.KeySPKI, h, "n1", addr, dead{})
			require.NoError(t, err, i)
			require.Equal(t, h.Facts.Domain, w.Connector.Facts.Domain)
			got, err := s.connectors.Get(t.Context(), full(one), one, conn.ID)
			require.NoError(t, err)
			require.Equal(t, h.Facts.Domain, got.Facts.Domain)
		}
		named := s.lastRecord(t, one)
		require.Equal(t, "ConnectorConnected", named.Event.Name)
		require.Equal(t, "forest1.local", named.After["Domain"])
		for _, h := range []connector.Hello{in("forest2.local", 3), in("", 3)} {
			_, err = s.gate.Admit(t.Context(), r.KeySPKI, h, "n1", addr, dead{})
			require.ErrorIs(t, err, connector.ErrMoved)
			require.Equal(t, "forest1.local", fault.From(err).Args["registered"])
			require.Equal(t, "ConnectorCloneRefused", s.lastRecord(t, one).Event.Name)
		}
		ch := connector.Channel{Customer: one, Connector: conn.ID, Generation: 3}
		require.NoError(t, s.gate.Close(t.Context(), conn, ch))
		_, err = s.gate.Admit(t.Context(), r.KeySPKI, in("forest2.local", 3), "n1", addr, dead{})
		require.ErrorIs(t, err, connector.ErrMoved)
		got, err := s.connectors.Get(t.Context(), full(one), one, conn.ID)
		require.NoError(t, err)
		require.Equal(t, connector.Problem{Code: connector.ProblemDomainChanged, Fatal: true}, got.Presence.Problem)
	})
}

// TestShownGenerationCounts holds that a hello itself proves its generation, without a confirmation of the channel.
func TestShownGenerationCounts(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		_, key := s.register(t, one, "", "c1")
		for generation := range int64(3) {
			_, err := s.gate.Admit(t.Context(), key, hello("c1", "p1", generation), "n1", netip.Addr{}, dead{})
			require.NoError(t, err)
		}
		_, err := s.gate.Admit(t.Context(), key, hello("c1", "p1", 1), "n1", netip.Addr{}, dead{})
		require.ErrorIs(t, err, connector.ErrClone)
	})
}

// TestTwoHellosAtOnce lets copies say hello in the same moment: one of them gets the channel.
func TestTwoHellosAtOnce(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		_, key := s.register(t, one, "", "c1")
		var admitted, refused atomic.Int32
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				_, err := s.gate.Admit(t.Context(), key, hello("c1", fmt.Sprint("p", i), 0), "n1", netip.Addr{}, alive{})
				switch {
				case err == nil:
					admitted.Add(1)
				case errors.Is(err, connector.ErrClone):
					refused.Add(1)
				default:
					t.Errorf("hello %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 1, admitted.Load())
		require.EqualValues(t, 7, refused.Load())
	})
}

// TestRemovalCuts removes a connected connector, as an administrator and by its own wish. Spec: OPS-164
func TestRemovalCuts(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		ctx := t.Context()
		conn, key := s.register(t, one, "", "c1")
		w, err := s.gate.Admit(ctx, key, hello("c1", "p1", 0), "n1", netip.Addr{}, dead{})
		require.NoError(t, err)
		require.NoError(t, s.gate.ReportEvents(ctx, w.Channel, events(3)))
		watch := s.feed.Watch(ctx, one)
		require.NoError(t, s.connectors.Remove(ctx, full(one), one, conn.ID))
		require.Equal(t, []connector.ID{conn.ID}, s.cuts.list)
		require.Equal(t, connector.Change{Customer: one, Location: conn.Location, Connector: conn.ID}, <-watch)
		all := s.records(t, one)
		deleted := all[len(all)-2]
		require.Equal(t, "platform/edgeservice/cloud/delete", deleted.Event.Type)
		require.Equal(t, "a.person", deleted.Actor.Name)
		require.Equal(t, conn.Name, deleted.Before["DisplayName"])
		require.Equal(t, "platform/authentication/deleted", all[len(all)-1].Event.Type)

		_, err = s.gate.Admit(ctx, key, hello("c1", "p1", 1), "n1", netip.Addr{}, dead{})
		require.ErrorIs(t, err, connector.ErrRemoved)
		_, err = s.gate.Report(ctx, w.Channel, connector.Presence{})
		require.ErrorIs(t, err, connector.ErrChannelGone)
		require.ErrorIs(t, s.connectors.Remove(ctx, full(one), one, conn.ID), connector.ErrNotFound)
		require.Equal(t, "ConnectorDeleteFailed", s.lastRecord(t, one).Event.Name)
		r := registration(t, one, "c1")
		r.KeySPKI = key
		_, err = s.gate.Register(ctx, r)
		require.ErrorIs(t, err, connector.ErrKeyTaken, "a removed key came back")

		// The cut is repeated by a job, so that no node misses it.
		jobs, err := s.db.Queue().Claim(ctx, 10, s.clk.Now(), time.Minute)
		require.NoError(t, err)
		require.Len(t, jobs, 1)
		require.Equal(t, connector.CutJob, jobs[0].Kind)
		require.NoError(t, s.connectors.RunCut(ctx, jobs[0].Payload))
		require.Equal(t, []connector.ID{conn.ID, conn.ID}, s.cuts.list)
		require.Error(t, s.connectors.RunCut(ctx, json.RawMessage(`[`)))

		leaving, key := s.register(t, one, "", "c2")
		require.NoError(t, s.gate.Leave(ctx, leaving, netip.Addr{}))
		all = s.records(t, one)
		require.Equal(t, systemlog.ActorConnector, all[len(all)-2].Actor.Type)
		_, err = s.db.Connectors().ByKey(ctx, connector.HashKey(key))
		require.ErrorIs(t, err, connector.ErrRemoved)
	})
}

func events(n int) []connector.Event {
	out := make([]connector.Event, n)
	for i := range out {
		out[i] = connector.Event{Key: fmt.Sprintf("k%05d", i), Number: connector.EventConnectedByProxy,
			At: time.Date(2026, 3, 1, 12, 0, 0, i*1000, time.UTC), Params: []string{"http://proxy.example:3128"}}
	}
	return out
}

// TestReportedEvents stores each event once and keeps the newest.
func TestReportedEvents(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		ctx := t.Context()
		conn, key := s.register(t, one, "", "c1")
		w, err := s.gate.Admit(ctx, key, hello("c1", "p1", 0), "n1", netip.Addr{}, dead{})
		require.NoError(t, err)
		all := events(connector.MaxEvents + 30)
		for i := 0; i < len(all); i += 50 {
			batch := all[i:min(i+50, len(all))]
			require.NoError(t, s.gate.ReportEvents(ctx, w.Channel, batch))
			require.NoError(t, s.gate.ReportEvents(ctx, w.Channel, batch)) // the acknowledgement was lost
		}
		var got []connector.Event
		for p := (page.Request{Size: 70}); ; {
			list, err := s.connectors.Events(ctx, full(one), one, conn.ID, p)
			require.NoError(t, err)
			got = append(got, list.Items...)
			if p.After = list.Next; p.After == "" {
				break
			}
		}
		require.Len(t, got, connector.MaxEvents)
		require.Equal(t, all[len(all)-1], got[0])
		require.Equal(t, all[30], got[len(got)-1])
		require.Equal(t, "ConnectedToMessagingServiceWithWebProxy", got[0].Name())

		for name, bad := range map[string]connector.Event{
			"unknown number": {Key: "k", Number: 9999, At: s.clk.Now()},
			"no parameter":   {Key: "k", Number: connector.EventUnable, At: s.clk.Now()},
			"no key":         {Number: connector.EventConnected, At: s.clk.Now()},
			"no time":        {Key: "k", Number: connector.EventConnected},
		} {
			require.ErrorIs(t, s.gate.ReportEvents(ctx, w.Channel, []connector.Event{bad}), connector.ErrEventInvalid, name)
		}
		require.ErrorIs(t, s.gate.ReportEvents(ctx, w.Channel, events(101)), connector.ErrEventInvalid)
	})
}

// TestPresence reports and reads what the lists show. Spec: CON-015
func TestPresence(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		ctx := t.Context()
		l := s.location(t, one, "Head office")
		conn, key := s.register(t, one, l.ID, "c1")
		w, err := s.gate.Admit(ctx, key, hello("c1", "p1", 0), "n1", netip.Addr{}, dead{})
		require.NoError(t, err)
		watch := s.feed.Watch(ctx, one)
		_, err = s.gate.Report(ctx, w.Channel, connector.Presence{Version: "1.2.3", Forest: "Forest1.Local", Domains: []string{"b.forest1.local", "Forest1.local", "forest1.local"},
			NetBIOS: map[string]string{"Forest1.local": "FOREST1"}, UPNSuffixes: []string{"Example.org"}, Problem: connector.Problem{Code: "from_the_future"}})
		require.NoError(t, err)
		require.Equal(t, conn.ID, (<-watch).Connector)
		got, err := s.connectors.List(ctx, full(one), one, l.ID, page.Request{})
		require.NoError(t, err)
		require.Len(t, got.Items, 1)
		c := got.Items[0]
		require.Equal(t, connector.Presence{Version: "1.2.3", Forest: "forest1.local", Domains: []string{"b.forest1.local", "forest1.local"},
			NetBIOS: map[string]string{"forest1.local": "FOREST1"}, UPNSuffixes: []string{"example.org"}, Problem: connector.Problem{Code: connector.ProblemOther}}, c.Presence)
		_, err = s.gate.Report(ctx, w.Channel, connector.Presence{Version: "1.2.4", Problem: connector.Problem{Code: "directory_timeout"}})
		require.NoError(t, err)
		<-watch
		restarted, err := s.connectors.Get(ctx, full(one), one, conn.ID)
		require.NoError(t, err)
		require.Equal(t, []string{"1.2.4", "forest1.local", "directory_timeout"}, []string{restarted.Presence.Version, restarted.Presence.Forest, restarted.Presence.Problem.Code})
		require.Equal(t, c.Presence.Domains, restarted.Presence.Domains, "a connector that has not read its forest yet takes nothing back")
		require.Equal(t, c.Presence.UPNSuffixes, restarted.Presence.UPNSuffixes)
		require.Equal(t, connector.Connected, c.State(s.clk.Now()))
		require.WithinDuration(t, s.clk.Now(), c.LastContactAt, time.Minute)
		at, err := s.locations.Get(ctx, full(one), one, l.ID)
		require.NoError(t, err)
		require.Equal(t, 1, at.ConnectedCount)
		require.Equal(t, []string{"b.forest1.local", "forest1.local"}, at.Domains)
		s.clk.Advance(connector.DeadAfter)
		at, err = s.locations.Get(ctx, full(one), one, l.ID)
		require.NoError(t, err)
		require.Zero(t, at.ConnectedCount, "a silent channel counts")

		for name, bad := range map[string]connector.Presence{
			"space":     {Forest: "a b"},
			"no name":   {Domains: []string{""}},
			"too many":  {Domains: make([]string, 1001)},
			"too long":  {UPNSuffixes: []string{strings.Repeat("a", 256)}},
			"a version": {Version: strings.Repeat("1", 256)},
			"stranger":  {Domains: []string{"a.local"}, NetBIOS: map[string]string{"b.local": "B"}},
		} {
			_, err := s.gate.Report(ctx, w.Channel, bad)
			require.ErrorIs(t, err, connector.ErrPresenceInvalid, name)
		}
	})
}

// TestNewDomainsAreRecorded holds that the System Log tells who serves a domain, once for each location.
func TestNewDomainsAreRecorded(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		here, there := s.location(t, one, "Head office"), s.location(t, one, "Branch")
		report := func(name string, l connector.Location, presences ...[]string) connector.Connector {
			conn, key := s.register(t, one, l.ID, name)
			w, err := s.gate.Admit(t.Context(), key, hello(name, "p1", 0), "n1", netip.Addr{}, dead{})
			require.NoError(t, err)
			for _, domains := range presences {
				got, err := s.gate.Report(t.Context(), w.Channel, connector.Presence{Forest: "forest1.local", Domains: domains})
				require.NoError(t, err)
				require.Equal(t, domains, got.Presence.Domains)
			}
			return conn
		}
		added := func() (out []string) {
			for _, r := range s.records(t, one) {
				if r.Event.Name == "DomainAdded" {
					out = append(out, fmt.Sprint(r.Target.Name, " ", r.After["ConnectorName"], " ", r.After["ResourceLocationName"]))
				}
			}
			return out
		}
		both, none := []string{"forest1.local", "user.forest1.local"}, []string{}
		conn := report("c1", here, none, both[:1], both, none, both)
		require.Equal(t, []string{"forest1.local c1.forest1.local Head office", "user.forest1.local c1.forest1.local Head office"}, added())
		last := s.lastRecord(t, one)
		require.Equal(t, "user.forest1.local", last.Target.ID)
		require.Equal(t, string(conn.ID), last.After["ConnectorId"])
		require.Equal(t, string(here.ID), last.After["ResourceLocationId"])
		require.Equal(t, systemlog.ActorConnector, last.Actor.Type)
		require.Nil(t, last.Before)
		report("c2", here, both, none, both)
		require.Len(t, added(), 2, "the location served them before")
		report("c3", there, both[1:])
		require.Equal(t, "user.forest1.local c3.forest1.local Branch", added()[2])
	})
}

// TestListsPageByName reads both lists in small pages while their names share beginnings.
func TestListsPageByName(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		ctx, a := t.Context(), full(one)
		for _, name := range []string{"b", "A", "C", "aa", "B2"} {
			s.location(t, one, name)
		}
		var names []string
		for p := (page.Request{Size: 2}); ; {
			got, err := s.locations.List(ctx, a, one, p)
			require.NoError(t, err)
			for _, l := range got.Items {
				names = append(names, l.Name)
			}
			if p.After = got.Next; p.After == "" {
				break
			}
		}
		require.Equal(t, []string{"A", "aa", "b", "B2", "C"}, names)
		for i := range 5 {
			s.register(t, one, "", fmt.Sprint("same", i%2))
		}
		seen := map[connector.ID]bool{}
		for p := (page.Request{Size: 2}); ; {
			got, err := s.connectors.List(ctx, a, one, "", p)
			require.NoError(t, err)
			for _, c := range got.Items {
				seen[c.ID] = true
			}
			if p.After = got.Next; p.After == "" {
				break
			}
		}
		require.Len(t, seen, 5)
		elsewhere := s.location(t, one, "Elsewhere")
		alone, _ := s.register(t, one, elsewhere.ID, "alone")
		got, err := s.connectors.List(ctx, a, one, elsewhere.ID, page.Request{})
		require.NoError(t, err)
		require.Len(t, got.Items, 1, "connectors of another location were listed")
		require.Equal(t, alone.ID, got.Items[0].ID)
		_, err = s.locations.List(ctx, a, one, page.Request{After: "forged"})
		require.ErrorIs(t, err, page.ErrPosition)
	})
}
