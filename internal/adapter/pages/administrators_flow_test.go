package pages_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/test/idpsim"
)

const (
	goAcme = consoleSite + "/go/acme"
	paula  = "S-1-5-21-1-2-3-1001"
	actorP = "adm:" + paula + "@forest.test"
	asUser = "console of acme as Paula <b>Plain</b> (" + actorP + ") with full at "
)

// TestAdministratorSignsIn goes from the sign-in URL over the provider to the page of the console that was asked for.
//
// Spec: SAM-002, SAM-025, SAM-065, SAM-133, SAM-136, SAM-157, SAM-162, SSO-012, SSO-059
func TestAdministratorSignsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.connect(first, "acme", nil)
	row := w.give(first, admin.DirectoryUser, paula)
	b := w.browser()
	var hops []string
	b.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		hops = append(hops, r.URL.Host+r.URL.Path)
		return nil
	}
	p := b.signIn(goAcme+"?return="+url.QueryEscape("/locations?page=2"), "paula")
	require.Equal(t, http.StatusOK, p.Status, p.Body)
	require.Equal(t, consoleSite+"/locations?page=2", p.URL.String())
	require.Equal(t, asUser+"/locations?page=2", p.Body)
	require.Contains(t, hops, "accounts.causeway.test/core/internalfederation/return")

	record := w.records(systemlog.OfCustomer(first), systemlog.AdministratorSignedIn)[0]
	require.Equal(t, actorP, record.Actor.ID)
	require.Equal(t, "paula@forest.test", record.Target.UserID)
	require.Equal(t, string(row.ID), record.Args["through"])
	require.Equal(t, "Called "+paula, w.records(systemlog.OfCustomer(first), systemlog.AdministratorCreated)[0].Target.Name)

	for _, trick := range []string{"//evil.test/x", "https://evil.test/", "/%5cevil.test", "/\\evil.test"} {
		p := w.browser().signIn(goAcme+"?return="+url.QueryEscape(trick), "paula")
		require.Equalf(t, "console.causeway.test", p.URL.Host, "%s", trick)
	}
}

// TestGroupAdministrator signs in somebody whose rights come from one of 600 groups alone. Nobody mails him, and another person
// who is in none of them gets nothing but a page, a record and a trace.
//
// Spec: SAM-121, SSO-191, IAM-095, IAM-109, IAM-115
func TestGroupAdministrator(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.connect(first, "acme", nil)
	many := make([]string, 600)
	for i := range many {
		many[i] = group(strconv.Itoa(5000 + i))
	}
	w.members.set(func(m *fakeMembers) { m.groups[paula] = many })
	row := w.give(first, admin.DirectoryGroup, many[570])
	require.Equal(t, asUser+"/", w.browser().signIn(goAcme, "paula").Body)
	require.Equal(t, string(row.ID), w.records(systemlog.OfCustomer(first), systemlog.AdministratorSignedIn)[0].Args["through"])
	require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.AdministratorGroupCreated), 1)
	mails, err := w.db.Queue().Backlog(t.Context(), mail.Kind)
	require.NoError(t, err)
	require.Equal(t, jobs.Backlog{}, mails, "somebody was mailed")

	b := w.browser()
	p := b.signIn(goAcme, "gina")
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Contains(t, p.Body, "You are not an administrator here")
	require.Contains(t, p.Body, `href="/go/acme"`, "the way back")
	require.Equal(t, http.StatusUnauthorized, b.get(consoleSite+"/").Status, "no session")
	record := w.records(systemlog.OfCustomer(first), systemlog.AdministratorSignInFailed)[0]
	require.Equal(t, "console_not_administrator", record.Reason)
	require.Equal(t, "gina@forest.test", record.Target.UserID)
	trace := w.lastTrace(first)
	require.Equal(t, federation.ForConsole, trace.Purpose)
	require.Equal(t, "console_not_administrator", trace.Code)
	require.Contains(t, p.Body, trace.Transaction, "the page names the trace")
	require.NotContains(t, p.Body, "S-1-5", "the page tells nothing of groups")
}

