package faults_test

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// cluster is a PostgreSQL of one test, which may be killed.
type cluster struct {
	t   *testing.T
	bin string
	dir string
	dsn string
	cmd *exec.Cmd
}

// newCluster makes a cluster that listens on a unix socket only.
func newCluster(t *testing.T) *cluster {
	t.Helper()
	dir, err := os.MkdirTemp("", "faults-pg-") // short, because the path of a socket is
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	c := &cluster{t: t, bin: postgresBin(t), dir: dir}
	if uid, gid := c.owner(); uid != 0 {
		require.NoError(t, os.Chown(dir, uid, gid))
	}
	out, err := c.command("initdb", "-D", filepath.Join(dir, "data"), "-U", "causeway", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync").CombinedOutput()
	require.NoError(t, err, string(out))
	c.dsn = "postgres://causeway@/postgres?" + url.Values{"host": {dir}}.Encode()
	t.Cleanup(c.kill)
	return c
}

// postgresBin is the folder of the lab's PostgreSQL, or of the newest one that is installed.
func postgresBin(t *testing.T) string {
	t.Helper()
	if file := os.Getenv("CAUSEWAY_LAB_JSON"); file != "" {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		var lab struct {
			Postgres struct {
				BinDir string `json:"bin_dir"`
			}
		}
		require.NoError(t, json.Unmarshal(raw, &lab))
		if lab.Postgres.BinDir != "" {
			return lab.Postgres.BinDir
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	require.NoError(t, err)
	require.NotEmpty(t, found, "no PostgreSQL is installed")
	return found[len(found)-1]
}

// owner is who runs the cluster: PostgreSQL refuses root. 0 = whoever runs the test.
func (c *cluster) owner() (uid, gid int) {
	if os.Getuid() != 0 {
		return 0, 0
	}
	u, err := user.Lookup("postgres")
	require.NoError(c.t, err)
	uid, err = strconv.Atoi(u.Uid)
	require.NoError(c.t, err)
	gid, err = strconv.Atoi(u.Gid)
	require.NoError(c.t, err)
	return uid, gid
}

func (c *cluster) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, program), args...)
	cmd.Dir = c.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if uid, gid := c.owner(); uid != 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return cmd
}

// start starts the cluster and waits until it answers.
func (c *cluster) start() {
	c.t.Helper()
	c.cmd = c.command("postgres", "-D", filepath.Join(c.dir, "data"), "-c", "listen_addresses=", "-c", "unix_socket_directories="+c.dir)
	require.NoError(c.t, c.cmd.Start())
	require.Eventually(c.t, func() bool {
		return c.command("pg_isready", "-q", "-h", c.dir, "-U", "causeway", "-d", "postgres").Run() == nil
	}, time.Minute, 50*time.Millisecond)
}

// kill ends the cluster at once, without a checkpoint, whoever is connected. It may be called twice.
func (c *cluster) kill() {
	if c.cmd == nil {
		return
	}
	_ = c.cmd.Process.Signal(syscall.SIGQUIT) // it may have ended by itself
	_ = c.cmd.Wait()
	c.cmd = nil
}
