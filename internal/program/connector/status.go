package connector

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/causeway-cloud/causeway/internal/agent/channel"
)

// Status is the connector on this machine. Fields are only ever added.
type Status struct {
	Installed  bool           `json:"installed"`
	Running    bool           `json:"running"`
	Customer   string         `json:"customer,omitempty"`
	Connector  string         `json:"connector,omitempty"`
	Location   string         `json:"location,omitempty"`
	Address    string         `json:"address,omitempty"`
	Pins       []string       `json:"pins,omitempty"`
	Generation int64          `json:"generation"`
	Channel    *channel.State `json:"channel,omitempty"` // nil while it does not run
	Version    string         `json:"version"`
}

// ReadStatus looks at the data directory; it asks nobody.
func ReadStatus(cfg Config, version string) (Status, error) {
	s := Status{Version: version}
	home, err := channel.OpenHome(cfg.DataDir)
	if err != nil {
		return s, err
	}
	identity, err := home.Identity()
	if errors.Is(err, channel.ErrNotInstalled) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	s.Installed, s.Customer, s.Connector, s.Location = true, identity.Customer, identity.Connector, identity.Location
	s.Address, s.Pins = identity.Address, identity.Pins
	if s.Generation, err = home.Generation(); err != nil {
		return s, err
	}
	unlock, err := home.Lock()
	switch {
	case errors.Is(err, channel.ErrInUse):
		s.Running = true
		s.Channel, err = home.Status()
		return s, err
	case err != nil:
		return s, err
	}
	unlock()
	return s, nil
}

// Print writes the status for people.
func (s Status) Print(w io.Writer) {
	if !s.Installed {
		fmt.Fprintln(w, "No connector is installed here.")
		return
	}
	fmt.Fprintf(w, "Connector      %s\nCustomer       %s\nLocation       %s\nControl plane  %s\n", s.Connector, s.Customer, s.Location, s.Address)
	switch {
	case !s.Running:
		fmt.Fprintln(w, "State          not running")
	case s.Channel == nil:
		fmt.Fprintln(w, "State          starting")
	case s.Channel.Connected:
		fmt.Fprintf(w, "State          connected since %s\n", s.Channel.Since.Format(time.RFC3339))
	default:
		fmt.Fprintf(w, "State          not connected since %s: %s\n", s.Channel.Since.Format(time.RFC3339), s.Channel.Problem)
	}
	if s.Channel != nil && s.Channel.Proxy != "" {
		fmt.Fprintf(w, "Proxy          %s\n", s.Channel.Proxy)
	}
}
