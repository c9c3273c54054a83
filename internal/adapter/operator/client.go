package operator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// commandTimeout bounds one command; a backup of a large database is the slowest.
const commandTimeout = 30 * time.Minute

// Expected failures of a socket as a client finds it.
var (
	ErrNoServer = fault.New(fault.Unavailable, "operator_no_server")   // nobody answers
	ErrRefused  = fault.New(fault.Denied, "operator_socket_forbidden") // this user may not use it
)

// Client runs commands on the server of this machine.
type Client struct{ http *http.Client }

// NewClient returns a client for the socket.
func NewClient(socket string) *Client { return newClient(socket, new(net.Dialer).DialContext) }

func newClient(socket string, dial func(ctx context.Context, network, addr string) (net.Conn, error)) *Client {
	return &Client{http: &http.Client{Timeout: commandTimeout, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			c, err := dial(ctx, "unix", socket)
			switch {
			case errors.Is(err, fs.ErrPermission):
				return nil, ErrRefused.With("socket", socket)
			case err != nil:
				return nil, errors.Join(ErrNoServer.With("socket", socket), err)
			}
			return c, nil
		},
	}}}
}

// Error makes a Problem an error.
func (p Problem) Error() string {
	s := p.Detail
	for _, f := range p.Errors {
		s += "\n  " + f.Field + ": " + f.Detail
	}
	if p.Hint != "" {
		s += "\n" + p.Hint
	}
	return s
}

// CreateCustomer runs the command of that name. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) CreateCustomer(ctx context.Context, in CreateCustomer) (CustomerCreated, error) {
	var out CustomerCreated
	err := c.run(ctx, "/create-customer", in, &out)
	return out, err
}

// Backup runs the command of that name; the answer is the manifest in JSON. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) Backup(ctx context.Context, in CreateBackup) (json.RawMessage, error) {
	var out json.RawMessage
	err := c.run(ctx, "/backup", in, &out)
	return out, err
}

func (c *Client) run(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://operator"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusOK {
		return json.NewDecoder(res.Body).Decode(out)
	}
	var p Problem
	if err := json.NewDecoder(res.Body).Decode(&p); err != nil {
		return fmt.Errorf("operator socket answered %s", res.Status)
	}
	return p
}
