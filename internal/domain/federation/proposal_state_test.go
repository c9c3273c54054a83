package federation

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/pem"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// oneKept is a store of one connection.
type oneKept struct {
	UpkeepStore
	k *Kept
}

func (o oneKept) Maintain(_ context.Context, _ customer.ID, _ ID, change func(*Kept) (systemlog.Effects, error)) (Kept, error) {
	next := *o.k
	if _, err := change(&next); err != nil {
		return Kept{}, err
	}
	*o.k = next
	return *o.k, nil
}

func decider() admin.Actor {
	return admin.Actor{Type: systemlog.ActorAdministrator, ID: "l", Name: "A", Customer: "acme", Rights: admin.Rights{Full: true}, FreshUntil: hostileNow.Add(time.Hour)}
}

// TestTrustedKeyIsNoOpenProposal: a key that is in a slot counts as accepted however it came there, so that nobody rejects it and
// believes that it is gone.
func TestTrustedKeyIsNoOpenProposal(t *testing.T) {
	t.Parallel()
	proposal := func(k *Kept, s samltest.Signer) *KeyProposal {
		return k.proposal(Certificate{DER: s.Certificate.Raw}.Fingerprint())
	}
	k1, k2, k3 := newSigner(t), newSigner(t), newSigner(t)
	s, k := keptWith(k1)
	s.upkeep = oneKept{k: k}
	s.read("acme", k, providerMetadata(&k1, k1, k2))
	s.read("acme", k, providerMetadata(&k2, k2, k3)) // takes the slot of k1, which is remembered as rejected
	require.True(t, k.has(k3.Certificate))
	require.Equal(t, KeyAccepted, proposal(k, k3).State)
	_, err := s.DecideKey(t.Context(), decider(), "acme", "c", proposal(k, k3).ID, false)
	require.ErrorIs(t, err, ErrDecided)

	s, k = keptWith(k1)
	s.upkeep = oneKept{k: k}
	s.read("acme", k, providerMetadata(nil, k1, k2))
	id := proposal(k, k2).ID
	_, err = s.PutCertificate(t.Context(), decider(), "acme", "c", 2, "x.cer", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k2.Certificate.Raw}), 0)
	require.NoError(t, err)
	require.Equal(t, KeyAccepted, proposal(k, k2).State, "uploaded by hand")
	_, err = s.DecideKey(t.Context(), decider(), "acme", "c", id, false)
	require.ErrorIs(t, err, ErrDecided)
	proposal(k, k2).State = KeyProposed // as it was left by earlier releases
	_, err = s.DecideKey(t.Context(), decider(), "acme", "c", id, false)
	require.ErrorIs(t, err, ErrCertificateTwice)
	require.True(t, k.has(k2.Certificate))
}

func signerFrom(t *testing.T, from time.Time) samltest.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return samltest.NewSigner(key, from, hostileNow.Add(1000*time.Hour))
}

// TestOldMetadataInstallsNothing replays well-signed metadata of the past that has a key which the connection never had: it is
// proposed, and trusted by nobody's word but an administrator's (S40).
func TestOldMetadataInstallsNothing(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return hostileNow.Add(time.Duration(n-100) * 24 * time.Hour) }
	past, k2, k3, k4 := signerFrom(t, day(1)), signerFrom(t, day(2)), signerFrom(t, day(3)), signerFrom(t, day(4))
	s, k := keptWith(k2)
	s.read("acme", k, providerMetadata(&k2, past, k2))
	require.False(t, k.has(past.Certificate), "into an empty slot")
	s.read("acme", k, providerMetadata(&k2, k2, k3))
	require.True(t, k.has(k3.Certificate))
	s.read("acme", k, providerMetadata(&k2, past, k2))
	require.False(t, k.has(past.Certificate), "in the place of another")
	require.True(t, k.has(k3.Certificate))
	s.read("acme", k, providerMetadata(&k3, k3, k4))
	require.True(t, k.has(k4.Certificate), "forwards it goes on")
}

// TestSignedProposalsAreBounded reads metadata with more keys than anybody has.
func TestSignedProposalsAreBounded(t *testing.T) {
	t.Parallel()
	k1 := newSigner(t)
	s, k := keptWith(k1)
	for range 3 {
		all := []samltest.Signer{k1}
		for range 40 {
			all = append(all, newSigner(t))
		}
		s.read("acme", k, providerMetadata(&k1, all...))
	}
	require.LessOrEqual(t, len(k.Proposals), maxProposals+2)
}
