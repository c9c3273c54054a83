// Package peer says what counts as one client where clients have a bound each.
package peer

import "net/netip"

// Network is the address of an IPv4 host, in either form, and of an IPv6 host the /64 that it chooses its addresses from.
// An unknown address has the zero value: all of those count as one.
func Network(a netip.Addr) netip.Prefix {
	bits := 32
	if a = a.Unmap(); a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // drops the zone; fails only for an unknown address
	return p
}
