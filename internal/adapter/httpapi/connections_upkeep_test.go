package httpapi_test

import (
	"cmp"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

const metadataURL = "https://idp.test/metadata"

func (f *federated) signer(key crypto.Signer, valid time.Duration) samltest.Signer {
	return samltest.NewSigner(key, f.clock.Now().Add(-time.Hour), f.clock.Now().Add(valid))
}

func encoded(cert *x509.Certificate) string { return base64.StdEncoding.EncodeToString(cert.Raw) }

// saved makes a connection of the customer "one" with the certificates and returns its path.
func (f *federated) saved(identifier string, settings object, certs ...*x509.Certificate) string {
	f.t.Helper()
	status, _, out := f.do("POST", "/connection-drafts", object{"type": "saml", "signInUrlId": identifier})
	require.Equal(f.t, http.StatusCreated, status, out)
	list := []any{}
	for _, c := range certs {
		list = append(list, object{"fileName": "idp.cer", "pem": encoded(c)})
	}
	all := object{"idpEntityId": "https://idp.test", "ssoServiceUrl": "https://idp.test/sso", "certificates": list}
	for k, v := range settings {
		all[k] = v
	}
	draft := "/connection-drafts/" + out["id"].(string)
	status, _, out = f.do("PATCH", draft, object{"nickname": "Partner " + cmp.Or(identifier, out["id"].(string)), "settings": all})
	require.Equal(f.t, http.StatusOK, status, out)
	status, _, out = f.do("POST", draft+"/finish", object{"untested": true})
	require.Equal(f.t, http.StatusCreated, status, out)
	return "/connections/" + out["id"].(string)
}

func (f *federated) get(path string) object {
	f.t.Helper()
	status, _, out := f.do("GET", path, nil)
	require.Equal(f.t, http.StatusOK, status, out)
	return out
}

// slots returns "slot state" of a connection's certificates.
func slots(out object) []string {
	all := []string{}
	for _, c := range out["settings"].(object)["certificates"].([]any) {
		c := c.(object)
		all = append(all, fmt.Sprintf("%v %v", c["slot"], c["state"]))
	}
	return all
}

func code(out object) string {
	c, _ := out["code"].(string)
	return c
}

// TestCloneWithoutLogout: nobody has said that logout requests are not to be signed. Spec: SAM-006, SAM-069, SAM-085
func TestCloneWithoutLogout(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	source := f.saved("acme", object{}, f.signer(samltest.P256(), 400*24*time.Hour).Certificate)
	status, _, out := f.do("POST", source+"/clone", object{"signInUrlId": "clone", "nickname": "The clone"})
	require.Equal(t, http.StatusCreated, status, out)
	draft := "/connection-drafts/" + out["id"].(string)
	status, _, out = f.do("PATCH", draft, object{"settings": object{"logoutUrl": "https://idp.test/out"}})
	require.Equal(t, http.StatusOK, status, out)
	status, _, out = f.do("POST", draft+"/finish", object{"untested": true})
	require.Equal(t, http.StatusCreated, status, out)
	settings := out["settings"].(object)
	require.Equal(t, "post", settings["sloBinding"])
	require.Equal(t, true, settings["signLogoutRequest"])
}

// TestCloneOverTheAPI clones a scoped connection, changes the clone, and finds the source as it was.
//
// Spec: SAM-007, SAM-008, SAM-066, SAM-067, SAM-068, SAM-069, SAM-070, SAM-071, SAM-127, SSO-056, SSO-137, SSO-138, SSO-139, SSO-140, SSO-142,
// SSO-143, SSO-144, SSO-148, SSO-150, SSO-153, SSO-154, SSO-157, SSO-158, SSO-256
func TestCloneOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	cert := f.signer(samltest.P256(), 400*24*time.Hour).Certificate
	source := f.saved("acme", object{"scopedEntityId": true, "acceptEncrypted": true, "responseSigning": "both", "allowCbc": true, "logoutUrl": "https://idp.test/out",
		"sloBinding": "redirect", "requireMappedClaims": true, "attributeNames": object{"email": "mail"}}, cert)
	before := f.get(source)
	require.Regexp(t, regexp.MustCompile(`^https://saml\.causeway\.test/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`), before["serviceProvider"].(object)["entityId"])

	for body, want := range map[string]string{
		`{"signInUrlId": "acme", "nickname": "Other"}`:           "signin_identifier_taken",
		`{"signInUrlId": "clone", "nickname": " partner ACME "}`: "nickname_not_unique",
		`{"signInUrlId": "Not Friendly", "nickname": "Other"}`:   "invalid_input",
		`{"signInUrlId": "clone", "nickname": ""}`:               "invalid_input",
		`{"signInUrlId": "", "nickname": "Other"}`:               "invalid_input",
	} {
		var in object
		require.NoError(t, json.Unmarshal([]byte(body), &in))
		status, _, out := f.do("POST", source+"/clone", in)
		require.NotEqual(t, http.StatusCreated, status, body)
		require.Equal(t, want, code(out), body)
	}
	status, _, out := f.do("POST", source+"/clone", object{"signInUrlId": "clone", "nickname": "The clone"})
	require.Equal(t, http.StatusCreated, status, out)
	require.Equal(t, before["id"], out["clonedFrom"])
	require.Equal(t, "The clone", out["nickname"])
	settings := out["settings"].(object)
	require.Equal(t, false, settings["scopedEntityId"])
	require.Equal(t, "https://saml.causeway.test", out["serviceProvider"].(object)["entityId"], "the scope is never copied")
	for name, value := range before["settings"].(object) {
		if name != "scopedEntityId" {
			require.Equal(t, value, settings[name], name)
		}
	}
	require.Equal(t, "settings.acceptEncrypted", out["warnings"].([]any)[0].(object)["field"], "what needs the scope is pointed out")
	guid := out["scopeId"].(string)
	require.NotContains(t, before["serviceProvider"].(object)["entityId"], guid)

	draft := "/connection-drafts/" + out["id"].(string)
	status, _, _ = f.do("PATCH", draft, object{"settings": object{"logoutUrl": ""}})
	require.Equal(t, http.StatusOK, status, "what is missing does not keep other values from being changed")
	status, _, out = f.do("POST", draft+"/finish", object{"untested": true})
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "settings.acceptEncrypted", out["errors"].([]any)[0].(object)["field"])
	status, _, out = f.do("PATCH", draft, object{"settings": object{"scopedEntityId": true}})
	require.Equal(t, http.StatusOK, status, out)
	sp := out["serviceProvider"].(object)
	require.Equal(t, "https://saml.causeway.test/"+guid, sp["entityId"], "the GUID that the draft was made with")
	require.Equal(t, "https://saml.causeway.test/saml/metadata/"+guid, sp["metadataUrl"])
	require.Equal(t, "https://saml.causeway.test/saml/acs", sp["acsUrl"])
	require.Equal(t, "https://saml.causeway.test/saml/logout/callback", sp["logoutUrl"])
	scope, err := f.db.Connections().Scope(t.Context(), guid)
	require.NoError(t, err)
	require.EqualValues(t, "one", scope.Customer)
	status, _, out = f.do("POST", draft+"/finish", object{"untested": true})
	require.Equal(t, http.StatusCreated, status, out)
	require.Equal(t, "https://saml.causeway.test/"+guid, out["serviceProvider"].(object)["entityId"])
	require.Equal(t, 1, f.count(systemlog.SAMLCloned))
	require.Equal(t, 1, f.count(systemlog.SAMLConnected), "the source")
	require.Equal(t, before, f.get(source), "the source is as it was")
	status, _, _ = f.do("PATCH", source, object{"settings": object{"scopedEntityId": false}})
	require.Equal(t, http.StatusBadRequest, status, "the scope of a saved connection does not change")

	// Another draft, and one after that was thrown away: each its own GUID.
	guids := map[string]bool{guid: true}
	for range 2 {
		status, _, out = f.do("POST", "/connection-drafts", object{"type": "saml", "signInUrlId": "third"})
		require.Equal(t, http.StatusCreated, status, out)
		require.Equal(t, false, out["settings"].(object)["scopedEntityId"], "off by default")
		guids[out["scopeId"].(string)] = true
		path := "/connection-drafts/" + out["id"].(string)
		_, _, out = f.do("PATCH", path, object{"settings": object{"scopedEntityId": true}})
		_, err := f.db.Connections().Scope(t.Context(), out["scopeId"].(string))
		require.NoError(t, err)
		status, _, _ = f.do("DELETE", path, nil)
		require.Equal(t, http.StatusNoContent, status)
		_, err = f.db.Connections().Scope(t.Context(), out["scopeId"].(string))
		require.ErrorIs(t, err, federation.ErrNoScope, "the GUID goes with its draft")
	}
	require.Len(t, guids, 3)

	f.actor.Customer = "two"
	require.Equal(t, http.StatusForbidden, firstOf(f.do("POST", source+"/clone", object{"signInUrlId": "fourth", "nickname": "x"})))
}

