package signin

import (
	"cmp"
	"context"
	"encoding/hex"
	"net/netip"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
)

// ErrTooManyAttempts means that the next try has to wait. It says nothing about whether the name exists.
var ErrTooManyAttempts = fault.New(fault.Limited, "signin_too_many_attempts")

// Subject is something whose failed tries are counted: a typed name, a login, a device or a range of addresses. The
// delay grows with the failures up to Cap and is never a lock for good (L01).
type Subject struct {
	Key  string        // keyed hash; nothing can be read from it
	Free int           // failures without a delay
	Cap  time.Duration // longest delay
	From time.Duration // first delay, 0 = one second
	Own  bool          // belongs to who was right: that starts it afresh; otherwise a right try takes back itself and no other
}

// forgetAfter is how long after the last failure a subject starts afresh.
const forgetAfter = 12 * time.Hour

// Delay is how long the next try waits after n failures: nothing at first, then From, doubled by each further one.
func (s Subject) Delay(n int) time.Duration {
	over := n - s.Free
	if over <= 0 {
		return 0
	}
	delay := cmp.Or(s.From, time.Second)
	for ; over > 1 && delay < s.Cap; over-- {
		delay *= 2
	}
	return min(s.Cap, delay)
}

// ForgetAfter is how long the failures of a subject are remembered.
func (s Subject) ForgetAfter() time.Duration { return s.Cap + forgetAfter }

// A name is tried by one person, an address range by an office.
const (
	freeByName  = 4
	freeByRange = 30
	capByName   = 15 * time.Minute
	capByRange  = 5 * time.Minute
)

// freeNewPasswords is how often a person may try to find a password that is not a former one, or a user name that is free,
// without waiting.
const freeNewPasswords = 8

const delayUse = "signin.delay"

func (s *SignIns) subject(free int, longest time.Duration, kind, value string) (Subject, error) {
	mac, err := s.Pepper.MAC(delayUse, []byte(kind+"\x00"+value))
	if err != nil {
		return Subject{}, err
	}
	return Subject{Key: kind + ":" + hex.EncodeToString(mac[:16]), Free: free, Cap: longest}, nil
}

// subjectsOf counts a password try; what the name itself is counted by comes first. A browser that has passed the second
// factor of every login that the name means is counted by itself, so that strangers who keep a name delayed do not keep its
// owner out (L01). Of one login among several it vouches for none of the others.
func (s *SignIns) subjectsOf(name string, found []Credentials, c Client) ([]Subject, error) {
	logins := make([]id.Login, len(found))
	for i, cred := range found {
		logins[i] = cred.ID
	}
	if device := s.device(c.Device, logins...); device != "" {
		own, err := s.subject(freeByName, capByName, "device", device+"\x00"+name)
		return []Subject{own}, err
	}
	byName, err := s.subject(freeByName, capByName, "name", name)
	if err != nil {
		return nil, err
	}
	byRange, err := s.subject(freeByRange, capByRange, "range", addressRange(c.Addr))
	return []Subject{byName, byRange}, err
}

// tryNewPassword counts a try to set a password, before anything is hashed for it: by whom it is for and by address range. A
// try that ends well takes itself back of the range, so that an office may begin in one morning, but not of the person, who
// could let us hash for ever. It returns what there is to forgive. Errors: ErrTooManyAttempts.
func (s *SignIns) tryNewPassword(ctx context.Context, whose string, c Client) ([]Subject, error) {
	byPerson, err := s.subject(freeNewPasswords, capByName, "new-password", whose)
	if err != nil {
		return nil, err
	}
	byRange, err := s.subject(freeByRange, capByRange, "new-password-range", addressRange(c.Addr))
	if err != nil {
		return nil, err
	}
	subjects := []Subject{byPerson, byRange}
	if err := s.waiting(ctx, subjects); err != nil {
		return nil, err
	}
	return []Subject{byRange}, s.try(ctx, subjects)
}

// addressRange is what one customer of an access provider usually has: a /24 of IPv4, a /64 of IPv6.
func addressRange(a netip.Addr) string {
	bits := 64
	if a = a.Unmap(); a.Is4() {
		bits = 24
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil {
		return "none"
	}
	return p.String()
}