// TestRefusedAdministrators lets in nobody of whom the directory says no, or is not certain. The entry "entra" is somebody whose
// assertion names an account of Entra ID. Spec: SAM-177, IAM-115
func TestRefusedAdministrators(t *testing.T) {
	t.Parallel()
	known := append(slices.Clone(people), demo.Person{Login: "entra", Password: "pw-entra", Case: demo.Plain, UPN: "paula@forest.test", SID: paula,
		OID: "12345678-9abc-def0-1122-334455667788", Email: "paula@forest.test", DisplayName: "Paula",
		More: [][2]string{{"cip_directory", "azuread"}, {"cip_fed_upn", "paula@forest.test"}}})
	w := newWorldOf(t, "assertion", nil, known)
	w.connect(first, "acme", nil)
	w.give(first, admin.DirectoryUser, paula)
	for _, tt := range []struct {
		name, login string
		directory   func(m *fakeMembers)
		status      int
		code, says  string
	}{
		{"the directory is down", "paula", func(m *fakeMembers) { m.err = federation.ErrDirectory }, 503, "console_directory_unavailable", "Your groups could not be read"},
		{"a forest is uncertain", "paula", func(m *fakeMembers) { m.err = federation.ErrUncertain }, 503, "console_directory_unavailable", "Your groups could not be read"},
		{"an answer that nobody expects", "paula", func(m *fakeMembers) { m.err = errors.New("half of the groups") }, 503, "console_directory_unavailable", "Your groups could not be read"},
		{"disabled", "paula", func(m *fakeMembers) { m.gone[paula] = federation.ErrDisabled.With("reason", "disabled") }, 403, "account_disabled", "You could not be signed in"},
		{"deleted", "paula", func(m *fakeMembers) { m.gone[paula] = federation.ErrNoAccount }, 403, "account_not_found", "You could not be signed in"},
		{"an account of Entra ID", "entra", func(*fakeMembers) {}, 403, "entra_identity_console", "This kind of account does not open the console"},
	} {
		w.members.set(func(m *fakeMembers) { m.err, m.gone = nil, map[string]error{} })
		w.members.set(tt.directory)
		b := w.browser()
		p := b.signIn(goAcme, tt.login)
		require.Equal(t, tt.status, p.Status, tt.name)
		require.Contains(t, p.Body, tt.says, tt.name)
		require.Equal(t, http.StatusUnauthorized, b.get(consoleSite+"/").Status, tt.name)
		require.Equal(t, tt.code, w.lastTrace(first).Code, tt.name)
		record := w.records(systemlog.OfCustomer(first), systemlog.AdministratorSignInFailed)[0]
		require.Equal(t, tt.code, record.Reason, tt.name)
	}
	w.members.set(func(m *fakeMembers) { m.err, m.gone = nil, map[string]error{} })
	require.Equal(t, asUser+"/", w.browser().signIn(goAcme, "paula").Body, "and in again")
}

// TestSignInURLs: one that nobody has, that somebody had, and that belongs to a draft give one page; a changed one works at once
// and can be used again. Spec: SSO-060, SSO-248, SSO-253
func TestSignInURLs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	conn := w.connect(first, "acme", nil)
	w.give(first, admin.DirectoryUser, paula)
	w.draft(first, "drafted", nil)
	transaction := regexp.MustCompile(`tx_[a-z2-9]{20}`)
	b := w.browser()
	neutral := func(identifier string) string {
		p := b.get(consoleSite + "/go/" + identifier)
		require.Equal(t, http.StatusNotFound, p.Status, identifier)
		return transaction.ReplaceAllString(p.Body, "")
	}
	want := neutral("nobody")
	require.Contains(t, want, "There is nothing here")
	require.Contains(t, want, `href="/go/pages.css"`)
	require.Contains(t, b.get(consoleSite+"/go/pages.css").Header.Get("Content-Type"), "text/css")
	next := "renamed"
	_, err := w.connections.Change(t.Context(), w.console, first, conn.ID, federation.ConnectionChange{SignInIdentifier: &next})
	require.NoError(t, err)
	for _, identifier := range []string{"acme", "drafted", "no", "UPPER", "a%2fb", strings.Repeat("a", 200)} {
		require.Equal(t, want, neutral(identifier), identifier)
	}
	require.Equal(t, asUser+"/", w.browser().signIn(consoleSite+"/go/renamed", "paula").Body)
	require.NoError(t, w.connections.Disconnect(t.Context(), w.console, first, conn.ID, 0))
	require.Equal(t, want, neutral("renamed"))
	w.connect(first, "renamed", nil)
	require.Equal(t, asUser+"/", w.browser().signIn(consoleSite+"/go/renamed", "paula").Body)
}

