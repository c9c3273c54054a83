package store_test

import (
	"crypto/x509"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

func key(t *testing.T, i string, at time.Time) federation.KeyProposal {
	t.Helper()
	cert := samltest.NewSigner(samltest.P256(), at.Add(-time.Hour), at.Add(time.Hour)).Certificate
	_, err := x509.ParseCertificate(cert.Raw)
	require.NoError(t, err)
	return federation.KeyProposal{ID: i, DER: cert.Raw, FoundAt: at, State: federation.KeyProposed}
}

// count counts the records of an event in a customer's log.
func count(t *testing.T, db *store.DB, l systemlog.Log, e systemlog.Event) int {
	t.Helper()
	got, err := db.Logs().List(t.Context(), l, systemlog.Filter{}, page.Request{Size: 200})
	require.NoError(t, err)
	n := 0
	for _, r := range got.Items {
		if r.Event.Event == e {
			n++
		}
	}
	return n
}

// TestUpkeepOfAConnection keeps certificates, metadata and proposals, of one customer and not of the other.
func TestUpkeepOfAConnection(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.Connections()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		connect(t, db, clk, one, "idp_a", "aaa")
		connect(t, db, clk, two, "idp_b", "bbb")
		now := clk.Now().UTC().Truncate(time.Microsecond)

		var want federation.Kept
		got, err := s.Maintain(ctx, one, "idp_a", func(k *federation.Kept) (systemlog.Effects, error) {
			k.Settings.Certificates = []federation.Certificate{{Slot: 2, FileName: "new.cer", DER: []byte{9}}}
			k.Settings.MetadataURL, k.Settings.MetadataRefresh = "https://idp.example/metadata", true
			k.Metadata = federation.MetadataState{ReadAt: now, FailedSince: now, Failure: "fetch_status", FailureArgs: text.Args{"host": "idp.example"}, Told: true,
				Differences: []federation.Difference{{Field: "settings.ssoServiceUrl", Ours: "a", Theirs: "b"}}}
			k.Proposals = append(k.Proposals, key(t, "key_1", now))
			k.Version++
			want = *k
			return record(systemlog.SAMLCertificateChanged, systemlog.Fields{}, systemlog.Fields{}), nil
		})
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(want, got))
		read, err := s.Kept(ctx, one, "idp_a")
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(want, read))
		require.Equal(t, 1, count(t, db, systemlog.OfCustomer(one), systemlog.SAMLCertificateChanged))

		_, err = s.Maintain(ctx, one, "idp_a", func(k *federation.Kept) (systemlog.Effects, error) {
			k.Proposals[0].State, k.Proposals[0].Signed, k.Proposals[0].DecidedAt, k.Proposals[0].DecidedBy = federation.KeyRejected, true, now, "Ann"
			return systemlog.Effects{}, nil
		})
		require.NoError(t, err, "reading metadata may have nothing to record")
		read, err = s.Kept(ctx, one, "idp_a")
		require.NoError(t, err)
		require.Len(t, read.Proposals, 1)
		require.Equal(t, federation.KeyRejected, read.Proposals[0].State)
		require.True(t, read.Proposals[0].Signed)
		require.Equal(t, "Ann", read.Proposals[0].DecidedBy)

		_, err = s.Maintain(ctx, one, "idp_a", func(k *federation.Kept) (systemlog.Effects, error) {
			p := &k.Proposals[0]
			p.State, p.Signed, p.DecidedAt, p.DecidedBy = federation.KeyProposed, false, time.Time{}, ""
			return record(systemlog.SAMLKeyProposed, nil, nil), nil
		})
		require.NoError(t, err)
		read, err = s.Kept(ctx, one, "idp_a")
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(federation.KeyProposal{ID: "key_1", DER: want.Proposals[0].DER, FoundAt: now, State: federation.KeyProposed}, read.Proposals[0]), "a rejection that is taken back leaves nothing")
		require.Equal(t, 1, count(t, db, systemlog.OfCustomer(one), systemlog.SAMLKeyProposed))

		refused := errors.New("refused")
		_, err = s.Maintain(ctx, one, "idp_a", func(k *federation.Kept) (systemlog.Effects, error) {
			k.Settings.Certificates = nil
			return systemlog.Effects{}, refused
		})
		require.ErrorIs(t, err, refused)
		_, err = s.Maintain(ctx, two, "idp_a", func(*federation.Kept) (systemlog.Effects, error) { return systemlog.Effects{}, nil })
		require.ErrorIs(t, err, federation.ErrNotFound, "another customer's")
		_, err = s.Kept(ctx, two, "idp_a")
		require.ErrorIs(t, err, federation.ErrNotFound)
		foreign, err := s.Kept(ctx, two, "idp_b")
		require.NoError(t, err)
		require.Empty(t, foreign.Proposals)

		all, err := s.Watched(ctx, federation.Ref{}, 1)
		require.NoError(t, err)
		require.Len(t, all, 1)
		require.Equal(t, one, all[0].Customer)
		rest, err := s.Watched(ctx, federation.Ref{Customer: one, Connection: "idp_a"}, 10)
		require.NoError(t, err)
		require.Len(t, rest, 1)
		require.Equal(t, two, rest[0].Customer)
		require.EqualValues(t, "idp_b", rest[0].ID)

		require.NoError(t, s.Delete(ctx, one, "idp_a", func(federation.Connection) (systemlog.Effects, error) {
			return record(systemlog.SAMLDisconnected, systemlog.Fields{}, nil), nil
		}), "proposals and notices go with the connection")
	})
}

