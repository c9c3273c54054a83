package federation

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

var hostileNow = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

func newSigner(t *testing.T) samltest.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return samltest.NewSigner(key, hostileNow.Add(-time.Hour), hostileNow.Add(1000*time.Hour))
}

// providerMetadata has the certificates, signed by one of them unless by is nil.
func providerMetadata(by *samltest.Signer, certs ...samltest.Signer) []byte {
	p := samltest.Provider{EntityID: "https://idp.example/metadata", SSO: "https://idp.example/sso"}
	for _, c := range certs {
		p.Certificates = append(p.Certificates, c.Certificate)
	}
	tree := p.Tree()
	if by != nil {
		by.Sign(tree, samltest.Options{})
	}
	return samltest.XML(tree)
}

func keptWith(trusted samltest.Signer) (*Service, *Kept) {
	k := &Kept{}
	k.Settings.IdPEntityID = "https://idp.example/metadata"
	k.Settings.Certificates = []Certificate{{DER: trusted.Certificate.Raw, Slot: 1}}
	return &Service{clock: clock.NewFixed(hostileNow), secure: func(*url.URL) bool { return true }}, k
}

// TestOldMetadataBringsNothingBack replays metadata from the middle of a rollover, whose signature is still good: a key that the
// provider has retired since stays out, and the newest one stays in (S21, S40).
func TestOldMetadataBringsNothingBack(t *testing.T) {
	t.Parallel()
	k1, k2, k3 := newSigner(t), newSigner(t), newSigner(t)
	s, k := keptWith(k1)
	s.read("acme", k, providerMetadata(&k1, k1, k2))
	s.read("acme", k, providerMetadata(&k2, k2, k3))
	require.True(t, k.has(k3.Certificate))
	s.read("acme", k, providerMetadata(&k2, k1, k2))
	require.False(t, k.has(k1.Certificate))
	require.True(t, k.has(k3.Certificate))
}

// TestJunkKeysHoldNoRolloverUp reads a metadata full of keys that nothing vouches for before a rollover that is signed.
func TestJunkKeysHoldNoRolloverUp(t *testing.T) {
	t.Parallel()
	k1, next := newSigner(t), newSigner(t)
	s, k := keptWith(k1)
	all := []samltest.Signer{k1}
	for range maxProposals + 2 {
		all = append(all, newSigner(t))
	}
	s.read("acme", k, providerMetadata(nil, all...))
	require.Len(t, k.Proposals, maxProposals)
	eff := s.read("acme", k, providerMetadata(&k1, k1, next))
	require.True(t, k.has(next.Certificate))
	require.NotEmpty(t, eff.Records)
}

// TestNobodysProviderSendsPeopleElsewhere has another customer name the provider in a connection of his own, with another address for
// answers: a request that verifies under both is carried out and answered nowhere.
func TestNobodysProviderSendsPeopleElsewhere(t *testing.T) {
	t.Parallel()
	sp := NewServiceProvider("https://saml.example")
	other := &trusted{settings: Settings{LogoutURL: "https://elsewhere.example/slo", SLOBinding: Post}, logout: &saml.Logout{}}
	own := &trusted{settings: Settings{LogoutURL: "https://idp.example/slo", SLOBinding: Post}, logout: &saml.Logout{}}
	require.Nil(t, answering(sp, []*trusted{other, own}))
	other.ended, own.ended = 1, 1
	require.Nil(t, answering(sp, []*trusted{other, own}))
	other.ended = 0
	require.Same(t, own, answering(sp, []*trusted{other, own}), "one whose session has ended knows the provider")
	other.settings.LogoutURL = own.settings.LogoutURL
	require.NotNil(t, answering(sp, []*trusted{other, own}), "one application of several customers")
}

// hangingMembers never answers for one customer or forest and knows that everybody else is disabled.
type hangingMembers struct{}

