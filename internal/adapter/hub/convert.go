package hub

import (
	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

func domainHello(h wire.Hello) connector.Hello {
	return connector.Hello{Facts: domainFacts(h.Facts), Instance: h.Instance, Generation: h.Generation}
}

func domainFacts(f wire.Facts) connector.Facts {
	return connector.Facts{MachineID: f.MachineID, HardwareUUID: f.HardwareUUID, BootID: f.BootID, HostName: f.HostName,
		Domain: f.Domain, OS: f.OS, Version: f.Version}
}

// registration takes the key from the session and the rest from the frame. The customer is folded as at every edge; it
// is only compared with the one that the credentials belong to.
func registration(r wire.Register, spki []byte, from *edge.Info) connector.Registration {
	return connector.Registration{Customer: id.FoldCustomer(r.Customer), Client: admin.PrincipalID(r.ClientID), Secret: secret.New(r.ClientSecret),
		Location: connector.LocationID(r.Location), KeySPKI: spki, Facts: domainFacts(r.Facts), Addr: from.Addr, Transport: from.Transaction}
}

func domainEvents(list []wire.Event) []connector.Event {
	out := make([]connector.Event, 0, len(list))
	for _, e := range list {
		out = append(out, connector.Event{Key: e.Key, Number: e.Number, At: e.At.UTC(), Params: e.Params})
	}
	return out
}

func wirePresence(p connector.Presence) wire.Presence {
	out := wire.Presence{Version: p.Version, Forest: p.Forest, Domains: p.Domains, NetBIOS: p.NetBIOS, UPNSuffixes: p.UPNSuffixes}
	if p.Problem.Code != "" {
		out.Problem = &wire.Problem{Code: p.Problem.Code, Fatal: p.Problem.Fatal}
	}
	return out
}

func domainPresence(p wire.Presence) connector.Presence {
	out := connector.Presence{Version: p.Version, Forest: p.Forest, Domains: p.Domains, NetBIOS: p.NetBIOS, UPNSuffixes: p.UPNSuffixes}
	if p.Problem != nil {
		out.Problem = connector.Problem{Code: p.Problem.Code, Fatal: p.Problem.Fatal}
	}
	return out
}
