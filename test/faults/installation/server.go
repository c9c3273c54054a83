package installation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// startTime bounds a start, stopTime a stop; both are far above what a loaded machine needs.
const (
	startTime = 60 * time.Second
	stopTime  = 30 * time.Second
)

// Config is what differs between installations; the zero value is a new SQLite installation.
type Config struct {
	Database    string // "" = SQLite in the data folder
	Dir         string // data folder; "" = a new one
	Cluster     string // cluster.listen
	Certificate *Certificate
	Mailbox     *Mailbox // takes the mails; nil = a new one
	Extra       string   // more lines of the configuration file
	Env         []string // more environment
	Wrap        []string // words before the program, for limits: "prlimit", "--fsize=…"
}

// Server is a node: a process that can be stopped, killed and started again at the same address.
type Server struct {
	Addr   string // host:port of the public listener
	Dir    string
	File   string // configuration
	Socket string // of the operator

	t      testing.TB
	config Config
	mu     sync.Mutex // guards the fields below
	cmd    *exec.Cmd
	done   chan struct{} // closed when the process has ended
	output *buffer
}

// Program is the path of the built program.
func Program(t testing.TB) string {
	t.Helper()
	_, file, _, ok := runtime.Caller(0)
	require.True(t, ok)
	path := filepath.Join(filepath.Dir(file), "..", "..", "..", "bin", "causeway")
	_, err := os.Stat(path)
	require.NoError(t, err, "the program is not built: run make build")
	return path
}

// Ports below those that systems give to outgoing connections, one of which could take a free port before a server listens on it.
const (
	firstPort = 20_000
	lastPort  = 32_000
)

var nextPort = func() *atomic.Int64 {
	n := new(atomic.Int64)
	n.Store(rand.Int64N(lastPort - firstPort))
	return n
}()

// FreePort is an address of loopback that nobody listens on. This process gets each once.
func FreePort(t testing.TB) string {
	t.Helper()
	for range lastPort - firstPort {
		address := fmt.Sprintf("127.0.0.1:%d", firstPort+nextPort.Add(1)%(lastPort-firstPort))
		if l, err := net.Listen("tcp", address); err == nil {
			require.NoError(t, l.Close())
			return address
		}
	}
	t.Fatal("every port is taken")
	return ""
}

// New writes the configuration of a server and does not start it.
func New(t testing.TB, c Config) *Server {
	t.Helper()
	if c.Certificate == nil {
		c.Certificate = NewCertificate(t)
	}
	if c.Mailbox == nil {
		c.Mailbox = NewMailbox(t)
	}
	if c.Dir == "" {
		c.Dir = t.TempDir()
	}
	conf := t.TempDir()
	s := &Server{t: t, config: c, Addr: FreePort(t), Dir: c.Dir, File: filepath.Join(conf, "causeway.yaml"), Socket: filepath.Join(conf, "operator.sock"), output: new(buffer)}
	text := fmt.Sprintf("base_domain: %s\ndata_dir: %q\ndatabase: %q\nhttp:\n  addr: %q\n  cert_file: %q\n  key_file: %q\noperator:\n  socket: %q\n",
		Domain, s.Dir, c.Database, s.Addr, c.Certificate.CertFile, c.Certificate.KeyFile, s.Socket)
	if c.Cluster != "" {
		text += fmt.Sprintf("cluster:\n  listen: %q\n", c.Cluster)
	}
	require.NoError(t, os.WriteFile(s.File, []byte(text+c.Mailbox.Config()+c.Extra), 0o600))
	t.Cleanup(s.Kill)
	return s
}

// Start makes a server and waits until it is ready.
func Start(t testing.TB, c Config) *Server {
	t.Helper()
	s := New(t, c)
	s.Start()
	return s
}

// Start starts the process and waits until it is ready.
func (s *Server) Start() {
	s.t.Helper()
	s.Launch()
	client := s.Client()
	defer client.CloseIdleConnections()
	deadline := time.Now().Add(startTime)
	for time.Now().Before(deadline) {
		if s.Ended() {
			s.t.Fatalf("the server ended at its start:\n%s", s.Output())
		}
		if res, err := client.Get("https://" + Host("api") + "/readyz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.t.Fatalf("the server is not ready:\n%s", s.Output())
}

// Launch starts the process and returns at once.
func (s *Server) Launch() {
	s.t.Helper()
	words := append(append([]string{}, s.config.Wrap...), Program(s.t), "serve", "--config", s.File)
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = append(os.Environ(), s.config.Env...)
	cmd.Stdout, cmd.Stderr = s.output, s.output
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // a test that dies leaves nothing behind
	require.NoError(s.t, cmd.Start())
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the state is in cmd.ProcessState
		close(done)
	}()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cmd, s.done = cmd, done
}

// PID is the process.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cmd.Process.Pid
}

// Ended reports whether the process has ended.
func (s *Server) Ended() bool {
	select {
	case <-s.ended():
		return true
	default:
		return false
	}
}

func (s *Server) ended() chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil {
		over := make(chan struct{})
		close(over)
		return over
	}
	return s.done
}

// Kill ends the process as a power failure would and waits until it is gone. It may be called twice.
func (s *Server) Kill() {
	if s.Ended() {
		return
	}
	s.mu.Lock()
	cmd := s.cmd
	s.mu.Unlock()
	_ = cmd.Process.Kill() // it may have ended by itself
	<-s.ended()
}

// Terminate sends SIGTERM.
func (s *Server) Terminate() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGTERM))
}

// ExitCode waits for the end of the process.
func (s *Server) ExitCode() int {
	s.t.Helper()
	select {
	case <-s.ended():
	case <-time.After(stopTime):
		s.t.Fatalf("the server does not stop:\n%s", s.Output())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cmd.ProcessState.ExitCode()
}

// Mails is what the installation has mailed.
func (s *Server) Mails() *Mailbox { return s.config.Mailbox }

// Output is what the process has written so far.
func (s *Server) Output() string { return s.output.String() }

// Client is a machine's client that reaches this node by every host name of the installation.
func (s *Server) Client() *http.Client {
	return &http.Client{Transport: s.config.Certificate.transport(func() string { return s.Addr }), Timeout: stopTime}
}

// Result is the end of a command.
type Result struct {
	Code           int
	Stdout, Stderr string
}

// Command runs the program with this server's configuration.
func (s *Server) Command(words ...string) Result {
	s.t.Helper()
	return Run(s.t, append(words, "--config", s.File)...)
}

// Run runs the program to its end.
func Run(t testing.TB, words ...string) Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, Program(t), words...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("causeway %s: %v", strings.Join(words, " "), err)
	}
	return Result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// Customer is what create-customer prints.
type Customer struct {
	OrgID      string `json:"orgId"`
	CustomerID string `json:"customerId"`
	Name       string `json:"name"`
	UserName   string `json:"userName"`
	Password   string `json:"password"`
}

// NewCustomer creates a company with one customer.
func (s *Server) NewCustomer(name string) Customer {
	s.t.Helper()
	got := s.Command("operator", "create-customer", "--json", "--company", name, "--site-address", "Hauptstrasse 1, Bern",
		"--user-name", strings.ToLower(name), "--email", strings.ToLower(name)+"@example.test", "--email-verified")
	require.Zerof(s.t, got.Code, "create-customer: %s", got.Stderr)
	var c Customer
	require.NoError(s.t, json.Unmarshal([]byte(got.Stdout), &c))
	return c
}

// buffer may be written by the process and read by the test at once.
type buffer struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

var _ io.Writer = (*buffer)(nil)

func dialer(addr func() string) func(ctx context.Context, network, _ string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, addr())
	}
}
