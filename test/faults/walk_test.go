package faults_test

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/faults/installation"
)

// requests has the body of every operation of the API, so complete that nothing but the rights of the caller and the
// place of the object decides. An operation that is not here fails the test: whoever adds one says here how it is called.
var requests = map[string]any{
	"approveServicePrincipal":        nil,
	"addDirectoryAdministrator":      map[string]any{"kind": "group", "sid": "S-1-5-21-1-2-3-1104", "domain": "alpha.test", "access": "full"},
	"changeConnection":               map[string]any{"nickname": "taken"},
	"changeConnectionDraft":          map[string]any{"nickname": "taken"},
	"changeMyPassword":               map[string]any{"current": "none", "new": "none"},
	"checkMyIdentity":                map[string]any{"method": "authenticator", "code": "000000"},
	"confirmMyAuthenticator":         map[string]any{"code": "000000"},
	"confirmMyBackupCodes":           nil,
	"confirmMyEmail":                 map[string]any{"code": "000000"},
	"confirmMyRecoveryEmail":         map[string]any{"code": "000000"},
	"countNotifications":             nil,
	"createAssignment":               map[string]any{"kind": "group", "sid": "S-1-5-21-1-2-3-1104", "domain": "alpha.test"},
	"createConnectionDraft":          map[string]any{"type": "saml", "signInUrlId": "strange"},
	"createLocation":                 map[string]any{"name": "strange"},
	"createOffering":                 map[string]any{"name": "strange", "address": "https://strange.example"},
	"createParameterFile":            map[string]any{"acceptTermsOfService": true},
	"createServicePrincipal":         map[string]any{"name": "strange", "access": "full", "permissions": []string{}},
	"deleteAdministrator":            nil,
	"deleteAssignment":               nil,
	"deleteConnectionDraft":          nil,
	"deleteLocation":                 nil,
	"deleteOffering":                 nil,
	"deleteServicePrincipal":         nil,
	"detectDirectory":                nil,
	"disconnectConnection":           nil,
	"dismissAccessRequest":           nil,
	"dismissAllNotifications":        nil,
	"dismissNotification":            nil,
	"dismissUpdateRecovery":          nil,
	"downloadConnectorSoftware":      nil,
	"exportSystemLog":                nil,
	"finishConnectionDraft":          map[string]any{"untested": true},
	"getAccount":                     nil,
	"getConnection":                  nil,
	"getConnectionDraft":             nil,
	"getConnector":                   nil,
	"getDomain":                      nil,
	"getInactivity":                  nil,
	"getLocation":                    nil,
	"getMe":                          nil,
	"getMySettings":                  nil,
	"getOffering":                    nil,
	"getSignInTrace":                 nil,
	"getWorkspaceAppearance":         nil,
	"getWorkspaceConfiguration":      nil,
	"getWorkspaceSignIn":             nil,
	"inviteAdministrator":            map[string]any{"email": "strange@example.org", "access": "full"},
	"listAccessRequests":             nil,
	"listAdministrators":             nil,
	"listAssignments":                nil,
	"listConnectionDrafts":           nil,
	"listConnections":                nil,
	"listConnectorEvents":            nil,
	"listConnectorSoftware":          nil,
	"listConnectors":                 nil,
	"listDomains":                    nil,
	"listForests":                    nil,
	"listFrontendKinds":              nil,
	"listIdentityOptions":            nil,
	"listIdentityProviders":          nil,
	"listLocations":                  nil,
	"listNotifications":              nil,
	"listOfferings":                  nil,
	"listServicePrincipals":          nil,
	"listSignInTraces":               nil,
	"listSystemLogEventTypes":        nil,
	"listSystemLogRecords":           nil,
	"mailMyIdentityCode":             nil,
	"newMyAuthenticator":             nil,
	"newMyBackupCodes":               nil,
	"newMyEmail":                     map[string]any{"email": "strange@example.org"},
	"newMyRecoveryEmail":             map[string]any{"email": "strange@example.org"},
	"readProviderCertificate":        map[string]any{"fileName": "idp.pem", "content": "none"},
	"readProviderMetadata":           map[string]any{"xml": "<a/>"},
	"removeConnector":                nil,
	"renameAccount":                  map[string]any{"name": "taken"},
	"renameLocation":                 map[string]any{"name": "taken"},
	"resendInvitation":               nil,
	"resetPrimaryLocation":           nil,
	"searchDirectory":                nil,
	"setDomainState":                 map[string]any{"enabled": false},
	"setInactivity":                  map[string]any{"enabled": true, "minutes": 10},
	"setMyRecoveryPhone":             map[string]any{"phone": "+41446681800", "repeat": "+41446681800"},
	"setPins":                        map[string]any{"pages": []string{"/locations"}},
	"setPrimaryLocation":             map[string]any{"locationId": absent},
	"setWorkspaceAppearance":         map[string]any{"name": "strange"},
	"setWorkspaceConfiguration":      map[string]any{"name": "strange"},
	"setWorkspaceSignIn":             map[string]any{"alwaysPrompt": false, "inactivity": map[string]any{"enabled": false, "minutes": 0}},
	"signOut":                        map[string]any{},
	"switchCustomer":                 map[string]any{"customerId": "absent"},
	"testConnectionDraft":            nil,
	"updateOffering":                 map[string]any{"name": "taken"},
	"acceptConnectionKey":            nil,
	"checkCustomDomain":              nil,
	"checkEntraDirectory":            nil,
	"cloneConnection":                map[string]any{"signInUrlId": "strange-clone", "nickname": "strange"},
	"connectEntraDirectory":          map[string]any{"tenantId": "11111111-2222-4333-8444-555555555555", "clientId": "11111111-2222-4333-8444-555555555556", "clientSecret": "x"},
	"disconnectEntraDirectory":       nil,
	"getConnectionADFSFiles":         nil,
	"getConnectionHealth":            nil,
	"getConnectionTest":              nil,
	"getCustomDomain":                nil,
	"getCustomDomainSAML":            nil,
	"getEntraDirectory":              nil,
	"getIdentityTable":               nil,
	"getSAMLRotation":                nil,
	"getCustomDomainServiceProvider": nil,
	"getServiceProvider":             nil,
	"getSignInUrlAvailability":       nil,
	"listProviderPresets":            nil,
	"putConnectionCertificate":       map[string]any{"fileName": "idp.pem", "pem": strangePEM},
	"putConnectionMetadataSource":    map[string]any{"url": "", "refresh": false},
	"readCustomDomainCertificate":    map[string]any{"fileName": "idp.pem", "content": "eA=="},
	"readSAMLCertificates":           map[string]any{"xml": "<a/>"},
	"refreshConnectionMetadata":      nil,
	"offerConnectionKey":             nil,
	"rejectConnectionKey":            nil,
	"removeConnectionCertificate":    nil,
	"removeCustomDomain":             nil,
	"removeCustomDomainSAML":         nil,
	"runSAMLSelfTest":                nil,
	"setCustomDomain":                map[string]any{"host": "strange.example.org", "tls": "upload"},
	"setCustomDomainCertificate":     map[string]any{"certificatePem": "x", "privateKeyPem": "x"},
	"setCustomDomainSAML":            map[string]any{"mode": "customOnly"},
	"testConnection":                 nil,
	"testNextSAMLKey":                nil,
}

