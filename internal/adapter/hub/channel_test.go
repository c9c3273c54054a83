package hub_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestARequestReachesTheConnector(t *testing.T) {
	t.Parallel() // Spec: CON-001, CON-002, CON-004
	n := newInstallation(t).start(t, "node1", nil)
	connect(t, n, "a")
	raw, err := n.request(t.Context(), stubFind, map[string]string{"upn": "x@" + forest})
	require.NoError(t, err)
	require.Equal(t, "a", answeredBy(t, raw))
}