// TestGroupsOutliveTheirConnection disconnects the provider under an open session and connects it again. Spec: SAM-031
func TestGroupsOutliveTheirConnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	conn := w.connect(first, "acme", nil)
	w.members.set(func(m *fakeMembers) { m.groups[paula] = []string{group("512")} })
	w.give(first, admin.DirectoryGroup, group("512"))
	b := w.browser()
	require.Equal(t, asUser+"/", b.signIn(goAcme, "paula").Body)
	require.NoError(t, w.connections.Disconnect(t.Context(), w.console, first, conn.ID, 0))
	require.Equal(t, http.StatusUnauthorized, b.get(consoleSite+"/").Status, "the session went with its connection")
	options, err := w.fromDirectory.Options(t.Context(), w.console, first)
	require.NoError(t, err)
	require.ErrorIs(t, options.Options[1].Unavailable, admin.ErrNoProvider)
	w.connect(first, "acme", nil)
	require.Equal(t, asUser+"/", b.signIn(goAcme, "paula").Body)
}

// TestTwoCustomersAreTwoDoors: the same account administers both customers, through the sign-in URL of each. Neither gives
// anything of the other. Spec: IAM-111
func TestTwoCustomersAreTwoDoors(t *testing.T) { // T07, T08
	t.Parallel()
	w := newWorld(t, "assertion")
	w.connect(first, "acme", nil)
	w.connect(second, "umbrella", nil)
	w.give(second, admin.DirectoryUser, paula)
	p := w.browser().signIn(goAcme, "paula")
	require.Equal(t, http.StatusForbidden, p.Status, "rights at umbrella opened acme")
	w.give(first, admin.DirectoryUser, paula)
	b := w.browser()
	require.Equal(t, asUser+"/", b.signIn(goAcme, "paula").Body)
	p = b.post(consoleSite+"/switch-customer", url.Values{"customer": {"umbrella"}})
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Equal(t, asUser+"/", b.get(consoleSite+"/").Body)
	require.Contains(t, b.signIn(consoleSite+"/go/umbrella", "paula").Body, "console of umbrella as", "the other door")
	require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.AdministratorSignedIn), 1)
	require.Len(t, w.records(systemlog.OfCustomer(second), systemlog.AdministratorSignedIn), 1)
}

