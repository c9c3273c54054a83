package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Expected failures of a SQLite file. Both are Invalid: a service manager that starts the server again changes nothing.
var (
	ErrInUse = fault.New(fault.Invalid, "database_in_use")
	ErrFile  = fault.New(fault.Invalid, "database_file_unusable")
)

// privateMode is that of the database: only the user that runs the server reads what customers keep in it.
const privateMode fs.FileMode = 0o600

// Lock takes the SQLite file of dsn for this process until unlock is called; take it before Open. The lock is that of the
// file "<database>.lock", which stays; the kernel gives the lock back when the process ends, however it ends. PostgreSQL
// serves several nodes, so there Lock does nothing. Errors: ErrInUse, ErrFile.
func Lock(dsn string) (unlock func() error, err error) {
	path, ok := strings.CutPrefix(dsn, "sqlite://")
	if !ok {
		return func() error { return nil }, nil
	}
	return lockFile(path)
}

func lockFile(path string) (unlock func() error, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, ErrFile.With("path", path).Because(err)
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // two names of one file are one database
	}
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, privateMode)
	if err != nil {
		return nil, ErrFile.With("path", path).Because(err)
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	switch {
	case errors.Is(err, unix.EWOULDBLOCK):
		return nil, errors.Join(ErrInUse.With("path", path).With("process", holder(f)), f.Close())
	case err != nil:
		return nil, errors.Join(fmt.Errorf("lock %s: %w", f.Name(), err), f.Close())
	}
	if err := errors.Join(f.Truncate(0), writePID(f)); err != nil {
		return nil, errors.Join(ErrFile.With("path", path).Because(err), f.Close())
	}
	return func() error { // a child that is just being started may have the file open still
		return errors.Join(unix.Flock(int(f.Fd()), unix.LOCK_UN), f.Close())
	}, nil
}

func writePID(f *os.File) error {
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// holder names the process that wrote itself into the lock file.
func holder(f *os.File) string {
	raw := make([]byte, 16)
	n, _ := f.ReadAt(raw, 0) // the end of a short file is no failure
	pid, err := strconv.Atoi(strings.TrimSpace(string(raw[:n])))
	if err != nil {
		return "unknown" // it has taken the lock in this moment
	}
	return strconv.Itoa(pid)
}

// makePrivate makes the file where it is missing, before SQLite does so with the mode of the process; SQLite gives the
// files beside it the same mode. It reports the mode of a file that others may read, 0 for all else. Errors: ErrFile.
func makePrivate(path string) (open fs.FileMode, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, privateMode)
	if err != nil {
		return 0, ErrFile.With("path", path).Because(err)
	}
	info, err := f.Stat()
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, ErrFile.With("path", path).Because(err)
	}
	if mode := info.Mode().Perm(); mode&^privateMode != 0 {
		return mode, nil
	}
	return 0, nil
}
