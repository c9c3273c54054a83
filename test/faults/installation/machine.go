package installation

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Machine calls the API with a bearer token. It may be used concurrently.
type Machine struct {
	Principal
	Client *http.Client
	Token  string // "" = nobody
}

// Answer is a response that was read to its end.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Code is the code of a problem, "" for any other answer.
func (a Answer) Code() string {
	var p struct{ Code string }
	_ = json.Unmarshal(a.Body, &p) // not JSON = no problem
	return p.Code
}

// Decode reads the body.
func (a Answer) Decode(t testing.TB, into any) {
	t.Helper()
	require.NoErrorf(t, json.Unmarshal(a.Body, into), "%s", a.Body)
}

// Machine gets a token for the principal at this node.
func (s *Server) Machine(p Principal) *Machine {
	s.t.Helper()
	m := &Machine{Principal: p, Client: s.Client()}
	got, err := m.GetToken()
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusOK, got.Status, string(got.Body))
	var out struct {
		AccessToken string `json:"access_token"`
	}
	got.Decode(s.t, &out)
	m.Token = out.AccessToken
	s.t.Cleanup(m.Client.CloseIdleConnections)
	return m
}

// Nobody calls the API of this node without a token.
func (s *Server) Nobody() *Machine { return &Machine{Client: s.Client()} }

// GetToken asks for a token.
func (m *Machine) GetToken() (Answer, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {m.ID}, "client_secret": {m.Secret}}
	req, err := http.NewRequest(http.MethodPost, "https://"+Host("api")+"/cctrustoauth2/"+m.Customer+"/tokens/clients", strings.NewReader(form.Encode()))
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return m.Send(req)
}

// Call sends a request; body is sent as JSON unless it is nil.
func (m *Machine) Call(method, path string, body any) (Answer, error) {
	var reader io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return Answer{}, err
		}
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, "https://"+Host("api")+path, reader)
	if err != nil {
		return Answer{}, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if m.Token != "" {
		req.Header.Set("Authorization", "Bearer "+m.Token)
	}
	return m.Send(req)
}

// Send sends a request of the caller's own making and reads the answer.
func (m *Machine) Send(req *http.Request) (Answer, error) {
	res, err := m.Client.Do(req)
	if err != nil {
		return Answer{}, err
	}
	raw, err := io.ReadAll(res.Body)
	return Answer{res.StatusCode, res.Header, raw}, errors.Join(err, res.Body.Close())
}