func firstOf(status int, _ http.Header, _ map[string]any) int { return status }

// TestConnectionsForTheWorkspaceOnly makes a connection without a sign-in URL, as only machines can. Spec: SAM-026
func TestConnectionsForTheWorkspaceOnly(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	status, _, out := f.do("POST", "/connection-drafts", object{"type": "saml", "signInUrlId": ""})
	require.Equal(t, http.StatusBadRequest, status, "in the console a connection has one")
	require.Equal(t, "signInUrlId", out["errors"].([]any)[0].(object)["field"])
	f.actor.Session = ""
	cert := f.signer(samltest.P256(), 400*24*time.Hour).Certificate
	path := f.saved("", nil, cert)
	other := f.saved("", object{}, cert)
	require.NotEqual(t, path, other, "as many as are needed")
	got := f.get(path)
	require.Equal(t, false, got["adminCapable"])
	require.Equal(t, "", got["signInUrl"])
	status, _, out = f.do("PATCH", path, object{"signInUrlId": "acme"})
	require.Equal(t, http.StatusConflict, status)
	require.Equal(t, "connection_workspace_only", code(out))
	require.Contains(t, out["hint"], "disconnect, and connect again")
	require.Equal(t, true, f.get(f.saved("acme", nil, cert))["adminCapable"])
}

