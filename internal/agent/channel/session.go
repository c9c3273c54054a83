package channel

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/coder/websocket"

	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// session is a proven inner session with the control plane.
type session struct {
	outer *websocket.Conn
	inner *tls.Conn
	pin   string // of the control plane's key
	end   context.CancelFunc
}

// open dials and proves both sides. With pins the control plane's key must be one of them; without, any key is taken, and
// the caller answers for that. Errors: those of dialling, ErrPin, ErrInner.
func open(ctx context.Context, d *Dialer, key crypto.Signer, pins []string) (*session, error) {
	outer, err := d.dial(ctx)
	if err != nil {
		return nil, err
	}
	// The context of the connection outlives that of opening it.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	s := &session{outer: outer, end: end}
	cfg, err := s.config(key, pins)
	if err != nil {
		s.close()
		return nil, err
	}
	s.inner = tls.Client(websocket.NetConn(life, outer, websocket.MessageBinary), cfg)
	if err := s.inner.HandshakeContext(ctx); err != nil {
		s.close()
		if errors.Is(err, ErrPin) {
			return nil, err
		}
		return nil, ErrInner.With("address", d.Host()).Because(err)
	}
	return s, nil
}

func (s *session) config(key crypto.Signer, pins []string) (*tls.Config, error) {
	cert, err := selfSigned(key)
	if err != nil {
		return nil, err
	}
	expected := ""
	if len(pins) > 0 {
		expected = pins[0]
	}
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		SessionTicketsDisabled: true,
		NextProtos:             []string{wire.ALPN},
		ServerName:             wire.ServerName(expected),
		Certificates:           []tls.Certificate{cert},
		// The control plane is known by its key, not by a name: VerifyConnection compares it with the pins. The library has
		// by then checked that the other side holds the key.
		InsecureSkipVerify: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			if state.NegotiatedProtocol != wire.ALPN || len(state.PeerCertificates) == 0 {
				return ErrPin
			}
			s.pin = wire.Pin(state.PeerCertificates[0])
			if len(pins) > 0 && !slices.Contains(pins, s.pin) {
				return ErrPin.With("pin", s.pin)
			}
			return nil
		},
	}, nil
}

// selfSigned wraps the key as TLS wants it. Only the key counts.
func selfSigned(key crypto.Signer) (tls.Certificate, error) {
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "connector"},
		NotBefore: now.Add(-24 * time.Hour), NotAfter: now.Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// ask sends the connector's frame and reads the control plane's. A refusal is a *Refusal.
func (s *session) ask(ctx context.Context, f *wire.AgentFrame) (*wire.HubFrame, error) {
	stop := context.AfterFunc(ctx, s.close)
	defer stop()
	if err := wire.WriteFrame(s.inner, f); err != nil {
		return nil, ErrInner.Because(err)
	}
	answer, err := wire.ReadFrame[wire.HubFrame](s.inner)
	switch {
	case err != nil:
		return nil, err
	case answer.Refused != nil:
		return nil, &Refusal{*answer.Refused}
	}
	return answer, nil
}

// close ends the session without a word; the other side sees the connection end. It may be called twice.
func (s *session) close() {
	_ = s.outer.CloseNow()
	s.end()
}
