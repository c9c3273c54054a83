// Package entrasim stands in for the token endpoint of Entra ID and for the part of Microsoft Graph that reads an organisation and
// its people. It checks requests as strictly as its model does, and refuses in its words.
//
// Source: Microsoft identity platform, OAuth 2.0 client credentials flow; Microsoft Graph v1.0, organization and user.
package entrasim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Tenant is a directory with the one application that may read it.
type Tenant struct {
	ID, Name        string
	Initial         string // name.onmicrosoft.com
	Domains         []string
	Client, Secret  string
	Grants          []string // application permissions of Graph
	Users           []User
	OrganizationID  string // "" = ID; anything else is the mistake of an answer about somebody else
	ExpiredSecrets  []string
	DisabledClients []string
}

// User is what a directory has of a person.
type User struct {
	ID, UPN, Mail, DisplayName, GivenName, Surname, SID, OnPremisesUPN, Type string
	Disabled                                                                 bool
}

// Cloud answers for all tenants. Its origin is that of both endpoints.
type Cloud struct {
	Server *httptest.Server

	mu      sync.Mutex // guards the fields below
	tenants []*Tenant
	tokens  map[string]grant
	issued  int
	asked   []string // filters of the questions for people
	status  int      // of every answer, 0 = as it should be
}

type grant struct {
	tenant *Tenant
	grants []string // as they were when the token was made
}

// Start serves the tenants over TLS on loopback until the test ends.
func Start(t *testing.T, tenants ...*Tenant) *Cloud {
	t.Helper()
	c := &Cloud{tenants: tenants, tokens: map[string]grant{}}
	c.Server = httptest.NewTLSServer(http.HandlerFunc(c.serve))
	t.Cleanup(c.Server.Close)
	return c
}

// Change edits a tenant between requests.
func (c *Cloud) Change(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
}

// Fail makes every answer have a status; 0 ends it.
func (c *Cloud) Fail(status int) { c.Change(func() { c.status = status }) }

// Revoke makes all tokens worthless.
func (c *Cloud) Revoke() { c.Change(func() { clear(c.tokens) }) }

// Issued is how many tokens were made.
func (c *Cloud) Issued() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.issued
}

// Asked lists the filters of the questions for people, oldest first.
func (c *Cloud) Asked() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.asked)
}

func (c *Cloud) serve(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	tenant, isToken := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/"), "/oauth2/v2.0/token")
	switch {
	case c.status != 0:
		w.WriteHeader(c.status)
	case isToken && r.Method == http.MethodPost:
		c.token(w, r, tenant)
	case r.Method == http.MethodGet && r.URL.Path == "/v1.0/organization":
		c.organization(w, r)
	case r.Method == http.MethodGet && r.URL.Path == "/v1.0/users":
		c.users(w, r)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (c *Cloud) token(w http.ResponseWriter, r *http.Request, id string) {
	refuse := func(name string, code int) {
		answer(w, http.StatusBadRequest, map[string]any{"error": name, "error_codes": []int{code}, "error_description": fmt.Sprintf("AADSTS%d", code)})
	}
	i := slices.IndexFunc(c.tenants, func(t *Tenant) bool { return t.ID == id })
	if i < 0 {
		refuse("invalid_request", 90002)
		return
	}
	t, client, secret := c.tenants[i], r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	switch {
	case r.PostFormValue("grant_type") != "client_credentials" || r.PostFormValue("scope") != c.Server.URL+"/.default":
		refuse("invalid_scope", 70011)
	case slices.Contains(t.DisabledClients, client):
		refuse("unauthorized_client", 7000112)
	case client != t.Client:
		refuse("unauthorized_client", 700016)
	case slices.Contains(t.ExpiredSecrets, secret):
		refuse("invalid_client", 7000222)
	case secret != t.Secret:
		refuse("invalid_client", 7000215)
	default:
		c.issued++
		value := fmt.Sprintf("token-%d", c.issued)
		c.tokens[value] = grant{t, slices.Clone(t.Grants)}
		answer(w, http.StatusOK, map[string]any{"token_type": "Bearer", "expires_in": int(time.Hour / time.Second), "access_token": value})
	}
}

// allowed returns the tenant of a token with the permission, or answers.
func (c *Cloud) allowed(w http.ResponseWriter, r *http.Request, permission string) *Tenant {
	g, known := c.tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	switch {
	case !known:
		answer(w, http.StatusUnauthorized, map[string]any{"error": map[string]any{"code": "InvalidAuthenticationToken"}})
		return nil
	case !slices.Contains(g.grants, permission):
		answer(w, http.StatusForbidden, map[string]any{"error": map[string]any{"code": "Authorization_RequestDenied"}})
		return nil
	}
	return g.tenant
}

func (c *Cloud) organization(w http.ResponseWriter, r *http.Request) {
	t := c.allowed(w, r, "Organization.Read.All")
	if t == nil {
		return
	}
	domains := []map[string]any{{"name": t.Initial, "isInitial": true}}
	for _, d := range t.Domains {
		domains = append(domains, map[string]any{"name": d, "isInitial": false})
	}
	id := t.ID
	if t.OrganizationID != "" {
		id = t.OrganizationID
	}
	answer(w, http.StatusOK, map[string]any{"value": []any{map[string]any{"id": id, "displayName": t.Name, "verifiedDomains": domains}}})
}

func (c *Cloud) users(w http.ResponseWriter, r *http.Request) {
	t := c.allowed(w, r, "User.Read.All")
	if t == nil {
		return
	}
	filter := r.URL.Query().Get("$filter")
	wanted, every := "", filter == ""
	if !every {
		c.asked = append(c.asked, filter)
		literal, begins := strings.CutPrefix(filter, "userPrincipalName eq '")
		literal, ends := strings.CutSuffix(literal, "'")
		if !begins || !ends || strings.Contains(strings.ReplaceAll(literal, "''", ""), "'") {
			answer(w, http.StatusBadRequest, map[string]any{"error": map[string]any{"code": "Request_UnsupportedQuery"}})
			return
		}
		wanted = strings.ReplaceAll(literal, "''", "'")
	}
	list := []any{}
	for _, u := range t.Users {
		if every && len(list) == 1 {
			break
		}
		if every || strings.EqualFold(u.UPN, wanted) {
			list = append(list, u.selected(r.URL.Query().Get("$select")))
		}
	}
	answer(w, http.StatusOK, map[string]any{"value": list})
}

// selected has what was asked for, null for what there is not.
func (u User) selected(fields string) map[string]any {
	orNull := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	all := map[string]any{"id": u.ID, "userPrincipalName": u.UPN, "mail": orNull(u.Mail), "displayName": u.DisplayName, "givenName": orNull(u.GivenName),
		"surname": orNull(u.Surname), "onPremisesSecurityIdentifier": orNull(u.SID), "onPremisesUserPrincipalName": orNull(u.OnPremisesUPN),
		"accountEnabled": !u.Disabled, "userType": orNull(u.Type)}
	out := map[string]any{}
	for _, f := range strings.Split(fields, ",") {
		out[f] = all[f]
	}
	return out
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a caller that went away is no fault of the double
}
