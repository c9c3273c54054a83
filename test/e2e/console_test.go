package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestConsole walks through the console of the demonstration as its administrator.
func TestConsole(t *testing.T) {
	_, info := startDev(t)
	state := info.signedIn(t)
	with := func(more map[string]any) map[string]any {
		out := info.settings(more)
		out["state"] = state
		return out
	}

	// Every page, light and dark, wide and narrow, with the keyboard alone, from one address.
	t.Run("pages", func(t *testing.T) { // Spec: PLT-157, PLT-158
		runScript(t, "console-walk", with(map[string]any{"location": info.ResourceLocation.ID, "connection": info.SAMLConnection.ID}))
	})
	t.Run("system log", func(t *testing.T) { // Spec: OPS-124, OPS-125, OPS-126, OPS-127, OPS-130, OPS-132
		runScript(t, "system-log", with(nil))
	})
	t.Run("sites", func(t *testing.T) { // Spec: CON-214, IAM-188, PLT-430, PLT-431, PLT-436
		runScript(t, "new-site", with(map[string]any{"location": info.ResourceLocation.ID}))
	})
	t.Run("service principal", func(t *testing.T) {
		var p struct{ ID, Secret string }
		scriptInto(t, "principal", with(map[string]any{"name": "Nightly export", "folder": t.TempDir()}), &p)
		require.Equal(t, http.StatusOK, info.listLocations(t, p.ID, p.Secret))
	})
}

// TestLocationNames types what a location must not be called, new and renamed, and one location too many.
//
// Spec: PLT-433, PLT-439, PLT-440, PLT-441, PLT-442, PLT-443
func TestLocationNames(t *testing.T) {
	_, info := startDev(t)
	runScript(t, "location-names", info.settings(map[string]any{"state": info.signedIn(t), "forbidden": strings.Split(`#$%^&?+[]{}|<>/\`, ""), "limit": 50}))
}

// listLocations gets a token as a program does and lists the resource locations with it; the status comes back.
func (i devInfo) listLocations(t *testing.T, id, secret string) int {
	t.Helper()
	client := authority{CAFile: i.CAFile}.httpClient(t)
	answer, err := client.PostForm(i.URLs.API+"/cctrustoauth2/"+i.Customer.ID+"/tokens/clients",
		url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}})
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusOK, answer.StatusCode)
	var token struct {
		AccessToken string `json:"access_token"`
	}
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&token))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, i.URLs.API+"/"+i.Customer.ID+"/v1/locations", nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+token.AccessToken)
	list, err := client.Do(request)
	require.NoError(t, err)
	list.Body.Close()
	return list.StatusCode
}
