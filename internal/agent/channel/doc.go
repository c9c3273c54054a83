// Package channel is the connector's end of the channel to the control plane: dialling out, directly or through a proxy,
// the inner session with pinned keys, registration, and the life of the channel with everything that travels on it.
//
// The outer TLS connection may be inspected by a proxy and is not relied on. Inside the WebSocket both sides prove their
// keys in a TLS 1.3 session; nothing is said before the control plane's key matches a pin. Then one frame each way, and
// after a welcome the message protocol, on which the control plane asks and the connector answers and reports.
//
// A channel is renewed before it is an hour old and when the control plane asks for it: the new one is opened before the
// old one ends. A lost one is opened again after a random wait that grows. A copy of this connector is told to stop.
package channel
