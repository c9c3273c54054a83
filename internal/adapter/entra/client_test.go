package entra_test

import (
	"crypto/x509"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/entra"
	"github.com/causeway-cloud/causeway/internal/adapter/fetch"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/test/entrasim"
)

func tenant() *entrasim.Tenant {
	return &entrasim.Tenant{ID: "0b8b5a3c-1d2e-4f50-8a6b-7c8d9e0f1a2b", Name: "Acme", Initial: "acme.onmicrosoft.com", Domains: []string{"Acme.test", "b.acme.test"},
		Client: "11111111-2222-3333-4444-555555555555", Secret: "s3cret~value", Grants: []string{"Organization.Read.All", "User.Read.All"},
		Users: []entrasim.User{
			{ID: "aaaaaaaa-0000-0000-0000-000000000001", UPN: "ada@acme.test", Mail: "ada@mail.test", DisplayName: "Ada A", GivenName: "Ada", Surname: "A",
				SID: "S-1-5-21-1-2-3-1001", OnPremisesUPN: "ada@acme.test", Type: "Member"},
			{ID: "aaaaaaaa-0000-0000-0000-000000000002", UPN: "o'neil@acme.test", DisplayName: "Cloud Only"},
			{ID: "aaaaaaaa-0000-0000-0000-000000000003", UPN: "off@acme.test", Disabled: true},
			{ID: "aaaaaaaa-0000-0000-0000-000000000004", UPN: "twin@acme.test"},
			{ID: "aaaaaaaa-0000-0000-0000-000000000005", UPN: "twin@acme.test"},
			{ID: "not an identifier", UPN: "odd@acme.test"},
		}}
}

func access(t *testing.T, of *entrasim.Tenant) federation.EntraAccess {
	id, err := sid.ParseGUID(of.ID)
	require.NoError(t, err)
	client, err := sid.ParseGUID(of.Client)
	require.NoError(t, err)
	return federation.EntraAccess{Customer: "cust_1", Tenant: id, Client: client, Secret: secret.New(of.Secret)}
}

func client(cloud *entrasim.Cloud, c clock.Clock, allow ...netip.Prefix) *entra.Client {
	roots := x509.NewCertPool()
	roots.AddCert(cloud.Server.Certificate())
	return entra.New(entra.Config{Login: cloud.Server.URL, Graph: cloud.Server.URL + "/", HTTP: fetch.New(fetch.Config{Allow: allow, Roots: roots}), Clock: c})
}

var loopback = netip.MustParsePrefix("127.0.0.0/8")

// TestReads reads an organisation and people over TLS. Spec: SAM-166
func TestReads(t *testing.T) {
	t.Parallel()
	acme := tenant()
	cloud := entrasim.Start(t, acme)
	now := new(clock.Shifted)
	c, a := client(cloud, now, loopback), access(t, acme)

	org, err := c.Organization(t.Context(), a)
	require.NoError(t, err)
	require.Equal(t, federation.EntraOrganization{Tenant: a.Tenant, Name: "Acme", Domains: []federation.EntraDomain{{Name: "acme.onmicrosoft.com", Initial: true},
		{Name: "Acme.test"}, {Name: "b.acme.test"}}}, org)

	ada, err := c.User(t.Context(), a, "ADA@acme.test")
	require.NoError(t, err)
	require.Equal(t, "aaaaaaaa-0000-0000-0000-000000000001", ada.ID.String())
	require.Equal(t, "S-1-5-21-1-2-3-1001", ada.SID.String())
	require.Equal(t, [...]string{"ada@acme.test", "ada@acme.test", "ada@mail.test", "Ada A", "Ada", "A"},
		[...]string{ada.UPN, ada.OnPremisesUPN, ada.Email, ada.DisplayName, ada.GivenName, ada.FamilyName})
	require.True(t, ada.Enabled)
	require.False(t, ada.Guest)

	neil, err := c.User(t.Context(), a, "o'neil@acme.test")
	require.NoError(t, err)
	require.True(t, neil.SID.IsZero(), "cloud only")
	off, err := c.User(t.Context(), a, "off@acme.test")
	require.NoError(t, err)
	require.False(t, off.Enabled)

	_, err = c.User(t.Context(), a, "nobody@acme.test' or userPrincipalName eq 'ada@acme.test")
	require.ErrorIs(t, err, federation.ErrEntraNoAccount, "the quote is part of the name")
	_, err = c.User(t.Context(), a, "twin@acme.test")
	require.ErrorIs(t, err, federation.ErrEntraAmbiguous)
	_, err = c.User(t.Context(), a, "odd@acme.test")
	require.ErrorIs(t, err, federation.ErrEntraAnswer)
	require.Equal(t, 1, cloud.Issued(), "one token for all")

	now.Advance(59 * time.Minute)
	_, err = c.User(t.Context(), a, "ada@acme.test")
	require.NoError(t, err)
	require.Equal(t, 2, cloud.Issued(), "a new token before the old one ends")
	other := a
	other.Customer = "cust_2"
	_, err = c.User(t.Context(), other, "ada@acme.test")
	require.NoError(t, err)
	require.Equal(t, 3, cloud.Issued(), "customers share no token")
	cloud.Revoke()
	_, err = c.User(t.Context(), a, "ada@acme.test")
	require.NoError(t, err, "a token that Graph refuses is asked for anew")
	require.Equal(t, 4, cloud.Issued())
}