// TestCertificateSlotsByTheDay walks the clock over the life of a certificate, with its successor in the other slot.
//
// Spec: SAM-122, SSO-062, SSO-238, SSO-239, SSO-240, SSO-242, SSO-244, SSO-245, SSO-250
func TestCertificateSlotsByTheDay(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	present := f.signer(samltest.P256(), 40*24*time.Hour).Certificate
	path := f.saved("acme", object{"scopedEntityId": true}, present)
	end := present.NotAfter.UTC()
	scoped := f.get(path)["serviceProvider"]
	next := f.signer(samltest.P384(), 500*24*time.Hour).Certificate

	status, _, out := f.do("PUT", path+"/certificates/1", object{"fileName": "next.cer", "pem": encoded(next)})
	require.Equal(t, http.StatusConflict, status)
	require.Equal(t, "certificate_still_valid", code(out), "a valid certificate is not swapped in place")

	midnight := time.Date(end.Year(), end.Month(), end.Day(), 0, 0, 0, 0, time.UTC)
	for _, day := range []struct {
		before         int // days before the end of the certificate
		state, status  string
		message        string
		notices, ended int
	}{
		{31, "ok", "connected", "", 0, 0},
		{30, "expiringSoon", "certificate_expiring", "Certificate Expiring Soon: " + end.Format(time.DateOnly), 1, 0},
		{29, "expiringSoon", "certificate_expiring", "Certificate Expiring Soon: " + end.Format(time.DateOnly), 1, 0},
		{14, "expiringSoon", "certificate_expiring", "Certificate Expiring Soon: " + end.Format(time.DateOnly), 2, 0},
		{7, "expiringSoon", "certificate_expiring", "Certificate Expiring Soon: " + end.Format(time.DateOnly), 3, 0},
		{1, "expiringSoon", "certificate_expiring", "Certificate Expiring Soon: " + end.Format(time.DateOnly), 4, 0},
		{0, "expiringSoon", "certificate_expiring", "Certificate Expiring Soon: " + end.Format(time.DateOnly), 4, 0},
		{-1, "expired", "certificate_expired", "Your certificate has expired. Upload another certificate to continue using this identity provider.", 4, 1},
		{-2, "expired", "certificate_expired", "Your certificate has expired. Upload another certificate to continue using this identity provider.", 4, 1},
	} {
		at := midnight.AddDate(0, 0, -day.before)
		f.clock.Advance(at.Sub(f.clock.Now()))
		for range 2 {
			require.NoError(t, f.connections.TellExpiries(t.Context()))
		}
		out := f.get(path)
		cert := out["settings"].(object)["certificates"].([]any)[0].(object)
		require.Equal(t, day.state, cert["state"], "%d days before", day.before)
		require.Equal(t, day.message, cert["message"])
		require.Equal(t, day.status, out["status"])
		health := f.get(path + "/health")
		require.Equal(t, day.status, health["status"])
		require.Equal(t, day.state, health["certificates"].([]any)[0].(object)["state"])
		require.Equal(t, "primary", health["certificates"].([]any)[0].(object)["application"])
		require.Equal(t, day.notices, f.count(systemlog.SAMLCertificateExpiring), "%d days before", day.before)
		require.Equal(t, day.ended, f.count(systemlog.SAMLCertificateExpired))
	}

	status, _, out = f.do("PUT", path+"/certificates/1", object{"fileName": "next.cer", "pem": encoded(next)}, "If-Match", `"7"`)
	require.Equal(t, http.StatusPreconditionFailed, status, out)
	status, header, out := f.do("PUT", path+"/certificates/1", object{"fileName": "next.cer", "pem": encoded(next)})
	require.Equal(t, http.StatusOK, status, out)
	require.Equal(t, `"2"`, header.Get("ETag"))
	require.Equal(t, "connected", out["status"])
	require.Equal(t, "acme", out["signInUrlId"], "nothing else has changed")
	require.Equal(t, scoped, out["serviceProvider"])
	cert := out["settings"].(object)["certificates"].([]any)[0].(object)
	require.Equal(t, "next.cer", cert["fileName"])
	require.Equal(t, "idp.example", cert["commonName"])
	require.Equal(t, 1, f.count(systemlog.SAMLCertificateChanged))
}

// TestTwoCertificateSlots fills, refuses and empties slots. Spec: SAM-122, SSO-240, SSO-245
func TestTwoCertificateSlots(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	present, next := f.signer(samltest.P256(), 400*24*time.Hour).Certificate, f.signer(samltest.P384(), 500*24*time.Hour).Certificate
	path := f.saved("acme", nil, present)
	put := func(slot, content string) (int, string) {
		status, _, out := f.do("PUT", path+"/certificates/"+slot, object{"fileName": "next.cer", "pem": content})
		if status == http.StatusBadRequest {
			return status, out["errors"].([]any)[0].(object)["code"].(string)
		}
		return status, code(out)
	}
	remove := func(slot string) (int, string) {
		status, _, out := f.do("DELETE", path+"/certificates/"+slot, nil)
		return status, code(out)
	}
	expect := func(status int, reason string) func(int, string) {
		return func(gotStatus int, gotReason string) {
			t.Helper()
			require.Equal(t, status, gotStatus)
			require.Equal(t, reason, gotReason)
		}
	}
	expect(409, "certificate_last")(remove("1"))
	expect(404, "certificate_slot_empty")(remove("2"))
	expect(400, "certificate_slot_unknown")(put("3", encoded(next)))
	expect(400, "saml_certificate_unreadable")(put("2", "nonsense"))
	expect(400, "saml_certificate_expired")(put("2", encoded(f.signer(samltest.P384(), -time.Minute).Certificate)))
	expect(409, "certificate_twice")(put("2", encoded(present)))
	expect(200, "")(put("2", encoded(next)))
	require.Equal(t, []string{"1 ok", "2 ok"}, slots(f.get(path)))
	expect(200, "")(remove("1"))
	require.Equal(t, []string{"2 ok"}, slots(f.get(path)))
	expect(409, "certificate_last")(remove("2"))
	expect(200, "")(put("1", encoded(present)))
	require.Equal(t, 3, f.count(systemlog.SAMLCertificateChanged))
	require.Equal(t, true, f.get(path)["secondCertificate"])

	// Where the operator allows one certificate, the other slot opens when the first one has ended.
	f.one = true
	f.wire()
	path = f.saved("other", nil, f.signer(samltest.P256(), 24*time.Hour).Certificate)
	expect(409, "second_certificate_refused")(put("2", encoded(next)))
	expect(409, "second_certificate_refused")(put("1", encoded(next)))
	expect(409, "certificate_only")(remove("1"))
	require.Equal(t, false, f.get(path)["secondCertificate"])
	f.clock.Advance(25 * time.Hour)
	expect(200, "")(put("2", encoded(next)))
	expect(200, "")(remove("1"))

	f.as(admin.Rights{Custom: []admin.Permission{admin.WorkspaceConfiguration}})
	for method, route := range map[string]string{"PUT": path + "/certificates/1", "DELETE": path + "/certificates/2"} {
		status, _, _ := f.do(method, route, object{"fileName": "a", "pem": "b"})
		require.Equal(t, http.StatusForbidden, status, "SAM-106")
	}
}