// TestAccessEnds takes away, under an open session, each thing that it hangs on. Spec: IAM-120
func TestAccessEnds(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		take  func(w *world, user, group admin.FromDirectory)
		ends  string // "at once", "when the directory is asked", "never"
		event string
	}{
		"both rows":       {func(w *world, user, group admin.FromDirectory) { w.remove(user.ID); w.remove(group.ID) }, "at once", ""},
		"one of two rows": {func(w *world, user, _ admin.FromDirectory) { w.remove(user.ID) }, "never", ""},
		"the membership alone": {func(w *world, _, _ admin.FromDirectory) {
			w.members.set(func(m *fakeMembers) { m.groups[paula] = nil })
		}, "never", "console_not_administrator"},
		"the row, then the membership": {func(w *world, user, _ admin.FromDirectory) {
			w.remove(user.ID)
			w.members.set(func(m *fakeMembers) { m.groups[paula] = nil })
		}, "when the directory is asked", "console_not_administrator"},
		"the account is disabled": {func(w *world, _, _ admin.FromDirectory) {
			w.members.set(func(m *fakeMembers) { m.gone[paula] = federation.ErrDisabled.With("reason", "disabled") })
		}, "when the directory is asked", "account_disabled"},
		"the account is deleted": {func(w *world, _, _ admin.FromDirectory) {
			w.members.set(func(m *fakeMembers) { m.gone[paula] = federation.ErrNoAccount })
		}, "when the directory is asked", "account_not_found"},
		"a moment of the directory": {func(w *world, _, _ admin.FromDirectory) {
			w.members.set(func(m *fakeMembers) { m.err = federation.ErrDirectory })
		}, "never", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "assertion")
			w.connect(first, "acme", nil)
			w.members.set(func(m *fakeMembers) { m.groups[paula] = []string{group("512")} })
			user, group := w.give(first, admin.DirectoryUser, paula), w.give(first, admin.DirectoryGroup, group("512"))
			b := w.browser()
			require.Equal(t, asUser+"/", b.signIn(goAcme, "paula").Body)
			tt.take(w, user, group)
			status := b.get(consoleSite + "/").Status
			require.Equal(t, tt.ends == "at once", status == http.StatusUnauthorized, "before the directory is asked: %d", status)
			require.NoError(t, w.consoles.Watch(t.Context()))
			status = b.get(consoleSite + "/").Status
			require.Equal(t, tt.ends != "never", status == http.StatusUnauthorized, "after: %d", status)
			records := w.records(systemlog.OfCustomer(first), systemlog.AdministratorDirectoryAccessEnded)
			require.Equal(t, tt.event != "", len(records) == 1)
			if tt.event != "" {
				require.Equal(t, tt.event, records[0].Args["reason"])
			}
		})
	}
}

// remove takes a row out of the first customer's list.
func (w *world) remove(row admin.DirectoryID) {
	w.t.Helper()
	require.NoError(w.t, w.fromDirectory.Remove(w.t.Context(), w.console, first, row))
}

// TestDirectoryAwayForLong: a session lasts fifteen minutes without the directory's word, even if no job looks at it; a directory
// that is back in time changes nothing.
func TestDirectoryAwayForLong(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.connect(first, "acme", nil)
	w.give(first, admin.DirectoryUser, paula)
	b := w.browser()
	require.Equal(t, asUser+"/", b.signIn(goAcme, "paula").Body)
	w.clock.Advance(signin.ConfirmedFor - time.Minute)
	require.NoError(t, w.consoles.Watch(t.Context()))
	w.members.set(func(m *fakeMembers) { m.err = federation.ErrDirectory })
	w.clock.Advance(signin.ConfirmedFor - time.Minute)
	require.NoError(t, w.consoles.Watch(t.Context()))
	require.Equal(t, http.StatusOK, b.get(consoleSite+"/").Status)
	w.clock.Advance(2 * time.Minute)
	require.Equal(t, http.StatusUnauthorized, b.get(consoleSite+"/").Status, "fails closed without any job")
	require.NoError(t, w.consoles.Watch(t.Context()))
	record := w.records(systemlog.OfCustomer(first), systemlog.AdministratorDirectoryAccessEnded)[0]
	require.Equal(t, "console_directory_unavailable", record.Args["reason"])
	w.members.set(func(m *fakeMembers) { m.err = nil })
	require.NoError(t, w.consoles.Watch(t.Context()))
	require.Equal(t, http.StatusUnauthorized, b.get(consoleSite+"/").Status, "what has ended does not come back")
}

