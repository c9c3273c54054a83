package dev

import (
	"context"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// deafConfig is the name of a configuration whose connector does not hear SIGTERM.
const deafConfig = "deaf.yaml"

// TestMain lets the test program stand for the connector program.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "run" {
		if filepath.Base(os.Args[3]) == deafConfig {
			signal.Ignore(syscall.SIGTERM)
		}
		_, _ = os.Stdout.WriteString("running\n")
		_, _ = io.Copy(io.Discard, os.Stdin) // until it is stopped, at the latest with the test
		return
	}
	os.Exit(m.Run())
}

// leftOver starts a connector that nobody stops, as a killed installation leaves it; ended is closed with it.
func leftOver(t *testing.T, cfg string) (pid int, ended <-chan struct{}) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, runArgs(cfg)...)
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = io.ReadFull(out, make([]byte, len("running\n")))
	require.NoError(t, err)
	gone := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(gone)
	}()
	t.Cleanup(func() {
		in.Close()
		<-gone
	})
	return cmd.Process.Pid, gone
}

func writePID(t *testing.T, folder, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(folder, pidFile), []byte(content), 0o600))
}

func TestLeftOverConnectorIsStopped(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"config.yaml", deafConfig} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			cfg := filepath.Join(folder, name)
			pid, ended := leftOver(t, cfg)
			writePID(t, folder, strconv.Itoa(pid)+"\n")
			require.NoError(t, stopLeftOver(t.Context(), folder, cfg))
			<-ended
			require.NoFileExists(t, filepath.Join(folder, pidFile))
		})
	}
}

func TestOtherProcessesAreNotTouched(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	cfg := filepath.Join(folder, "config.yaml")
	require.NoError(t, stopLeftOver(t.Context(), folder, cfg), "nothing was left")

	other, ended := leftOver(t, filepath.Join(t.TempDir(), "config.yaml")) // the connector of another folder has the number now
	for _, content := range []string{strconv.Itoa(other), strconv.Itoa(os.Getpid()), "999999999", "-1", "1", "", "x"} {
		writePID(t, folder, content)
		require.NoError(t, stopLeftOver(t.Context(), folder, cfg), content)
		require.NoFileExists(t, filepath.Join(folder, pidFile), content)
	}
	select {
	case <-ended:
		t.Fatal("the connector of another folder was stopped")
	default:
	}
}

func TestLaunchedConnectorIsKnownWhileItRuns(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	folder := t.TempDir()
	cfg := filepath.Join(folder, "config.yaml")
	ctx, cancel := context.WithCancel(t.Context())
	var group errgroup.Group
	// The process gets no input and so ends at once: it is gone, and its file with it.
	p, err := launch(ctx, &group, self, cfg, folder)
	require.NoError(t, err)
	<-p.exited
	require.True(t, p.gone())
	cancel()
	require.NoError(t, group.Wait())
	raw, err := os.ReadFile(filepath.Join(folder, "connector.log"))
	require.NoError(t, err)
	require.Equal(t, "running\n", string(raw))
}
