package channel

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// Expected failures of the data directory.
var (
	ErrNotInstalled = fault.New(fault.NotFound, "connector_not_installed")
	ErrInUse        = fault.New(fault.Conflict, "connector_already_running")
	ErrExposed      = fault.New(fault.Denied, "data_directory_exposed")
)

// The files of the data directory.
const (
	keyFile        = "key.pem"
	identityFile   = "identity.json"
	generationFile = "generation"
	lockFile       = "lock"
	statusFile     = "status.json"
	healthFile     = "health.json"
	spoolFile      = "events.jsonl"
)

// Identity is what the connector is, and whom it trusts.
type Identity struct {
	Address   string   `json:"address"` // of the control plane
	Customer  string   `json:"customer"`
	Connector string   `json:"connector"`
	Location  string   `json:"location"`
	Pins      []string `json:"pins"`     // channel keys, best first
	Hardware  bool     `json:"hardware"` // registered with the hardware's UUID, which is a fact from then on
}

// Home is the connector's data directory: folder 0700, files 0600, each written as a whole and synced.
type Home struct{ dir string }

// OpenHome makes the directory if it is not there. Errors: ErrExposed when others than its owner may enter it.
func OpenHome(dir string) (*Home, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, ErrExposed.With("path", dir)
	}
	return &Home{dir: dir}, nil
}

// Path returns the path of a file in the directory.
func (h *Home) Path(name string) string { return filepath.Join(h.dir, name) }

// Lock keeps other processes of this machine from using the directory until unlock is called. Errors: ErrInUse.
func (h *Home) Lock() (unlock func(), err error) {
	f, err := os.OpenFile(h.Path(lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, ErrInUse.With("path", h.dir)
		}
		return nil, fmt.Errorf("lock data directory: %w", err)
	}
	return func() {
		_ = unix.Flock(int(f.Fd()), unix.LOCK_UN) // a child that is just being started may have the file open still
		f.Close()
	}, nil
}

// Key returns the connector's key; it makes one if there is none yet. It never leaves the machine.
func (h *Home) Key() (crypto.Signer, error) {
	raw, err := os.ReadFile(h.Path(keyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return h.makeKey()
	}
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("key file %s is not PEM", h.Path(keyFile))
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("key file %s holds no signing key", h.Path(keyFile))
	}
	return signer, nil
}

func (h *Home) makeKey() (crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode key: %w", err)
	}
	return key, h.write(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// Identity returns what registration gave. Errors: ErrNotInstalled.
func (h *Home) Identity() (Identity, error) {
	var i Identity
	raw, err := os.ReadFile(h.Path(identityFile))
	if errors.Is(err, fs.ErrNotExist) {
		return i, ErrNotInstalled.With("path", h.dir)
	}
	if err != nil {
		return i, fmt.Errorf("read identity: %w", err)
	}
	if err := json.Unmarshal(raw, &i); err != nil {
		return i, fmt.Errorf("read identity: %w", err)
	}
	return i, nil
}

// SaveIdentity keeps what the connector is.
func (h *Home) SaveIdentity(i Identity) error {
	raw, err := json.MarshalIndent(i, "", "  ")
	if err != nil {
		return fmt.Errorf("encode identity: %w", err)
	}
	return h.write(identityFile, append(raw, '\n'))
}

// Generation returns the newest generation that was stored, 0 before the first.
func (h *Home) Generation() (int64, error) {
	raw, err := os.ReadFile(h.Path(generationFile))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read generation: %w", err)
	}
	g, err := strconv.ParseInt(strings.TrimSpace(string(raw)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read generation: %w", err)
	}
	return g, nil
}

// SaveGeneration returns when the generation is on the disk.
func (h *Home) SaveGeneration(g int64) error {
	return h.write(generationFile, []byte(strconv.FormatInt(g, 10)+"\n"))
}

// Forget removes everything that makes this machine a connector. Doing it twice does no harm.
func (h *Home) Forget() error {
	for _, name := range []string{identityFile, keyFile, generationFile, spoolFile, statusFile, healthFile} {
		if err := os.Remove(h.Path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove %s: %w", name, err)
		}
	}
	return nil
}

// SaveStatus keeps what "status" shows while the connector runs.
func (h *Home) SaveStatus(s State) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode status: %w", err)
	}
	return h.write(statusFile, raw)
}

// Status returns what the last process said of its channel, nil when there was none.
func (h *Home) Status() (*State, error) {
	raw, err := os.ReadFile(h.Path(statusFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read status: %w", err)
	}
	s := new(State)
	if err := json.Unmarshal(raw, s); err != nil {
		return nil, fmt.Errorf("read status: %w", err)
	}
	return s, nil
}

// Fault is a fault as the data directory keeps it for "status".
type Fault struct {
	Code string    `json:"code"`
	Args text.Args `json:"args,omitempty"`
}

// SaveHealth keeps what is wrong with what the connector offers; nil = nothing.
func (h *Home) SaveHealth(f *fault.Error) error {
	var kept *Fault
	if f != nil {
		kept = &Fault{Code: f.Code, Args: f.Args}
	}
	raw, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("encode health: %w", err)
	}
	return h.write(healthFile, raw)
}

// Health returns what was kept last, nil when nothing is wrong.
func (h *Home) Health() (*Fault, error) {
	raw, err := os.ReadFile(h.Path(healthFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read health: %w", err)
	}
	var f *Fault
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("read health: %w", err)
	}
	return f, nil
}

// write replaces a file as a whole: after a crash there is the old one or the new one.
func (h *Home) write(name string, data []byte) error {
	tmp, err := os.OpenFile(h.Path(name+".new"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(h.Path(name+".new"), h.Path(name))
	}
	if err == nil {
		err = syncDir(h.dir)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