// TestAThresholdIsToldOnce tells in parallel, again, nearer and farther. Spec: SSO-242
func TestAThresholdIsToldOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.Connections()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		connect(t, db, clk, one, "idp_a", "aaa")
		tell := func(c customer.ID, v federation.Variant, print string, days int) {
			t.Helper()
			require.NoError(t, s.TellExpiry(ctx, c, federation.ExpiryNotice{Connection: "idp_a", Variant: v, Fingerprint: print, Days: days},
				record(systemlog.SAMLCertificateExpiring, nil, nil)))
		}
		told := func() int { return count(t, db, systemlog.OfCustomer(one), systemlog.SAMLCertificateExpiring) }
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { tell(one, federation.Primary, "p", 30) })
		}
		wg.Wait()
		require.Equal(t, 1, told())
		tell(one, federation.Primary, "p", 14)
		tell(one, federation.Primary, "p", 30)
		tell(one, federation.Primary, "p", 14)
		require.Equal(t, 2, told())
		tell(one, federation.CustomDomain, "p", 30)
		tell(one, federation.Primary, "q", 30)
		require.Equal(t, 4, told(), "another application, another certificate")
		tell(one, federation.Primary, "p", 0)
		tell(one, federation.Primary, "p", 0)
		require.Equal(t, 5, told())
		tell(two, federation.Primary, "p", 0)
		require.Zero(t, count(t, db, systemlog.OfCustomer(two), systemlog.SAMLCertificateExpiring), "another customer's connection")
	})
}

