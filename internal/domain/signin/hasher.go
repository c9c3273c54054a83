package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
)

// Cost is what one hash of argon2id costs. It stands in every hash, so it can be raised later.
type Cost struct {
	MemoryKiB uint32
	Passes    uint32
}

// PasswordCost is the OWASP minimum with 19 MiB. Tests of what lies around the hash use less.
var PasswordCost = Cost{MemoryKiB: 19 * 1024, Passes: 2}

const (
	argonLanes = 1
	saltBytes  = 16
	keyBytes   = 32
)

// maxArgonMemoryKiB bounds what a stored hash may ask for, and maxArgonPasses likewise.
const (
	maxArgonMemoryKiB = 256 * 1024
	maxArgonPasses    = 16
)

// waitingPerCore bounds the queue before the hash: with some 25 ms each, the last in it waits 400 ms. Whoever finds it
// full is refused at once, so that a flood costs neither memory nor the patience of others.
const waitingPerCore = 16

// newPasswordShare is the part of the queue that new passwords may fill: one in so many. The rest is for sign-ins, which go on
// while somebody floods a page that sets a password.
const newPasswordShare = 4

// busySeconds is when a caller who found the queue full should come again.
const busySeconds = 2

// ErrBusy means that too many passwords are being checked just now.
var ErrBusy = fault.New(fault.Limited, "signin_busy")

// pepperUse separates the pepper of passwords from its other uses.
const pepperUse = "signin.password"

// Pepper is a keyed hash whose key is not in the database's dump in the clear.
type Pepper interface {
	MAC(use string, data []byte) ([]byte, error)
}

// Hasher makes and checks password hashes, at most one per core at a time. It may be used concurrently.
type Hasher struct {
	pepper  Pepper
	cost    Cost
	queue   chan struct{} // who is waiting or working
	setting chan struct{} // who of them does so for a new password
	working chan struct{} // who is working
	dummy   string        // the hash of nobody's password
}

// NewHasher returns a Hasher for all cores of the machine; cost is that of the hashes it makes.
func NewHasher(pepper Pepper, cost Cost) (*Hasher, error) {
	cores := runtime.GOMAXPROCS(0)
	h := &Hasher{pepper: pepper, cost: cost, queue: make(chan struct{}, cores*waitingPerCore), setting: make(chan struct{}, cores*waitingPerCore/newPasswordShare), working: make(chan struct{}, cores)}
	var err error
	h.dummy, err = h.Hash(context.Background(), secret.Random(keyBytes))
	return h, err
}

// Hash returns the PHC form of a password's hash under a fresh salt. Errors: ErrBusy.
func (h *Hasher) Hash(ctx context.Context, password secret.Text) (string, error) {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails: crypto/rand aborts the program instead
	p := phc{memoryKiB: h.cost.MemoryKiB, passes: h.cost.Passes, lanes: argonLanes, salt: salt}
	var err error
	err = h.forNewPassword(func() error {
		p.key, err = h.derive(ctx, p, password, keyBytes)
		return err
	})
	if err != nil {
		return "", err
	}
	return p.String(), nil
}

// Reused is Verify of a new password against a hash of one that is in use or was. Errors: ErrBusy.
func (h *Hasher) Reused(ctx context.Context, hash string, password secret.Text) (same bool, err error) {
	err = h.forNewPassword(func() error {
		same, err = h.Verify(ctx, hash, password)
		return err
	})
	return same, err
}

// forNewPassword runs work in the share of new passwords. Errors: ErrBusy.
func (h *Hasher) forNewPassword(work func() error) error {
	select {
	case h.setting <- struct{}{}:
	default:
		return ErrBusy.With("seconds", busySeconds)
	}
	defer func() { <-h.setting }()
	return work()
}

// Verify reports whether password belongs to the hash. Errors: ErrBusy.
func (h *Hasher) Verify(ctx context.Context, hash string, password secret.Text) (bool, error) {
	p, err := parsePHC(hash)
	if err != nil {
		return false, err
	}
	key, err := h.derive(ctx, p, password, len(p.key))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(key, p.key) == 1, nil
}

// Pretend costs what Verify costs and is never true (L02). Errors: ErrBusy.
func (h *Hasher) Pretend(ctx context.Context, password secret.Text) error {
	_, err := h.Verify(ctx, h.dummy, password)
	return err
}

// OneTime returns a random password that meets the policy, and its hash. Whoever signs in with it has to change it.
func (h *Hasher) OneTime(ctx context.Context) (secret.Text, string, error) {
	password := oneTimePassword()
	hash, err := h.Hash(ctx, password)
	return password, hash, err
}

func (h *Hasher) derive(ctx context.Context, p phc, password secret.Text, n int) ([]byte, error) {
	peppered, err := h.pepper.MAC(pepperUse, []byte(password.Reveal()))
	if err != nil {
		return nil, err
	}
	select {
	case h.queue <- struct{}{}:
	default:
		return nil, ErrBusy.With("seconds", busySeconds)
	}
	defer func() { <-h.queue }()
	select {
	case h.working <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.working }()
	return argon2.IDKey(peppered, p.salt, p.passes, p.memoryKiB, p.lanes, uint32(n)), nil
}

// phc is a hash in the PHC string format, the one form that is stored.
type phc struct {
	memoryKiB, passes uint32
	lanes             uint8
	salt, key         []byte
}

// String prints $argon2id$v=19$m=19456,t=2,p=1$salt$key.
func (p phc) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memoryKiB, p.passes, p.lanes,
		b64.EncodeToString(p.salt), b64.EncodeToString(p.key))
}

func parsePHC(s string) (phc, error) {
	var p phc
	var version int
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return p, fmt.Errorf("password hash: not argon2id in PHC form")
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return p, fmt.Errorf("password hash: version %q", parts[2])
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memoryKiB, &p.passes, &p.lanes); err != nil {
		return p, fmt.Errorf("password hash: costs: %w", err)
	}
	if p.memoryKiB > maxArgonMemoryKiB || p.passes == 0 || p.passes > maxArgonPasses || p.lanes == 0 {
		return p, fmt.Errorf("password hash: costs %q out of range", parts[3])
	}
	var err error
	if p.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return p, fmt.Errorf("password hash: salt: %w", err)
	}
	if p.key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return p, fmt.Errorf("password hash: key: %w", err)
	}
	if len(p.key) < keyBytes {
		return p, fmt.Errorf("password hash: key of %d octets", len(p.key))
	}
	return p, nil
}