func (hangingMembers) Memberships(ctx context.Context, c customer.ID, _ sid.SID, forest string) (Membership, error) {
	if c == "hanging" || forest == "hanging" {
		<-ctx.Done()
		return Membership{}, ctx.Err()
	}
	return Membership{}, ErrDisabled
}

// watchedPeople are the open sessions; ended gets the customer of each that ends.
type watchedPeople struct {
	ConsoleStore
	people []ConsolePerson
	owners []ConsolePerson
	ended  chan customer.ID
}

func (w watchedPeople) ConsolePeople(context.Context) ([]ConsolePerson, error) { return w.people, nil }

func (w watchedPeople) Owners(context.Context) ([]ConsolePerson, error) { return w.owners, nil }

func (w watchedPeople) NarrowOwner(_ context.Context, c customer.ID, _ signin.Person, _ []admin.DirectoryID, _ time.Time, _ func(int) systemlog.Effects) error {
	w.ended <- c + "'s principals"
	return nil
}

func (w watchedPeople) NarrowConsole(_ context.Context, c customer.ID, _ signin.Person, _ []admin.DirectoryID, _ time.Time, _ func(int) systemlog.Effects) error {
	w.ended <- c
	return nil
}

// TestHangingDirectoryKeepsNobodyElseInside watches many people of a customer whose directory hangs and one of another customer: he is
// out while the others are still waited for.
func TestHangingDirectoryKeepsNobodyElseInside(t *testing.T) {
	t.Parallel()
	w := watchedPeople{ended: make(chan customer.ID, 1)}
	for i := range 64 {
		w.people = append(w.people, ConsolePerson{Customer: "hanging", CheckedAt: hostileNow, Person: signin.Person{SID: fmt.Sprintf("S-1-5-21-1-2-3-%d", 1000+i)}})
	}
	w.people = append(w.people, ConsolePerson{Customer: "other", CheckedAt: hostileNow, Person: signin.Person{SID: "S-1-5-21-4-5-6-1000"}})
	c := NewConsoles(ConsoleDeps{Store: w, Members: hangingMembers{}, Clock: clock.NewFixed(hostileNow), Log: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Watch(ctx) }()
	require.Equal(t, customer.ID("other"), <-w.ended)
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
}

// TestHangingDirectoryKeepsNoOtherOwner watches many owners of service principals of a customer, one of whose forests hangs: the
// owner of another forest, and whoever has a session, are told apart from them in the same run.
func TestHangingDirectoryKeepsNoOtherOwner(t *testing.T) { // T04
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := watchedPeople{ended: make(chan customer.ID, 2)}
		for i := range 64 {
			w.owners = append(w.owners, ConsolePerson{Customer: "one", Owner: true, Person: signin.Person{SID: fmt.Sprintf("S-1-5-21-1-2-3-%d", 1000+i), Forest: "hanging"}})
		}
		w.owners = append(w.owners, ConsolePerson{Customer: "one", Owner: true, CheckedAt: hostileNow, Person: signin.Person{SID: "S-1-5-21-4-5-6-1000", Forest: "other"}})
		w.people = []ConsolePerson{{Customer: "one", CheckedAt: hostileNow, Person: signin.Person{SID: "S-1-5-21-4-5-6-1001", Forest: "other"}}}
		c := NewConsoles(ConsoleDeps{Store: w, Members: hangingMembers{}, Clock: clock.NewFixed(hostileNow), Log: slog.New(slog.DiscardHandler)})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- c.Watch(ctx) }()
		var ended []customer.ID
		for range 2 {
			select {
			case c := <-w.ended:
				ended = append(ended, c)
			case <-time.After(watchedFor / 4):
				t.Fatalf("only %v was told of while the forest hangs", ended)
			}
		}
		require.ElementsMatch(t, []customer.ID{"one", "one's principals"}, ended)
		cancel()
		require.ErrorIs(t, <-done, context.Canceled)
	})
}