// TestMetadataIsReadAgain finds new keys in metadata that nobody, a stranger, a trusted key and a removed key has signed.
// Security: S40
func TestMetadataIsReadAgain(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	present, next, third := f.signer(samltest.RSA2048(), 400*24*time.Hour), f.signer(samltest.P256(), 500*24*time.Hour), f.signer(samltest.P384(), 600*24*time.Hour)
	path := f.saved("acme", object{"logoutUrl": "https://idp.test/out"}, present.Certificate)
	publish := func(by *samltest.Signer, certs ...*x509.Certificate) {
		tree := samltest.Provider{EntityID: "https://idp.test", SSO: "https://idp.test/sso", SLO: "https://idp.test/out", Certificates: certs}.Tree()
		if by != nil {
			by.Sign(tree, samltest.Options{})
		}
		f.fetch[metadataURL] = string(samltest.XML(tree))
	}
	refresh := func() object {
		t.Helper()
		status, _, out := f.do("POST", path+"/metadata-source/refresh", nil)
		require.Equal(t, http.StatusOK, status, out)
		return out
	}
	proposals := func(out object) []string {
		all := []string{}
		for _, p := range out["keyProposals"].([]any) {
			p := p.(object)
			all = append(all, fmt.Sprintf("%v %v", p["state"], p["signedByTrustedKey"]))
		}
		return all
	}

	status, _, out := f.do("POST", path+"/metadata-source/refresh", nil)
	require.Equal(t, http.StatusConflict, status)
	require.Equal(t, "metadata_url_needed", code(out))
	for _, in := range []object{{"url": "http://idp.test/metadata", "refresh": true}, {"url": "", "refresh": true}} {
		status, _, out = f.do("PUT", path+"/metadata-source", in)
		require.Equal(t, http.StatusBadRequest, status, in)
		require.Equal(t, "url", out["errors"].([]any)[0].(object)["field"])
	}
	status, _, out = f.do("PUT", path+"/metadata-source", object{"url": metadataURL, "refresh": true})
	require.Equal(t, http.StatusOK, status, out)
	require.Equal(t, 1, f.count(systemlog.SAMLMetadataSourceChanged))
	require.Equal(t, "waiting", f.get(path + "/health")["metadata"])

	// What nobody vouches for is proposed once and trusted by nobody.
	publish(nil, present.Certificate, next.Certificate)
	require.Equal(t, []string{"proposed false"}, proposals(refresh()))
	publish(&next, present.Certificate, next.Certificate)
	out = refresh()
	require.Equal(t, []string{"proposed false"}, proposals(out), "a key cannot vouch for itself")
	require.Equal(t, []string{"1 ok"}, slots(out))
	require.Equal(t, 1, f.count(systemlog.SAMLKeyProposed))
	require.Equal(t, "ok", f.get(path + "/health")["metadata"])
	require.EqualValues(t, 1, f.get(path + "/health")["openProposals"])

	// What a trusted key has signed counts at once, and is in the free slot.
	publish(&present, present.Certificate, next.Certificate)
	out = refresh()
	require.Equal(t, []string{"accepted true"}, proposals(out))
	require.Equal(t, []string{"1 ok", "2 ok"}, slots(out))
	require.Equal(t, 1, f.count(systemlog.SAMLKeyAccepted))

	// With both slots full, a third key waits while the provider still lists the other two, for an administrator too.
	publish(&next, present.Certificate, next.Certificate, third.Certificate)
	out = refresh()
	require.Equal(t, []string{"proposed true", "accepted true"}, proposals(out))
	waiting := out["keyProposals"].([]any)[0].(object)["id"].(string)
	status, _, out = f.do("POST", path+"/key-proposals/"+waiting+"/accept", nil)
	require.Equal(t, http.StatusConflict, status)
	require.Equal(t, "certificate_no_free_slot", code(out))

	// A removed certificate ends as a key, and metadata that it has signed brings nothing in, itself least of all.
	status, _, out = f.do("DELETE", path+"/certificates/1", nil)
	require.Equal(t, http.StatusOK, status, out)
	publish(&present, present.Certificate, next.Certificate, third.Certificate)
	out = refresh()
	require.Equal(t, []string{"2 ok"}, slots(out))
	publish(&next, present.Certificate, next.Certificate)
	require.Equal(t, []string{"2 ok"}, slots(refresh()), "even if the other key vouches for it")
	publish(&next, next.Certificate, third.Certificate)
	out = refresh()
	require.Equal(t, []string{"1 ok", "2 ok"}, slots(out), "the one that waited is accepted by its signature")

	// A fourth key replaces the one that signed metadata no longer lists.
	fourth := f.signer(samltest.OtherRSA(), 700*24*time.Hour)
	publish(&third, third.Certificate, fourth.Certificate)
	out = refresh()
	require.Equal(t, []string{"1 ok", "2 ok"}, slots(out))
	prints := fmt.Sprint(out["settings"].(object)["certificates"])
	require.Contains(t, prints, federation.Certificate{DER: fourth.Certificate.Raw}.Fingerprint())
	require.NotContains(t, prints, federation.Certificate{DER: next.Certificate.Raw}.Fingerprint())

	// Another provider's metadata is a failure, as is none; it is told after a day, once. Addresses are shown, never applied.
	f.fetch[metadataURL] = string(samltest.XML(samltest.Provider{EntityID: "https://evil.test", SSO: "https://evil.test/sso", Certificates: []*x509.Certificate{next.Certificate}}.Tree()))
	out = refresh()
	require.Equal(t, "metadata_other_entity", out["metadata"].(object)["lastFailure"].(object)["code"])
	f.fetch[metadataURL] = "nonsense"
	f.clock.Advance(23 * time.Hour)
	refresh()
	require.Zero(t, f.count(systemlog.SAMLMetadataFailing))
	f.clock.Advance(time.Hour)
	for range 2 {
		out = refresh()
	}
	require.Equal(t, "saml_metadata_unreadable", out["metadata"].(object)["lastFailure"].(object)["code"])
	require.Equal(t, "failing", f.get(path + "/health")["metadata"])
	require.Equal(t, 1, f.count(systemlog.SAMLMetadataFailing))
	tree := samltest.Provider{EntityID: "https://idp.test", SSO: "https://moved.test/sso", SLO: "https://idp.test/out", Certificates: []*x509.Certificate{third.Certificate}}.Tree()
	third.Sign(tree, samltest.Options{})
	f.fetch[metadataURL] = string(samltest.XML(tree))
	out = refresh()
	require.Nil(t, out["metadata"].(object)["lastFailure"])
	require.Equal(t, []any{object{"field": "settings.ssoServiceUrl", "ours": "https://idp.test/sso", "theirs": "https://moved.test/sso"}}, out["metadata"].(object)["differences"])
	require.Equal(t, "https://idp.test/sso", out["settings"].(object)["ssoServiceUrl"])
}

