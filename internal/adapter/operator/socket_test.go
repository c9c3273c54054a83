package operator_test

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/operator"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// serve answers on the socket until the test ends.
func serve(t *testing.T, l net.Listener) { serveWith(t, l, operator.Mail{}) }

// serveWith answers with commands about mails that work.
func serveWith(t *testing.T, l net.Listener, m operator.Mail) {
	t.Helper()
	texts, err := text.Load()
	require.NoError(t, err)
	s := &operator.Server{Mail: m, Texts: texts, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Backup: func(_ context.Context, dir string, _ systemlog.Actor) (any, error) { return dir, nil }}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
	})
}

func TestSocketIsTakenOnceAndAfterACrash(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "operator.sock")
	crashed, err := operator.Listen(socket)
	require.NoError(t, err)
	crashed.(*net.UnixListener).SetUnlinkOnClose(false)
	require.NoError(t, crashed.Close())
	require.FileExists(t, socket)

	l, err := operator.Listen(socket)
	require.NoError(t, err, "what a dead server left is in the way")
	info, err := os.Stat(socket)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	_, err = operator.Listen(socket)
	require.ErrorIs(t, err, operator.ErrSocketInUse)
	serve(t, l)
	got, err := operator.NewClient(socket).Backup(t.Context(), operator.CreateBackup{Dir: "/somewhere"})
	require.NoError(t, err)
	require.JSONEq(t, `"/somewhere"`, string(got))
}

func TestSocketThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "notes.txt")
	require.NoError(t, os.WriteFile(file, []byte("kept"), 0o600))
	for _, socket := range []string{file, filepath.Join(dir, "absent", "operator.sock"), filepath.Join(dir, strings.Repeat("x", 120))} {
		_, err := operator.Listen(socket)
		require.ErrorIs(t, err, operator.ErrSocket, socket)
	}
	require.FileExists(t, file, "a file of somebody else was removed")
}

func TestClientTellsNoServerFromNoPermission(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := operator.NewClient(filepath.Join(dir, "absent.sock")).Backup(t.Context(), operator.CreateBackup{})
	require.ErrorIs(t, err, operator.ErrNoServer)

	// A socket of another user answers a dial with EACCES; root may dial every one, so the system call's answer is given here.
	refusing := operator.NewClientWith(func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EACCES)}
	})
	_, err = refusing.Backup(t.Context(), operator.CreateBackup{})
	require.ErrorIs(t, err, operator.ErrRefused)
}
