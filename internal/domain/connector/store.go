package connector

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// LocationStore keeps resource locations. Another customer's location is ErrLocationNotFound.
type LocationStore interface {
	// ListLocations returns locations by name.
	ListLocations(ctx context.Context, c id.Customer, p page.Request) (page.Of[Location], error)
	GetLocation(ctx context.Context, c id.Customer, l LocationID) (Location, error)
	// CreateLocation holds the limit also under parallel calls. Errors: ErrNameTaken, ErrTooManyLocations.
	CreateLocation(ctx context.Context, l Location, eff systemlog.Effects) error
	// RenameLocation gives it another name; eff gets the stored location before and after. revision.Any matches any version.
	// Errors: ErrNameTaken, ErrLocationStale.
	RenameLocation(ctx context.Context, c id.Customer, l LocationID, version int64, name string, eff func(before, after Location) systemlog.Effects) (Location, error)
	// DeleteLocation removes an empty location; eff also gets the domains whose primary one it was. Errors: ErrLocationInUse,
	// ErrLocationStale.
	DeleteLocation(ctx context.Context, c id.Customer, l LocationID, version int64, eff func(Location, []Cleared) systemlog.Effects) error
}

// Store keeps connectors for administrators. Another customer's connector is ErrNotFound.
type Store interface {
	// ListConnectors returns the connectors of a location by name; of all locations when l is "". Errors: ErrLocationNotFound.
	ListConnectors(ctx context.Context, c id.Customer, l LocationID, p page.Request) (page.Of[Connector], error)
	GetConnector(ctx context.Context, c id.Customer, conn ID) (Connector, error)
	// RemoveConnector deletes the connector, its channel and its events, and keeps its key as removed. eff also gets the domains
	// whose primary location it leaves without a connector.
	RemoveConnector(ctx context.Context, c id.Customer, conn ID, eff func(Connector, KeyHash, []Cleared) systemlog.Effects) error
	// ListEvents returns what a connector reported, newest first.
	ListEvents(ctx context.Context, c id.Customer, conn ID, p page.Request) (page.Of[Event], error)
}

// GateStore keeps what connectors do themselves.
type GateStore interface {
	// Register stores a new connector with its key. Its Location may be "": then it goes to the default location, else the
	// oldest, else into fresh, which is stored as well (CON-215). eff gets the connector with its location, and whether fresh was
	// used. spent is the installation's credential, which is used up with it, "" for none. Errors: ErrUnknownLocation, ErrKeyTaken,
	// ErrInstallationUsed.
	Register(ctx context.Context, conn Connector, key Key, spent admin.PrincipalID, fresh Location, eff func(conn Connector, madeLocation bool) systemlog.Effects) (Connector, error)
	// ByKey finds the connector of a key, over all customers. Errors: ErrUnknownKey, ErrRemoved.
	ByKey(ctx context.Context, key KeyHash) (Stored, error)
	// OpenChannel makes ch the channel of its connector if nothing has changed since seen was read, and keeps that the
	// connector has shown generation proven, and the domain that seen names now. eff may be empty: renewing a channel leaves no record. Errors: ErrBusy, ErrRemoved.
	OpenChannel(ctx context.Context, seen Stored, ch Channel, proven int64, eff systemlog.Effects) error
	// ConfirmChannel keeps that the connector holds the channel's generation. Errors: ErrChannelGone.
	ConfirmChannel(ctx context.Context, ch Channel) error
	// CloseChannel removes the channel if it is still this one, with what eff says. Errors: ErrChannelGone.
	CloseChannel(ctx context.Context, ch Channel, eff systemlog.Effects) error
	// SavePresence keeps what a connector reported on its channel, and now as its last contact; it returns the connector
	// as it is then. eff gets it with the domains that no connector of its location has reported before; without any
	// it is not called and there is no record. Errors: ErrChannelGone.
	SavePresence(ctx context.Context, ch Channel, p Presence, now time.Time, eff func(conn Connector, added []string) systemlog.Effects) (Connector, error)
	// SaveProblem keeps a problem that the control plane itself found. It leaves no record.
	SaveProblem(ctx context.Context, c id.Customer, conn ID, p Problem) error
	// SaveEvents keeps reported events once each, the newest MaxEvents per connector. Errors: ErrChannelGone.
	SaveEvents(ctx context.Context, ch Channel, events []Event) error
}

// Key is the public key of a connector.
type Key struct {
	Hash KeyHash
	SPKI []byte // SubjectPublicKeyInfo in DER
}

// NewKey returns the key of a SubjectPublicKeyInfo.
func NewKey(spki []byte) Key { return Key{Hash: HashKey(spki), SPKI: spki} }

// HashKey names a SubjectPublicKeyInfo.
func HashKey(spki []byte) KeyHash {
	sum := sha256.Sum256(spki)
	return KeyHash(hex.EncodeToString(sum[:]))
}