// unstored are the operations that read nothing of what is stored for a customer: each export is a record, a search asks connectors,
// the programs for connectors are everybody's, and so is whether a sign-in URL is free (SAM-024).
var unstored = map[string]bool{"exportSystemLog": true, "searchDirectory": true, "listConnectorSoftware": true, "downloadConnectorSoftware": true,
	"getSignInUrlAvailability": true}

// absentYet are the operations that read what a new customer does not have.
var absentYet = map[string]bool{"getCustomDomain": true, "getCustomDomainSAML": true, "getCustomDomainServiceProvider": true, "getEntraDirectory": true}

// choices are the parameters that choose among what every object has.
var choices = map[string]string{"slot": "1", "platform": "linux-amd64"}

// consoleOnly are the operations that the address for machines does not have.
var consoleOnly = map[string]bool{"listConnectorSoftware": true, "downloadConnectorSoftware": true}

// needsBrowser are the operations that no machine can call, whatever they name.
var needsBrowser = map[string]bool{"testConnectionDraft": true, "testConnection": true, "testNextSAMLKey": true}

// needsPerson are the operations that only people are allowed.
var needsPerson = map[string]bool{"approveServicePrincipal": true}

// documented are the routes outside the description of the API, as the source registers them.
var documented = []string{
	"GET /openapi.json", // public
	"GET /systemlog/records",
	"GET /{customerId}/resourcelocations",
	"DELETE /{customerId}/resourcelocations/{id}",
	"DELETE /{customerId}/EdgeServers/{id}",
	"POST /cctrustoauth2/{customerId}/tokens/clients",
	"POST /{customerId}/tokens/clients",
	"POST /tokens/clients",
	"GET /{customerId}/v1/events", // console only
}

