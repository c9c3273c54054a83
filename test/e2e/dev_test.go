package e2e

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// devInfo is what "causeway dev --json" prints, as far as the tests use it. The keys are a contract with other programs,
// so they are written down here once more.
type devInfo struct {
	CAFile string `json:"ca_file"`
	URLs   struct {
		Console   string `json:"console"`
		Accounts  string `json:"accounts"`
		API       string `json:"api"`
		Workspace string `json:"workspace"`
		Dev       string `json:"dev"`
	} `json:"urls"`
	Customer struct {
		ID string `json:"id"`
	} `json:"customer"`
	ServicePrincipal struct {
		ID     string `json:"id"`
		Secret string `json:"secret"`
	} `json:"service_principal"`
	ResourceLocation struct {
		ID string `json:"id"`
	} `json:"resource_location"`
	SAMLConnection struct {
		ID string `json:"id"`
	} `json:"saml_connection"`
	Administrators []administrator `json:"administrators"`
	Subscribers    []subscriber    `json:"subscribers"`
	PIDs           struct {
		ControlPlane int `json:"control_plane"`
	} `json:"pids"`
	Connectors []struct {
		ID  string `json:"id"`
		PID int    `json:"pid"`
	} `json:"connectors"`
}

// administrator is an enrolled administrator.
type administrator struct {
	Login       string   `json:"login"`
	Password    string   `json:"password"`
	TOTPSecret  string   `json:"totp_secret"`
	BackupCodes []string `json:"backup_codes"`
}

// subscriber is a person of the demonstration's directory.
type subscriber struct {
	UPN         string `json:"upn"`
	IdPLogin    string `json:"idp_login"`
	IdPPassword string `json:"idp_password"`
	Case        string `json:"case"`
}

// startDev starts the demonstration in a folder of its own, with further flags, and returns what it says when it is ready.
func startDev(t *testing.T, flags ...string) (*program, devInfo) {
	t.Helper()
	p := start(t, nil, "causeway", append([]string{"dev", "--json", "--port", "0", "--data", t.TempDir()}, flags...)...)
	line := make(chan []byte, 1)
	go func() {
		raw, _ := p.stdout.ReadBytes('\n') // an early end is seen below, as a line that is no JSON
		line <- raw
	}()
	var info devInfo
	select {
	case raw := <-line:
		require.NoError(t, json.Unmarshal(raw, &info), "causeway dev printed %q\n%s", raw, p.log)
	case <-time.After(time.Minute):
		t.Fatalf("causeway dev was not ready within a minute:\n%s", p.log)
	}
	return p, info
}

// settings are those of a script, with the sites, the customer and the administrator.
func (i devInfo) settings(more map[string]any) map[string]any {
	a := i.Administrators[0]
	out := map[string]any{"console": i.URLs.Console, "accounts": i.URLs.Accounts, "workspace": i.URLs.Workspace, "customerId": i.Customer.ID,
		"login": a.Login, "password": a.Password, "totp_secret": a.TOTPSecret, "backup_codes": a.BackupCodes}
	maps.Copy(out, more)
	return out
}

// person finds the demonstration's person of a case.
func (i devInfo) person(t *testing.T, kind string) subscriber {
	t.Helper()
	for _, s := range i.Subscribers {
		if s.Case == kind {
			return s
		}
	}
	t.Fatalf("the demonstration has no person for the case %q", kind)
	return subscriber{}
}

// signedIn signs the demonstration's administrator in and returns the file with the browser's state.
func (i devInfo) signedIn(t *testing.T) string {
	t.Helper()
	state := filepath.Join(t.TempDir(), "administrator.json")
	runScript(t, "state", i.settings(map[string]any{"state": state}))
	return state
}
