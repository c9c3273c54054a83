package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestB2BTemplate begins a connection for guests: the defaults, with three mappings cleared before anything is saved.
func TestB2BTemplate(t *testing.T) { // Spec: SAM-221, SAM-248
	t.Parallel()
	f := newFederated(t)
	_, _, plain := f.do("POST", "/connection-drafts", object{"type": "saml", "signInUrlId": "four"})
	status, _, draft := f.do("POST", "/connection-drafts", object{"type": "saml", "signInUrlId": "guests", "template": "b2b"})
	require.Equal(t, http.StatusCreated, status)
	names := func(d object) object { return d["settings"].(object)["attributeNames"].(object) }
	for name, value := range map[string]string{"sid": "cip_sid", "email": "cip_email", "oid": "cip_oid"} {
		require.Equal(t, value, names(plain)[name], "normally four claims")
		require.Equal(t, "", names(draft)[name], "the UPN alone")
		delete(names(plain), name)
		delete(names(draft), name)
	}
	require.Equal(t, "cip_upn", names(draft)["upn"])
	require.Equal(t, "displayName", names(draft)["displayName"])
	require.Equal(t, plain["settings"], draft["settings"], "everything else is as in a new form")
	status, _, wrong := f.do("POST", "/connection-drafts", object{"type": "saml", "signInUrlId": "others", "template": "c2c"})
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "template", wrong["errors"].([]any)[0].(object)["field"])
}

// TestFrontendKinds is the table of who needs a shadow account.
func TestFrontendKinds(t *testing.T) { // Spec: SAM-237
	t.Parallel()
	f := newFederated(t)
	status, _, got := f.do("GET", "/identity-providers/frontend-kinds", nil)
	require.Equal(t, http.StatusOK, status)
	var rows [][5]any
	for _, item := range got["items"].([]any) {
		row := item.(object)
		rows = append(rows, [5]any{row["name"], row["synced"], row["connectors"], row["needsShadowAccount"], row["signsInBy"]})
	}
	require.Equal(t, [][5]any{
		{"Internal AD-backed user in the shadow account forest", "yes", "yes", false, "UPN"},
		{"Internal AD-backed user in a different forest", "yes", "no", true, "UPN"},
		{"Internal native user", "no", "not_applicable", true, "UPN"},
		{"External guest user", "no", "not_applicable", true, "Email"},
	}, rows)
}

// TestConnectedDirectoryIsEnabled shows Active Directory as enabled once an administrator has connected it.
func TestConnectedDirectoryIsEnabled(t *testing.T) { // Spec: IAM-191
	t.Parallel()
	f := newFederated(t)
	state := func() any {
		_, _, got := f.do("GET", "/identity-providers", nil)
		return got["items"].([]any)[1].(object)["status"]
	}
	require.Equal(t, "not_connected", state())
	f.connectedDirectory = "one"
	require.Equal(t, "connected", state(), "connectors know a domain")
	f.enabledDirectory = "two"
	require.Equal(t, "connected", state())
	f.enabledDirectory = "one"
	require.Equal(t, "enabled", state())
}
