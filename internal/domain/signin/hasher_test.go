package signin

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/argon2"

	"github.com/causeway-cloud/causeway/internal/base/secret"
)

// testPepper is a keyed hash with a key of the test.
type testPepper string

func (p testPepper) MAC(use string, data []byte) ([]byte, error) {
	h := hmac.New(sha256.New, []byte(p))
	h.Write([]byte(use + "\x00"))
	h.Write(data)
	return h.Sum(nil), nil
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

func newTestHasher(t testing.TB) *Hasher {
	t.Helper()
	h, err := NewHasher(testPepper("one"), PasswordCost)
	require.NoError(t, err)
	return h
}

// TestHasher tells passwords apart that differ in anything: L07.
func TestHasher(t *testing.T) {
	t.Parallel()
	h, ctx := newTestHasher(t), t.Context()
	long := strings.Repeat("ä", 128)
	for _, password := range []string{"Passw0rd!", long, "é composed", "e\u0301 decomposed", " with space "} {
		hash, err := h.Hash(ctx, secret.New(password))
		require.NoError(t, err)
		require.Regexp(t, `^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]{22}\$[^$]{43}$`, hash)
		for other, want := range map[string]bool{password: true, password + "x": false, strings.TrimSpace(password) + "\n": false, long[:len(long)-2]: false, "": false} {
			ok, err := h.Verify(ctx, hash, secret.New(other))
			require.NoError(t, err)
			require.Equal(t, want, ok, "%q against %q", other, password)
		}
	}
	composed, err := h.Hash(ctx, secret.New("\u00e9"))
	require.NoError(t, err)
	ok, err := h.Verify(ctx, composed, secret.New("e\u0301"))
	require.NoError(t, err)
	require.False(t, ok, "two passwords were merged")
	elsewhere, err := NewHasher(testPepper("two"), PasswordCost)
	require.NoError(t, err)
	ok, err = elsewhere.Verify(ctx, composed, secret.New("\u00e9"))
	require.NoError(t, err)
	require.False(t, ok, "the pepper does nothing")
	for _, broken := range []string{"", "x", "$argon2i$v=19$m=19456,t=2,p=1$AAAA$AAAA", "$argon2id$v=16$m=19456,t=2,p=1$AAAA$AAAA", "$argon2id$v=19$m=99999999,t=2,p=1$AAAA$AAAA",
		"$argon2id$v=19$m=19456,t=2,p=1$AAAA$", "$argon2id$v=19$m=19456,t=0,p=1$AAAA$AAAA"} {
		ok, err := h.Verify(ctx, broken, secret.New(""))
		require.Error(t, err, broken)
		require.False(t, ok)
	}
}

// TestHasherIsBounded floods it: at most one hash per core is under way, and whoever finds the queue full is refused at
// once.
func TestHasherIsBounded(t *testing.T) {
	t.Parallel()
	h := newTestHasher(t)
	for range cap(h.working) { // all cores are busy
		h.working <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	var busy, cancelled atomic.Int64
	var wg sync.WaitGroup
	const extra = 40
	for range cap(h.queue) + extra {
		wg.Go(func() {
			switch err := h.Pretend(ctx, secret.New("x")); {
			case err == nil:
				t.Error("hashed without a free core")
			case ctx.Err() != nil && err == ctx.Err():
				cancelled.Add(1)
			default:
				if assertBusy(t, err) {
					busy.Add(1)
				}
			}
		})
	}
	require.Eventually(t, func() bool { return busy.Load() == extra }, time.Minute, time.Millisecond)
	cancel()
	wg.Wait()
	require.EqualValues(t, cap(h.queue), cancelled.Load())
	require.Empty(t, h.queue, "places in the queue were lost")
}

// TestNewPasswordsLeaveRoom fills the share of new passwords; sign-ins still find a place.
func TestNewPasswordsLeaveRoom(t *testing.T) {
	t.Parallel()
	h := newTestHasher(t)
	ctx, cancel := context.WithCancel(t.Context())
	for range cap(h.working) { // all cores are busy
		h.working <- struct{}{}
	}
	var waiting sync.WaitGroup
	for i := range cap(h.setting) {
		waiting.Go(func() {
			var err error
			if i%2 == 0 {
				_, err = h.Hash(ctx, secret.New("x"))
			} else {
				_, err = h.Reused(ctx, h.dummy, secret.New("x"))
			}
			if err != context.Canceled {
				t.Error(err)
			}
		})
	}
	require.Eventually(t, func() bool { return len(h.setting) == cap(h.setting) && len(h.queue) == cap(h.setting) }, time.Minute, time.Millisecond)
	_, err := h.Hash(ctx, secret.New("x"))
	assertBusy(t, err)
	waiting.Go(func() {
		if err := h.Pretend(ctx, secret.New("x")); err != context.Canceled {
			t.Error(err)
		}
	})
	require.Eventually(t, func() bool { return len(h.queue) == cap(h.setting)+1 }, time.Minute, time.Millisecond, "a sign-in found no place")
	cancel()
	waiting.Wait()
	require.Empty(t, h.setting)
}

func assertBusy(t *testing.T, err error) bool {
	t.Helper()
	ok := err != nil && strings.HasPrefix(err.Error(), ErrBusy.Code)
	if !ok {
		t.Errorf("want %v, got %v", ErrBusy, err)
	}
	return ok
}

// BenchmarkPasswordSignIn alternates our check of a password with argon2id alone; password_ratio_argon2 is argon2id's
// time divided by ours.
func BenchmarkPasswordSignIn(b *testing.B) {
	h := newTestHasher(b)
	password := secret.New("Passw0rd!")
	hash, err := h.Hash(b.Context(), password)
	require.NoError(b, err)
	salt := make([]byte, saltBytes)
	var ours, alone time.Duration
	for b.Loop() {
		start := time.Now()
		ok, err := h.Verify(b.Context(), hash, password)
		ours += time.Since(start)
		if err != nil || !ok {
			b.Fatal("refused", err)
		}
		start = time.Now()
		argon2.IDKey([]byte("Passw0rd!"), salt, PasswordCost.Passes, PasswordCost.MemoryKiB, argonLanes, keyBytes)
		alone += time.Since(start)
	}
	b.ReportMetric(float64(alone)/float64(ours), "password_ratio_argon2")
}