// operation is one operation of the description.
type operation struct{ method, path, id string }

// operations reads the description of the API that the program prints.
func operations(t *testing.T) []operation {
	t.Helper()
	got := installation.Run(t, "openapi")
	require.Zero(t, got.Code, got.Stderr)
	var doc struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	require.NoError(t, json.Unmarshal([]byte(got.Stdout), &doc))
	var out []operation
	for path, methods := range doc.Paths {
		for method, o := range methods {
			out = append(out, operation{strings.ToUpper(method), path, o.OperationID})
		}
	}
	require.Greater(t, len(out), 30)
	return out
}

// tenant is a customer with one object of every kind.
type tenant struct {
	customer installation.Customer
	machine  *installation.Machine
	browser  *installation.Browser
	objects  map[string]string // by the name of the path's parameter
}

const absent = "absent-0000"

var parameter = regexp.MustCompile(`\{(\w+)\}`)

// fillPath puts a customer and IDs into a path.
func fillPath(t *testing.T, path, customer string, objects map[string]string) string {
	t.Helper()
	return parameter.ReplaceAllStringFunc(path, func(p string) string {
		name := strings.Trim(p, "{}")
		if name == "customerId" {
			return customer
		}
		require.Contains(t, objects, name, "%s: the test has no object for this parameter", path)
		return objects[name]
	})
}