// TestMetadataLeavesLittleBehind reads metadata with values as long as the document: what is kept of them goes with the connection into every
// list and every sign-in.
func TestMetadataLeavesLittleBehind(t *testing.T) { // S41
	t.Parallel()
	f := newFederated(t)
	present := f.signer(samltest.RSA2048(), 400*24*time.Hour)
	path := f.saved("acme", object{"metadataUrl": metadataURL}, present.Certificate)
	long := strings.Repeat("a", 400_000)
	refresh := func(p samltest.Provider) object {
		t.Helper()
		f.fetch[metadataURL] = string(samltest.XML(p.Tree()))
		status, _, out := f.do("POST", path+"/metadata-source/refresh", nil)
		require.Equal(t, http.StatusOK, status, out)
		return out["metadata"].(object)
	}
	for name, p := range map[string]samltest.Provider{
		"an address":              {SSO: "https://idp.test/" + long},
		"an address that is none": {SSO: "http://idp.test/" + long},
		"a certificate":           {SSO: "https://idp.test/sso", Certificates: []*x509.Certificate{named(t, long)}},
	} {
		p.EntityID = "https://idp.test"
		if p.Certificates == nil {
			p.Certificates = []*x509.Certificate{present.Certificate}
		}
		require.Less(t, len(fmt.Sprint(refresh(p))), 8<<10, name)
		require.Less(t, len(fmt.Sprint(f.get(path))), 32<<10, name)
	}
	require.Empty(t, f.get(path)["keyProposals"])
}

// named is a certificate with the common name.
func named(t *testing.T, commonName string) *x509.Certificate {
	t.Helper()
	key := samltest.P384()
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: commonName},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}, &x509.Certificate{Subject: pkix.Name{CommonName: "x"}}, key.Public(), key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return cert
}

// TestAddressesAreReadSoOften lets an administrator have addresses read until it is too often.
func TestAddressesAreReadSoOften(t *testing.T) { // O08
	t.Parallel()
	f := newFederated(t)
	path := f.saved("acme", object{"metadataUrl": metadataURL}, f.signer(samltest.RSA2048(), 400*24*time.Hour).Certificate)
	status, _, draft := f.do("POST", "/connection-drafts", object{"type": "saml", "signInUrlId": "other"})
	require.Equal(t, http.StatusCreated, status)
	asked := 0
	f.fetching = func() { asked++ }
	var last object
	for range 25 {
		f.do("POST", path+"/metadata-source/refresh", nil)
		_, _, last = f.do("POST", "/connection-drafts/"+draft["id"].(string)+"/metadata", object{"url": "https://anybody.test/"})
	}
	require.Equal(t, 30, asked)
	require.Equal(t, "address_read_too_often", code(last))
	f.clock.Advance(time.Minute)
	f.do("POST", path+"/metadata-source/refresh", nil)
	require.Equal(t, 31, asked)
}

// TestReadingThatWasSwitchedOffTakesNoKey switches the hourly reading off while one is under way: what it brings counts for nothing.
func TestReadingThatWasSwitchedOffTakesNoKey(t *testing.T) { // S40
	t.Parallel()
	f := newFederated(t)
	present, next := f.signer(samltest.RSA2048(), 400*24*time.Hour), f.signer(samltest.P256(), 500*24*time.Hour)
	path := f.saved("acme", object{"metadataUrl": metadataURL, "metadataRefresh": true}, present.Certificate)
	tree := samltest.Provider{EntityID: "https://idp.test", SSO: "https://idp.test/sso", Certificates: []*x509.Certificate{present.Certificate, next.Certificate}}.Tree()
	present.Sign(tree, samltest.Options{})
	f.fetch[metadataURL] = string(samltest.XML(tree))
	read := func() {
		t.Helper()
		require.NoError(t, f.connections.OrderMetadata(t.Context()))
		claimed, err := f.db.Queue().Claim(t.Context(), 20, f.clock.Now(), time.Minute)
		require.NoError(t, err)
		for _, job := range claimed {
			if job.Kind == federation.MetadataJob {
				require.NoError(t, f.connections.RunMetadata(t.Context(), job.Payload))
			}
		}
	}
	f.fetching = func() {
		status, _, out := f.do("PUT", path+"/metadata-source", object{"url": metadataURL, "refresh": false})
		require.Equal(t, http.StatusOK, status, out)
	}
	read()
	require.Equal(t, []string{"1 ok"}, slots(f.get(path)))
	require.Zero(t, f.count(systemlog.SAMLKeyAccepted))

	f.fetching = nil
	status, _, out := f.do("PUT", path+"/metadata-source", object{"url": metadataURL, "refresh": true})
	require.Equal(t, http.StatusOK, status, out)
	read()
	require.Equal(t, []string{"1 ok", "2 ok"}, slots(f.get(path)))
}

