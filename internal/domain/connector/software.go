package connector

import (
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// programPath is the package of the connector's program, which its compiler wrote into it.
const programPath = "github.com/causeway-cloud/causeway/cmd/causeway-connector"

// windowsName is the documented name of the program for Windows; for other systems it has its own (CON-018).
const windowsName = "cwconnector.exe"

// ErrNoBuild means that no program for the platform lies in the folder of this installation.
var ErrNoBuild = fault.New(fault.NotFound, "connector_build_not_found")

// Build is the connector's program for one platform.
type Build struct {
	Platform string // "linux-amd64"
	FileName string // under which it is saved
	Size     int64
	SHA256   string // hex
	file     string
}

// Software offers the programs of connectors that lie in a folder: those that were built from this source, whatever their
// files are called. It may be used concurrently.
type Software struct {
	folder fs.FS

	mu    sync.Mutex       // guards the field below
	known map[string]known // by name of the file
}

// known is what a file turned out to be, as long as size and time stay.
type known struct {
	size     int64
	modified time.Time
	build    Build // zero = no connector
}

// NewSoftware returns the programs of the folder.
func NewSoftware(folder fs.FS) *Software {
	return &Software{folder: folder, known: map[string]known{}}
}

// List returns the builds by platform. Whoever may see connectors may download them (CON-016).
func (s *Software) List(_ context.Context, actor admin.Actor, c id.Customer) ([]Build, error) {
	if err := canSee(actor, c); err != nil {
		return nil, err
	}
	return s.builds()
}

// Open returns the program for a platform, which the caller closes. Errors: ErrNoBuild.
func (s *Software) Open(_ context.Context, actor admin.Actor, c id.Customer, platform string) (Build, io.ReadCloser, error) {
	if err := canSee(actor, c); err != nil {
		return Build{}, nil, err
	}
	all, err := s.builds()
	if err != nil {
		return Build{}, nil, err
	}
	i := slices.IndexFunc(all, func(b Build) bool { return b.Platform == platform })
	if i < 0 {
		return Build{}, nil, ErrNoBuild.With("platform", platform)
	}
	f, err := s.folder.Open(all[i].file)
	if err != nil {
		return Build{}, nil, fmt.Errorf("open connector program: %w", err)
	}
	return all[i], f, nil
}

// builds reads the folder; of two files for one platform the first by name counts.
func (s *Software) builds() ([]Build, error) {
	entries, err := fs.ReadDir(s.folder, ".")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read folder of connector programs: %w", err)
	}
	var out []Build
	for _, e := range entries {
		if !strings.HasPrefix(path.Base(e.Name()), "causeway-connector") {
			continue
		}
		info, err := fs.Stat(s.folder, e.Name()) // follows a link
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		b, err := s.build(e.Name(), info)
		if err != nil {
			return nil, err
		}
		if b.Platform != "" && !slices.ContainsFunc(out, func(x Build) bool { return x.Platform == b.Platform }) {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b Build) int { return strings.Compare(a.Platform, b.Platform) })
	return out, nil
}

// build tells what a file is. It is read once for as long as it does not change.
func (s *Software) build(name string, info fs.FileInfo) (Build, error) {
	s.mu.Lock()
	k, have := s.known[name]
	s.mu.Unlock()
	if have && k.size == info.Size() && k.modified.Equal(info.ModTime()) {
		return k.build, nil
	}
	b, err := s.read(name)
	if err != nil {
		return Build{}, err
	}
	s.mu.Lock()
	s.known[name] = known{size: info.Size(), modified: info.ModTime(), build: b}
	s.mu.Unlock()
	return b, nil
}

func (s *Software) read(name string) (Build, error) {
	f, err := s.folder.Open(name)
	if err != nil {
		return Build{}, fmt.Errorf("open connector program: %w", err)
	}
	defer f.Close()
	at, ok := f.(io.ReaderAt)
	if !ok {
		return Build{}, fmt.Errorf("read connector program %s: cannot be read at a position", name)
	}
	info, err := buildinfo.Read(at)
	if err != nil || info.Path != programPath {
		return Build{}, nil // something else of a similar name
	}
	var system, machine string
	for _, setting := range info.Settings {
		switch setting.Key {
		case "GOOS":
			system = setting.Value
		case "GOARCH":
			machine = setting.Value
		}
	}
	b := Build{Platform: system + "-" + machine, FileName: "causeway-connector", file: name}
	if system == "windows" {
		b.FileName = windowsName
	}
	hash := sha256.New()
	if b.Size, err = io.Copy(hash, f); err != nil {
		return Build{}, fmt.Errorf("read connector program: %w", err)
	}
	b.SHA256 = hex.EncodeToString(hash.Sum(nil))
	return b, nil
}
