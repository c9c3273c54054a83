package entra

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

// Exchanger sends a request and returns the whole answer, whatever its status. It bounds time and size and follows no redirect
// to another origin.
type Exchanger interface {
	Exchange(r *http.Request) (status int, body []byte, err error)
}

// Config of a Client.
type Config struct {
	Login, Graph string // origins, of the cloud that the installation works with
	HTTP         Exchanger
	Clock        clock.Clock
}

// Client implements federation.EntraGraph. It may be used concurrently.
type Client struct {
	login, graph string
	http         Exchanger
	tokens       *tokens
}

var _ federation.EntraGraph = (*Client)(nil)

// New returns a client.
func New(c Config) *Client {
	return &Client{login: strings.TrimSuffix(c.Login, "/"), graph: strings.TrimSuffix(c.Graph, "/"), http: c.HTTP, tokens: newTokens(c.Clock)}
}

// page is what Graph wraps a list in.
type page[T any] struct {
	Value []T `json:"value"`
}

type organization struct {
	ID      string `json:"id"`
	Name    string `json:"displayName"`
	Domains []struct {
		Name    string `json:"name"`
		Initial bool   `json:"isInitial"`
	} `json:"verifiedDomains"`
}

// Organization implements federation.EntraGraph. A new token is asked for, so that what was granted in the meantime counts.
func (c *Client) Organization(ctx context.Context, a federation.EntraAccess) (federation.EntraOrganization, error) {
	c.tokens.forget(a)
	var list page[organization]
	if err := c.read(ctx, a, "/v1.0/organization?"+url.Values{"$select": {"id,displayName,verifiedDomains"}}.Encode(), "Organization.Read.All", &list); err != nil {
		return federation.EntraOrganization{}, err
	}
	if len(list.Value) != 1 {
		return federation.EntraOrganization{}, federation.ErrEntraAnswer.With("subject", "organization")
	}
	found := list.Value[0]
	tenant, err := sid.ParseGUID(found.ID)
	if err != nil {
		return federation.EntraOrganization{}, federation.ErrEntraAnswer.With("subject", "organization").Because(err)
	}
	var people page[struct{}]
	if err := c.read(ctx, a, "/v1.0/users?"+url.Values{"$select": {userFields}, "$top": {"1"}}.Encode(), userPermission, &people); err != nil {
		return federation.EntraOrganization{}, err
	}
	out := federation.EntraOrganization{Tenant: tenant, Name: found.Name}
	for _, d := range found.Domains {
		out.Domains = append(out.Domains, federation.EntraDomain{Name: d.Name, Initial: d.Initial})
	}
	return out, nil
}

const (
	userFields     = "id,userPrincipalName,mail,displayName,givenName,surname,onPremisesSecurityIdentifier,onPremisesUserPrincipalName,accountEnabled,userType"
	userPermission = "User.Read.All"
)

type user struct {
	ID            string `json:"id"`
	UPN           string `json:"userPrincipalName"`
	Mail          string `json:"mail"`
	DisplayName   string `json:"displayName"`
	GivenName     string `json:"givenName"`
	Surname       string `json:"surname"`
	SID           string `json:"onPremisesSecurityIdentifier"`
	OnPremisesUPN string `json:"onPremisesUserPrincipalName"`
	Enabled       bool   `json:"accountEnabled"` // absent and null count as disabled
	Type          string `json:"userType"`
}

// User implements federation.EntraGraph.
func (c *Client) User(ctx context.Context, a federation.EntraAccess, name string) (federation.EntraAccount, error) {
	// A quote ends the literal of OData unless it is doubled; everything else is taken as it is.
	filter := "userPrincipalName eq '" + strings.ReplaceAll(name, "'", "''") + "'"
	var list page[user]
	if err := c.read(ctx, a, "/v1.0/users?"+url.Values{"$filter": {filter}, "$select": {userFields}}.Encode(), userPermission, &list); err != nil {
		return federation.EntraAccount{}, err
	}
	switch len(list.Value) {
	case 0:
		return federation.EntraAccount{}, federation.ErrEntraNoAccount.With("upn", name)
	case 1:
		return list.Value[0].account()
	}
	return federation.EntraAccount{}, federation.ErrEntraAmbiguous.With("upn", name)
}