func newTenant(t *testing.T, s *installation.Server, name, pem string) *tenant {
	t.Helper()
	x := &tenant{customer: s.NewCustomer(name), browser: s.Browser(), objects: map[string]string{}}
	x.browser.Enrol(x.customer)
	principal := x.browser.NewPrincipal(x.customer.CustomerID, name+"-machine")
	x.machine = s.Machine(principal)
	x.objects["principalId"] = principal.ID
	base := "/" + x.customer.CustomerID + "/v1/"
	make := func(status int, method, path string, body any) string {
		got, err := x.machine.Call(method, base+path, body)
		require.NoError(t, err)
		require.Equal(t, status, got.Status, "%s %s: %s", method, path, got.Body)
		var made struct{ ID string }
		got.Decode(t, &made)
		return made.ID
	}
	x.objects["locationId"] = make(http.StatusCreated, http.MethodPost, "locations", map[string]any{"name": name + "-location"})
	draft := func(signIn string) string {
		d := make(http.StatusCreated, http.MethodPost, "connection-drafts", map[string]any{"type": "saml", "signInUrlId": signIn})
		make(http.StatusOK, http.MethodPatch, "connection-drafts/"+d, map[string]any{"nickname": signIn, "settings": map[string]any{
			"idpEntityId": "https://" + signIn + ".example/idp", "ssoServiceUrl": "https://" + signIn + ".example/sso",
			"certificates": []any{map[string]any{"fileName": "idp.pem", "pem": pem}}}})
		return d
	}
	finished := draft(strings.ToLower(name) + "1")
	x.objects["connectionId"] = make(http.StatusCreated, http.MethodPost, "connection-drafts/"+finished+"/finish", map[string]any{"untested": true})
	x.objects["draftId"] = draft(strings.ToLower(name) + "2")
	x.objects["invitationId"] = make(http.StatusCreated, http.MethodPost, "administrators/invitations", map[string]any{"email": strings.ToLower(name) + "1@example.org", "access": "full"})
	x.objects["administratorId"], x.objects["requestId"] = x.objects["invitationId"], strings.ToLower(name)+"-request"
	x.objects["notificationId"] = strings.ToLower(name) + "-notification"
	x.objects["offeringId"] = make(http.StatusCreated, http.MethodPost, "offerings", map[string]any{"name": name + "-offering", "address": "https://offering.example"})
	x.objects["assignmentId"] = strings.ToLower(name) + "-assignment"
	x.objects["domain"], x.objects["identifier"] = strings.ToLower(name)+".test", strings.ToLower(name)+"1"
	maps.Copy(x.objects, choices)
	x.objects["testId"], x.objects["proposalId"] = strings.ToLower(name)+"-test", strings.ToLower(name)+"-proposal"
	x.objects["connectorId"], x.objects["traceId"] = strings.ToLower(name)+"-connector", strings.ToLower(name)+"-trace"

	db := openDatabase(t, s, "")
	now := time.Now().UnixMicro()
	_, err := db.Exec(`insert into connector (customer_id, id, location_id, name, type, machine_id, hardware_uuid, boot_id, host_name, domain, os, software,
		registered_at, registered_by, proven, offered, forest, domains, known_domains, upn_suffixes, problem, problem_fatal, version)
		values ($1, $2, $3, $2, 'connector', 'm', 'h', 'b', 'host', 'd.test', 'linux', '1', $4, 'x', 0, 0, $2, '["`+x.objects["domain"]+`", "`+strings.ToLower(name)+`.hidden"]', '[]', '[]', '', 0, 1)`,
		x.customer.CustomerID, x.objects["connectorId"], x.objects["locationId"], now)
	require.NoError(t, err)
	_, err = db.Exec(`insert into signin_trace (customer_id, id, at, transaction_id, succeeded, purpose, connection_id, connection_name, person, client_addr, code, setting, detail)
		values ($1, $2, $3, 'tx', 0, 'signin', 'c', 'c', $2, '192.0.2.1', 'saml_issuer', '', '{}')`, x.customer.CustomerID, x.objects["traceId"], now)
	require.NoError(t, err)
	_, err = db.Exec(`insert into access_request (customer_id, id, login_id, name, email, email_key, requested_at)
		select customer_id, $2, login_id, $3, $3, $3, $4 from administrator_link where customer_id = $1`, x.customer.CustomerID, x.objects["requestId"], strings.ToLower(name)+"1", now)
	require.NoError(t, err)
	_, err = db.Exec(`insert into notification (customer_id, id, at, kind, severity, args) values ($1, $2, $3, 'administrator_joined', 'information', '{"name": "'||$4||'"}')`,
		x.customer.CustomerID, x.objects["notificationId"], now, strings.ToLower(name)+"1")
	require.NoError(t, err)
	_, err = db.Exec(`insert into offering_assignment (customer_id, offering_id, id, kind, sid, forest, domain, name, name_key, assigned_at, assigned_by)
		values ($1, $2, $3, 'group', 'S-1-5-21-1-2-3-1104', $4, $4, $4, $4, $5, 'x')`, x.customer.CustomerID, x.objects["offeringId"], x.objects["assignmentId"], x.objects["domain"], now)
	require.NoError(t, err)
	_, err = db.Exec(`insert into connection_test (customer_id, id, connection_id, state, started_at, transaction_id, report)
		values ($1, $2, $3, 'failed', $4, 'tx', '{"Message": "'||$2||'"}')`, x.customer.CustomerID, x.objects["testId"], x.objects["connectionId"], now)
	require.NoError(t, err)
	_, err = db.Exec(`insert into key_proposal (customer_id, id, connection_id, fingerprint, certificate, found_at, signed, state)
		values ($1, $2, $3, $2, $4, $5, 0, 'proposed')`, x.customer.CustomerID, x.objects["proposalId"], x.objects["connectionId"], derBase64(pem), now)
	require.NoError(t, err)
	return x
}