// TestProposedKeysAreDecided accepts and rejects what an unsigned document shows.
func TestProposedKeysAreDecided(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	present, next, third := f.signer(samltest.RSA2048(), 400*24*time.Hour), f.signer(samltest.P256(), 500*24*time.Hour), f.signer(samltest.P384(), 600*24*time.Hour)
	path := f.saved("acme", object{"metadataUrl": metadataURL, "metadataRefresh": true}, present.Certificate)
	f.fetch[metadataURL] = string(samltest.XML(samltest.Provider{EntityID: "https://idp.test", SSO: "https://idp.test/sso",
		Certificates: []*x509.Certificate{present.Certificate, next.Certificate, third.Certificate}}.Tree()))
	// As the periodic job does it.
	require.NoError(t, f.connections.OrderMetadata(t.Context()))
	claimed, err := f.db.Queue().Claim(t.Context(), 20, f.clock.Now(), time.Minute)
	require.NoError(t, err)
	for _, job := range claimed {
		if job.Kind == federation.MetadataJob {
			require.NoError(t, f.connections.RunMetadata(t.Context(), job.Payload))
		}
	}
	ids := map[string]string{}
	for _, p := range f.get(path)["keyProposals"].([]any) {
		ids[p.(object)["fingerprint"].(string)] = p.(object)["id"].(string)
	}
	require.Len(t, ids, 2)
	id := func(s samltest.Signer) string {
		return ids[federation.Certificate{DER: s.Certificate.Raw}.Fingerprint()]
	}
	status, _, out := f.do("POST", path+"/key-proposals/"+id(next)+"/accept", nil)
	require.Equal(t, http.StatusOK, status, out)
	require.Equal(t, []string{"1 ok", "2 ok"}, slots(out))
	status, _, out = f.do("POST", path+"/key-proposals/"+id(third)+"/reject", nil)
	require.Equal(t, http.StatusOK, status, out)
	for _, decided := range []string{id(next), id(third)} {
		status, _, out = f.do("POST", path+"/key-proposals/"+decided+"/accept", nil)
		require.Equal(t, http.StatusConflict, status)
		require.Equal(t, "key_proposal_decided", code(out))
	}
	status, _, out = f.do("POST", path+"/key-proposals/key_absent/accept", nil)
	require.Equal(t, http.StatusNotFound, status)
	require.Equal(t, "key_proposal_not_found", code(out))
	require.Equal(t, 1, f.count(systemlog.SAMLKeyAccepted))
	require.Equal(t, 1, f.count(systemlog.SAMLKeyRejected))

	// A rejection can be taken back; the key then waits for a decision like a new one. One that is trusted cannot be offered.
	offer := func(proposal string) (int, object) {
		status, _, out := f.do("POST", path+"/key-proposals/"+proposal+"/offer", nil)
		return status, out
	}
	status, out = offer(id(next))
	require.Equal(t, http.StatusConflict, status)
	require.Equal(t, "key_proposal_decided", code(out))
	status, out = offer("key_absent")
	require.Equal(t, http.StatusNotFound, status, out)
	proposed := f.count(systemlog.SAMLKeyProposed)
	status, out = offer(id(third))
	require.Equal(t, http.StatusOK, status, out)
	require.Equal(t, proposed+1, f.count(systemlog.SAMLKeyProposed))
	for _, p := range f.get(path)["keyProposals"].([]any) {
		if p := p.(object); p["id"] == id(third) {
			require.Equal(t, []any{"proposed", false, nil, ""}, []any{p["state"], p["signedByTrustedKey"], p["decidedAt"], p["decidedBy"]})
		}
	}
	status, out = offer(id(third))
	require.Equal(t, http.StatusConflict, status, out)

	// The key of a removed certificate is rejected too. Uploaded again it is trusted, and there is nothing to offer.
	slot := func(method, n string, body object) {
		t.Helper()
		status, _, out := f.do(method, path+"/certificates/"+n, body)
		require.Equal(t, http.StatusOK, status, out)
	}
	slot("DELETE", "2", nil)
	slot("PUT", "2", object{"fileName": "next.cer", "pem": encoded(next.Certificate)})
	status, out = offer(id(next))
	require.Equal(t, http.StatusConflict, status)
	require.Equal(t, "key_proposal_decided", code(out))
	slot("DELETE", "2", nil)
	status, out = offer(id(next))
	require.Equal(t, http.StatusOK, status, out)
	status, _, out = f.do("POST", path+"/key-proposals/"+id(next)+"/accept", nil)
	require.Equal(t, http.StatusOK, status, out)
	require.Equal(t, []string{"1 ok", "2 ok"}, slots(out))

	f.as(admin.Rights{Custom: []admin.Permission{admin.WorkspaceConfiguration}})
	status, out = offer(id(third))
	require.Equal(t, http.StatusForbidden, status, out)
}

