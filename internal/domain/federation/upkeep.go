package federation

import (
	"context"
	"crypto/x509"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// UpkeepStore keeps what changes in a saved connection although its settings do not: certificates, what its metadata says,
// notices, and the switches of operators. Another customer's connection is ErrNotFound.
type UpkeepStore interface {
	// Kept returns a connection with the keys that its metadata has shown, the newest first. Errors: ErrNotFound.
	Kept(ctx context.Context, c customer.ID, i ID) (Kept, error)
	// Maintain changes certificates, the metadata source and proposals of a connection. What change reports commits with it;
	// reading metadata that has nothing new reports nothing. change may run more than once. Errors: ErrNotFound, and what
	// change returns.
	Maintain(ctx context.Context, c customer.ID, i ID, change func(*Kept) (systemlog.Effects, error)) (Kept, error)
	// Watched returns up to n connections of all customers, in a fixed order, those behind after.
	Watched(ctx context.Context, after Ref, n int) ([]Watched, error)
	// TellExpiry stores that a threshold has been told, with what tells it. Nothing happens if that or a nearer one was told
	// before, or the connection is gone.
	TellExpiry(ctx context.Context, c customer.ID, n ExpiryNotice, eff systemlog.Effects) error
	// MetadataDue returns up to n connections whose metadata is to be read at now.
	MetadataDue(ctx context.Context, now time.Time, n int) ([]Ref, error)
	// AskMetadata orders the metadata of a connection to be read, by the job, unless it was ordered after the instant; next is
	// when it is due again. It reports whether it did. A connection that does not read its metadata regularly is left alone.
	AskMetadata(ctx context.Context, r Ref, notSince, next time.Time, job jobs.Job) (bool, error)
}

// Ref names a connection of any customer.
type Ref struct {
	Customer   customer.ID
	Connection ID
}

// Watched is a connection with its customer.
type Watched struct {
	Customer customer.ID
	Connection
}

// Kept is a connection with what upkeep knows of it.
type Kept struct {
	Connection
	Proposals []KeyProposal // the newest first
}

// MetadataState is what came of reading the metadata of a connection.
type MetadataState struct {
	ReadAt      time.Time // the last success; zero = never
	FailedSince time.Time // the first failure after it; zero = the last reading succeeded
	Failure     string    // code of the last failure
	FailureArgs text.Args // of its sentence
	Told        bool      // that it has been failing for a day
	Differences []Difference
}

// Difference is a value of the metadata that is not the connection's. It changes nothing: the settings of a saved connection
// stay, and a clone takes the new value (SAM-128, S40).
type Difference struct {
	Field        string // path of the setting
	Ours, Theirs string
}

// KeyState is where a proposal stands.
type KeyState string

// The states of a proposal.
const (
	KeyProposed KeyState = "proposed"
	KeyAccepted KeyState = "accepted"
	KeyRejected KeyState = "rejected" // or its certificate was removed; no metadata brings it back
)

// KeyProposal is a signing certificate that the metadata of a connection has shown.
type KeyProposal struct {
	ID        string // "key_…"
	DER       []byte
	FoundAt   time.Time
	Signed    bool // a key that the connection trusted had signed the metadata
	State     KeyState
	DecidedAt time.Time // zero while it is proposed
	DecidedBy string    // name of the actor
}

// Certificate returns the proposed certificate as a connection would keep it.
func (p KeyProposal) Certificate() Certificate {
	cert := Certificate{DER: p.DER}
	if parsed := cert.Parsed(); parsed != nil {
		cert.FileName = certificateName(parsed.Subject.CommonName)
	}
	return cert
}

// proposal finds what is known of a certificate; nil for nothing.
func (k *Kept) proposal(fingerprint string) *KeyProposal {
	for i := range k.Proposals {
		if k.Proposals[i].Certificate().Fingerprint() == fingerprint {
			return &k.Proposals[i]
		}
	}
	return nil
}

// has reports whether a slot holds the certificate.
func (k *Kept) has(cert *x509.Certificate) bool {
	for _, c := range k.Settings.Certificates {
		if string(c.DER) == string(cert.Raw) {
			return true
		}
	}
	return false
}

// maintain changes a connection that the caller saw in the version, or revision.Any.
func (s *Service) maintain(ctx context.Context, c customer.ID, i ID, version int64, change func(*Kept) (systemlog.Effects, error)) (Kept, error) {
	return s.upkeep.Maintain(ctx, c, i, func(k *Kept) (systemlog.Effects, error) {
		if !revision.Matches(version, k.Version) {
			return systemlog.Effects{}, ErrStale
		}
		k.Settings = k.Settings.clone()
		return change(k)
	})
}