// derBase64 is the body of a PEM file in one line.
func derBase64(file string) string {
	var out strings.Builder
	for line := range strings.Lines(file) {
		if !strings.HasPrefix(line, "-----") {
			out.WriteString(strings.TrimSpace(line))
		}
	}
	return out.String()
}

// caller sends a request at one mount of the API.
type caller func(method, path string, body any) installation.Answer

func (x *tenant) callers(t *testing.T) map[string]caller {
	return map[string]caller{
		"api": func(method, path string, body any) installation.Answer {
			got, err := x.machine.Call(method, path, body)
			require.NoError(t, err)
			return got
		},
		"console": x.browser.API,
	}
}

var transactionID = regexp.MustCompile(`tx_[a-z0-9]+`)

// same compares two answers, without what tells one request from another and with each ID called by the same name.
func same(t *testing.T, what string, want, got installation.Answer, called map[string]string) {
	t.Helper()
	plain := func(a installation.Answer) string {
		s := transactionID.ReplaceAllString(string(a.Body), "tx")
		for _, id := range slices.SortedFunc(maps.Keys(called), func(a, b string) int { return len(b) - len(a) }) {
			s = strings.ReplaceAll(s, id, called[id])
		}
		return s
	}
	require.Equal(t, want.Status, got.Status, "%s: %s", what, got.Body)
	require.Equal(t, plain(want), plain(got), "%s: the answer tells whether it exists", what)
}

