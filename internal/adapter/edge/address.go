package edge

import (
	"net/http"
	"net/netip"
	"strings"
)

// TrustedProxies are the reverse proxies whose X-Forwarded-For is believed.
type TrustedProxies []netip.Prefix

// Client returns the client's address: the peer, or behind trusted proxies the right-most address of X-Forwarded-For
// that is not one of them. An entry that is no address ends the search at the last one that was.
func (p TrustedProxies) Client(r *http.Request) netip.Addr {
	client := peer(r)
	if !p.contains(client) {
		return client
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return client
		}
		client = hop.Unmap()
		if !p.contains(client) {
			return client
		}
	}
	return client
}

func (p TrustedProxies) contains(a netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

func peer(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap()
}
