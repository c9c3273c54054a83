package controlplane

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// lockFile is in the data folder; whoever holds its lock is the server of the folder. The kernel gives the lock back when
// the process ends, however it ends.
const lockFile = "server.lock"

var errDataDirInUse = fault.New(fault.Conflict, "data_dir_in_use")

// lockDataDir makes the data folder where it is missing and takes it for this process; unlock gives it back. Errors:
// errDataDirInUse.
func lockDataDir(dir string) (unlock func() error, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data_dir: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data_dir: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		err = errors.Join(err, f.Close())
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errDataDirInUse.With("dir", dir)
		}
		return nil, fmt.Errorf("data_dir: lock: %w", err)
	}
	return f.Close, nil
}