// TestRemovalAgainstSignIn removes what a sign-in hangs on after the person came back from the provider and before the session is
// made, and then many times in parallel. Nobody is left inside. Spec: SAM-121
func TestRemovalAgainstSignIn(t *testing.T) { // L09
	t.Parallel()
	for name, take := range map[string]func(w *world, conn federation.ID, row admin.DirectoryID){
		"row": func(w *world, _ federation.ID, row admin.DirectoryID) { w.remove(row) },
		"connection": func(w *world, conn federation.ID, _ admin.DirectoryID) {
			require.NoError(w.t, w.connections.Disconnect(w.t.Context(), w.console, first, conn, 0))
		},
	} {
		w := newWorld(t, "assertion")
		conn := w.connect(first, "acme", nil)
		row := w.give(first, admin.DirectoryUser, paula)
		var once sync.Once
		w.members.set(func(m *fakeMembers) { m.before = func() { once.Do(func() { take(w, conn.ID, row.ID) }) } })
		b := w.browser()
		require.Equal(t, http.StatusForbidden, b.signIn(goAcme, "paula").Status, name)
		require.Equal(t, http.StatusUnauthorized, b.get(consoleSite+"/").Status, name)
	}
	w := newWorld(t, "assertion")
	w.connect(first, "acme", nil)
	row := w.give(first, admin.DirectoryUser, paula)
	var wg sync.WaitGroup
	browsers := make([]*browser, 8)
	for i := range browsers {
		browsers[i] = w.browser()
		acs, form := browsers[i].answer(goAcme, "paula")
		wg.Go(func() {
			if res, err := browsers[i].http.PostForm(acs, form); err == nil {
				res.Body.Close()
			}
		})
	}
	wg.Go(func() { _ = w.fromDirectory.Remove(t.Context(), w.console, first, row.ID) })
	wg.Wait()
	for i, b := range browsers {
		require.Equal(t, http.StatusUnauthorized, b.get(consoleSite+"/").Status, fmt.Sprint("browser ", i))
	}
}

// TestCodeOfAnotherBrowser: the code that comes from the provider opens a session in the browser that began, once, and only
// through the hosts that it is meant for.
func TestCodeOfAnotherBrowser(t *testing.T) { // L04
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	w.give(first, admin.DirectoryUser, paula)
	b := w.browser()
	acs, form := b.answer(goAcme, "paula")
	code := b.stopAt("/federated-return", acs, form)
	thief := w.browser()
	thief.get(goAcme) // has a nonce of its own
	require.Equal(t, http.StatusForbidden, thief.get(consoleSite+"/federated-return?code="+code).Status)
	require.Equal(t, http.StatusUnauthorized, thief.get(consoleSite+"/").Status)
	require.Equal(t, http.StatusForbidden, w.browser().get(consoleSite+"/federated-return?code="+code).Status, "no nonce at all")
	require.Equal(t, http.StatusForbidden, b.get("https://acme.workspace.causeway.test/return?code="+code).Status, "a code of another purpose")
	require.Equal(t, asUser+"/", b.goOn(b.get(consoleSite+"/federated-return?code="+code)).Body)
	require.Equal(t, http.StatusForbidden, b.get(consoleSite+"/federated-return?code="+code).Status, "once")
	require.Equal(t, asUser+"/", b.get(consoleSite+"/").Body, "the session is as it was")

	for _, wrong := range []string{"", "x", strings.Repeat("a", 44), "https://evil.test/", url.QueryEscape("a&b")} {
		require.Equal(t, http.StatusNotFound, b.get(accountsSite+"/core/internalfederation/return?validate="+wrong).Status, wrong)
	}
}

// stopAt posts an answer and returns the code with which the browser would have gone to the path.
func (b *browser) stopAt(path, acs string, form url.Values) string {
	b.t.Helper()
	code := ""
	client := *b.http
	client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == path {
			code = r.URL.Query().Get("code")
			return http.ErrUseLastResponse
		}
		return nil
	}
	res, err := client.PostForm(acs, form)
	require.NoError(b.t, err)
	require.NoError(b.t, res.Body.Close())
	require.NotEmpty(b.t, code)
	return code
}

