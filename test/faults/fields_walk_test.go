package faults_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/faults/installation"
)

// absentValue takes the field out of the body.
type absentValue struct{}

// badValue is something that somebody may put into a field. refused are the kinds of fields that can never take it.
type badValue struct {
	name    string
	value   any
	refused []string // "string", "bool", "number", "array", "object"; nil = a field may take it
}

var everyKind = []string{"string", "bool", "number", "array", "object"}

// tooLong is longer than every field may be.
var tooLong = strings.Repeat("x", 100_000)

func except(kinds ...string) []string {
	return slices.DeleteFunc(slices.Clone(everyKind), func(k string) bool { return slices.Contains(kinds, k) })
}

// badValues are put into every field of every body, whatever its type.
var badValues = []badValue{
	{"missing", absentValue{}, nil},
	{"null", nil, nil},
	{"empty", "", except("string")},
	{"spaces", "   ", except("string")},
	{"too long", tooLong, everyKind},
	{"a number", 7, except("number")},
	{"a truth", true, except("bool")},
	{"an object", map[string]any{"a": "b"}, everyKind},
	{"a list", []any{"a"}, except("array")},
	{"a list of objects", []any{map[string]any{"a": 1}}, everyKind},
	{"a negative number", -1, everyKind},
	{"a huge number", json.RawMessage("9223372036854775808"), everyKind},
	{"a fraction", 1.5, everyKind},
	{"control characters", "a\x01b\x1b[2J\r\nc", everyKind},
	{"NUL", "a\x00b", everyKind},
	{"right to left", "\u202eabc\u202c", except("string")},
	{"right to left script", "שלום", except("string")},
	{"zero width", "a\u200bb\u200d\ufeff", except("string")},
	{"combining characters", "Z" + strings.Repeat("\u0310\u0323", 40), except("string")},
	{"an emoji", "👩🏽‍🚀", except("string")},
	{"a path", "../../../etc/passwd", except("string")},
	{"markup", "<script>alert(1)</script>", except("string")},
}

// formBody is one valid body of an operation. Every property of the operation's schema is in one of its bodies.
type formBody struct {
	body any
	// settled is what a refusal of other values may say, because a rule above the fields decides first.
	settled []string
	// ignored are the places that the operation does not read, so that a document can be sent back as it was read.
	ignored []string
	// pairs names the field that an error is at when another one is missing beside it.
	pairs map[string]string
}

