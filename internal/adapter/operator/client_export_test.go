package operator

import (
	"context"
	"net"
)

// NewClientWith is a client whose dials are answered by the test.
func NewClientWith(dial func(ctx context.Context, network, addr string) (net.Conn, error)) *Client {
	return newClient("operator.sock", dial)
}
