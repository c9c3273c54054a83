package dev

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
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

// toSee says what is to be seen with the person of a case.
var toSee = map[demo.Case]string{
	demo.Plain:     "signs in: the identity provider sends every claim, no directory is asked",
	demo.UPNOnly:   "signs in: only the UPN is sent, a connector looks up the rest in the directory",
	demo.Shadow:    "signs in: a guest, found through the shadow account in the forest of the resources",
	demo.Ambiguous: "is refused: two forests hold the UPN",
	demo.Disabled:  "is refused: the account is disabled in the directory",
}

// Print writes the information for a person; the last line says where to go.
func (i Info) Print(out io.Writer) error {
	var err error
	section := func(title string, rows ...string) {
		w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
		fmt.Fprintln(w, "\n"+title)
		for _, row := range rows {
			fmt.Fprintln(w, "  "+row)
		}
		err = errors.Join(err, w.Flush())
	}
	section(fmt.Sprintf("Ready after %.1f s. Everything runs on this machine; Ctrl-C stops all of it.", float64(i.ReadyMS)/1000))
	for _, a := range i.Administrators {
		section("Administrator, at the console "+i.URLs.Console,
			"name\t"+a.Login,
			"password\t"+a.Password,
			"code\tcurl -s "+i.URLs.Dev+"/dev/totp/"+a.Login,
			"secret\t"+a.TOTPSecret+" (for an authenticator app, instead of curl)")
	}
	people := []string{"NAME\tPASSWORD\tWHAT IS TO BE SEEN"}
	for _, s := range i.Subscribers {
		people = append(people, s.IdPLogin+"\t"+s.IdPPassword+"\t"+toSee[demo.Case(s.Case)])
	}
	section("People, at the workspace "+i.URLs.Workspace, people...)
	section("Scripts, at the API "+i.URLs.API,
		"client ID\t"+i.ServicePrincipal.ID,
		"secret\t"+i.ServicePrincipal.Secret,
		"operations\t"+i.URLs.API+"/openapi.json",
		"authority\t"+i.CAFile+" (to be trusted)")
	section("Open " + i.URLs.Console + " and sign in as " + i.Administrators[0].Login + ".")
	return err
}
