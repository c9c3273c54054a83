package keyring_test

import (
	"crypto/x509"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/brand"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

const day = 24 * time.Hour

var (
	installed = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	operator  = systemlog.Actor{Type: systemlog.ActorOperator, ID: "uid:0", Name: "root"}
	command   = systemlog.Record{Event: systemlog.OperatorCommandRun, Actor: operator, Target: systemlog.Target{Name: "saml-rotation cancel"}}
)

// installation is a control plane of two nodes over one database.
type installation struct {
	t         *testing.T
	clock     *clock.Fixed
	db        *store.DB
	file      *keyring.KeyFile
	first     *keyring.Ring // of the node that runs the periodic job
	second    *keyring.Ring
	rotations *keyring.Rotations
}

func newInstallation(t *testing.T) *installation {
	t.Helper()
	i := &installation{t: t, clock: clock.NewFixed(installed)}
	i.db = storetest.SQLite(t, i.clock)
	var err error
	i.file, err = keyring.CreateKeyFile(filepath.Join(t.TempDir(), "key.json"))
	require.NoError(t, err)
	i.first, i.second = i.node(), i.node()
	i.rotations = keyring.NewRotations(i.db.Keys(), i.first, i.clock, i.log())
	return i
}

func (i *installation) log() *slog.Logger { return slog.New(slog.NewTextHandler(i.t.Output(), nil)) }

// node starts one; it begins with what the database holds.
func (i *installation) node() *keyring.Ring {
	i.t.Helper()
	ring, err := keyring.Load(i.t.Context(), i.db.Keys(), i.file, i.clock, i.log(), keyring.ForHost("causeway.test"))
	require.NoError(i.t, err)
	return ring
}

// at moves the clock and lets the periodic job run; the other node reloads as it does by itself.
func (i *installation) at(when time.Time) keyring.Plan {
	i.t.Helper()
	i.clock.Set(when)
	require.NoError(i.t, i.rotations.Advance(i.t.Context()))
	require.NoError(i.t, i.second.Reload(i.t.Context()))
	p, err := i.rotations.Current(i.t.Context())
	if err != nil {
		require.ErrorIs(i.t, err, keyring.ErrNoRotation)
	}
	return p
}

func (i *installation) active() keyring.Key {
	i.t.Helper()
	a, err := i.first.Active(keyring.SAMLSigning)
	require.NoError(i.t, err)
	b, err := i.second.Active(keyring.SAMLSigning)
	require.NoError(i.t, err)
	require.Equal(i.t, a.ID, b.ID, "the nodes sign with different keys")
	return a
}

// events are those of rotations in the installation's log, oldest first.
func (i *installation) events() []string {
	i.t.Helper()
	got, err := i.db.Logs().List(i.t.Context(), systemlog.Installation, systemlog.Filter{}, page.Request{Size: 200})
	require.NoError(i.t, err)
	var out []string
	for n := len(got.Items) - 1; n >= 0; n-- {
		if name, rotation := strings.CutPrefix(got.Items[n].Event.Name, "SAMLRotation"); rotation {
			out = append(out, name)
		}
	}
	return out
}

func published(r *keyring.Ring) []string {
	var out []string
	for _, k := range r.Published(keyring.SAMLSigning) {
		out = append(out, keyring.Thumbprint(k.Certificate.Raw))
	}
	return out
}

// TestCertificate looks at the certificate that providers get to know. Spec: SAM-149, SSO-211
func TestCertificate(t *testing.T) {
	t.Parallel()
	c := newInstallation(t).active().Certificate
	require.Equal(t, 3, c.Version)
	require.Equal(t, "samlSigning.causeway.test", c.Subject.CommonName)
	require.Equal(t, []string{"samlSigning.causeway.test"}, c.DNSNames)
	require.Equal(t, []string{brand.Name}, c.Subject.Organization)
	require.Equal(t, c.RawSubject, c.RawIssuer)
	require.NoError(t, c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature), "signed by itself")
	require.Equal(t, x509.SHA256WithRSA, c.SignatureAlgorithm)
	require.Equal(t, 398*day, c.NotAfter.Sub(installed))
	require.Regexp(t, `^[0-9A-F]{40}$`, keyring.Thumbprint(c.Raw))
}

