package hub

import (
	"crypto/tls"

	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// innerTLS is the configuration of the session inside the WebSocket: TLS 1.3, no tickets, any client key. Which key is
// allowed is decided on the connector's frame, so that a refusal can say why.
func innerTLS(keys Keys) *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		SessionTicketsDisabled: true,
		NextProtos:             []string{wire.ALPN},
		ClientAuth:             tls.RequireAnyClientCert,
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			k, err := channelKey(keys, wire.ParseServerName(hello.ServerName))
			if err != nil {
				return nil, err
			}
			return &tls.Certificate{Certificate: [][]byte{k.Certificate.Raw}, PrivateKey: k.Signer(), Leaf: k.Certificate}, nil
		},
	}
}

// channelKey returns the key that the connector expects, a retired one too until it is compromised; else the active one,
// which the connector then compares with its other pins. Errors: keyring.ErrNoKey.
func channelKey(keys Keys, pin string) (keyring.Key, error) {
	for _, k := range keys.Serving(keyring.Channel) {
		if pin != "" && k.Pin() == pin {
			return k, nil
		}
	}
	return keys.Active(keyring.Channel)
}

// channelPins are the pins that connectors should hold from now on, best first.
func channelPins(keys Keys) []string {
	var pins []string
	for _, k := range keys.Published(keyring.Channel) {
		pins = append(pins, k.Pin())
	}
	return pins
}
