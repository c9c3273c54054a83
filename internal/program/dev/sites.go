package dev

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"golang.org/x/sync/errgroup"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
)

// connectTime is how long the connectors together may take to appear in the control plane.
const connectTime = 60 * time.Second

// startSites starts a directory per forest and the connector processes beside it, and waits until all are connected.
func (d *installation) startSites(ctx context.Context, group *errgroup.Group, s *seeder, forests []demo.Forest, places map[string]place) ([]Connector, error) {
	program, err := d.connectorProgram()
	if err != nil {
		return nil, err
	}
	var started []*process
	for _, f := range forests {
		directory, err := demo.StartDirectory(f)
		if err != nil {
			return nil, err
		}
		group.Go(func() error {
			<-ctx.Done()
			return directory.Close()
		})
		p := places[f.Domain]
		for _, folder := range p.Folders {
			c, err := d.startConnector(ctx, group, s, program, folder, f.Domain, directory, p.Location)
			if err != nil {
				return nil, fmt.Errorf("connector in %s: %w", folder, err)
			}
			started = append(started, c)
		}
	}
	if err := s.waitConnected(ctx, started); err != nil {
		return nil, err
	}
	out := make([]Connector, len(started))
	for i, p := range started {
		out[i] = p.Connector
	}
	return out, nil
}

// connectorProgram finds the connector's program beside this one.
func (d *installation) connectorProgram() (string, error) {
	if d.o.Connector != "" {
		return d.o.Connector, nil
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	program := filepath.Join(filepath.Dir(self), "causeway-connector")
	if _, err := os.Stat(program); err != nil {
		return "", fmt.Errorf("the connector program is not beside this one; build it with make build, or name it with --connector: %w", err)
	}
	return program, nil
}

// startConnector writes the configuration of a connector, installs it the first time, and runs it as a process. What an
// earlier start has left running there is stopped.
func (d *installation) startConnector(ctx context.Context, group *errgroup.Group, s *seeder, program, folder, domain string, directory *demo.Directory, l connector.LocationID) (*process, error) {
	cfg, err := d.connectorConfig(folder, domain, directory)
	if err != nil {
		return nil, err
	}
	if err := stopLeftOver(ctx, folder, cfg); err != nil {
		return nil, err
	}
	installed, err := status(ctx, program, cfg)
	if err != nil {
		return nil, err
	}
	if !installed.Installed {
		if err := d.install(ctx, s, program, cfg, folder, l); err != nil {
			return nil, err
		}
		if installed, err = status(ctx, program, cfg); err != nil {
			return nil, err
		}
	}
	p, err := launch(ctx, group, program, cfg, folder)
	if err != nil {
		return nil, err
	}
	p.ID, p.DataDir, p.Forest = installed.Connector, filepath.Join(folder, "data"), domain
	return p, nil
}

// connectorConfig writes the configuration anew at each start: the demonstration directory has another port and another
// authority each time.
func (d *installation) connectorConfig(folder, domain string, directory *demo.Directory) (string, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	user, password := directory.Service()
	files := map[string][]byte{"directory-ca.pem": directory.CA(), "directory-password": []byte(password.Reveal())}
	raw, err := yaml.Marshal(map[string]any{
		"data_dir": filepath.Join(folder, "data"),
		"proxy":    "none",
		"ca_file":  d.authority.file,
		"log":      map[string]string{"level": "info", "format": "text"},
		"directory": map[string]any{
			"domain": domain, "controllers": map[string][]string{domain: {directory.Addr()}}, "transport": "ldaps", "user": user,
			"ca_file": filepath.Join(folder, "directory-ca.pem"), "password_file": filepath.Join(folder, "directory-password"),
		},
	})
	if err != nil {
		return "", err
	}
	files["config.yaml"] = raw
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return "", err
		}
	}
	return filepath.Join(folder, "config.yaml"), nil
}

// install runs the silent installation with a parameter file that goes away with it.
func (d *installation) install(ctx context.Context, s *seeder, program, cfg, folder string, l connector.LocationID) error {
	owner, err := s.owner(ctx)
	if err != nil {
		return err
	}
	made, err := s.Installations.Prepare(ctx, owner, owner.Customer, l, true)
	if err != nil {
		return err
	}
	p := made.Parameters
	raw, err := json.Marshal(map[string]any{
		"customerName": p.Customer, "clientId": p.Client, "clientSecret": p.Secret.Reveal(), "resourceLocationId": p.Location,
		"acceptTermsOfService": "true", "address": p.Address, "channelKeyPins": p.Pins,
	})
	if err != nil {
		return err
	}
	file := filepath.Join(folder, "parameters.json")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		return err
	}
	defer os.Remove(file)
	var said strings.Builder
	cmd := command(ctx, program, "install", "--config", cfg, "--parameters", file)
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("install: %w: %s", err, strings.TrimSpace(said.String()))
	}
	return nil
}

// installedStatus is what the connector's status tells that is needed here.
type installedStatus struct {
	Installed bool   `json:"installed"`
	Connector string `json:"connector"`
}

func status(ctx context.Context, program, cfg string) (installedStatus, error) {
	var out installedStatus
	cmd := command(ctx, program, "status", "--json", "--config", cfg)
	cmd.Stderr = io.Discard
	raw, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("status: %w", err)
	}
	return out, json.Unmarshal(raw, &out)
}

// waitConnected returns when all of the connectors have reported their directory. One that ends before fails it.
func (s *seeder) waitConnected(ctx context.Context, started []*process) error {
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		list, err := s.Connectors.List(ctx, s.actor, s.actor.Customer, "", page.Request{})
		if err != nil {
			return err
		}
		ready := 0
		for _, p := range started {
			if p.gone() {
				return fmt.Errorf("a connector has ended; %s says why", filepath.Join(p.folder, "connector.log"))
			}
			if slices.ContainsFunc(list.Items, func(c connector.Connector) bool {
				return string(c.ID) == p.ID && c.Connected && c.Presence.Forest != ""
			}) {
				ready++
			}
		}
		if ready == len(started) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d of %d connectors are connected after %s; see connector.log in their folders", ready, len(started), connectTime)
		case <-tick.C:
		}
	}
}
