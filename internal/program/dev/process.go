package dev

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// stopTime is how long a connector may take to stop before it is killed.
const stopTime = 5 * time.Second

// pidFile names, in a connector's folder, the process that runs it.
const pidFile = "connector.pid"

// process is a running connector.
type process struct {
	Connector
	folder string
	exited chan struct{} // closed when the process is gone
}

// command ends with the installation: asked first, killed when it does not listen.
func command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopTime
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C reaches it through us, in order
	return cmd
}

// runArgs are the arguments of the process that runs the connector of a configuration; nothing else on the machine has them.
func runArgs(cfg string) []string { return []string{"run", "--config", cfg} }

// launch runs the connector of a folder until ctx ends.
func launch(ctx context.Context, group *errgroup.Group, program, cfg, folder string) (*process, error) {
	log, err := os.OpenFile(filepath.Join(folder, "connector.log"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	cmd := command(ctx, program, runArgs(cfg)...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	p := &process{folder: folder, exited: make(chan struct{})}
	p.PID = cmd.Process.Pid
	group.Go(func() error {
		_ = cmd.Wait() // a test may kill it: the control plane goes on, as it would at a customer's
		close(p.exited)
		_ = os.Remove(filepath.Join(folder, pidFile)) // one that stays is found to name no connector
		return log.Close()
	})
	return p, os.WriteFile(filepath.Join(folder, pidFile), []byte(strconv.Itoa(p.PID)+"\n"), 0o600)
}

// gone reports whether the process has ended.
func (p *process) gone() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

// stopLeftOver stops the connector that a killed installation has left running in the folder: a second one on the same
// data would not start. A process that has got the number since then is not touched.
func stopLeftOver(ctx context.Context, folder, cfg string) error {
	raw, err := os.ReadFile(filepath.Join(folder, pidFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil || pid <= 1 {
		return os.Remove(filepath.Join(folder, pidFile)) // it was killed while it wrote the file
	}
	p, err := os.FindProcess(pid) // held by handle, so that the signals below reach no later process of the number
	if err != nil {
		return err
	}
	defer p.Release()
	for _, sig := range []os.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		if !runs(pid, cfg) {
			return os.Remove(filepath.Join(folder, pidFile))
		}
		if err := p.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("stop the connector of an earlier start (process %d): %w", pid, err)
		}
		if err := waitGone(ctx, pid, cfg); err != nil {
			return err
		}
	}
	if runs(pid, cfg) {
		return fmt.Errorf("the connector of an earlier start (process %d) does not stop", pid)
	}
	return os.Remove(filepath.Join(folder, pidFile))
}

// runs reports whether the process runs the connector of the configuration. A process that has ended has no arguments.
func runs(pid int, cfg string) bool {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return false
	}
	args := strings.Split(strings.TrimSuffix(string(raw), "\x00"), "\x00")
	return slices.Equal(args[1:], runArgs(cfg))
}

// waitGone returns when the process has ended or stopTime is over.
func waitGone(ctx context.Context, pid int, cfg string) error {
	deadline := time.NewTimer(stopTime)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for runs(pid, cfg) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline.C:
			return nil
		case <-tick.C:
		}
	}
	return nil
}
