package connector

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/causeway-cloud/causeway/internal/agent/channel"
	"github.com/causeway-cloud/causeway/internal/base/text"
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
	Channel    *channel.State `json:"channel,omitempty"`   // nil while it does not run
	Directory  *Problem       `json:"directory,omitempty"` // what keeps it from being asked; nil = nothing, or it does not run
	Version    string         `json:"version"`
}

// Problem is something wrong, in words.
type Problem struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Hint   string `json:"hint,omitempty"`
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
		if s.Channel, err = home.Status(); err != nil {
			return s, err
		}
		s.Directory, err = health(home)
		return s, err
	case err != nil:
		return s, err
	}
	unlock()
	return s, nil
}

func health(home *channel.Home) (*Problem, error) {
	f, err := home.Health()
	if f == nil {
		return nil, err
	}
	texts, err := text.Load()
	if err != nil {
		return nil, err
	}
	return &Problem{Code: f.Code, Detail: texts.Sentence(text.English, f.Code, f.Args), Hint: texts.Hint(text.English, f.Code, f.Args)}, nil
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
	if s.Directory != nil {
		fmt.Fprintf(w, "Directory      %s (%s)\n               %s\n", s.Directory.Detail, s.Directory.Code, s.Directory.Hint)
	}
}
