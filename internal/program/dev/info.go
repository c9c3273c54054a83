package dev

import (
	"fmt"
	"io"
	"strings"
)

// Info is what "causeway dev --json" prints when everything is ready. Keys are only ever added.
type Info struct {
	Version          string           `json:"version"`
	ReadyMS          int64            `json:"ready_ms"`
	CAFile           string           `json:"ca_file"`
	DataDir          string           `json:"data_dir"`
	URLs             URLs             `json:"urls"`
	Customer         Customer         `json:"customer"`
	Administrators   []Administrator  `json:"administrators"`
	Subscribers      []Subscriber     `json:"subscribers"`
	ServicePrincipal ServicePrincipal `json:"service_principal"`
	ResourceLocation ResourceLocation `json:"resource_location"`
	Connectors       []Connector      `json:"connectors"`
	SAMLConnection   SAMLConnection   `json:"saml_connection"`
	PIDs             PIDs             `json:"pids"`
}

// URLs are the addresses of the sites and of the parts around them.
type URLs struct {
	Console    string `json:"console"`
	Accounts   string `json:"accounts"`
	Onboarding string `json:"onboarding"`
	API        string `json:"api"`
	SAML       string `json:"saml"`
	Connector  string `json:"connector"`
	Workspace  string `json:"workspace"`
	Dev        string `json:"dev"`
	IdP        string `json:"idp"`
	Mail       string `json:"mail"`
}

// Customer is the demonstration customer.
type Customer struct {
	ID        string `json:"id"`
	OrgID     string `json:"org_id"`
	Name      string `json:"name"`
	Workspace string `json:"workspace"`
}

// Administrator is an enrolled administrator.
type Administrator struct {
	Login       string   `json:"login"`
	Password    string   `json:"password"`
	TOTPSecret  string   `json:"totp_secret"`
	BackupCodes []string `json:"backup_codes"`
}

// Subscriber is a person of the demonstration directory.
type Subscriber struct {
	UPN         string `json:"upn"`
	IdPLogin    string `json:"idp_login"`
	IdPPassword string `json:"idp_password"`
	Case        string `json:"case"`
}

// ServicePrincipal is a machine caller with full access.
type ServicePrincipal struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

// ResourceLocation is the place of the first two connectors.
type ResourceLocation struct {
	ID string `json:"id"`
}

// Connector is a connector process.
type Connector struct {
	ID      string `json:"id"`
	PID     int    `json:"pid"`
	DataDir string `json:"data_dir"`
	Forest  string `json:"forest"`
}

// SAMLConnection is the connection to the demonstration identity provider.
type SAMLConnection struct {
	ID          string `json:"id"`
	EntityID    string `json:"entity_id"`
	ACSURL      string `json:"acs_url"`
	MetadataURL string `json:"metadata_url"`
	GoURL       string `json:"go_url"`
}

// PIDs are the processes.
type PIDs struct {
	ControlPlane int `json:"control_plane"`
}

// Print writes the information for a person; the last line says where to go.
func (i Info) Print(w io.Writer) {
	fmt.Fprintf(w, "\nReady after %.1f s. Everything runs on this machine; Ctrl-C stops all of it.\n\n", float64(i.ReadyMS)/1000)
	for _, a := range i.Administrators {
		fmt.Fprintf(w, "Administrator   %s\n  password      %s\n  authenticator %s\n  code now      curl -s %s/dev/totp/%s\n\n", i.URLs.Console, a.Password, a.TOTPSecret, i.URLs.Dev, a.Login)
		fmt.Fprintf(w, "  user name     %s\n\n", a.Login)
	}
	fmt.Fprintf(w, "Subscribers     %s\n", i.URLs.Workspace)
	for _, s := range i.Subscribers {
		fmt.Fprintf(w, "  %-34s %-16s %s\n", s.IdPLogin, s.IdPPassword, s.Case)
	}
	fmt.Fprintf(w, "\nMachines        %s (trust %s)\n  client ID     %s\n  secret        %s\n", i.URLs.API, i.CAFile, i.ServicePrincipal.ID, i.ServicePrincipal.Secret)
	fmt.Fprintf(w, "Mail catcher    %s\n\n%s\n", i.URLs.Mail, strings.Repeat("-", 72))
	fmt.Fprintf(w, "Open %s and sign in as %s\n", i.URLs.Console, i.Administrators[0].Login)
}
