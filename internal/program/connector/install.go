package connector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/causeway-cloud/causeway/internal/agent/channel"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// ErrInstalled means that the machine is a connector already.
var ErrInstalled = fault.New(fault.Conflict, "connector_already_installed")

// errPrerequisite marks what the machine or its network lacks; the documented exit code tells it from other failures.
var errPrerequisite = errors.New("prerequisite")

// Installation is what install is told.
type Installation struct {
	Config           Config
	Parameters       string // path of the parameter file
	Address          string // of the control plane, for a file that does not name it
	DeleteParameters bool   // remove the file when the installation succeeded
	Version          string
	Out              io.Writer // for people
}

// Install makes this machine a connector. Nothing is left behind that looks like one unless it succeeds; a second try
// with the same file goes on where the first one ended.
func Install(ctx context.Context, in Installation) error {
	p, err := ReadParameters(in.Parameters, in.Address)
	if err != nil {
		return err
	}
	if err := in.warnOfReaders(); err != nil {
		return err
	}
	proxy, err := in.Config.proxy()
	if err != nil {
		return err
	}
	roots, err := in.Config.roots()
	if err != nil {
		return err
	}
	dialer, err := channel.NewDialer(p.Address, proxy, roots)
	if err != nil {
		return err
	}
	machine, err := facts(ctx, in.Config, in.Version)
	if err != nil {
		return fmt.Errorf("%w: %w", errPrerequisite, err)
	}
	home, err := channel.OpenHome(in.Config.DataDir)
	if err != nil {
		return fmt.Errorf("%w: %w", errPrerequisite, err)
	}
	unlock, err := home.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := home.Identity(); err == nil {
		return ErrInstalled.With("path", in.Config.DataDir)
	}
	if err := in.register(ctx, home, dialer, machine, p); err != nil {
		return err
	}
	return in.parametersLeft()
}

func (in Installation) register(ctx context.Context, home *channel.Home, dialer *channel.Dialer, machine wire.Facts, p Parameters) error {
	key, err := home.Key()
	if err != nil {
		return err
	}
	got, err := channel.Register(ctx, dialer, key, p.Pins, wire.Register{Customer: p.Customer, ClientID: p.ClientID, ClientSecret: p.Secret.Reveal(),
		Location: p.Location, Facts: machine}, in.firstUse)
	if err != nil {
		return onTheWay(err)
	}
	err = home.SaveIdentity(channel.Identity{Address: p.Address, Customer: got.Customer, Connector: got.Connector, Location: got.Location,
		Pins: got.Pins, Hardware: machine.HardwareUUID != ""})
	if err != nil {
		return err
	}
	fmt.Fprintf(in.Out, "Registered as connector %s in resource location %s of customer %s.\n", got.Connector, got.Location, got.Customer)
	return nil
}

// warnOfReaders says when others on this machine can read the secret in the parameter file.
func (in Installation) warnOfReaders() error {
	info, err := os.Stat(in.Parameters)
	if err != nil {
		return ErrParameters.With("path", in.Parameters).Because(err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		fmt.Fprintf(in.Out, "WARNING: others can read %s (mode %04o), which holds a secret: run chmod 600 on it.\n", in.Parameters, mode)
	}
	return nil
}

// firstUse accepts the control plane's key without a pin to compare it with, and says so.
func (in Installation) firstUse(pin string) error {
	fmt.Fprintf(in.Out, "WARNING: the parameter file has no channelKeyPins, so the control plane's channel key is trusted as it is.\n"+
		"         Compare this pin with the one in the console: %s\n", pin)
	return nil
}

// onTheWay marks failures to reach the control plane: the machine's network lacks what a connector needs.
func onTheWay(err error) error {
	for _, e := range []error{channel.ErrUnreachable, channel.ErrUntrusted, channel.ErrNotControlPlane, channel.ErrProxyUnreachable,
		channel.ErrProxyCredentials, channel.ErrProxyRefused} {
		if errors.Is(err, e) {
			return fmt.Errorf("%w: %w", errPrerequisite, err)
		}
	}
	return err
}

// parametersLeft removes the parameter file if that was asked for, and warns while it is there (CON-218).
func (in Installation) parametersLeft() error {
	if in.DeleteParameters {
		if err := os.Remove(in.Parameters); err != nil {
			return fmt.Errorf("remove parameter file: %w", err)
		}
		return nil
	}
	fmt.Fprintf(in.Out, "WARNING: delete %s now: it holds the secret of the service principal.\n", in.Parameters)
	return nil
}

// The documented exit codes of an installation (CON-238 to CON-240).
const (
	exitInstalled    = 0
	exitPrerequisite = 2
	exitUnexpected   = 1603
)

// InstallExitCode returns the documented exit code of Install's error. A process of a Unix system ends with its last
// eight bits (67 for 1603); that is what the kernel keeps of it.
func InstallExitCode(err error) int {
	switch {
	case err == nil:
		return exitInstalled
	case errors.Is(err, errPrerequisite):
		return exitPrerequisite
	}
	return exitUnexpected
}