// TestRotationByTheClock goes through the phases second by second on two nodes.
//
// Spec: SSO-200, SSO-201, SSO-202, SSO-203, SSO-204
func TestRotationByTheClock(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	old := keyring.Thumbprint(i.active().Certificate.Raw)
	require.Zero(t, i.at(installed.Add(286*day)), "too early to plan")
	p := i.at(installed.Add(287 * day))
	require.Equal(t, keyring.Scheduled, p.Kind)
	require.Equal(t, old, p.OldThumbprint)
	require.Equal(t, 5*day, p.Agreement.Sub(p.Discovery))
	require.Equal(t, 3*day, p.Advertisement.Sub(p.Agreement))
	require.GreaterOrEqual(t, p.Activation.Sub(p.Advertisement), 30*day)
	require.Equal(t, 3*day, p.Completion.Sub(p.Activation))
	require.True(t, p.Activation.Before(p.OldExpires))
	require.Equal(t, keyring.AdvertisementPending, p.AdvertisementStatus(i.clock.Now()))

	_, err := i.rotations.Published(t.Context())
	require.ErrorIs(t, err, keyring.ErrNoRotation, "the plan is not agreed on yet")
	i.at(p.Agreement)
	_, err = i.rotations.Published(t.Context())
	require.NoError(t, err)

	for _, step := range []struct {
		at        time.Time
		published []string // newest first
		signs     string
	}{
		{p.Advertisement.Add(-time.Second), []string{old}, old},
		{p.Advertisement, []string{p.NewThumbprint, old}, old},
		{p.Activation.Add(-time.Second), []string{p.NewThumbprint, old}, old},
		{p.Activation, []string{p.NewThumbprint, old}, p.NewThumbprint},
		{p.Completion.Add(-time.Second), []string{p.NewThumbprint, old}, p.NewThumbprint},
		{p.Completion, []string{p.NewThumbprint}, p.NewThumbprint},
	} {
		i.clock.Set(step.at) // before any job has run
		require.Equal(t, step.signs, keyring.Thumbprint(i.active().Certificate.Raw), step.at)
		require.ElementsMatch(t, step.published, published(i.first), step.at)
		require.ElementsMatch(t, step.published, published(i.second), step.at)
		i.second = i.node() // a restart changes nothing
		i.at(step.at)
		require.Equal(t, step.signs, keyring.Thumbprint(i.active().Certificate.Raw), step.at)
		require.Equal(t, len(step.published), len(published(i.first)), step.at)
	}
	done, err := i.rotations.Current(t.Context())
	require.NoError(t, err)
	require.Equal(t, keyring.AdvertisementCompleted, done.AdvertisementStatus(i.clock.Now()))
	require.False(t, done.Open())
	require.Equal(t, []string{"Planned", "Advertised", "Activated", "Completed"}, i.events())
}

// TestRotationsGoOn runs the job once a day for nine years. Spec: SSO-205, SSO-206
func TestRotationsGoOn(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	for at := installed; at.Before(installed.Add(9 * 365 * day)); at = at.Add(day) {
		i.at(at)
		c := i.active().Certificate
		require.True(t, at.Before(c.NotAfter), "signed with an expired certificate at %s", at)
	}
	s, err := i.rotations.All(t.Context())
	require.NoError(t, err)
	years := map[int]int{installed.Year(): 1}
	for n, p := range s.Plans {
		if p.Activated.IsZero() {
			continue
		}
		years[p.Activation.Year()]++
		require.True(t, p.Activation.Before(p.OldExpires))
		require.GreaterOrEqual(t, p.Activation.Sub(p.Advertisement), keyring.MinimumNotice)
		if n+1 < len(s.Plans) {
			require.InDelta(t, 335, p.Activation.Sub(s.Plans[n+1].Activation).Hours()/24, 4, "about eleven months")
		}
	}
	for year := installed.Year(); year < installed.Year()+9; year++ {
		require.Positive(t, years[year], "no rotation in %d", year)
	}
}