// bodies are the valid bodies of the operations. one is the caller's customer, foreign another one.
func bodies(t *testing.T, one *tenant, pem string) map[string][]formBody {
	t.Helper()
	var picture bytes.Buffer
	require.NoError(t, png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 8, 8))))
	icon := "data:image/png;base64," + base64.StdEncoding.EncodeToString(picture.Bytes())
	is := func(body any, settled ...string) []formBody { return []formBody{{body: body, settled: settled}} }
	m := func(pairs ...any) map[string]any {
		out := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i].(string)] = pairs[i+1]
		}
		return out
	}
	offering := m("name", "Field", "description", "What it is", "address", "https://field.example/", "icon", icon, "category", "Fields")
	certificate := m("fileName", "idp.pem", "pem", pem, "slot", 1, "subject", "s", "notBefore", "n", "notAfter", "n", "fingerprint", "f", "commonName", "c", "state", "s", "message", "m")
	return map[string][]formBody{
		"addDirectoryAdministrator": {
			{body: m("kind", "group", "sid", "S-1-5-21-1-2-3-1105", "domain", one.objects["domain"], "access", "full"), settled: []string{"directory_identity_unavailable"}},
			{body: m("kind", "user", "sid", "S-1-5-21-1-2-3-1106", "domain", one.objects["domain"], "access", "full", "administratorId", "login_nobody"), settled: []string{"directory_identity_unavailable"}}},
		"cloneConnection":             is(m("signInUrlId", "field-3", "nickname", "Field clone")),
		"connectEntraDirectory":       is(m("tenantId", "11111111-2222-4333-8444-555555555555", "clientId", "11111111-2222-4333-8444-555555555556", "clientSecret", "secret")),
		"putConnectionCertificate":    is(m("fileName", "idp.pem", "pem", pem)),
		"putConnectionMetadataSource": is(m("url", "https://field.example/metadata", "refresh", true)),
		"readCustomDomainCertificate": is(m("fileName", "idp.pem", "content", base64.StdEncoding.EncodeToString([]byte(pem))), "saml_certificate_unreadable"),
		"readSAMLCertificates": {
			{body: m("xml", "<a/>"), settled: []string{"metadata_source_needed", "saml_metadata_root"}},
			{body: m("url", "https://127.0.0.1/metadata"), settled: []string{"metadata_source_needed", "fetch_url_invalid"}}},
		"setCustomDomain":            is(m("host", "field.example.org", "tls", "upload")),
		"setCustomDomainCertificate": is(m("certificatePem", pem, "privateKeyPem", "none")),
		"setCustomDomainSAML": {{ignored: []string{"certificates[0].subject", "certificates[0].notBefore", "certificates[0].notAfter", "certificates[0].fingerprint",
			"certificates[0].commonName", "certificates[0].state", "certificates[0].message"}, body: m("mode", "both", "idpEntityId", "https://field.example/idp2",
			"ssoServiceUrl", "https://field.example/sso2", "logoutUrl", "https://field.example/out2", "scopedEntityId", false, "certificates", []any{certificate})}},
		"changeConnection": is(m("nickname", "Field", "signInUrlId", "field-1")),
		"changeConnectionDraft": {{ignored: []string{"settings.certificates[0].subject", "settings.certificates[0].notBefore", "settings.certificates[0].notAfter",
			"settings.certificates[0].fingerprint", "settings.certificates[0].commonName", "settings.certificates[0].state", "settings.certificates[0].message"}, body: m("forTest", true, "nickname", "Field", "settings", m(
			"scopedEntityId", true, "idpEntityId", "https://field.example/idp", "signAuthnRequest", true, "ssoServiceUrl", "https://field.example/sso",
			"ssoBinding", "post", "responseSigning", "either", "authnContext", "unspecified", "authnContextComparison", "exact",
			"logoutUrl", "https://field.example/out", "sloBinding", "post", "signLogoutRequest", true, "requireMappedClaims", false, "acceptEncrypted", false, "allowCbc", false,
			"metadataUrl", "https://field.example/metadata", "metadataRefresh", false,
			"certificates", []any{certificate},
			"attributeNames", m("displayName", "displayName", "givenName", "givenName", "familyName", "familyName", "sid", "cip_sid", "upn", "cip_upn",
				"email", "cip_email", "oid", "cip_oid", "forest", "cip_forest", "domain", "cip_domain")))}},
		"changeMyPassword":        is(m("current", installation.OwnPassword, "new", "Another-Kq7wxr0d!")),
		"checkMyIdentity":         is(m("method", "backupCode", "code", "ABCD-EFGH-IJKL"), "signin_code_refused"),
		"confirmMyAuthenticator":  is(m("code", "123456")),
		"confirmMyEmail":          is(m("code", "123456")),
		"confirmMyRecoveryEmail":  is(m("code", "123456")),
		"createAssignment":        is(m("kind", "group", "sid", "S-1-5-21-1-2-3-1105", "domain", one.objects["domain"])),
		"createConnectionDraft":   is(m("type", "saml", "signInUrlId", "field-2", "template", "b2b")),
		"createLocation":          is(m("name", "Field")),
		"createOffering":          is(offering),
		"createParameterFile":     is(m("acceptTermsOfService", true)),
		"createServicePrincipal":  is(m("name", "Field", "access", "custom", "permissions", []any{"domains"})),
		"finishConnectionDraft":   is(m("untested", true)),
		"inviteAdministrator":     is(m("email", "field@example.org", "access", "custom", "permissions", []any{"domains"})),
		"newMyEmail":              is(m("email", "field@example.org")),
		"newMyRecoveryEmail":      is(m("email", "field@example.org")),
		"readProviderCertificate": is(m("fileName", "idp.pem", "content", base64.StdEncoding.EncodeToString([]byte(pem))), "saml_certificate_unreadable"),
		"readProviderMetadata": {
			{body: m("xml", "<a/>"), settled: []string{"metadata_source_needed", "saml_metadata_root"}},
			{body: m("url", "https://127.0.0.1/metadata"), settled: []string{"metadata_source_needed", "fetch_url_invalid"}}},
		"renameAccount":      is(m("name", "Field")),
		"renameLocation":     is(m("name", "Field")),
		"setDomainState":     is(m("enabled", false)),
		"setInactivity":      is(m("enabled", true, "minutes", 10)),
		"setMyRecoveryPhone": is(m("phone", "+41446681801", "repeat", "+41446681801")),
		"setPins":            is(m("pages", []any{"/locations"})),
		"setPrimaryLocation": is(m("locationId", one.objects["locationId"])),
		"setWorkspaceAppearance": {{pairs: map[string]string{"bannerColor": "bannerTextColor", "bannerTextColor": "bannerColor"},
			body: m("name", "Field", "bannerColor", "#112233", "bannerTextColor", "#ffffff", "primaryColor", "#112233", "logo", icon, "signInLogo", icon)}},
		"setWorkspaceConfiguration": {{pairs: map[string]string{"authentication.method": "authentication.connectionId"},
			body: m("name", "field-workspace", "authentication", m("method", "saml", "connectionId", one.objects["connectionId"]))}},
		"setWorkspaceSignIn": is(m("alwaysPrompt", false, "inactivity", m("enabled", true, "minutes", 20))),
		"signOut":            is(m("everywhere", false)),
		"switchCustomer":     is(m("customerId", one.customer.CustomerID)),
		"updateOffering":     is(offering),
	}
}

