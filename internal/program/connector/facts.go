package connector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v4/host"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// Expected failures of the facts.
var (
	ErrMachineID = fault.New(fault.Unavailable, "machine_id_unreadable")
	ErrHardware  = fault.New(fault.Denied, "hardware_uuid_unreadable")
)

const (
	hardwareFile = "/sys/class/dmi/id/product_uuid" // root only on Linux
	bootFile     = "/proc/sys/kernel/random/boot_id"
	lookUpTime   = 2 * time.Second
)

// facts says which machine this is. Errors: ErrMachineID.
func facts(ctx context.Context, cfg Config, version string) (wire.Facts, error) {
	id, err := line(cfg.MachineIDFile)
	if err != nil || id == "" {
		return wire.Facts{}, ErrMachineID.With("path", cfg.MachineIDFile).Because(err)
	}
	name, err := hostName(ctx)
	if err != nil {
		return wire.Facts{}, err
	}
	info, err := host.InfoWithContext(ctx)
	if err != nil {
		return wire.Facts{}, fmt.Errorf("read the system's version: %w", err)
	}
	hardware, _ := line(hardwareFile) // see sameHardware
	boot, _ := line(bootFile)         // for diagnosis only
	return wire.Facts{MachineID: id, HardwareUUID: hardware, BootID: boot, HostName: name, Domain: strings.ToLower(cfg.Directory.Domain),
		OS: strings.TrimSpace(info.Platform + " " + info.PlatformVersion), Version: version}, nil
}

// sameHardware keeps the hardware's UUID out of the facts of a connector that was registered without it, and does not let
// a process that may not read it pass for another machine. Errors: ErrHardware.
func sameHardware(f wire.Facts, registered bool) (wire.Facts, error) {
	if registered && f.HardwareUUID == "" {
		return f, ErrHardware.With("path", hardwareFile)
	}
	if !registered {
		f.HardwareUUID = ""
	}
	return f, nil
}

// hostName is the machine's fully qualified name where the resolver knows it, else its plain name.
func hostName(ctx context.Context) (string, error) {
	name, err := os.Hostname()
	if err != nil {
		return "", fmt.Errorf("read host name: %w", err)
	}
	if strings.Contains(name, ".") {
		return strings.ToLower(name), nil
	}
	return strings.ToLower(cmp.Or(fromHosts(ctx, name), name)), nil
}

// fromHosts asks the hosts file only: a name server that is away must not make the machine another one.
func fromHosts(ctx context.Context, name string) string {
	ctx, cancel := context.WithTimeout(ctx, lookUpTime)
	defer cancel()
	local := net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("hosts file only") }}
	addrs, err := local.LookupHost(ctx, name)
	if err != nil {
		return ""
	}
	for _, a := range addrs {
		names, _ := local.LookupAddr(ctx, a)
		for _, n := range names {
			n = strings.TrimSuffix(n, ".")
			if strings.HasPrefix(strings.ToLower(n), strings.ToLower(name)+".") {
				return n
			}
		}
	}
	return ""
}

func line(path string) (string, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return strings.TrimSpace(string(raw)), err
}
