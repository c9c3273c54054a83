package connector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/agent"
	"github.com/causeway-cloud/causeway/internal/agent/ad"
	"github.com/causeway-cloud/causeway/internal/agent/channel"
)

// leaveTime is how long an uninstallation tries to reach the control plane.
const leaveTime = 30 * time.Second

// codeRemoved is the code of a refusal that says that the connector was removed.
const codeRemoved = "connector_removed"

// Run is the connector until ctx ends. Errors: channel.ErrNotInstalled, channel.ErrInUse, ErrHardware, and a
// *channel.Refusal when the control plane says that trying again cannot help.
func Run(ctx context.Context, cfg Config, version string, log *slog.Logger) error {
	home, err := channel.OpenHome(cfg.DataDir)
	if err != nil {
		return err
	}
	unlock, err := home.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	providers, err := newProviders(cfg, log)
	if err != nil {
		return err
	}
	c, err := newChannel(ctx, home, cfg, version, providers, log)
	if err != nil {
		return err
	}
	if err := home.SaveHealth(nil); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	for _, p := range providers {
		running.Go(func() {
			err := p.Run(ctx, func() {
				if err := home.SaveHealth(p.Fault()); err != nil {
					log.Warn("health not written", "err", err)
				}
				c.Changed()
			})
			if err != nil {
				log.Error("provider ended", "provider", p.Name(), "err", err)
			}
		})
	}
	return c.Run(ctx)
}

// newProviders makes what the connector offers: the directory, where there is one (CON-006).
func newProviders(cfg Config, log *slog.Logger) ([]agent.Provider, error) {
	if cfg.Directory.Domain == "" {
		return nil, nil
	}
	directory, err := ad.New(cfg.Directory.config(), log)
	if err != nil {
		return nil, err
	}
	return []agent.Provider{directory}, nil
}

func newChannel(ctx context.Context, home *channel.Home, cfg Config, version string, providers []agent.Provider, log *slog.Logger) (*channel.Channel, error) {
	identity, err := home.Identity()
	if err != nil {
		return nil, err
	}
	machine, err := facts(ctx, cfg, version)
	if err != nil {
		return nil, err
	}
	if machine, err = sameHardware(machine, identity.Hardware); err != nil {
		return nil, err
	}
	proxy, err := cfg.proxy()
	if err != nil {
		return nil, err
	}
	roots, err := cfg.roots()
	if err != nil {
		return nil, err
	}
	return channel.New(channel.Config{Home: home, Proxy: proxy, Roots: roots, Facts: machine, Providers: providers, Clock: new(channel.Clock), Log: log,
		Watch: func(s channel.State) {
			if err := home.SaveStatus(s); err != nil {
				log.Warn("status not written", "err", err)
			}
		}})
}

// Uninstall removes the connector at the control plane and then from this machine. Without the control plane it fails,
// unless force is set: then the connector has to be removed in the console, too. It reports whether the control plane
// knows. Errors: channel.ErrNotInstalled, channel.ErrInUse while it runs.
func Uninstall(ctx context.Context, cfg Config, version string, force bool, log *slog.Logger) (told bool, err error) {
	home, err := channel.OpenHome(cfg.DataDir)
	if err != nil {
		return false, err
	}
	unlock, err := home.Lock()
	if err != nil {
		return false, err
	}
	defer unlock()
	if _, err := home.Identity(); err != nil {
		return false, err
	}
	if err = leave(ctx, home, cfg, version, log); err != nil && !force {
		return false, err
	}
	return err == nil, home.Forget()
}

// leave opens a channel for the one message that the connector is being removed. A control plane that has removed it
// already is content.
func leave(ctx context.Context, home *channel.Home, cfg Config, version string, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, leaveTime)
	defer cancel()
	c, err := newChannel(ctx, home, cfg, version, nil, log)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		defer cancel()
		ended <- c.Run(ctx)
	}()
	left := c.Leave(ctx)
	cancel()
	err = <-ended
	var refusal *channel.Refusal
	if errors.As(err, &refusal) && refusal.Code == codeRemoved {
		return nil
	}
	if left != nil {
		return errors.Join(fmt.Errorf("tell the control plane: %w", left), err)
	}
	return nil
}