// TestRefusals has a code of its own for each thing that an administrator can get wrong. Spec: SAM-168
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		edit func(*entrasim.Tenant, *federation.EntraAccess)
		want error
	}{
		{"wrong secret", func(_ *entrasim.Tenant, a *federation.EntraAccess) { a.Secret = secret.New("n0t-this~one") }, federation.ErrEntraSecret},
		{"expired secret", func(t *entrasim.Tenant, _ *federation.EntraAccess) { t.ExpiredSecrets = []string{t.Secret} }, federation.ErrEntraSecretExpired},
		{"unknown application", func(_ *entrasim.Tenant, a *federation.EntraAccess) { a.Client = sid.GUID{1} }, federation.ErrEntraClient},
		{"disabled application", func(t *entrasim.Tenant, _ *federation.EntraAccess) { t.DisabledClients = []string{t.Client} }, federation.ErrEntraClient},
		{"unknown tenant", func(_ *entrasim.Tenant, a *federation.EntraAccess) { a.Tenant = sid.GUID{1} }, federation.ErrEntraTenant},
		{"may not read the organisation", func(t *entrasim.Tenant, _ *federation.EntraAccess) { t.Grants = []string{"User.Read.All"} }, federation.ErrEntraPermission},
		{"may not read people", func(t *entrasim.Tenant, _ *federation.EntraAccess) { t.Grants = []string{"Organization.Read.All"} }, federation.ErrEntraPermission},
	} {
		acme := tenant()
		a := access(t, acme)
		tt.edit(acme, &a)
		_, err := client(entrasim.Start(t, acme), clock.Real{}, loopback).Organization(t.Context(), a)
		require.ErrorIs(t, err, tt.want, tt.name)
		require.NotContains(t, err.Error(), a.Secret.Reveal(), tt.name)
	}
}

// TestOutages never makes a person, or a person's absence, out of an answer that is none.
func TestOutages(t *testing.T) {
	t.Parallel()
	acme := tenant()
	a := access(t, acme)
	cloud := entrasim.Start(t, acme)
	c := client(cloud, clock.Real{}, loopback)
	_, err := c.Organization(t.Context(), a)
	require.NoError(t, err)
	for status, want := range map[int]error{
		http.StatusTooManyRequests: federation.ErrEntraLimited, http.StatusInternalServerError: federation.ErrEntraDown,
		http.StatusServiceUnavailable: federation.ErrEntraDown, http.StatusNotFound: federation.ErrEntraAnswer, http.StatusNoContent: federation.ErrEntraAnswer,
		http.StatusFound: federation.ErrEntraAnswer,
	} {
		cloud.Fail(status)
		_, err := c.User(t.Context(), a, "ada@acme.test")
		require.ErrorIs(t, err, want, "%d with a token", status)
		_, err = client(cloud, clock.Real{}, loopback).User(t.Context(), a, "ada@acme.test")
		require.ErrorIs(t, err, want, "%d without one", status)
	}
	cloud.Fail(0)
	_, err = client(cloud, clock.Real{}).User(t.Context(), a, "ada@acme.test")
	require.ErrorIs(t, err, federation.ErrEntraDown, "loopback is no public address")
	require.ErrorIs(t, err, fetch.ErrForbidden)
	cloud.Server.Close()
	_, err = c.User(t.Context(), a, "ada@acme.test")
	require.ErrorIs(t, err, federation.ErrEntraDown)
}
