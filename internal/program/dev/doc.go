// Package dev wires "causeway dev": a whole installation on one machine for a first look and for tests. Everything is
// real except the outside world: the control plane, connectors as processes of their own, a demonstration directory with
// two forests, a demonstration identity provider on another site, and a mail server that keeps what it takes.
//
// Browsers use http on *.localhost, which they treat as secure; machines use https with a certificate authority made here.
// Nothing of this package is reachable from "causeway serve".
package dev
