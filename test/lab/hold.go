package lab

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Quiet keeps the forests as lab.json describes them until the test ends: no test of any package changes one meanwhile. It may be
// called again, but not in a test that calls Changing.
func (l *Lab) Quiet(t testing.TB) {
	t.Helper()
	l.hold(t, syscall.LOCK_SH)
}

// Changing is for a test that changes what lab.json says of a forest and undoes it: until it ends no test runs that called Quiet
// or Changing. It comes before the change, so that the change is undone when the others go on.
func (l *Lab) Changing(t testing.TB) {
	t.Helper()
	l.hold(t, syscall.LOCK_EX)
}

func (l *Lab) hold(t testing.TB, how int) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(l.Dir, "forests.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() }) // which lets go
	for err = syscall.EINTR; err == syscall.EINTR; {
		err = syscall.Flock(int(f.Fd()), how)
	}
	if err != nil {
		t.Fatal(err)
	}
}