// described is what the walk needs of the description of an operation.
type described struct {
	operation
	properties []string // dotted paths of the body, lists with []
	query      []string
}

func describedOperations(t *testing.T) []described {
	t.Helper()
	type schema struct {
		Ref        string             `json:"$ref"`
		Properties map[string]*schema `json:"properties"`
		Items      *schema            `json:"items"`
	}
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string
			Parameters  []struct{ Name, In string }
			RequestBody *struct {
				Content map[string]struct{ Schema *schema }
			}
		}
		Components struct{ Schemas map[string]*schema }
	}
	got := installation.Run(t, "openapi")
	require.Zero(t, got.Code, got.Stderr)
	require.NoError(t, json.Unmarshal([]byte(got.Stdout), &doc))
	var flat func(s *schema, path string) []string
	flat = func(s *schema, path string) (out []string) {
		if s.Ref != "" {
			s = doc.Components.Schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]]
		}
		for name, p := range s.Properties {
			if name != "$schema" {
				at := strings.TrimPrefix(path+"."+name, ".")
				out = append(append(out, at), flat(p, at)...)
			}
		}
		if s.Items != nil {
			out = append(out, flat(s.Items, path+"[]")...)
		}
		return out
	}
	var out []described
	for path, methods := range doc.Paths {
		for method, o := range methods {
			d := described{operation: operation{strings.ToUpper(method), path, o.OperationID}}
			for _, p := range o.Parameters {
				if p.In == "query" {
					d.query = append(d.query, p.Name)
				}
			}
			if o.RequestBody != nil {
				for _, c := range o.RequestBody.Content {
					d.properties = flat(c.Schema, "")
				}
			}
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b described) int { return strings.Compare(a.id, b.id) })
	return out
}

// place is one input of a body: names and indexes from the outside in.
type place []any

// String is the place as problems name it: "settings.certificates[0].pem".
func (p place) String() string {
	s := ""
	for _, step := range p {
		switch x := step.(type) {
		case string:
			s += "." + x
		case int:
			s += "[" + strconv.Itoa(x) + "]"
		}
	}
	return strings.TrimPrefix(s, ".")
}

// places lists every input of a body, containers too.
func places(body any, at place) (out []place) {
	switch x := body.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(x)) {
			p := append(slices.Clone(at), name)
			out = append(append(out, p), places(x[name], p)...)
		}
	case []any:
		for i := range x {
			p := append(slices.Clone(at), i)
			out = append(append(out, p), places(x[i], p)...)
		}
	}
	return out
}

// with is a copy of body with another value at a place.
func with(body any, at place, value any) any {
	if len(at) == 0 {
		return value
	}
	switch x := body.(type) {
	case map[string]any:
		out := maps.Clone(x)
		if _, gone := value.(absentValue); gone && len(at) == 1 {
			delete(out, at[0].(string))
		} else {
			out[at[0].(string)] = with(x[at[0].(string)], at[1:], value)
		}
		return out
	case []any:
		out := slices.Clone(x)
		i := at[0].(int)
		if _, gone := value.(absentValue); gone && len(at) == 1 {
			return slices.Delete(out, i, i+1)
		}
		out[i] = with(x[i], at[1:], value)
		return out
	}
	return body
}