// TestNothingCrosses calls every route of both mounts as nobody, as a full administrator of another customer, and with
// the objects of another customer below the own name. A stranger learns not even that something exists.
//
// Spec: OPS-198
func TestNothingCrosses(t *testing.T) {
	t.Parallel()
	s := installation.Start(t, installation.Config{})
	pem := identityProviderCertificate(t)
	a, b := newTenant(t, s, "Alpha", pem), newTenant(t, s, "Beta", pem)
	snapshot(t, a) // makes what is made at the first look
	before := snapshot(t, a)
	nobody := map[string]caller{
		"api": func(method, path string, body any) installation.Answer {
			got, err := s.Nobody().Call(method, path, body)
			require.NoError(t, err)
			return got
		},
		"console": func(method, path string, body any) installation.Answer { return s.Browser().API(method, path, body) },
	}
	none := map[string]string{}
	for name := range a.objects {
		none[name] = cmp.Or(choices[name], absent)
	}
	for _, o := range operations(t) {
		body, known := requests[o.id]
		require.True(t, known, "%s %s (%s) is new: say in requests how it is called", o.method, o.path, o.id)
		of := func(customer string, objects map[string]string) string { return fillPath(t, o.path, customer, objects) }
		for mount, call := range b.callers(t) {
			if !strings.Contains(o.path, "{customerId}") && mount == "api" {
				continue // of the session
			}
			what := mount + ": " + o.method + " " + o.path
			got := nobody[mount](o.method, of(a.customer.CustomerID, a.objects), body)
			if mount == "api" && consoleOnly[o.id] {
				require.Equal(t, http.StatusNotFound, got.Status, "%s: %s", what, got.Body)
				continue
			}
			require.Equal(t, http.StatusUnauthorized, got.Status, "%s as nobody: %s", what, got.Body)
			if !strings.Contains(o.path, "{customerId}") {
				continue
			}
			got = call(o.method, of(a.customer.CustomerID, a.objects), body)
			require.Equal(t, http.StatusForbidden, got.Status, "%s as a stranger: %s", what, got.Body)
			same(t, what+" as a stranger", call(o.method, of(absent, none), body), got, map[string]string{a.customer.CustomerID: absent})
			if strings.Count(o.path, "{") == 1 || unstored[o.id] {
				continue // no object
			}
			got = call(o.method, of(b.customer.CustomerID, a.objects), body)
			want := http.StatusNotFound
			switch {
			case mount == "api" && needsBrowser[o.id]:
				want = http.StatusBadRequest
			case mount == "api" && needsPerson[o.id]:
				want = http.StatusForbidden
			case strings.HasPrefix(o.id, "list") && got.Status == http.StatusOK: // of what is not there there is nothing
				want = http.StatusOK
				require.JSONEq(t, `{"items": [], "cursor": ""}`, string(got.Body), what)
			}
			require.Equal(t, want, got.Status, "%s with an object of another customer: %s", what, got.Body)
			called := map[string]string{}
			for name, id := range a.objects {
				if choices[name] == "" {
					called[id] = absent
				}
			}
			same(t, what+" with an object of another customer", call(o.method, of(b.customer.CustomerID, none), body), got, called)
		}
	}
	require.Equal(t, before, snapshot(t, a), "a stranger has changed something")
	walkDocumented(t, s, a, b)
	require.Equal(t, before, snapshot(t, a), "a stranger has changed something")

	for _, token := range []string{"unknown", b.machine.Token + "x", "e30.e30.e30"} {
		forged := installation.Machine{Client: b.machine.Client, Token: token}
		got, err := forged.Call(http.MethodGet, "/"+b.customer.CustomerID+"/v1/locations", nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusUnauthorized, got.Status, "token %q: %s", token, got.Body)
	}
	for mount, call := range b.callers(t) {
		for _, o := range operations(t) {
			if o.method != http.MethodGet || strings.Count(o.path, "{") != 1 || !strings.Contains(o.path, "{customerId}") || unstored[o.id] && o.id != "exportSystemLog" {
				continue
			}
			got := call(o.method, fillPath(t, o.path, b.customer.CustomerID, nil), nil)
			require.True(t, got.Status == http.StatusOK || absentYet[o.id] && got.Status == http.StatusNotFound, "%s: %s: %s", mount, o.path, got.Body)
			// The IDs may stand in the log as what he asked for in vain; he cannot know these.
			for _, foreign := range []string{a.customer.CustomerID, a.customer.OrgID, "Alpha-location", "Alpha-machine", "Alpha-offering", "alpha1", "alpha2", "alpha.hidden"} {
				require.NotContains(t, string(got.Body), foreign, "%s: %s shows the other customer", mount, o.path)
			}
		}
	}
	got := b.browser.API(http.MethodPost, "/v1/me/customer", map[string]any{"customerId": a.customer.CustomerID})
	require.NotEqual(t, http.StatusOK, got.Status)
	same(t, "switch to another's customer", b.browser.API(http.MethodPost, "/v1/me/customer", map[string]any{"customerId": absent}), got,
		map[string]string{a.customer.CustomerID: absent})
}

// snapshot is everything that a customer can read of himself, apart from the log and times.
func snapshot(t *testing.T, x *tenant) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, o := range operations(t) {
		if o.method != http.MethodGet || !strings.Contains(o.path, "{customerId}") || unstored[o.id] {
			continue
		}
		got, err := x.machine.Call(o.method, fillPath(t, o.path, x.customer.CustomerID, x.objects), nil)
		require.NoError(t, err)
		require.True(t, got.Status == http.StatusOK || absentYet[o.id] && got.Status == http.StatusNotFound, "%s: %s", o.path, got.Body)
		out[o.id] = transactionID.ReplaceAllString(string(got.Body), "tx")
	}
	return out
}

