package faults

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/faults/installation"
)

// decode reads an answer that must have the status.
func decode[T any](t *testing.T, a installation.Answer, status int) T {
	t.Helper()
	require.Equal(t, status, a.Status, string(a.Body))
	var out T
	if len(a.Body) > 0 {
		require.NoError(t, json.Unmarshal(a.Body, &out), string(a.Body))
	}
	return out
}

type mySettings struct {
	Email    string
	Recovery struct {
		Phone, Email string
		BackupCodes  struct{ Total, Used int }
	}
	IdentityCheckedUntil *time.Time
}

type refusal struct {
	Code   string
	Errors []struct{ Field string }
}

// TestOwnSettings changes everything of an own login through the API of the console, and signs in with what it has become.
//
// Spec: IAM-060, IAM-063, IAM-083, IAM-088, IAM-089, IAM-090, IAM-092, PLT-083, PLT-085
func TestOwnSettings(t *testing.T) {
	t.Parallel()
	s := installation.Start(t, installation.Config{})
	b := s.Browser()
	a := b.Enrol(s.NewCustomer("Alpha"))
	post := func(path string, body any) installation.Answer { return b.API(http.MethodPost, "/v1/me/"+path, body) }

	require.Equal(t, "identity_check_needed", decode[refusal](t, post("authenticator", nil), http.StatusForbidden).Code)
	require.Equal(t, "identity_check_needed", decode[refusal](t, post("email", map[string]string{"email": "x@example.test"}), http.StatusForbidden).Code)
	next, err := totp.GenerateCode(a.Key, time.Now().Add(30*time.Second)) // the present one was used to enrol
	require.NoError(t, err)
	require.Equal(t, "signin_code_refused", decode[refusal](t, post("identity-check", map[string]string{"method": "authenticator", "code": "none"}), http.StatusForbidden).Code)
	checked := decode[mySettings](t, post("identity-check", map[string]string{"method": "authenticator", "code": next}), http.StatusOK)
	require.WithinDuration(t, time.Now().Add(10*time.Minute), *checked.IdentityCheckedUntil, time.Minute)

	decode[struct{}](t, post("recovery-email", map[string]string{"email": "alpha.other@example.test"}), http.StatusNoContent)
	got := decode[mySettings](t, post("recovery-email/confirm", map[string]string{"code": s.Mails().Code(t, "alpha.other@example.test")}), http.StatusOK)
	require.Equal(t, "a…@example.test", got.Recovery.Email)

	wrong := decode[refusal](t, b.API(http.MethodPut, "/v1/me/recovery-phone", map[string]string{"phone": "+41446681801", "repeat": "+41446681802"}), http.StatusBadRequest)
	require.Equal(t, "repeat", wrong.Errors[0].Field)
	got = decode[mySettings](t, b.API(http.MethodPut, "/v1/me/recovery-phone", map[string]string{"phone": "+41446681801", "repeat": "+41446681801"}), http.StatusOK)
	require.Equal(t, "…801", got.Recovery.Phone)

	codes := decode[struct{ Codes []string }](t, post("backup-codes", nil), http.StatusOK)
	require.Len(t, codes.Codes, 10)
	got = decode[mySettings](t, post("backup-codes/confirm", nil), http.StatusOK)
	require.Equal(t, 10, got.Recovery.BackupCodes.Total)

	device := decode[struct{ Key, QR string }](t, post("authenticator", nil), http.StatusOK)
	require.True(t, strings.HasPrefix(device.QR, "data:image/png;base64,"))
	a.Key = strings.ReplaceAll(device.Key, " ", "")
	first, err := totp.GenerateCode(a.Key, time.Now())
	require.NoError(t, err)
	decode[mySettings](t, post("authenticator/confirm", map[string]string{"code": first}), http.StatusOK)

	const password = "Marble7-Kestrel!Vow"
	weak := decode[refusal](t, b.API(http.MethodPut, "/v1/me/password", map[string]string{"current": "x", "new": "short"}), http.StatusBadRequest)
	require.Equal(t, "new", weak.Errors[0].Field)
	guessed := decode[refusal](t, b.API(http.MethodPut, "/v1/me/password", map[string]string{"current": "x", "new": password}), http.StatusBadRequest)
	require.Equal(t, "current", guessed.Errors[0].Field)
	decode[struct{}](t, b.API(http.MethodPut, "/v1/me/password", map[string]string{"current": a.Password, "new": password}), http.StatusNoContent)

	taken := decode[refusal](t, post("email", map[string]string{"email": "Alpha.Other@example.test"}), http.StatusBadRequest)
	require.Equal(t, "email", taken.Errors[0].Field)
	decode[struct{}](t, post("email", map[string]string{"email": "alpha@new.test"}), http.StatusNoContent)
	over := decode[struct{ Location string }](t, post("email/confirm", map[string]string{"code": s.Mails().Code(t, "alpha@new.test")}), http.StatusOK)
	require.Equal(t, "/signed-out-everywhere", over.Location)
	require.Equal(t, http.StatusUnauthorized, b.API(http.MethodGet, "/v1/me", nil).Status)

	require.Equal(t, http.StatusForbidden, b.SendPassword("alpha@example.test", password).Status, "the old address still signs in")
	p := b.SendPassword("alpha@new.test", password)
	require.Equal(t, "/signin/code", p.URL.Path, p.Body)
	p = b.Get("https://" + installation.Host("accounts") + "/signin/recover/backup-code")
	b.GoOn(b.Post(p.URL.String(), url.Values{"code": {codes.Codes[0]}}))
	me := decode[struct {
		Login          struct{ Name, Email string }
		UpdateRecovery bool
	}](t, b.API(http.MethodGet, "/v1/me", nil), http.StatusOK)
	require.Equal(t, "alpha", me.Login.Name)
	require.Equal(t, "alpha@new.test", me.Login.Email)
	require.True(t, me.UpdateRecovery)
	decode[struct{}](t, post("update-recovery/dismiss", nil), http.StatusNoContent)
	require.NotContains(t, string(b.API(http.MethodGet, "/v1/me", nil).Body), `"updateRecovery":true`)
}

