package keyring

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"time"
)

// Purpose says what a key is for. A key is never used for two purposes.
type Purpose string

// The purposes.
const (
	SAMLSigning Purpose = "saml_signing" // RSA 2048 with a self-signed certificate
	// SAMLDecryption opens what identity providers encrypt to us: RSA 2048 with a self-signed certificate. It is no longer
	// than that because everybody can make us use it, and the cost grows with the cube of the length. Each scoped entity ID
	// has a key of its own (see For): under a common one, the administrator of one customer could have his connection open
	// what was encrypted for another's.
	SAMLDecryption Purpose = "saml_decryption"
	TokenSigning   Purpose = "token_signing"  // Ed25519
	CookieSealing  Purpose = "cookie_sealing" // AES-256-GCM
	Channel        Purpose = "channel"        // ECDSA P-256 with a self-signed certificate; connectors pin it
	InternalCA     Purpose = "internal_ca"    // ECDSA P-256 certificate authority of the node-to-node routes
	Pepper         Purpose = "pepper"         // HMAC-SHA-256 for backup codes and API secrets; never retired
)

// Purposes lists those of the whole installation in a fixed order; each has a key from the first start on.
func Purposes() []Purpose {
	return []Purpose{SAMLSigning, TokenSigning, CookieSealing, Channel, InternalCA, Pepper}
}

// Row is a key as the store keeps it.
type Row struct {
	ID            string
	Purpose       Purpose
	Algorithm     string
	Public        []byte // a certificate or PKIX key in DER; nil for symmetric keys
	Sealed        []byte // the private part under the key file
	CreatedAt     time.Time
	AdvertisedAt  time.Time
	ActiveAt      time.Time
	RetiredAt     time.Time // zero = not retired
	CompromisedAt time.Time // zero = not compromised
}

// State is what may be done with a key now.
type State string

// The states, in the order of a key's life.
const (
	Planned     State = "planned"
	Advertised  State = "advertised"
	Active      State = "active"
	Retired     State = "retired"
	Compromised State = "compromised"
)

// State tells the row's state at now.
func (r Row) State(now time.Time) State {
	switch {
	case !r.CompromisedAt.IsZero() && !now.Before(r.CompromisedAt):
		return Compromised
	case !r.RetiredAt.IsZero() && !now.Before(r.RetiredAt):
		return Retired
	case !now.Before(r.ActiveAt):
		return Active
	case !now.Before(r.AdvertisedAt):
		return Advertised
	}
	return Planned
}

// Key is an opened key. It may be used concurrently.
type Key struct {
	Row
	Certificate *x509.Certificate // for SAMLSigning, SAMLDecryption, Channel and InternalCA
	signer      crypto.Signer
	secret      []byte
}

// Signer returns the private key, nil for symmetric keys.
func (k Key) Signer() crypto.Signer { return k.signer }

// Decrypter returns the private key of a purpose that decrypts; ok is false for all others.
func (k Key) Decrypter() (d crypto.Decrypter, ok bool) {
	if k.Purpose.kind() != SAMLDecryption {
		return nil, false
	}
	d, ok = k.signer.(crypto.Decrypter)
	return d, ok
}

// Pin is the base64 (standard, padded) SHA-256 of the key's SubjectPublicKeyInfo: what connectors hold of a channel key.
func (k Key) Pin() string {
	if k.Certificate == nil {
		return ""
	}
	sum := sha256.Sum256(k.Certificate.RawSubjectPublicKeyInfo)
	return base64.StdEncoding.EncodeToString(sum[:])
}
