// Package hub is the control plane's end of the channels to connectors, and the message bus behind it.
//
// Bus is the bus: an embedded NATS server per node, clustered with those of the other nodes, on which the control plane
// asks connectors and tells its own nodes what has changed. Hub is the door: a WebSocket, in it a TLS 1.3 session in which
// both sides prove their keys, in it one frame each way, and then the message protocol, spliced to the bus.
//
// A connector may publish answers to what it was asked and its own reports, and may subscribe to its own requests and
// inbox; the bus refuses and logs everything else. The order of a session: handshake, frame, admission by the domain,
// welcome with a one-time token, the token's use, confirmation; each with a deadline. Who speaks follows from the key of
// the session, never from a message.
package hub