// TestMissedRuns lets the clock jump over phases before the job runs again. Spec: SSO-204, SSO-206
func TestMissedRuns(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		planned bool // the job ran at the discovery
		jump    time.Duration
		check   func(t *testing.T, i *installation, old keyring.Key, p keyring.Plan)
	}{
		"a few days past the discovery": {false, 300 * day, func(t *testing.T, i *installation, old keyring.Key, p keyring.Plan) {
			require.Equal(t, keyring.Scheduled, p.Kind)
			require.Equal(t, old.ID, i.active().ID)
		}},
		"so late that the phases shrink": {false, 355 * day, func(t *testing.T, i *installation, old keyring.Key, p keyring.Plan) {
			require.Equal(t, keyring.Scheduled, p.Kind)
			require.True(t, p.Activation.Before(p.OldExpires))
			require.GreaterOrEqual(t, p.Activation.Sub(p.Advertisement), keyring.MinimumNotice)
			require.Equal(t, old.ID, i.active().ID)
		}},
		"so late that the expiry forces it": {false, 380 * day, func(t *testing.T, i *installation, old keyring.Key, p keyring.Plan) {
			require.Equal(t, keyring.Overdue, p.Kind)
			require.Equal(t, i.clock.Now().Truncate(time.Second), p.Advertisement, "at once")
			require.True(t, p.Activation.Before(p.OldExpires))
			require.Equal(t, keyring.AdvertisementFailed, p.AdvertisementStatus(i.clock.Now()))
			require.Equal(t, old.ID, i.active().ID)
		}},
		"past the expiry": {false, 500 * day, func(t *testing.T, i *installation, old keyring.Key, p keyring.Plan) {
			require.Equal(t, p.NewKey, i.active().ID)
		}},
		"over advertisement and activation": {true, 340 * day, func(t *testing.T, i *installation, old keyring.Key, p keyring.Plan) {
			require.Equal(t, keyring.Scheduled, p.Kind)
			require.Equal(t, old.ID, i.active().ID, "activated a key that nobody could have read")
			require.GreaterOrEqual(t, p.Activation.Sub(i.clock.Now()), keyring.MinimumNotice)
			require.True(t, p.Activation.Before(p.OldExpires))
			require.Equal(t, 1, p.Revision)
			i.clock.Set(p.Activation)
			require.Equal(t, p.NewKey, i.active().ID)
		}},
		"over everything and the expiry": {true, 500 * day, func(t *testing.T, i *installation, old keyring.Key, p keyring.Plan) {
			require.Equal(t, p.NewKey, i.active().ID)
			require.Equal(t, keyring.Overdue, p.Kind)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newInstallation(t)
			old := i.active()
			if tt.planned {
				i.at(installed.Add(287 * day))
			}
			i.clock.Set(installed.Add(tt.jump))
			require.Equal(t, old.ID, i.active().ID, "before the job has run nothing changes")
			p := i.at(installed.Add(tt.jump))
			events := i.events()
			i.at(i.clock.Now())
			require.Equal(t, events, i.events(), "a second run did something")
			tt.check(t, i, old, p)
		})
	}
}

// TestOperatorsHand plans, moves and cancels. Spec: SSO-206, SSO-227
func TestOperatorsHand(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	ctx, r := t.Context(), i.rotations
	_, err := r.Move(ctx, operator, installed.Add(50*day))
	require.ErrorIs(t, err, keyring.ErrNoRotation)
	_, err = r.Plan(ctx, operator, installed.Add(29*day))
	require.ErrorIs(t, err, keyring.ErrNotice)
	_, err = r.Plan(ctx, operator, installed.Add(398*day))
	require.ErrorIs(t, err, keyring.ErrAfterExpiry)
	p, err := r.Plan(ctx, operator, installed.Add(60*day))
	require.NoError(t, err)
	require.Equal(t, installed.Add(60*day), p.Activation)
	_, err = r.Plan(ctx, operator, time.Time{})
	require.ErrorIs(t, err, keyring.ErrRotationOpen)

	p, err = r.Move(ctx, operator, installed.Add(55*day)) // not published yet
	require.NoError(t, err)
	_, err = r.Move(ctx, operator, p.Advertisement.Add(30*day-time.Second))
	require.ErrorIs(t, err, keyring.ErrNotice)
	i.at(p.Agreement)
	_, err = r.Move(ctx, operator, p.Activation.Add(-time.Second))
	require.ErrorIs(t, err, keyring.ErrEarlier)
	_, err = r.Move(ctx, operator, p.OldExpires)
	require.ErrorIs(t, err, keyring.ErrAfterExpiry)
	i.at(p.Advertisement)
	old := i.active()
	moved, err := r.Move(ctx, operator, p.Activation.Add(day))
	require.NoError(t, err)
	i.at(p.Activation)
	require.Equal(t, old.ID, i.active().ID, "the first time is no more")
	i.at(moved.Activation.Add(-time.Second))
	_, err = r.Move(ctx, operator, moved.Activation.Add(day))
	require.ErrorIs(t, err, keyring.ErrRotationActive, "the other nodes would not learn it in time")
	i.at(moved.Activation)
	require.Equal(t, moved.NewKey, i.active().ID)
	_, err = r.Cancel(ctx, operator, command)
	require.ErrorIs(t, err, keyring.ErrRotationActive)
	require.Equal(t, []string{"Planned", "Moved", "Advertised", "Moved", "Activated"}, i.events())
}