// TestArrivalIsAsked: a link to the sign-in URL of somebody else's organization, whose provider signs in whomever it likes, makes no
// session before the person has read where he is. The page names the organization by what nobody else has.
func TestArrivalIsAsked(t *testing.T) { // S29, L05
	t.Parallel()
	w := newWorld(t, "assertion")
	w.connect(first, "acme", nil)
	w.connect(second, "umbrella", nil)
	w.give(first, admin.DirectoryUser, paula)
	w.give(second, admin.DirectoryUser, paula)
	b := w.browser()
	arrive := func(identifier string) shown {
		b.t.Helper()
		return b.post(b.answer(consoleSite+"/go/"+identifier, "paula"))
	}
	p := arrive("acme")
	require.True(t, p.asksToGoOn(), "the first time in this browser")
	require.Equal(t, http.StatusUnauthorized, b.get(consoleSite+"/").Status, "no session yet")
	require.NotContains(t, p.Body, "That session ends")
	require.Equal(t, asUser+"/", b.goOn(p).Body)
	require.Equal(t, asUser+"/", arrive("acme").Body, "the same person at the same console")

	p = arrive("umbrella")
	require.True(t, p.asksToGoOn(), "another organization in place of a session")
	require.Contains(t, p.Body, "paula@forest.test")
	require.Contains(t, p.Body, "<code>umbrella</code>")
	require.Contains(t, p.Body, "You are signed in as Paula &lt;b&gt;Plain&lt;/b&gt; (customer ID acme) now. That session ends when you go on.")
	require.Equal(t, "no-store", p.Header.Get("Cache-Control"))
	require.Contains(t, p.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'")
	require.Equal(t, asUser+"/", b.get(consoleSite+"/").Body, "nothing has changed")
	require.Empty(t, w.records(systemlog.OfCustomer(second), systemlog.AdministratorSignedIn))

	_, form := p.form(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, consoleSite+"/federated-return", strings.NewReader(form.Encode()))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", simOrigin)
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := b.http.Do(req)
	require.NoError(t, err)
	require.Equal(t, http.StatusForbidden, b.show(res).Status, "somebody else's page answers")
	require.Equal(t, asUser+"/", b.get(consoleSite+"/").Body)

	require.Contains(t, b.goOn(p).Body, "console of umbrella as")
	require.True(t, arrive("acme").asksToGoOn(), "and back")
	require.Contains(t, b.post(consoleSite+"/signout", nil).URL.Path, "/signed-out")
	require.False(t, arrive("umbrella").asksToGoOn(), "where this browser was last")

	w.give(second, admin.DirectoryUser, "S-1-5-21-1-2-3-1002")
	require.True(t, b.post(b.answer(consoleSite+"/go/umbrella", "gina")).asksToGoOn(), "another person of the organization")

	late := w.browser()
	p = late.post(late.answer(goAcme, "paula"))
	w.clock.Advance(federation.ConsoleCodeLife + time.Second)
	p = late.goOn(p)
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Contains(t, p.Body, "Start again from your organization")
	require.Equal(t, http.StatusUnauthorized, late.get(consoleSite+"/").Status)
}

// TestSessionsOfOneBrowser: a sign-in ends the session that the browser had, and an idle session ends for people of the directory
// as for others.
func TestSessionsOfOneBrowser(t *testing.T) { // L04
	t.Parallel()
	w := newWorld(t, "assertion")
	w.connect(first, "acme", nil)
	w.give(first, admin.DirectoryUser, paula)
	b := w.browser()
	b.signIn(goAcme, "paula")
	site, err := url.Parse(consoleSite)
	require.NoError(t, err)
	old := b.jar.Cookies(site)
	b.signIn(goAcme, "paula")
	require.Equal(t, http.StatusOK, b.get(consoleSite+"/").Status)
	earlier := w.browser()
	earlier.jar.SetCookies(site, old)
	require.Equal(t, http.StatusUnauthorized, earlier.get(consoleSite+"/").Status, "the session before")

	_, err = customer.NewAccounts(w.db.Customers()).SetInactivity(t.Context(), w.console, first, customer.Inactivity{Enabled: true, Minutes: 10}, 0)
	require.NoError(t, err)
	w.clock.Advance(9 * time.Minute)
	require.NoError(t, w.consoles.Watch(t.Context()))
	require.Equal(t, http.StatusOK, b.get(consoleSite+"/").Status)
	w.clock.Advance(10*time.Minute + time.Second)
	require.NoError(t, w.consoles.Watch(t.Context()))
	require.Equal(t, http.StatusUnauthorized, b.get(consoleSite+"/").Status)
	require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.AdministratorSessionTimedOut), 1)
}