func valueAt(body any, at place) any {
	for _, step := range at {
		switch x := step.(type) {
		case string:
			body = body.(map[string]any)[x]
		case int:
			body = body.([]any)[x]
		}
	}
	return body
}

func kindOf(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case bool:
		return "bool"
	case int, float64:
		return "number"
	case []any:
		return "array"
	}
	return "object"
}

var (
	indexInPath = regexp.MustCompile(`\[[0-9]+\]`)
	stableCode  = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// fieldsWalk sends bad input and judges the answers.
type fieldsWalk struct {
	t      *testing.T
	one    *tenant
	other  *tenant
	state  *state
	seq    int64  // of the customer's log
	cookie string // of the console session
	based  string // the version of what an operation changes
	asked  int
	failed bool
	answer map[int]int // answers by status
}

// send sends one request and holds what is so of every answer: it comes, it is no failure of the server, a refusal is a
// problem with a code and words, and a refused request has changed and recorded nothing but its refusal.
func (w *fieldsWalk) send(what, method, path string, body any) installation.Answer {
	w.t.Helper()
	defer func() {
		if w.t.Failed() && !w.failed {
			w.t.Logf("the first failure is at: %s", what)
			w.failed = true
		}
	}()
	started := time.Now()
	var got installation.Answer
	header := http.Header{}
	if w.based != "" {
		header.Set("If-Match", w.based)
	}
	raw, ok := body.([]byte)
	if !ok && body != nil {
		var err error
		raw, err = json.Marshal(body)
		require.NoError(w.t, err)
	}
	got = w.one.browser.APIBytes(method, path, header, raw)
	if w.one.browser.Cookie("console", "session") != w.cookie { // it was signed out
		w.one.browser.SetCookie("console", "session", w.cookie)
	}
	w.asked++
	w.answer[got.Status]++
	if took := time.Since(started); took > 15*time.Second {
		w.t.Errorf("%s: took %v", what, took)
	}
	changed := w.state.changed()
	last, events := w.state.records("customer:"+w.one.customer.CustomerID, w.seq)
	w.seq = last
	if got.Status < 300 {
		return got
	}
	if len(changed) > 0 {
		w.t.Errorf("%s: refused with %d %s, but changed %v", what, got.Status, got.Code(), changed)
	}
	for _, e := range events {
		if !strings.Contains(e, "Fail") {
			w.t.Errorf("%s: refused with %d %s, but recorded %s", what, got.Status, got.Code(), e)
		}
	}
	var p struct {
		Status       int
		Code, Detail string
		Title        string
	}
	switch {
	case got.Status == http.StatusServiceUnavailable && strings.HasPrefix(got.Code(), "directory_"): // the installation has no connectors
	case got.Status == http.StatusServiceUnavailable && got.Code() == "entra_down": // and no way to the Internet
	case got.Status >= 500:
		w.t.Errorf("%s: %d %s", what, got.Status, got.Body)
		return got
	}
	if kind := got.Header.Get("Content-Type"); kind != "application/problem+json" {
		w.t.Errorf("%s: refused with %d as %s: %.200s", what, got.Status, kind, got.Body)
		return got
	}
	if err := json.Unmarshal(got.Body, &p); err != nil || p.Status != got.Status || !stableCode.MatchString(p.Code) || p.Detail == "" || p.Detail == p.Code {
		w.t.Errorf("%s: the problem is incomplete: %s", what, got.Body)
	}
	return got
}

type fieldError struct{ Field, Code, Detail string }

func fieldErrors(a installation.Answer) []fieldError {
	var p struct{ Errors []fieldError }
	_ = json.Unmarshal(a.Body, &p)
	return p.Errors
}

// tells reports whether one of the errors is about the place or what holds it or what it holds.
func tells(errs []fieldError, at string) bool {
	plain := func(s string) string { return strings.Trim(indexInPath.ReplaceAllString(s, ""), ".") }
	for _, e := range errs {
		f := plain(e.Field)
		if f != "" && at != "" && (f == plain(at) || strings.HasPrefix(f, plain(at)+".") || strings.HasPrefix(plain(at), f+".")) {
			return true
		}
	}
	return false
}

// body judges the answer to a body with one value changed.
func (w *fieldsWalk) body(what string, f formBody, got installation.Answer, at place, mustRefuse bool) {
	w.t.Helper()
	if got.Status < 300 {
		if mustRefuse && !slices.Contains(f.ignored, at.String()) {
			w.t.Errorf("%s: accepted with %d %.200s", what, got.Status, got.Body)
		}
		return
	}
	errs := fieldErrors(got)
	for _, e := range errs {
		if !stableCode.MatchString(e.Code) || e.Detail == "" || e.Detail == e.Code {
			w.t.Errorf("%s: the field error has no words: %+v", what, e)
		}
	}
	if got.Status == http.StatusBadRequest && !slices.Contains(f.settled, got.Code()) && !tells(errs, at.String()) && !tells(errs, f.pairs[at.String()]) {
		w.t.Errorf("%s: refused with %s, but no error names %q: %.300s", what, got.Code(), at, got.Body)
	}
}

// TestEveryField puts what must not be there into every field of every body, into every parameter and into every path of
// the API. No answer is a failure of the server; a refusal names its field, has words, and changes nothing.
func TestEveryField(t *testing.T) {
	t.Parallel()
	s := installation.Start(t, installation.Config{})
	pem := identityProviderCertificate(t)
	one, other := newTenant(t, s, "Alpha", pem), newTenant(t, s, "Beta", pem)
	valid := bodies(t, one, pem)
	db := openDatabase(t, s, "")
	_, err := db.Exec(`update login_session set identity_until = $1, last_activity_at = $2`, time.Now().Add(10*time.Hour).UnixMicro(), time.Now().Add(time.Hour).UnixMicro())
	require.NoError(t, err)
	for _, base := range []string{"locations", "workspace/configuration", "workspace/appearance", "workspace/sign-in", "account", "notifications"} { // makes what is made at the first look
		require.Equal(t, http.StatusOK, one.browser.API(http.MethodGet, "/"+one.customer.CustomerID+"/v1/"+base, nil).Status, base)
	}
	w := &fieldsWalk{t: t, one: one, other: other, state: keepState(t, s), answer: map[int]int{}, cookie: one.browser.Cookie("console", "session")}
	w.seq, _ = w.state.records("customer:"+one.customer.CustomerID, 0)

	for _, o := range describedOperations(t) {
		path := fillPath(t, o.path, one.customer.CustomerID, one.objects)
		if len(o.properties) > 0 {
			forms, known := valid[o.id]
			require.True(t, known, "%s is new: say in bodies what a valid body is", o.id)
			if o.method == http.MethodPut {
				w.based = one.browser.API(http.MethodGet, path, nil).Header.Get("ETag")
			}
			w.bodies(o, path, forms)
			w.based = ""
		}
		w.queries(o, path)
		w.paths(o)
	}
	t.Logf("%d requests, answers %v", w.asked, w.answer)
}

// bodies walks the bodies of one operation.
func (w *fieldsWalk) bodies(o described, path string, forms []formBody) {
	var covered []string
	for _, f := range forms {
		for _, at := range places(f.body, nil) {
			covered = append(covered, indexInPath.ReplaceAllString(at.String(), "[]"))
		}
	}
	for _, p := range o.properties {
		require.Contains(w.t, covered, p, "%s: the valid body lacks a property of the description", o.id)
	}
	for _, f := range forms {
		first := w.send(o.id+" as it should be", o.method, path, f.body)
		w.t.Logf("%s: %d %s", o.id, first.Status, first.Code())
		for _, at := range places(f.body, nil) {
			now := valueAt(f.body, at)
			kind := kindOf(now)
			for _, v := range badValues {
				what := fmt.Sprintf("%s %s = %s", o.id, at, v.name)
				w.body(what, f, w.send(what, o.method, path, with(f.body, at, v.value)), at, slices.Contains(v.refused, kind))
			}
			if name, _ := at[len(at)-1].(string); strings.HasSuffix(name, "Id") && w.other.objects[name] != "" || name == "customerId" || name == "domain" {
				foreign := w.other.objects[name]
				if name == "customerId" {
					foreign = w.other.customer.CustomerID
				}
				what := fmt.Sprintf("%s %s = another customer's", o.id, at)
				got := w.send(what, o.method, path, with(f.body, at, foreign))
				if !strings.Contains(at.String(), "attributeNames") && got.Status < 300 {
					w.t.Errorf("%s: accepted", what)
				}
			}
			if list, ok := now.([]any); ok {
				what := fmt.Sprintf("%s %s twice the same", o.id, at)
				w.body(what, f, w.send(what, o.method, path, with(f.body, at, append(slices.Clone(list), list...))), at, false)
				many := make([]any, 20_000)
				for i := range many {
					many[i] = list[0]
				}
				what = fmt.Sprintf("%s %s 20000 times the same", o.id, at)
				got := w.send(what, o.method, path, with(f.body, at, many))
				if got.Code() != "request_too_large" {
					w.body(what, f, got, at, false)
				}
			}
			if kind == "object" {
				w.unknown(o, path, f, append(slices.Clone(at), "unheardOf"))
			}
		}
		w.unknown(o, path, f, place{"unheardOf"})
	}
	for name, raw := range map[string]string{"nothing": "", "null": "null", "a list": "[]", "a text": `"x"`, "cut off": `{"`, "no JSON": "a=b", "no UTF-8": "{\"name\":\"\xff\xfe\"}",
		"deep": strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000), "3 MiB": `{"name":"` + strings.Repeat("x", 3<<20) + `"}`} {
		what := o.id + " with the body " + name
		got := w.send(what, o.method, path, []byte(raw))
		if got.Status < 300 && o.id != "signOut" && o.id != "finishConnectionDraft" {
			w.t.Errorf("%s: accepted with %d", what, got.Status)
		}
	}
}