// TestMetadataIsAskedForOnce orders in parallel, too soon and in time.
func TestMetadataIsAskedForOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.Connections()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		connect(t, db, clk, one, "idp_a", "aaa")
		connect(t, db, clk, two, "idp_b", "bbb")
		ref := federation.Ref{Customer: one, Connection: "idp_a"}
		job := jobs.New("test.metadata", "", nil)
		ask := func(r federation.Ref, notSince time.Time) bool {
			t.Helper()
			asked, err := s.AskMetadata(ctx, r, notSince, clk.Now().Add(time.Hour), job)
			require.NoError(t, err)
			return asked
		}
		require.False(t, ask(ref, clk.Now()), "it is not read regularly")
		source := func(c customer.ID, i federation.ID, on bool) {
			t.Helper()
			_, err := s.Maintain(ctx, c, i, func(k *federation.Kept) (systemlog.Effects, error) {
				k.Settings.MetadataURL, k.Settings.MetadataRefresh = "https://idp.example/metadata", on
				return systemlog.Effects{}, nil
			})
			require.NoError(t, err)
		}
		source(one, "idp_a", true)
		due, err := s.MetadataDue(ctx, clk.Now(), 10)
		require.NoError(t, err)
		require.Equal(t, []federation.Ref{ref}, due, "at once")

		var asked atomic.Int64
		var wg sync.WaitGroup
		since := clk.Now().Add(-10 * time.Minute)
		for range 8 {
			wg.Go(func() {
				yes, err := s.AskMetadata(ctx, ref, since, clk.Now().Add(time.Hour), job)
				if err != nil {
					t.Error(err)
				}
				if yes {
					asked.Add(1)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 1, asked.Load(), "one reading, however many ask")
		due, err = s.MetadataDue(ctx, clk.Now(), 10)
		require.NoError(t, err)
		require.Empty(t, due)
		clk.Advance(9 * time.Minute)
		require.False(t, ask(ref, clk.Now().Add(-10*time.Minute)))
		clk.Advance(2 * time.Minute)
		require.True(t, ask(ref, clk.Now().Add(-10*time.Minute)))
		require.False(t, ask(federation.Ref{Customer: two, Connection: "idp_a"}, clk.Now()), "another customer's")
		clk.Advance(time.Hour)
		due, err = s.MetadataDue(ctx, clk.Now(), 10)
		require.NoError(t, err)
		require.Equal(t, []federation.Ref{ref}, due)
		source(one, "idp_a", false)
		due, err = s.MetadataDue(ctx, clk.Now(), 10)
		require.NoError(t, err)
		require.Empty(t, due, "switched off")

		claimed, err := db.Queue().Claim(ctx, 20, clk.Now(), time.Minute)
		require.NoError(t, err)
		require.Len(t, claimed, 2)
	})
}

// TestFeaturesAreACustomersOwn switches on, sees it in connection and draft, and off. Spec: SSO-083, SSO-084
func TestFeaturesAreACustomersOwn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.Connections()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		connect(t, db, clk, one, "idp_a", "aaa")
		connect(t, db, clk, two, "idp_b", "bbb")
		require.NoError(t, s.CreateDraft(ctx, one, draft(clk, "idp_c", "ccc")))
		features := federation.NewFeatures(s)
		operator := systemlog.Actor{Type: systemlog.ActorOperator, ID: "uid:0", Name: "root"}
		sends := func() [3]bool {
			t.Helper()
			a, err := s.Connection(ctx, one, "idp_a")
			require.NoError(t, err)
			c, err := s.Draft(ctx, one, "idp_c")
			require.NoError(t, err)
			b, err := s.Connection(ctx, two, "idp_b")
			require.NoError(t, err)
			return [3]bool{a.SendNameIDPolicy, c.SendNameIDPolicy, b.SendNameIDPolicy}
		}
		require.Equal(t, [3]bool{}, sends(), "off by default")
		require.NoError(t, features.Set(ctx, operator, one, federation.SendNameIDPolicy, true, "case 1"))
		require.Equal(t, [3]bool{true, true, false}, sends())
		require.Equal(t, 1, count(t, db, systemlog.OfCustomer(one), systemlog.CustomerFeatureChanged))
		require.Equal(t, 1, count(t, db, systemlog.Installation, systemlog.CustomerFeatureChanged))
		require.NoError(t, features.Set(ctx, operator, one, federation.SendNameIDPolicy, true, "again"))
		require.NoError(t, features.Set(ctx, operator, one, federation.SendNameIDPolicy, false, "case 2"))
		require.Equal(t, [3]bool{}, sends())
		require.ErrorIs(t, features.Set(ctx, operator, "nobody", federation.SendNameIDPolicy, true, "x"), federation.ErrNoCustomer)
		require.ErrorIs(t, features.Set(ctx, operator, one, "Other", true, "x"), federation.ErrFeature)
		require.ErrorIs(t, features.Set(ctx, operator, one, federation.SendNameIDPolicy, true, " "), federation.ErrFeatureReason)
	})
}
