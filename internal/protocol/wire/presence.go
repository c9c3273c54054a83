package wire

// Presence is what a connector says about itself, on first contact, whenever it changes and every 30 seconds. Names are
// in lower case and sorted.
type Presence struct {
	Version     string            `json:"version"`               // of the connector's software
	Forest      string            `json:"forest,omitempty"`      // root domain of the one forest that it serves; "" for none
	Domains     []string          `json:"domains,omitempty"`     // all domains of that forest
	NetBIOS     map[string]string `json:"netbios,omitempty"`     // NetBIOS names by domain
	UPNSuffixes []string          `json:"upnSuffixes,omitempty"` // further suffixes of user names in that forest
	Problem     *Problem          `json:"problem,omitempty"`     // nil = healthy
}

// Problem is what is wrong with a connector.
type Problem struct {
	Code  string `json:"code"`
	Fatal bool   `json:"fatal,omitempty"` // it does not go away by itself
}

// SetProblem keeps the most important problem: a fatal one before others, the first one among equals.
func (p *Presence) SetProblem(code string, fatal bool) {
	if p.Problem == nil || (fatal && !p.Problem.Fatal) {
		p.Problem = &Problem{Code: code, Fatal: fatal}
	}
}