// TestSignInURLAvailability asks and is slowed down. Spec: SAM-024, SSO-248, SSO-253
func TestSignInURLAvailability(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	path := f.saved("acme", nil, f.signer(samltest.P256(), 400*24*time.Hour).Certificate)
	available := func(identifier string) any { return f.get("/sign-in-urls/" + identifier)["available"] }
	require.Equal(t, false, available("acme"))
	require.Equal(t, true, available("free-one"))
	status, _, out := f.do("PATCH", path, object{"signInUrlId": "renamed"})
	require.Equal(t, http.StatusOK, status, out)
	require.Equal(t, "https://console.causeway.test/go/renamed", out["signInUrl"])
	require.Equal(t, true, available("acme"), "its customer may take it again")
	status, _, _ = f.do("GET", "/sign-in-urls/Not%20Friendly", nil)
	require.Equal(t, http.StatusBadRequest, status)
	limited := 0
	for range 40 {
		if status, _, out = f.do("GET", "/sign-in-urls/other", nil); status == http.StatusTooManyRequests {
			limited++
			require.Equal(t, "signin_identifier_asked_too_often", code(out))
		}
	}
	require.Equal(t, 13, limited)
	f.clock.Advance(time.Minute)
	require.Equal(t, true, available("other"))
}

// TestWarningsOfADraft finds what is probably not meant, and nothing in a plain draft. Spec: SAM-082, SSO-091, SSO-092, SSO-127
func TestWarningsOfADraft(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	status, _, out := f.do("POST", "/connection-drafts", object{"type": "saml", "signInUrlId": "acme"})
	require.Equal(t, http.StatusCreated, status, out)
	draft := "/connection-drafts/" + out["id"].(string)
	long := "https://idp.test/sso?x="
	for len(long) < 1500 {
		long += "0123456789"
	}
	for _, tt := range []struct {
		settings object
		want     []string
	}{
		{object{"idpEntityId": "https://idp.test", "ssoServiceUrl": "https://idp.test/sso"}, []string{}},
		{object{"ssoBinding": "redirect"}, []string{}},
		{object{"ssoServiceUrl": long}, []string{"settings.ssoBinding saml_redirect_too_long"}},
		{object{"ssoBinding": "post"}, []string{}},
		{object{"ssoServiceUrl": "https://ping.test/idp/startSSO.ping?PartnerSpId=x"}, []string{"settings.ssoServiceUrl warning_sso_unsolicited"}},
		{object{"ssoServiceUrl": "https://adfs.test/adfs/ls/IdpInitiatedSignOn.aspx"}, []string{"settings.ssoServiceUrl warning_sso_unsolicited"}},
		{object{"ssoServiceUrl": "https://ping.test/idp/SSO.saml2"}, []string{}},
		{object{"ssoServiceUrl": "https://acme.okta-eu.com/app/x/sso/saml"}, []string{"settings.idpEntityId warning_okta_nameidpolicy"}},
		{object{"ssoServiceUrl": "https://acme.oktapreview.com/app/x/sso/saml", "scopedEntityId": true},
			[]string{"settings.idpEntityId warning_okta_nameidpolicy", "settings.scopedEntityId warning_okta_scoped"}},
		{object{"ssoServiceUrl": "https://acme.okta.com.evil.test/sso/saml"}, []string{}},
		{object{"ssoServiceUrl": "https://idp.test/sso", "scopedEntityId": false}, []string{}},
		{object{"logoutUrl": "https://idp.test/out", "sloBinding": "redirect"}, []string{}},
		{object{"logoutUrl": long}, []string{"settings.sloBinding warning_logout_too_long"}},
		{object{"ssoServiceUrl": long, "ssoBinding": "redirect"}, []string{"settings.ssoBinding saml_redirect_too_long", "settings.sloBinding warning_logout_too_long"}},
		{object{"ssoServiceUrl": "https://idp.test/sso", "ssoBinding": "post", "sloBinding": "post"}, []string{}},
		{object{"logoutUrl": "https://idp.test/out", "ssoServiceUrl": "https://acme.oktapreview.com/app/x/sso/saml", "scopedEntityId": true},
			[]string{"settings.idpEntityId warning_okta_nameidpolicy", "settings.scopedEntityId warning_okta_scoped"}},
		{object{"idpEntityId": "http://www.okta.com/exk1"}, []string{"settings.idpEntityId warning_okta_nameidpolicy", "settings.scopedEntityId warning_okta_scoped"}},
	} {
		status, _, out = f.do("PATCH", draft, object{"settings": tt.settings})
		require.Equal(t, http.StatusOK, status, out)
		got := []string{}
		for _, w := range out["warnings"].([]any) {
			got = append(got, fmt.Sprint(w.(object)["field"], " ", w.(object)["code"]))
			require.NotEmpty(t, w.(object)["text"])
			require.NotEmpty(t, w.(object)["hint"])
		}
		require.Equal(t, tt.want, got, tt.settings)
	}
	operator := systemlog.Actor{Type: systemlog.ActorOperator, ID: "uid:0", Name: "root"}
	require.NoError(t, federation.NewFeatures(f.db.Connections()).Set(t.Context(), operator, "one", federation.SendNameIDPolicy, true, "case 1"))
	require.Len(t, f.get(draft)["warnings"], 1, "the feature is on now; the scope still is not needed")

	// What is too long stays so in the saved connection, and is told there (SAM-082).
	key := f.signer(samltest.P256(), 400*24*time.Hour).Certificate
	require.Empty(t, f.get(f.saved("short", object{"logoutUrl": "https://idp.test/out", "sloBinding": "redirect"}, key))["warnings"])
	told := f.get(f.saved("long", object{"logoutUrl": long, "sloBinding": "redirect"}, key))["warnings"].([]any)
	require.Len(t, told, 1)
	require.Equal(t, "settings.sloBinding", told[0].(object)["field"])
	require.Contains(t, told[0].(object)["text"], "at most 2048")
}

