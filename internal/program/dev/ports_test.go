package dev

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

func TestFolderKeepsItsEntrance(t *testing.T) {
	t.Parallel()
	kept := &entrance{Browser: 4711, Machine: 5000, IdP: 5001, Control: 5002}
	for name, tt := range map[string]struct {
		options Options
		folder  *entrance
		want    entrance
		err     error
	}{
		"new folder":               {Options{Port: 8400}, nil, entrance{8400, 8401, 8402, 8403, false}, nil},
		"new folder, free ports":   {Options{PortChosen: true}, nil, entrance{}, nil},
		"again":                    {Options{Port: 8400}, kept, *kept, nil},
		"again with free ports":    {Options{PortChosen: true}, kept, *kept, nil},
		"again with its own port":  {Options{Port: 4711, PortChosen: true}, kept, *kept, nil},
		"again with another port":  {Options{Port: 8400, PortChosen: true}, kept, entrance{}, errPortsOfFolder},
		"again with TLS this time": {Options{Port: 8400, TLS: true}, kept, entrance{}, errPortsOfFolder},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := entranceFor(tt.options, tt.folder)
			require.ErrorIs(t, err, tt.err)
			require.Equal(t, tt.want, got)
		})
	}
}

func TestPortsAreOpenedAgainOrNamed(t *testing.T) {
	t.Parallel()
	p, err := listen(entrance{}, "", false)
	require.NoError(t, err)
	e := p.entrance(false)
	_, err = listen(*e, "/folder", true)
	require.ErrorIs(t, err, errFolderBusy)
	require.Equal(t, e.Browser, fault.From(err).Args["port"])
	_, err = listen(*e, "", false)
	require.ErrorIs(t, err, errPortBusy)
	require.NoError(t, p.close())
	var again ports
	require.Eventually(t, func() bool { // another program of the machine may have one of the ports for a moment
		again, err = listen(*e, "/folder", true)
		return err == nil
	}, 30*time.Second, 50*time.Millisecond)
	require.Equal(t, e, again.entrance(false))
	require.NoError(t, again.close())
}

func TestFolderOfAnInterruptedStartIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "causeway.db"), nil, 0o600))
	err := Run(t.Context(), Options{DataDir: dir})
	require.ErrorIs(t, err, errUnfinished)
}
