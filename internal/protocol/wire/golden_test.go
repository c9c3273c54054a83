package wire_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

var update = flag.Bool("update", false, "rewrite the golden files of the present version")

var facts = wire.Facts{MachineID: "0123", HardwareUUID: "4567", BootID: "89ab", HostName: "c1.corp.example", Domain: "corp.example", OS: "Debian 13", Version: "1.0.0"}

// golden are the messages of version 1. Releases that speak it are in use for ever: what is read from these files must
// stay what it is.
var golden = map[string]any{
	"hello":      &wire.AgentFrame{Hello: &wire.Hello{Protocol: 1, Facts: facts, Instance: "run_a", Generation: 7}},
	"register":   &wire.AgentFrame{Register: &wire.Register{Protocol: 1, Customer: "acme", ClientID: "spn_a", ClientSecret: "s", Location: "loc_a", Facts: facts}},
	"welcome":    &wire.HubFrame{Welcome: &wire.Welcome{Protocol: 1, Customer: "acme", Connector: "conn_a", Token: "t", Generation: 8, Pins: []string{"p"}, ClockOffsetMs: -5}},
	"registered": &wire.HubFrame{Registered: &wire.Registered{Customer: "acme", Connector: "conn_a", Location: "loc_a", Pins: []string{"p"}}},
	"refused":    &wire.HubFrame{Refused: &wire.Refused{Code: "clone", Text: "A copy.", Hint: "Install anew.", Final: true, RetryAfterSeconds: 600}},
	"request":    &wire.Request{Version: 1, ID: "req_a", TimeoutMs: 1000, Payload: json.RawMessage(`{"upn":"a@corp.example"}`)},
	"response":   &wire.Response{Version: 1, Payload: json.RawMessage(`{"outcome":"found"}`)},
	"failure":    &wire.Response{Version: 1, Error: &wire.Error{Kind: "unavailable", Code: "unsupported", Args: map[string]string{"name": "x"}}},
	"report":     &wire.Report{Version: 1, Generation: 8, Payload: json.RawMessage(`{"version":"1.0.0"}`)},
	"presence": &wire.Presence{Version: "1.0.0", Forest: "corp.example", Domains: []string{"corp.example"}, UPNSuffixes: []string{"example.com"},
		Problem: &wire.Problem{Code: "directory_unreachable", Fatal: true}},
	"events": &wire.Events{Events: []wire.Event{{Key: "evt_a", Number: wire.EventUnableByProxy, At: time.Date(2026, 1, 31, 8, 15, 0, 0, time.UTC), Params: []string{"http://proxy:3128"}}}},
	"pong":   &wire.Pong{Instance: "run_a", Generation: 8},
	"clock":  &wire.Clock{OffsetMs: 93_600_000},
}

func TestMessagesOfVersionOneStayReadable(t *testing.T) {
	t.Parallel()
	for name, message := range golden {
		path := filepath.Join("testdata", "v1", name+".json")
		got, err := json.MarshalIndent(message, "", "  ")
		require.NoError(t, err)
		got = append(got, '\n')
		if *update {
			require.NoError(t, os.WriteFile(path, got, 0o600))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s is written otherwise (-want +got):\n%s", name, diff)
		}
		require.NotContains(t, string(want), "null", name)
	}
}

func TestUnknownFieldsAreIgnored(t *testing.T) {
	t.Parallel()
	r, err := wire.DecodeRequest([]byte(`{"v":9,"id":"req_a","timeoutMs":5,"later":{"x":[1]},"payload":{"a":1}}`))
	require.NoError(t, err)
	require.JSONEq(t, `{"a":1}`, string(r.Payload))
}

func TestFaultsTravelWithKindCodeAndValues(t *testing.T) {
	t.Parallel()
	sent := fault.New(fault.Denied, "some_code").With("place", "here").Because(os.ErrPermission)
	_, err := wire.DecodeResponse(wire.EncodeResponse(nil, sent))
	require.ErrorIs(t, err, fault.New(fault.Denied, "some_code"))
	require.Equal(t, "here", fault.From(err).Args["place"])
	require.NotContains(t, err.Error(), "permission", "the cause stays where it happened")

	_, err = wire.DecodeResponse(wire.EncodeResponse(nil, os.ErrPermission))
	require.Equal(t, fault.Internal, fault.KindOf(err))
	for _, hostile := range []string{`{"v":1,"error":{"kind":"god","code":"x"}}`, `{"v":1,"error":{"kind":"denied","code":"Bad Code\n"}}`, `{"v":0}`, `[]`, ``} {
		_, err = wire.DecodeResponse([]byte(hostile))
		require.ErrorIs(t, err, wire.ErrMalformed, hostile)
	}
	_, err = wire.DecodeResponse(wire.EncodeResponse(string(make([]byte, wire.MaxPayload)), nil))
	require.ErrorIs(t, err, wire.ErrTooLarge)
}

func TestNamesCannotBecomeOtherSubjects(t *testing.T) {
	t.Parallel() // Spec: CON-013
	good := wire.Address{Customer: "acme", Connector: "conn_a"}
	s, err := good.Request(wire.Operation{Service: "directory", Name: "find"})
	require.NoError(t, err)
	require.Equal(t, "c.acme.conn.conn_a.directory.find", s)
	s, err = good.Up(wire.UpPresence)
	require.NoError(t, err)
	require.Equal(t, "c.acme.up.conn_a.presence", s)
	back, kind, err := wire.ParseUp(s)
	require.NoError(t, err)
	require.Equal(t, good, back)
	require.Equal(t, wire.UpPresence, kind)
	for _, name := range []string{"", "*", ">", "a.b", "a b", "A", "a\n", "ä", string(make([]byte, 65))} {
		_, err := wire.Address{Customer: "acme", Connector: name}.Requests()
		require.ErrorIs(t, err, wire.ErrSubject, "%q", name)
		_, err = good.Request(wire.Operation{Service: "directory", Name: name})
		require.ErrorIs(t, err, wire.ErrSubject, "%q", name)
		_, err = good.Up(wire.Kind(name))
		require.ErrorIs(t, err, wire.ErrSubject, "%q", name)
	}
}

func TestPinsTravelInTheServerName(t *testing.T) {
	t.Parallel()
	const pin = "4pQ0nH2kT9mJcV5wYx8bRzLdE1aGfU6sKiNqPo3vXtM="
	require.True(t, wire.ValidPin(pin))
	require.Equal(t, pin, wire.ParseServerName(wire.ServerName(pin)))
	require.Empty(t, wire.ParseServerName(wire.ServerName("")))
	for _, name := range []string{"", "connector.example.com", "any.channel", "x.channel", "!!.channel"} {
		require.Empty(t, wire.ParseServerName(name), name)
	}
	require.False(t, wire.ValidPin("sha256/"+pin))
}

func FuzzReadFrame(f *testing.F) {
	for _, message := range []any{golden["hello"], golden["register"]} {
		var buf bytes.Buffer
		require.NoError(f, wire.WriteFrame(&buf, message.(*wire.AgentFrame)))
		f.Add(buf.Bytes())
	}
	f.Add([]byte{0, 0, 0x40, 1})
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := wire.ReadFrame[wire.AgentFrame](bytes.NewReader(in))
		if err != nil {
			return
		}
		var again bytes.Buffer
		if wire.WriteFrame(&again, got) != nil {
			return // escapes may make it longer than what came
		}
		back, err := wire.ReadFrame[wire.AgentFrame](&again)
		if err != nil || !cmp.Equal(got, back) {
			t.Fatalf("not stable: %v\n%s", err, cmp.Diff(got, back))
		}
	})
}
