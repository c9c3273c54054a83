package dev

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/config"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/program/controlplane"
)

// The names of a development installation. The identity provider is on another site on purpose, so that its answers
// are as cross-site as in real life.
const (
	baseDomain = "causeway.localhost"
	idpHost    = "idp.partner.localhost"
)

// Options of a development installation.
type Options struct {
	DataDir string // "" = a temporary folder that goes away at the end
	Port    int    // first of four ports; 0 = free ones. A data folder keeps those of its first start
	// PortChosen says that somebody asked for Port; else a data folder's own ports win over it.
	PortChosen bool
	TLS        bool   // browsers use https as well
	Connector  string // path of the connector program; "" = beside this one
	Version    string
	Log        *slog.Logger
	Ready      func(Info)
}

// installation is a running development installation.
type installation struct {
	o         Options
	dir       string
	clock     *clock.Shifted
	authority *authority
	addresses edge.Addresses
	ports     ports
	smtp      net.Listener
	mailbox   *demo.Mailbox
}

// Run runs a development installation until ctx ends, then stops all of it.
func Run(ctx context.Context, o Options) error {
	started := time.Now()
	d := &installation{o: o, clock: new(clock.Shifted)}
	if err := d.folder(); err != nil {
		return err
	}
	if o.DataDir == "" {
		defer os.RemoveAll(d.dir)
	}
	if err := d.open(); err != nil {
		return err
	}
	var err error
	if d.authority, err = newAuthority(d.dir); err != nil {
		return err
	}
	d.addresses = edge.Addresses{BaseDomain: baseDomain, Scheme: "http", Port: strconv.Itoa(portOf(d.ports.browser)), Machine: strconv.Itoa(portOf(d.ports.machine)), AllowHTTP: true}
	if o.TLS {
		d.addresses.Scheme, d.addresses.Port, d.addresses.Machine, d.addresses.AllowHTTP = "https", d.addresses.Machine, "", true
	}
	return d.run(ctx, started)
}

func (d *installation) folder() error {
	dir := d.o.DataDir
	var err error
	if dir == "" {
		dir, err = os.MkdirTemp("", "causeway-dev-")
	} else if dir, err = filepath.Abs(dir); err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	d.dir = dir
	return errors.Join(err, d.keptClock())
}

// clockFile keeps how far the clock was moved, so that a folder's time never goes back.
const clockFile = "clock"

// keptClock moves the clock to where it was when the folder was in use last.
func (d *installation) keptClock() error {
	raw, err := os.ReadFile(filepath.Join(d.dir, clockFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	offset, err := time.ParseDuration(string(raw))
	if err != nil {
		return fmt.Errorf("%s: %w", clockFile, err)
	}
	d.clock.Advance(offset)
	return nil
}

// moveClock moves business time forward for good.
func (d *installation) moveClock(by time.Duration) (time.Duration, error) {
	offset := d.clock.Advance(by)
	return offset, os.WriteFile(filepath.Join(d.dir, clockFile), []byte(offset.String()), 0o600)
}

// errUnfinished means a database without what was made in it: the first start was interrupted, or it is no demonstration.
var errUnfinished = fault.New(fault.Invalid, "dev_folder_unfinished")

// open opens the ports. A folder that another process runs in is refused before anything of it is touched.
func (d *installation) open() error {
	unlock, err := store.Lock(d.config().DatabaseURL())
	if err != nil {
		return err
	}
	if err := unlock(); err != nil { // the control plane takes it for good
		return err
	}
	st, err := d.load()
	switch {
	case errors.Is(err, os.ErrNotExist):
		if _, err := os.Stat(filepath.Join(d.dir, "causeway.db")); err == nil {
			return errUnfinished.With("dir", d.dir)
		}
	case err != nil:
		return fmt.Errorf("%s: %w", stateFile, err)
	}
	e, err := entranceFor(d.o, st.Entrance)
	if err != nil {
		return err
	}
	if d.ports, err = listen(e, d.dir, st.Entrance != nil); err != nil {
		return err
	}
	if d.smtp, err = net.Listen("tcp", "127.0.0.1:0"); err != nil { // nobody but our own mailer needs to know the port
		return errors.Join(err, d.ports.close())
	}
	d.mailbox = demo.NewMailbox(d.smtp, d.clock)
	return nil
}

func (d *installation) run(ctx context.Context, started time.Time) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	cert, err := d.authority.issue(d.names()...)
	if err != nil {
		return err
	}
	machineTLS := edge.TLSConfig(func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &cert, nil })
	group.Go(func() error { return d.mailbox.Run(ctx) })
	running := make(chan *controlplane.App, 1)
	group.Go(func() error {
		return controlplane.Run(ctx, controlplane.Options{
			Config: d.config(), Version: d.o.Version, Clock: d.clock, Log: d.o.Log, Addresses: &d.addresses,
			Listeners: []controlplane.Listener{{Listener: d.ports.browser}, {Listener: d.ports.machine, TLS: machineTLS}},
			Ready:     func(app *controlplane.App) { running <- app },
		})
	})
	group.Go(func() error {
		select {
		case <-ctx.Done():
			return nil
		case app := <-running:
			err := d.furnish(ctx, group, app, started)
			if errors.Is(err, context.Canceled) {
				return nil
			}
			return err
		}
	})
	return group.Wait()
}

func (d *installation) names() []string {
	names := []string{"*." + d.addresses.Host(edge.Workspace), idpHost}
	for _, s := range edge.Sites() {
		names = append(names, d.addresses.Host(s))
	}
	return names
}

func (d *installation) config() config.Config {
	c := config.Default()
	c.BaseDomain, c.DataDir, c.Region = baseDomain, d.dir, "demo"
	c.Outbound.Allow = []string{"127.0.0.0/8", "::1"}
	c.Onboarding.Policy, c.Onboarding.Contact = "open", "operator@demo.example"
	if d.smtp != nil {
		c.Mail.Host, c.Mail.Port, c.Mail.TLS = "127.0.0.1", portOf(d.smtp), "none"
	}
	return c
}