// TestAdministratorSignsOut ends the session here first and then, where the connection has a Logout URL, at the provider.
func TestAdministratorSignsOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.connect(first, "acme", nil)
	w.give(first, admin.DirectoryUser, paula)
	b := w.browser()
	b.signIn(goAcme, "paula")
	p := b.post(consoleSite+"/signout", nil)
	require.Equal(t, consoleSite+"/signed-out", p.URL.String(), "without a Logout URL nothing goes to the provider")
	require.Equal(t, http.StatusUnauthorized, b.get(consoleSite+"/").Status)
	require.Equal(t, actorP, w.records(systemlog.OfCustomer(first), systemlog.AdministratorSignedOut)[0].Actor.ID)

	sim := w.partner(idpsim.ADFSRecommended, simOrigin)
	_, edit := sim.register("", nil)
	w.connect(first, "simulated", edit)
	other := w.browser()
	require.Equal(t, http.StatusOK, other.arrive(consoleSite+"/go/simulated", "paula").Status)
	require.Contains(t, other.get(consoleSite+"/").Body, "("+actorP+")")
	p = other.post(consoleSite+"/signout", nil)
	require.Equal(t, consoleSite+"/signout", p.URL.String(), "the answer to the form leads to no other origin")
	require.Equal(t, http.StatusUnauthorized, other.get(consoleSite+"/").Status, "the session here ends first")
	p = other.walk(p)
	require.Equal(t, consoleSite+"/signed-out?provider=done", p.URL.String())
	require.Contains(t, p.Body, "You are signed out here and at your identity provider")
	require.Contains(t, other.walk(other.get(consoleSite+"/go/simulated")).Body, "Sign in at the partner", "the provider asks again")
}

// TestCompanyCredentials finds the provider for somebody who knows the sign-in URL of his organization. Spec: IAM-108
func TestCompanyCredentials(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.connect(first, "acme", nil)
	w.give(first, admin.DirectoryUser, paula)
	b := w.browser()
	require.Contains(t, b.get(consoleSite+"/go/").Body, "Sign in with my company credentials")
	for _, typed := range []string{"acme", " ACME ", goAcme, goAcme + "/"} {
		p := b.get(consoleSite + "/go/?identifier=" + url.QueryEscape(typed))
		require.Equal(t, http.StatusOK, p.Status)
		require.Equal(t, "0; url=/go/acme", p.Header.Get("Refresh"), typed)
		require.Contains(t, p.Body, `href="/go/acme"`, "without the refresh, too")
	}
	for _, wrong := range []string{"no", "https://evil.test/", "a b c"} {
		p := b.get(consoleSite + "/go/?identifier=" + url.QueryEscape(wrong))
		require.Empty(t, p.Header.Get("Refresh"), wrong)
		require.Contains(t, p.Body, "This is no sign-in URL", wrong)
	}
}

// TestRenamedInTheDirectory keeps a group by its identifier and takes over its new name. Spec: IAM-113
func TestRenamedInTheDirectory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.connect(first, "acme", nil)
	w.members.set(func(m *fakeMembers) { m.groups[paula], m.name = []string{group("512")}, "Cloud Admins" })
	row := w.give(first, admin.DirectoryGroup, group("512"))
	require.Equal(t, "Cloud Admins", row.Name)
	w.members.set(func(m *fakeMembers) { m.err = admin.ErrNotPicked })
	require.NoError(t, w.fromDirectory.Refresh(t.Context()), "one that cannot be asked keeps its name")
	w.members.set(func(m *fakeMembers) { m.err, m.name = nil, "Cloud Operators" })
	require.NoError(t, w.fromDirectory.Refresh(t.Context()))
	require.NoError(t, w.fromDirectory.Refresh(t.Context()))
	rows, err := w.db.Admins().AllFromDirectory(t.Context(), first)
	require.NoError(t, err)
	require.Equal(t, "Cloud Operators", rows[0].Name)
	require.Equal(t, row.ID, rows[0].ID)
	renamed := w.records(systemlog.OfCustomer(first), systemlog.AdministratorRenamedInDirectory)
	require.Len(t, renamed, 1, "nothing is recorded when nothing changes")
	require.Equal(t, "Cloud Admins", renamed[0].Before["DisplayName"])
	require.Equal(t, asUser+"/", w.browser().signIn(goAcme, "paula").Body)
}

