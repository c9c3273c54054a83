package dev

import (
	"errors"
	"fmt"
	"net"
	"strconv"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Expected failures of the ports.
var (
	errPortBusy      = fault.New(fault.Invalid, "dev_port_busy")
	errPortsOfFolder = fault.New(fault.Invalid, "dev_ports_of_folder")
	errFolderBusy    = fault.New(fault.Invalid, "dev_folder_port_busy")
)

// entrance is what a data folder was made with. The connectors and the connection to the identity provider hold these
// addresses, so every later start uses them again.
type entrance struct {
	Browser int  `json:"browser"`
	Machine int  `json:"machine"`
	IdP     int  `json:"idp"`
	Control int  `json:"control"`
	TLS     bool `json:"tls"`
}

// entranceFor returns the entrance to open: that of the folder, where there is one, else what the options say. A port of 0
// is any free one. Errors: errPortsOfFolder when the options ask for another entrance than the folder's.
func entranceFor(o Options, folder *entrance) (entrance, error) {
	if folder == nil {
		e := entrance{TLS: o.TLS}
		if o.Port != 0 {
			e.Browser, e.Machine, e.IdP, e.Control = o.Port, o.Port+1, o.Port+2, o.Port+3
		}
		return e, nil
	}
	otherPort := o.PortChosen && o.Port != 0 && o.Port != folder.Browser
	if otherPort || o.TLS != folder.TLS {
		return entrance{}, errPortsOfFolder.With("dir", o.DataDir).With("options", folder.options())
	}
	return *folder, nil
}

// options writes the entrance as options of the command.
func (e entrance) options() string {
	s := "--port " + strconv.Itoa(e.Browser)
	if e.TLS {
		s += " --tls"
	}
	return s
}

// ports are the listeners, opened before anything else so that a port in use is said at once.
type ports struct {
	browser, machine, idp, control net.Listener
}

// listen opens all ports or none. kept says that they are those of a folder, which cannot have others. Errors: errPortBusy,
// errFolderBusy.
func listen(e entrance, dir string, kept bool) (ports, error) {
	var p ports
	for _, want := range []struct {
		l    *net.Listener
		port int
	}{{&p.browser, e.Browser}, {&p.machine, e.Machine}, {&p.idp, e.IdP}, {&p.control, e.Control}} {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(want.port)))
		if err != nil {
			busy := errPortBusy
			if kept {
				busy = errFolderBusy.With("dir", dir)
			}
			return ports{}, errors.Join(busy.With("port", want.port).Because(err), p.close())
		}
		*want.l = l
	}
	return p, nil
}

func (p ports) close() error {
	var err error
	for _, l := range []net.Listener{p.browser, p.machine, p.idp, p.control} {
		if l != nil {
			err = errors.Join(err, l.Close())
		}
	}
	return err
}

// entrance is what the ports are, for the next start.
func (p ports) entrance(tls bool) *entrance {
	return &entrance{Browser: portOf(p.browser), Machine: portOf(p.machine), IdP: portOf(p.idp), Control: portOf(p.control), TLS: tls}
}

func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

// at is the host and port of a listener as addresses write them.
func at(host string, l net.Listener) string { return fmt.Sprintf("http://%s:%d", host, portOf(l)) }
