package admin_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

type attempts map[systemlog.Log][]systemlog.Record

func (a attempts) Attempt(_ context.Context, l systemlog.Log, err error, r systemlog.Record) error {
	a[l] = append(a[l], r)
	return err
}

// TestStrangersLeaveNoRecord holds the log of a customer free of what others try.
func TestStrangersLeaveNoRecord(t *testing.T) {
	t.Parallel()
	why, target := errors.New("why"), systemlog.Target{ID: "loc_a"}
	member := admin.Actor{Type: systemlog.ActorAdministrator, ID: "con_a", Customer: "acme"}
	for name, tt := range map[string]struct {
		actor admin.Actor
		err   error
		kept  int
	}{
		"of the customer":    {member, why, 1},
		"nothing failed":     {member, nil, 0},
		"another customer's": {admin.Actor{Type: systemlog.ActorAdministrator, ID: "con_b", Customer: "other"}, why, 0},
		"nobody":             {admin.Actor{}, why, 0},
	} {
		log := attempts{}
		require.Equal(t, tt.err, tt.actor.Failed(t.Context(), log, "acme", tt.err, systemlog.ResourceLocationCreateFailed, target), name)
		require.Len(t, log[systemlog.OfCustomer("acme")], tt.kept, name)
		for _, r := range log[systemlog.OfCustomer("acme")] {
			require.Equal(t, systemlog.Record{Event: systemlog.ResourceLocationCreateFailed, Actor: tt.actor.Log(), Target: target}, r, name)
		}
	}
}