// TestCancelling gives a plan up before and after it was published. Spec: SSO-227
func TestCancelling(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	ctx, r := t.Context(), i.rotations
	p := i.at(installed.Add(287 * day))
	_, err := r.Cancel(ctx, operator, command)
	require.NoError(t, err)
	require.Equal(t, []string{"Planned"}, i.events(), "no trace")
	i.at(p.Agreement)
	_, err = r.Published(ctx)
	require.ErrorIs(t, err, keyring.ErrNoRotation)

	p, err = r.Plan(ctx, operator, time.Time{})
	require.NoError(t, err)
	i.at(p.Advertisement)
	require.Len(t, published(i.second), 2)
	cancelled, err := r.Cancel(ctx, operator, command)
	require.NoError(t, err)
	require.NoError(t, i.second.Reload(ctx))
	require.Len(t, published(i.second), 1, "the certificate left the metadata")
	require.Equal(t, keyring.AdvertisementFailed, cancelled.AdvertisementStatus(i.clock.Now()))
	require.Equal(t, []string{"Planned", "Planned", "Advertised", "Cancelled"}, i.events())

	again := i.at(installed.Add(342 * day))
	require.Zero(t, again, "the operator did not want it so early")
	again = i.at(installed.Add(343 * day))
	require.True(t, again.Open(), "but the certificate does not wait")
	require.Equal(t, keyring.Scheduled, again.Kind)
}

// TestEmergency replaces a compromised key alone, during a rotation, and with all others. Spec: SSO-228, SSO-203
func TestEmergency(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	i := newInstallation(t)
	_, err := i.rotations.Replace(ctx, operator, " ", false)
	require.ErrorIs(t, err, keyring.ErrReasonNeeded)
	gone := keyring.Thumbprint(i.active().Certificate.Raw)
	p, err := i.rotations.Replace(ctx, operator, "lost disk", false)
	require.NoError(t, err)
	require.NoError(t, i.second.Reload(ctx))
	require.Equal(t, p.NewKey, i.active().ID)
	require.NotContains(t, published(i.first), gone)
	require.Len(t, published(i.second), 1)

	next := i.at(installed.Add(287 * day))
	i.at(next.Advertisement)
	p, err = i.rotations.Replace(ctx, operator, "again", false)
	require.NoError(t, err)
	require.NoError(t, i.second.Reload(ctx))
	require.Equal(t, next.NewKey, p.NewKey, "providers know that one already")
	require.Equal(t, next.NewKey, i.active().ID)
	require.Len(t, published(i.first), 1)

	next, err = i.rotations.Plan(ctx, operator, time.Time{})
	require.NoError(t, err)
	i.at(next.Advertisement)
	p, err = i.rotations.Replace(ctx, operator, "key file stolen", true)
	require.NoError(t, err)
	require.NoError(t, i.second.Reload(ctx))
	require.NotEqual(t, next.NewKey, p.NewKey)
	require.Equal(t, p.NewKey, i.active().ID)
	require.Len(t, published(i.first), 1)
	i.at(next.Activation)
	require.Equal(t, p.NewKey, i.active().ID, "the old plan is over")
}
