package connector

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// Expected failures of the parameter file. Codes of its fields stand below.
var (
	ErrParameters = fault.New(fault.Invalid, "parameter_file_unreadable")
	ErrTerms      = fault.New(fault.Denied, "terms_of_service_refused")
)

const (
	codeMissing = "parameter_missing"
	codePin     = "parameter_pin_form"
)

// maxParameters is the most that a parameter file may have, in bytes.
const maxParameters = 64 << 10

// Parameters are the content of the parameter file: the documented fields, then ours. ID and secret come from here only.
type Parameters struct {
	Customer string
	ClientID string
	Secret   secret.Text
	Location string // "" = the control plane chooses (CON-215)
	Address  string // of the control plane
	Pins     []string
}

// parameterFile is the file's form (connectors 4.3). The documented sample writes the terms as a string.
type parameterFile struct {
	CustomerName         string   `json:"customerName"`
	ClientID             string   `json:"clientId"`
	ClientSecret         string   `json:"clientSecret"`
	ResourceLocationID   string   `json:"resourceLocationId"`
	AcceptTermsOfService accepted `json:"acceptTermsOfService"`
	Address              string   `json:"address"`
	ChannelKeyPins       []string `json:"channelKeyPins"`
}

// accepted is true, "true" or not accepted; nil-like when the field is missing.
type accepted struct{ given, yes bool }

func (a *accepted) UnmarshalJSON(raw []byte) error {
	a.given = true
	a.yes = string(raw) == `true` || string(raw) == `"true"`
	return nil
}

// ReadParameters reads and checks the parameter file. address stands in for one that the file does not have. Errors:
// ErrParameters, ErrTerms, field errors that name each missing field (CON-219, CON-220).
func ReadParameters(path, address string) (Parameters, error) {
	f, err := os.Open(path)
	if err != nil {
		return Parameters{}, ErrParameters.With("path", path).Because(err)
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxParameters))
	if err != nil {
		return Parameters{}, ErrParameters.With("path", path).Because(err)
	}
	var p parameterFile
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")))) // editors on Windows write the mark
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return Parameters{}, ErrParameters.With("path", path).Because(withoutValues(err))
	}
	if p.Address == "" {
		p.Address = address
	}
	if err := p.check(); err != nil {
		return Parameters{}, err
	}
	return Parameters{Customer: p.CustomerName, ClientID: p.ClientID, Secret: secret.New(p.ClientSecret), Location: p.ResourceLocationID,
		Address: p.Address, Pins: p.ChannelKeyPins}, nil
}

// withoutValues keeps the file's content out of the message: a slip may make a secret part of the decoder's error.
func withoutValues(err error) error {
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("not JSON at byte %d", syntax.Offset)
	case errors.As(err, &wrong):
		return fmt.Errorf("field %s is not a %s", wrong.Field, wrong.Type)
	}
	return err // names an unknown field, or an early end
}

func (p parameterFile) check() error {
	var wrong []fault.Field
	need := func(name string, there bool) {
		if !there {
			wrong = append(wrong, fault.Field{Name: name, Code: codeMissing})
		}
	}
	need("customerName", p.CustomerName != "")
	need("clientId", p.ClientID != "")
	need("clientSecret", p.ClientSecret != "")
	need("acceptTermsOfService", p.AcceptTermsOfService.given)
	need("address", p.Address != "")
	for _, pin := range p.ChannelKeyPins {
		if !wire.ValidPin(pin) {
			wrong = append(wrong, fault.Field{Name: "channelKeyPins", Code: codePin})
		}
	}
	if err := fault.InvalidFields(wrong); err != nil {
		return err
	}
	if !p.AcceptTermsOfService.yes {
		return ErrTerms
	}
	return nil
}
