package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// startTime is how long a program may take until it is ready, stopTime from SIGTERM to its exit; both are far above what a loaded
// machine needs.
const (
	startTime = time.Minute
	stopTime  = 30 * time.Second
)

// program is a running process of bin/. At the end of the test it is stopped, and the test fails if it had to be killed or
// if a request handler panicked.
type program struct {
	*exec.Cmd
	t      *testing.T
	log    *output
	stdout *bufio.Reader
	exited chan struct{} // closed when the process is gone
}

// bin is the path of a built program.
func bin(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "bin", name))
	require.NoError(t, err)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v: run \"make build\" first", err)
	}
	return path
}

// start starts a program with further environment variables.
func start(t *testing.T, env []string, name string, args ...string) *program {
	t.Helper()
	p := &program{Cmd: exec.Command(bin(t, name), args...), t: t, log: new(output), exited: make(chan struct{})}
	p.Env = append(os.Environ(), env...)
	p.Stderr = p.log
	out, in := io.Pipe()
	p.Stdout, p.stdout = in, bufio.NewReader(out)
	require.NoError(t, p.Start())
	go func() {
		_ = p.Wait() // how it ended is in ProcessState
		in.Close()
		close(p.exited)
	}()
	t.Cleanup(p.stop)
	return p
}

// stop ends the program as a service manager does, and looks at what it has written.
func (p *program) stop() {
	p.end()
	for line := range strings.Lines(p.log.String()) {
		if strings.Contains(line, "handler panicked") {
			p.t.Errorf("%s: %s", filepath.Base(p.Path), line)
		}
	}
	if p.t.Failed() {
		p.t.Logf("last words of %s:\n%s", strings.Join(p.Args, " "), p.log.tail(4000))
	}
}

// end sends SIGTERM and waits; it may be called for a process that is gone or stopped.
func (p *program) end() {
	if p.gone() {
		return
	}
	_ = p.Process.Signal(syscall.SIGCONT) // the process may have ended in between
	_ = p.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(stopTime):
		p.kill()
		p.t.Errorf("%s still ran %v after SIGTERM", strings.Join(p.Args, " "), stopTime)
	}
}

// kill ends the process as a crash does and waits until it is gone.
func (p *program) kill() {
	_ = p.Process.Kill() // it may be gone already
	<-p.exited
}

func (p *program) gone() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

// ready waits until the condition holds, and fails at once when the program has ended before.
func (p *program) ready(within time.Duration, condition func() bool) {
	p.t.Helper()
	require.Eventually(p.t, func() bool { return p.gone() || condition() }, within, 20*time.Millisecond,
		"%s is not ready:\n%s", strings.Join(p.Args, " "), p.log)
	if p.gone() {
		p.t.Fatalf("%s has ended:\n%s", strings.Join(p.Args, " "), p.log)
	}
}

// run runs a program to its end; its exit code and what it printed come back.
func run(t *testing.T, env []string, name string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, bin(t, name), args...)
	cmd.Env = append(os.Environ(), env...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s %s: %v", name, strings.Join(args, " "), err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errOut.String()
}

// output keeps what a process writes; it may be read while it is written.
type output struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

func (o *output) tail(n int) string {
	s := o.String()
	return s[max(0, len(s)-n):]
}
