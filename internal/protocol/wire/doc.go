// Package wire is what control plane and connector say to each other: the frames that open a channel, the subjects and
// envelopes of requests, the events that a connector reports, and the registration. Bytes in, values out: no I/O.
//
// Messages are JSON. Unknown fields are ignored and unknown operations are answered with ErrUnsupported, so that either
// side may be newer. Nothing in a message says who sent it: customer and connector come from the proven channel.
package wire