// TestFreshSignIn: a person of a directory counts as freshly proved when the provider was made to ask and the instant of its sign-in
// shows that it did, in that session and for IdentityLife. A provider that ignores the request signs him in, and nothing more.
func TestFreshSignIn(t *testing.T) { // T05, L03
	t.Parallel()
	w := newWorld(t, "assertion")
	sim := w.partner(idpsim.ADFSRecommended, simOrigin)
	_, edit := sim.register("", nil)
	w.connect(first, "acme", edit)
	w.give(first, admin.DirectoryUser, paula)
	b := w.browser()
	actor := func(b *browser) admin.Actor {
		t.Helper()
		require.Contains(t, b.get(consoleSite+"/").Body, "(adm:"+paula)
		site, err := url.Parse(consoleSite)
		require.NoError(t, err)
		for _, c := range b.jar.Cookies(site) {
			if c.Name == "__Host-"+edge.SessionCookie {
				_, a, err := w.sessions.Authenticate(t.Context(), secret.New(c.Value), netip.Addr{})
				require.NoError(t, err)
				return a
			}
		}
		t.Fatal("no session")
		return admin.Actor{}
	}
	fresh := func(b *browser) error { return actor(b).RequireFresh(w.clock.Now()) }
	prompted := func() int { return len(sim.idp.Events(idpsim.PromptShown)) }

	b.arrive(goAcme, "paula")
	require.ErrorIs(t, fresh(b), admin.ErrSignInAgain, "nobody made the provider ask")
	again := actor(b).SignInAgain
	require.Equal(t, "/go/acme?fresh=1", again)
	before := actor(b).Session
	w.clock.Advance(time.Hour)
	require.NoError(t, w.consoles.Watch(t.Context()))
	b.arrive(goAcme, "paula")
	require.Equal(t, 1, prompted(), "the provider's session answers")
	require.ErrorIs(t, fresh(b), admin.ErrSignInAgain)

	p := b.arrive(consoleSite+again+"&return="+url.QueryEscape("/identity?tab=x"), "paula")
	require.Equal(t, consoleSite+"/identity?tab=x", p.URL.String())
	require.Equal(t, 2, prompted(), "the provider was made to ask")
	require.NotEqual(t, before, actor(b).Session)
	require.NoError(t, fresh(b))
	_, err := w.fromDirectory.Add(t.Context(), actor(b), first, admin.NewFromDirectory{Kind: admin.DirectoryGroup, SID: group("512"), Domain: "forest.test", Rights: admin.Rights{Full: true}})
	require.NoError(t, err)
	other := w.browser()
	other.arrive(goAcme, "paula")
	require.ErrorIs(t, fresh(other), admin.ErrSignInAgain, "the proof of another session")
	w.clock.Advance(signin.IdentityLife)
	require.ErrorIs(t, fresh(b), admin.ErrSignInAgain, "too long ago")

	sim.idp.Behave(func(b *idpsim.Behaviour) { b.IgnoreForceAuthn = true })
	b.arrive(consoleSite+again, "paula")
	require.Equal(t, 3, prompted(), "only the other browser was asked")
	require.ErrorIs(t, fresh(b), admin.ErrSignInAgain, "the provider did not ask")
	require.Contains(t, steps(w.lastTrace(first)), "fresh_proof_missing")
	_, err = w.fromDirectory.Add(t.Context(), actor(b), first, admin.NewFromDirectory{Kind: admin.DirectoryGroup, SID: group("513"), Domain: "forest.test", Rights: admin.Rights{Full: true}})
	require.ErrorIs(t, err, admin.ErrSignInAgain)
}