func (u user) account() (federation.EntraAccount, error) {
	out := federation.EntraAccount{UPN: u.UPN, OnPremisesUPN: u.OnPremisesUPN, Email: u.Mail, DisplayName: u.DisplayName, GivenName: u.GivenName,
		FamilyName: u.Surname, Enabled: u.Enabled, Guest: u.Type == "Guest"}
	var err error
	if out.ID, err = sid.ParseGUID(u.ID); err == nil && u.SID != "" {
		out.SID, err = sid.ParseSID(u.SID)
	}
	if err != nil {
		return federation.EntraAccount{}, federation.ErrEntraAnswer.With("subject", "user").Because(err)
	}
	return out, nil
}

// read gets a resource of Graph. A token that Graph refuses is thrown away and asked for once more: the application may have
// been given a new secret, or the tenant's keys have changed.
func (c *Client) read(ctx context.Context, a federation.EntraAccess, path, permission string, into any) error {
	for again := false; ; again = true {
		token, err := c.token(ctx, a)
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.graph+path, nil)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+token.Reveal())
		req.Header.Set("Accept", "application/json")
		status, body, err := c.http.Exchange(req)
		switch {
		case err != nil:
			return federation.ErrEntraDown.Because(err)
		case status == http.StatusOK:
			if err := json.Unmarshal(body, into); err != nil {
				return federation.ErrEntraAnswer.With("subject", "JSON").Because(errors.New("not the documented form"))
			}
			return nil
		case status == http.StatusUnauthorized && !again:
			c.tokens.forget(a)
		default:
			return graphFailure(status, permission)
		}
	}
}

// graphFailure names what an answer of Graph other than 200 means.
func graphFailure(status int, permission string) *fault.Error {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return federation.ErrEntraPermission.With("permission", permission)
	case status == http.StatusTooManyRequests:
		return federation.ErrEntraLimited
	case status >= http.StatusInternalServerError:
		return federation.ErrEntraDown.With("status", status)
	}
	return federation.ErrEntraAnswer.With("subject", "status").With("status", status)
}

// Codes of Entra ID's refusals to give a token.
//
// Source: Microsoft Entra authentication and authorization error codes.
var refusals = []struct {
	codes []int
	means *fault.Error
}{
	{[]int{7000222}, federation.ErrEntraSecretExpired},
	{[]int{7000215}, federation.ErrEntraSecret},
	{[]int{700016, 7000112, 7000229}, federation.ErrEntraClient}, // unknown, disabled, without service principal in the tenant
	{[]int{90002, 900023, 90019}, federation.ErrEntraTenant},
}

// tokenFailure names what a refused request for a token means.
func tokenFailure(status int, body []byte) *fault.Error {
	switch {
	case status == http.StatusTooManyRequests:
		return federation.ErrEntraLimited
	case status >= http.StatusInternalServerError:
		return federation.ErrEntraDown.With("status", status)
	}
	var answer struct {
		Error string `json:"error"`
		Codes []int  `json:"error_codes"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return federation.ErrEntraAnswer.With("subject", "token").With("status", status)
	}
	for _, r := range refusals {
		if slices.ContainsFunc(r.codes, func(code int) bool { return slices.Contains(answer.Codes, code) }) {
			return r.means
		}
	}
	switch answer.Error {
	case "invalid_client":
		return federation.ErrEntraSecret
	case "unauthorized_client":
		return federation.ErrEntraClient
	}
	return federation.ErrEntraAnswer.With("subject", "token").With("status", status)
}