// walkDocumented calls the documented routes, which are not in the description.
func walkDocumented(t *testing.T, s *installation.Server, a, b *tenant) {
	t.Helper()
	require.ElementsMatch(t, documented, registered(t), "a documented route is new: say here how it is called")
	call := b.callers(t)["api"]
	nobody := s.Nobody()
	for _, o := range []struct{ method, path, object string }{
		{"GET", "/{customerId}/resourcelocations", ""},
		{"DELETE", "/{customerId}/resourcelocations/{id}", a.objects["locationId"]},
		{"DELETE", "/{customerId}/EdgeServers/{id}", a.objects["connectorId"]},
	} {
		what := o.method + " " + o.path
		of := func(customer, object string) string {
			return fillPath(t, o.path, customer, map[string]string{"id": object})
		}
		got, err := nobody.Call(o.method, of(a.customer.CustomerID, o.object), nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusUnauthorized, got.Status, what)
		foreign := call(o.method, of(a.customer.CustomerID, o.object), nil)
		require.Equal(t, http.StatusForbidden, foreign.Status, what)
		same(t, what, call(o.method, of(absent, absent), nil), foreign, map[string]string{a.customer.CustomerID: absent})
		if o.object != "" {
			object := call(o.method, of(b.customer.CustomerID, o.object), nil)
			require.Equal(t, http.StatusNotFound, object.Status, what)
			same(t, what, call(o.method, of(b.customer.CustomerID, absent), nil), object, map[string]string{o.object: absent})
		}
	}
	// The log names its customer in a header.
	log := func(token, customer string) installation.Answer {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+installation.Host("api")+"/systemlog/records", nil)
		require.NoError(t, err)
		req.Header.Set("Citrix-CustomerId", customer)
		if token != "" {
			req.Header.Set("Authorization", "CwsAuth Bearer="+token)
		}
		got, err := b.machine.Send(req)
		require.NoError(t, err)
		return got
	}
	require.Equal(t, http.StatusUnauthorized, log("", a.customer.CustomerID).Status)
	require.Equal(t, http.StatusForbidden, log(b.machine.Token, a.customer.CustomerID).Status)
	same(t, "systemlog/records", log(b.machine.Token, absent), log(b.machine.Token, a.customer.CustomerID), map[string]string{a.customer.CustomerID: absent})
	require.Equal(t, http.StatusOK, log(b.machine.Token, b.customer.CustomerID).Status)
	// A token for the customer of somebody else.
	for _, path := range []string{"/cctrustoauth2/{customerId}/tokens/clients", "/{customerId}/tokens/clients"} {
		token := func(customer string) installation.Answer {
			body, kind := `{"clientId":"`+b.machine.ID+`","clientSecret":"`+b.machine.Secret+`"}`, "application/json"
			if strings.HasPrefix(path, "/cctrust") {
				body, kind = "grant_type=client_credentials&client_id="+b.machine.ID+"&client_secret="+b.machine.Secret, "application/x-www-form-urlencoded"
			}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+installation.Host("api")+fillPath(t, path, customer, nil), strings.NewReader(body))
			require.NoError(t, err)
			req.Header.Set("Content-Type", kind)
			got, err := nobody.Send(req)
			require.NoError(t, err)
			return got
		}
		require.Equal(t, http.StatusOK, token(b.customer.CustomerID).Status, path)
		require.Equal(t, http.StatusUnauthorized, token(a.customer.CustomerID).Status, path)
		same(t, path, token(absent), token(a.customer.CustomerID), nil)
	}
	// The stream of events, with a session.
	events := func(x *installation.Browser, customer string) installation.Answer {
		return x.API(http.MethodGet, "/"+customer+"/v1/events", nil)
	}
	require.Equal(t, http.StatusUnauthorized, events(s.Browser(), a.customer.CustomerID).Status)
	require.Equal(t, http.StatusForbidden, events(b.browser, a.customer.CustomerID).Status)
	same(t, "events", events(b.browser, absent), events(b.browser, a.customer.CustomerID), map[string]string{a.customer.CustomerID: absent})
}

var routeCall = regexp.MustCompile(`a\.(?:router\.(Get|Post|Put|Patch|Delete|Handle)|(compatDelete))\("([^"]+)"`)

// registered lists the routes that the source of the API registers beside its typed operations.
func registered(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../internal/adapter/httpapi/*.go")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var out []string
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		raw, err := os.ReadFile(f)
		require.NoError(t, err)
		for _, m := range routeCall.FindAllStringSubmatch(string(raw), -1) {
			method := strings.ToUpper(m[1])
			if m[2] != "" {
				method = http.MethodDelete
			}
			out = append(out, method+" "+m[3])
		}
	}
	return out
}
