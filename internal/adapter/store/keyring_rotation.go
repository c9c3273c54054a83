package store

import (
	"context"
	"time"

	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

var _ keyring.RotationStore = (*Keys)(nil)

type planRow struct {
	ID              string `db:"id"`
	Kind            string `db:"kind"`
	OldKey          string `db:"old_key"`
	NewKey          string `db:"new_key"`
	OldThumbprint   string `db:"old_thumbprint"`
	NewThumbprint   string `db:"new_thumbprint"`
	OldActiveAt     int64  `db:"old_active_at"`
	OldExpiresAt    int64  `db:"old_expires_at"`
	DiscoveryAt     int64  `db:"discovery_at"`
	AgreementAt     int64  `db:"agreement_at"`
	AdvertisementAt int64  `db:"advertisement_at"`
	ActivationAt    int64  `db:"activation_at"`
	CompletionAt    int64  `db:"completion_at"`
	AdvertisedAt    *int64 `db:"advertised_at"`
	ActivatedAt     *int64 `db:"activated_at"`
	CompletedAt     *int64 `db:"completed_at"`
	CancelledAt     *int64 `db:"cancelled_at"`
	Revision        int    `db:"revision"`
}

func newPlanRow(p keyring.Plan) planRow {
	us := time.Time.UnixMicro
	return planRow{ID: p.ID, Kind: string(p.Kind), OldKey: p.OldKey, NewKey: p.NewKey, OldThumbprint: p.OldThumbprint, NewThumbprint: p.NewThumbprint,
		OldActiveAt: us(p.OldActive), OldExpiresAt: us(p.OldExpires), DiscoveryAt: us(p.Discovery), AgreementAt: us(p.Agreement),
		AdvertisementAt: us(p.Advertisement), ActivationAt: us(p.Activation), CompletionAt: us(p.Completion),
		AdvertisedAt: microsOrNull(p.Advertised), ActivatedAt: microsOrNull(p.Activated), CompletedAt: microsOrNull(p.Completed),
		CancelledAt: microsOrNull(p.Cancelled), Revision: p.Revision}
}

func (r planRow) plan() keyring.Plan {
	return keyring.Plan{ID: r.ID, Kind: keyring.PlanKind(r.Kind), OldKey: r.OldKey, NewKey: r.NewKey, OldThumbprint: r.OldThumbprint, NewThumbprint: r.NewThumbprint,
		OldActive: instant(r.OldActiveAt), OldExpires: instant(r.OldExpiresAt), Discovery: instant(r.DiscoveryAt), Agreement: instant(r.AgreementAt),
		Advertisement: instant(r.AdvertisementAt), Activation: instant(r.ActivationAt), Completion: instant(r.CompletionAt),
		Advertised: optionalInstant(r.AdvertisedAt), Activated: optionalInstant(r.ActivatedAt), Completed: optionalInstant(r.CompletedAt),
		Cancelled: optionalInstant(r.CancelledAt), Revision: r.Revision}
}

func rotations(ctx context.Context, q querier) (keyring.RotationState, error) {
	var plans []planRow
	if err := q.SelectContext(ctx, &plans, `select * from rotation_plan order by discovery_at desc, id desc`); err != nil {
		return keyring.RotationState{}, err
	}
	var keys []keyRow
	if err := q.SelectContext(ctx, &keys, `select * from key where purpose = $1 order by active_at, id`, keyring.SAMLSigning); err != nil {
		return keyring.RotationState{}, err
	}
	s := keyring.RotationState{Plans: make([]keyring.Plan, len(plans)), Keys: keysOf(keys)}
	for i, r := range plans {
		s.Plans[i] = r.plan()
	}
	return s, nil
}

// Rotations implements keyring.RotationStore.
func (s *Keys) Rotations(ctx context.Context) (keyring.RotationState, error) {
	state, err := rotations(ctx, s.db.reader)
	return state, translate(err)
}

// Rotate implements keyring.RotationStore. The head of the installation's log makes decisions wait for each other.
func (s *Keys) Rotate(ctx context.Context, decide func(keyring.RotationState) (keyring.RotationChange, systemlog.Effects, error)) error {
	return s.db.Write(ctx, ofInstallation(), func(tx *Tx) (systemlog.Effects, error) {
		state, err := rotations(ctx, tx)
		if err != nil {
			return systemlog.Effects{}, err
		}
		change, eff, err := decide(state)
		if err != nil {
			return systemlog.Effects{}, err
		}
		for _, k := range change.Keys {
			if err := tx.putKey(ctx, k); err != nil {
				return systemlog.Effects{}, err
			}
		}
		for _, p := range change.Plans {
			if _, err := tx.NamedExecContext(ctx, putPlan, newPlanRow(p)); err != nil {
				return systemlog.Effects{}, err
			}
		}
		return eff, nil
	})
}

const putPlan = `
	insert into rotation_plan (id, kind, old_key, new_key, old_thumbprint, new_thumbprint, old_active_at, old_expires_at, discovery_at, agreement_at,
	  advertisement_at, activation_at, completion_at, advertised_at, activated_at, completed_at, cancelled_at, revision)
	values (:id, :kind, :old_key, :new_key, :old_thumbprint, :new_thumbprint, :old_active_at, :old_expires_at, :discovery_at, :agreement_at,
	  :advertisement_at, :activation_at, :completion_at, :advertised_at, :activated_at, :completed_at, :cancelled_at, :revision)
	on conflict (id) do update set kind = excluded.kind, activation_at = excluded.activation_at, completion_at = excluded.completion_at,
	  advertised_at = excluded.advertised_at, activated_at = excluded.activated_at, completed_at = excluded.completed_at,
	  cancelled_at = excluded.cancelled_at, revision = excluded.revision`

// putKey stores a new key, or the times of one that is there.
func (tx *Tx) putKey(ctx context.Context, k keyring.Row) error {
	_, err := tx.ExecContext(ctx, `
		insert into key (id, purpose, algorithm, public, sealed, created_at, advertised_at, active_at, retired_at, compromised_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		on conflict (id) do update set advertised_at = excluded.advertised_at, active_at = excluded.active_at,
		  retired_at = excluded.retired_at, compromised_at = excluded.compromised_at`,
		k.ID, k.Purpose, k.Algorithm, k.Public, k.Sealed, k.CreatedAt.UnixMicro(), k.AdvertisedAt.UnixMicro(), k.ActiveAt.UnixMicro(),
		microsOrNull(k.RetiredAt), microsOrNull(k.CompromisedAt))
	return err
}