// TestSupportBehindACall tries to get a recovery code in every way but the right one, and reads what the customer sees of it.
//
// Spec: PLT-079, PLT-080, PLT-081, PLT-082
func TestSupportBehindACall(t *testing.T) {
	t.Parallel()
	s := installation.Start(t, installation.Config{})
	b := s.Browser()
	a := b.Enrol(s.NewCustomer("Alpha"))
	accounts := "https://" + installation.Host("accounts")

	// A full administrator of the customer finds nothing that would do it.
	var api struct{ Paths map[string]any }
	require.NoError(t, json.Unmarshal(b.API(http.MethodGet, "/openapi.json", nil).Body, &api))
	require.NotEmpty(t, api.Paths)
	for path := range api.Paths {
		require.NotContains(t, path, "support")
	}
	require.Equal(t, http.StatusNotFound, b.API(http.MethodPost, "/v1/support/issue-code", map[string]string{"id": "x"}).Status)

	lost := s.Browser()
	lost.SendPassword(a.Name, a.Password)
	p := lost.Post(accounts+"/signin/recover/support", url.Values{"details": {"My phone fell into the lake."}})
	require.Equal(t, "/signin/recover/support-sent", p.URL.Path, p.Body)
	operator := func(words ...string) installation.Result {
		return s.Command(append([]string{"operator", "support", "--json"}, words...)...)
	}
	var list struct {
		Requests []struct{ ID, State, Phone, Details string }
	}
	require.NoError(t, json.Unmarshal([]byte(operator("list").Stdout), &list))
	require.Len(t, list.Requests, 1)
	require.Equal(t, "+41446681800", list.Requests[0].Phone)
	request := list.Requests[0].ID

	got := operator("issue-code", request)
	require.Equal(t, 3, got.Code, "a code without a call: %s", got.Stdout)
	require.Contains(t, got.Stdout+got.Stderr, "support_not_verified")
	require.Equal(t, 3, operator("verify", request).Code, "a call that nobody vouches for")
	require.Zero(t, operator("verify", request, "--called-recovery-phone").Code)
	got = operator("issue-code", request)
	require.Zero(t, got.Code, got.Stderr)
	var code struct{ Code string }
	require.NoError(t, json.Unmarshal([]byte(got.Stdout), &code))
	require.Len(t, code.Code, 6)

	lost.SendPassword(a.Name, a.Password)
	lost.GoOn(lost.Post(accounts+"/signin/code", url.Values{"code": {code.Code}}))
	require.Contains(t, string(lost.API(http.MethodGet, "/v1/me", nil).Body), `"updateRecovery":true`)
	again := s.Browser()
	again.SendPassword(a.Name, a.Password)
	require.Equal(t, http.StatusForbidden, again.Post(accounts+"/signin/code", url.Values{"code": {code.Code}}).Status, "the code twice")

	log := string(b.API(http.MethodGet, "/"+a.Customer+"/v1/systemlog/records", nil).Body)
	for _, event := range []string{"platform/administrator/recovery/support/create", "platform/administrator/recovery/support/verify",
		"platform/administrator/recovery/supportcode/create", "platform/administrator/recovery/supportcode/use"} {
		require.Contains(t, log, event)
	}
	require.Contains(t, log, "CalledRecoveryPhone")
	require.NotContains(t, log, `"`+code.Code+`"`)
	require.NotContains(t, s.Output(), "fell into the lake")
}