// TestTheEstimateOfALogoutRequest grows a Logout URL until it is warned of. Spec: SAM-082
func TestTheEstimateOfALogoutRequest(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	status, _, out := f.do("POST", "/connection-drafts", object{"type": "saml", "signInUrlId": "acme"})
	require.Equal(t, http.StatusCreated, status, out)
	draft := "/connection-drafts/" + out["id"].(string)
	warned, length := false, 0
	for n := 400; n < 1800 && !warned; n += 20 {
		address := "https://idp.test/out?x=" + strings.Repeat("0123456789", n/10)
		status, _, out = f.do("PATCH", draft, object{"settings": object{"idpEntityId": "https://idp.test", "ssoServiceUrl": "https://idp.test/sso",
			"logoutUrl": address, "sloBinding": "redirect", "signLogoutRequest": true}})
		require.Equal(t, http.StatusOK, status, out)
		warned, length = len(out["warnings"].([]any)) == 1, len(address)
	}
	require.True(t, warned)
	require.InDelta(t, 1000, length, 150, "signature, names and the address itself take the rest")
}

// TestTablesOfProviders reads what the form shows beside its fields.
//
// Spec: SAM-004, SAM-137, SAM-143, SAM-179, SSO-011, SSO-151, SSO-163, SSO-196
func TestTablesOfProviders(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	require.Equal(t, object{"entityId": "https://saml.causeway.test", "acsUrl": "https://saml.causeway.test/saml/acs",
		"logoutUrl": "https://saml.causeway.test/saml/logout/callback", "metadataUrl": "https://saml.causeway.test/saml/metadata"}, f.get("/identity-providers/service-provider"))

	documented := map[string][3]string{
		"entra_id":     {"https://sts.windows.net/<yourEntraIDTenantID>", "https://login.microsoftonline.com/<yourEntraIDTenantID>/saml2", "https://login.microsoftonline.com/<yourEntraIDTenantID>/saml2"},
		"adfs":         {"https://adfs.YourDomain.com/adfs/services/trust", "https://adfs.YourDomain.com/adfs/ls", "https://adfs.YourDomain.com/adfs/ls"},
		"okta":         {"http://www.okta.com/<oktaSAMLappID>", "https://<youroktatenant>.okta.com/app/<oktatenantname>_<samlappname>/<samlappID>/sso/saml", "https://<youroktatenant>.okta.com/app/<oktatenantname>_<samlappname>/<samlappID>/slo/saml"},
		"duo":          {"https://sso-<id>.sso.duosecurity.com/saml2/sp/<samlappID>/metadata", "https://sso-<id>.sso.duosecurity.com/saml2/sp/<samlappID>/sso", "https://sso-<id>.sso.duosecurity.com/saml2/sp/<samlappID>/slo"},
		"pingfederate": {"https://yourpingfedbaseurl.domain.com", "https://yourpingfedbaseurl.domain.com/idp/SSO.saml2", "https://yourpingfedbaseurl.domain.com/idp/SLO.saml2"},
	}
	for _, p := range f.get("/identity-providers/presets")["items"].([]any) {
		p := p.(object)
		if want, ok := documented[p["key"].(string)]; ok {
			require.Equal(t, want, [3]string{p["entityId"].(string), p["ssoServiceUrl"].(string), p["logoutUrl"].(string)})
			delete(documented, p["key"].(string))
		}
		require.NotEmpty(t, p["warnings"])
		require.NotEmpty(t, p["hints"])
		for _, s := range append(p["warnings"].([]any), p["hints"].(object)["idpEntityId"], p["hints"].(object)["ssoServiceUrl"]) {
			require.NotContains(t, s, "preset.", "a text is missing")
			require.NotEmpty(t, s)
		}
	}
	require.Empty(t, documented)

	tables := f.get("/identity-providers/identity-table")
	require.Len(t, tables["resources"], 5)
	require.Equal(t, object{"resource": "AD joined", "identities": []any{"AD", "Entra ID imported from AD (contains SID)"}, "needsEntra": false, "sso": "Yes"}, tables["resources"].([]any)[0])
	require.Equal(t, object{"resource": "Windows 365 Cloud PCs", "identities": []any{"Entra ID native user", "Entra ID imported from AD (contains SID)"}, "needsEntra": true, "sso": "No"}, tables["resources"].([]any)[3])
	require.Len(t, tables["frontends"], 4)
	support := map[any]any{}
	for _, d := range tables["duplicateEntityIds"].([]any) {
		support[d.(object)["provider"]] = d.(object)["supports"]
	}
	require.Equal(t, map[any]any{"Azure AD": false, "ADFS": false, "PingFederate": false, "PingOneSSO": false, "Okta": true, "Duo": true, "OneLogin": true}, support)
	require.Len(t, tables["entityIds"], 8)
	require.Equal(t, object{"useCase": "Two or more SAML applications", "duplicateEntityIds": false, "generic": false, "scoped": true}, tables["entityIds"].([]any)[3])
	require.Len(t, tables["applications"], 7)
	for _, a := range tables["applications"].([]any) {
		a := a.(object)
		both := a["customDomain"].(bool) && (a["workspaceUrl"].(bool) || a["console"].(bool))
		require.Equal(t, both, a["second"], a)
		require.Equal(t, a["customDomain"].(bool) && !both, a["customEndpoints"], a)
	}
}
