package connector_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/connector"
)

var machine = connector.Facts{MachineID: "m1", HardwareUUID: "h1", BootID: "b1", HostName: "conn1.forest1.local", Domain: "forest1.local", OS: "Linux", Version: "1.0.0"}

func facts(change func(*connector.Facts)) connector.Facts {
	f := machine
	change(&f)
	return f
}

// TestDecide goes through every case of the clone rules.
func TestDecide(t *testing.T) {
	t.Parallel()
	live := &connector.Channel{Node: "n1", Instance: "p1", Generation: 7}
	for name, c := range map[string]struct {
		facts      connector.Facts // zero = machine
		registered connector.Facts // zero = machine
		instance   string
		gen        int64
		proven     int64
		offered    int64
		channel    *connector.Channel
		answers    bool
		want       connector.Verdict
		asked      bool
	}{
		"first channel":                             {instance: "p1", want: connector.Open},
		"after a proper end":                        {instance: "p2", gen: 7, proven: 7, offered: 7, want: connector.Open},
		"kill -9 and restart":                       {instance: "p2", gen: 7, proven: 7, offered: 7, channel: live, want: connector.Replace, asked: true},
		"kill -9 before the generation was on disk": {instance: "p2", gen: 6, proven: 6, offered: 7, channel: live, want: connector.Replace, asked: true},
		"dropped network":                           {instance: "p1", gen: 7, proven: 7, offered: 7, channel: live, answers: true, want: connector.Switch},
		"welcome lost on a dropped network":         {instance: "p1", gen: 6, proven: 6, offered: 7, channel: live, want: connector.Switch},
		"renewal after an hour":                     {instance: "p1", gen: 7, proven: 7, offered: 7, channel: live, answers: true, want: connector.Switch},
		"restart of the node, same process":         {instance: "p1", gen: 7, proven: 7, offered: 7, channel: live, want: connector.Switch},
		"restart of node and connector":             {instance: "p2", gen: 7, proven: 7, offered: 7, channel: live, want: connector.Replace, asked: true},
		"restart of the machine":                    {facts: facts(func(f *connector.Facts) { f.BootID = "b2" }), instance: "p2", gen: 7, proven: 7, offered: 7, channel: live, want: connector.Replace, asked: true},
		"new software":                              {facts: facts(func(f *connector.Facts) { f.Version, f.OS = "2.0.0", "Linux 7" }), instance: "p1", gen: 7, proven: 7, offered: 7, want: connector.Open},
		"copy started second on a copied machine":   {instance: "p2", gen: 7, proven: 7, offered: 7, channel: live, answers: true, want: connector.RefuseTwin, asked: true},
		"original after its copy started first":     {instance: "p2", gen: 6, proven: 7, offered: 7, channel: live, answers: true, want: connector.RefuseGeneration},
		"old copy while the original is away":       {instance: "p2", gen: 5, proven: 7, offered: 7, want: connector.RefuseGeneration},
		"copy on another machine":                   {facts: facts(func(f *connector.Facts) { f.MachineID = "m2" }), instance: "p2", gen: 7, proven: 7, offered: 7, channel: live, want: connector.RefuseFacts},
		"copy on another machine, same instance":    {facts: facts(func(f *connector.Facts) { f.MachineID = "m2" }), instance: "p1", gen: 7, proven: 7, offered: 7, channel: live, want: connector.RefuseFacts},
		"copy on other hardware":                    {facts: facts(func(f *connector.Facts) { f.HardwareUUID = "h2" }), instance: "p2", gen: 7, proven: 7, offered: 7, want: connector.RefuseFacts},
		"renamed machine":                           {facts: facts(func(f *connector.Facts) { f.HostName = "other.forest1.local" }), instance: "p2", gen: 7, proven: 7, offered: 7, want: connector.RefuseFacts},
		"domain named after the installation":       {registered: facts(func(f *connector.Facts) { f.Domain = "" }), instance: "p2", gen: 7, proven: 7, offered: 7, want: connector.Open},
		"domain named, same process":                {registered: facts(func(f *connector.Facts) { f.Domain = "" }), instance: "p1", gen: 7, proven: 7, offered: 7, channel: live, want: connector.Switch},
		"domain named by an old copy":               {registered: facts(func(f *connector.Facts) { f.Domain = "" }), instance: "p2", gen: 6, proven: 7, offered: 7, want: connector.RefuseGeneration},
		"domain named by another machine":           {registered: facts(func(f *connector.Facts) { f.Domain, f.MachineID = "", "m0" }), instance: "p2", gen: 7, proven: 7, offered: 7, want: connector.RefuseFacts},
		"domain named beside the live original":     {registered: facts(func(f *connector.Facts) { f.Domain = "" }), instance: "p2", gen: 7, proven: 7, offered: 7, channel: live, answers: true, want: connector.RefuseTwin, asked: true},
		"domain taken out of the configuration":     {facts: facts(func(f *connector.Facts) { f.Domain = "" }), instance: "p2", gen: 7, proven: 7, offered: 7, want: connector.RefuseDomain},
		"moved to another domain, other machine":    {facts: facts(func(f *connector.Facts) { f.Domain, f.MachineID = "forest2.local", "m2" }), instance: "p2", gen: 7, proven: 7, offered: 7, want: connector.RefuseFacts},
		"moved to another domain":                   {facts: facts(func(f *connector.Facts) { f.Domain = "forest2.local" }), instance: "p2", gen: 7, proven: 7, offered: 7, want: connector.RefuseDomain},
		"host name in other case":                   {facts: facts(func(f *connector.Facts) { f.HostName = "CONN1.forest1.local" }), instance: "p2", gen: 7, proven: 7, offered: 7, want: connector.Open},
		"restored database":                         {instance: "p2", gen: 90, proven: 7, offered: 7, want: connector.Open},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.facts == (connector.Facts{}) {
				c.facts = machine
			}
			if c.registered == (connector.Facts{}) {
				c.registered = machine
			}
			asked := false
			got := connector.Decide(
				connector.Stored{Connector: connector.Connector{Facts: c.registered}, Proven: c.proven, Offered: c.offered, Channel: c.channel},
				connector.Hello{Facts: c.facts, Instance: c.instance, Generation: c.gen},
				func(ch connector.Channel) bool {
					require.Equal(t, *live, ch)
					require.False(t, asked, "asked twice")
					asked = true
					return c.answers
				})
			require.Equal(t, c.want, got)
			require.Equal(t, c.asked, asked, "the live channel was pinged")
		})
	}
}

// TestUnknownVerdictIsARefusal holds that only the three named verdicts open a channel.
func TestUnknownVerdictIsARefusal(t *testing.T) {
	t.Parallel()
	for v := range connector.Verdict(20) {
		want := v == connector.Open || v == connector.Switch || v == connector.Replace
		require.Equal(t, want, v.Admitted(), v)
	}
}