// unknown sends a body with a property that nobody knows.
func (w *fieldsWalk) unknown(o described, path string, f formBody, at place) {
	what := o.id + " with the property " + at.String()
	w.body(what, f, w.send(what, o.method, path, with(f.body, at, "x")), at, true)
}

// inAddress are put into every parameter of every address.
var inAddress = map[string]string{"empty": "", "spaces": "   ", "long": strings.Repeat("x", 5000), "control": "a\x01\x1b\r\n", "NUL": "a\x00b", "no UTF-8": "a\xff\xfe",
	"right to left": "\u202eabc", "zero width": "a\u200bb", "combining": "Z\u0310\u0323", "emoji": "👩🏽‍🚀", "negative": "-1", "huge": "9223372036854775808",
	"fraction": "1.5", "truth": "true", "slash": "a/b", "percent": "%", "quote": `'"; drop table customer; --`, "date": "2026-13-45T99:99:99Z", "far": "9999-12-31T23:59:59Z"}

// queries walks the query parameters of one operation.
func (w *fieldsWalk) queries(o described, path string) {
	for _, name := range o.query {
		for value, text := range inAddress {
			what := fmt.Sprintf("%s ?%s=%s", o.id, name, value)
			w.send(what, o.method, path+"?"+url.Values{name: {text}}.Encode(), nil)
			w.send(what+" twice", o.method, path+"?"+url.Values{name: {text, text}}.Encode(), nil)
		}
		w.send(o.id+" ?"+name+" badly encoded", o.method, path+"?"+name+"=%zz", nil)
	}
}

// paths walks the parameters in the path of one operation.
func (w *fieldsWalk) paths(o described) {
	var body any
	if forms := bodies(w.t, w.one, "")[o.id]; len(forms) > 0 {
		body = forms[0].body
	}
	for _, m := range parameter.FindAllStringSubmatch(o.path, -1) {
		for value, text := range inAddress {
			if text == "" {
				continue // another route
			}
			objects := maps.Clone(w.one.objects)
			customer := url.PathEscape(w.one.customer.CustomerID)
			if m[1] == "customerId" {
				customer = url.PathEscape(text)
			} else {
				objects[m[1]] = url.PathEscape(text)
			}
			what := fmt.Sprintf("%s {%s} = %s", o.id, m[1], value)
			got := w.send(what, o.method, fillPath(w.t, o.path, customer, objects), body)
			if got.Status < 300 && !strings.HasPrefix(o.id, "list") && m[1] != "identifier" { // which is no object: it may be free
				w.t.Errorf("%s: %d %.200s", what, got.Status, got.Body)
			}
		}
	}
}
