package federation

import (
	"context"
	"net/netip"
	"slices"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// ErrNoScope: no connection, draft or custom domain has the scoped entity ID.
var ErrNoScope = fault.New(fault.NotFound, "scope_not_found")

// Scope is what a scoped entity ID belongs to.
type Scope struct {
	Customer        customer.ID
	Connection      ID // or draft
	Variant         Variant
	AcceptEncrypted bool // our encryption key belongs into its metadata
}

// ScopeStore finds scoped entity IDs.
type ScopeStore interface {
	// Scope returns what the ID belongs to. Errors: ErrNoScope.
	Scope(ctx context.Context, scopedID string) (Scope, error)
}

// Fetches keeps who has read our metadata, so that an administrator sees which provider knows the next certificate. It
// must not fail a reader of metadata, so it returns nothing.
type Fetches interface {
	Fetched(ctx context.Context, f Fetch)
}

// Fetch is one reading of our metadata.
type Fetch struct {
	ScopedID     string // "" = the generic entity ID
	Scope        *Scope // nil for the generic entity ID
	Origin       string // as in MetadataRequest
	Addr         netip.Addr
	Agent        string        // the reader's User-Agent, from outside
	Certificates []keyring.Key // signing keys that were in it
}

// MetadataRequest asks for our metadata.
type MetadataRequest struct {
	ScopedID string // "" = the generic entity ID
	Origin   string // address of the custom host that was asked; "" = the SAML site
	Addr     netip.Addr
	Agent    string
}

// PublisherKeys gives the keys that stand in our metadata.
type PublisherKeys interface {
	Keys
	// Scoped returns the key of the purpose for one scoped entity ID, and makes it at its first use.
	Scoped(ctx context.Context, p keyring.Purpose, scopedID string) (keyring.Key, error)
}

// Publisher writes the metadata that identity providers read. It may be used concurrently.
type Publisher struct{ PublisherDeps }

// PublisherDeps is what Publisher works with.
type PublisherDeps struct {
	ServiceProvider ServiceProvider // of the SAML site
	Keys            PublisherKeys
	Scopes          ScopeStore
	Fetches         Fetches // nil = nobody keeps them
	// CustomOrigin returns the address of the customer's own host that takes the answers to what has the scope, "" when the SAML
	// site does. Errors: ErrNoScope when nothing does. nil = nobody has a host.
	CustomOrigin func(ctx context.Context, s Scope) (string, error)
}

// NewPublisher returns the writer of our metadata.
func NewPublisher(d PublisherDeps) *Publisher { return &Publisher{d} }

// Metadata returns our metadata: for the generic entity ID on the host that was asked, or for a scoped one on the host that
// its application answers to. Errors: ErrNoScope.
func (p *Publisher) Metadata(ctx context.Context, r MetadataRequest) ([]byte, error) {
	sp := p.ServiceProvider.At(r.Origin)
	var scope *Scope
	if r.ScopedID != "" {
		found, err := p.Scopes.Scope(ctx, r.ScopedID)
		if err != nil {
			return nil, err
		}
		scope = &found
		origin, err := p.origin(ctx, found)
		if err != nil {
			return nil, err
		}
		sp = p.ServiceProvider.At(origin).For(Settings{ScopedID: r.ScopedID})
	}
	keys := p.Keys.Published(keyring.SAMLSigning)
	slices.Reverse(keys) // the older first (SSO-200)
	m := saml.SPMetadata{EntityID: sp.EntityID, ACSURL: sp.ACSURL, LogoutURL: sp.LogoutURL, AuthnRequestsSigned: true}
	for _, k := range keys {
		m.SigningCertificates = append(m.SigningCertificates, k.Certificate)
	}
	if scope != nil && scope.AcceptEncrypted {
		key, err := p.Keys.Scoped(ctx, keyring.SAMLDecryption, r.ScopedID)
		if err != nil {
			return nil, err
		}
		m.EncryptionCertificate = key.Certificate
	}
	if p.Fetches != nil {
		p.Fetches.Fetched(ctx, Fetch{ScopedID: r.ScopedID, Scope: scope, Origin: r.Origin, Addr: r.Addr, Agent: r.Agent, Certificates: keys})
	}
	return m.XML(), nil
}

// origin is the address of the host that the scope's application answers to; "" = the SAML site.
func (p *Publisher) origin(ctx context.Context, s Scope) (string, error) {
	switch {
	case p.CustomOrigin != nil:
		return p.CustomOrigin(ctx, s)
	case s.Variant == CustomDomain:
		return "", ErrNoScope
	}
	return "", nil
}
