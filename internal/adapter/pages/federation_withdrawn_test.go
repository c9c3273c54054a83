package pages_test

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
	"github.com/causeway-cloud/causeway/test/idpsim"
)

// meanwhile is a directory during whose first answer something happens.
type meanwhile struct {
	federation.Directory
	once sync.Once
	do   func()
}

func (d *meanwhile) Find(ctx context.Context, c customer.ID, q federation.Query) (federation.Account, error) {
	d.once.Do(d.do)
	return d.Directory.Find(ctx, c, q)
}

// spare is a certificate of the same provider that nobody has lost.
func (w *world) spare(conn federation.ID) {
	w.t.Helper()
	_, cert, err := demo.LoadIdPKey(w.t.TempDir(), w.clock.Now())
	require.NoError(w.t, err)
	_, err = w.connections.PutCertificate(w.t.Context(), w.console, first, conn, 2, "spare.cer", cert.Raw, 0)
	require.NoError(w.t, err)
}

// withdraw takes the certificate away that the provider signs with.
func (w *world) withdraw(conn federation.ID) {
	w.t.Helper()
	_, err := w.connections.RemoveCertificate(w.t.Context(), w.console, first, conn, 1, 0)
	require.NoError(w.t, err)
}

// TestWithdrawnCertificateMakesNoSession removes a certificate after an answer under it was checked and before there is a session.
func TestWithdrawnCertificateMakesNoSession(t *testing.T) { // S21, L09
	t.Parallel()
	t.Run("console, code kept for later", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "assertion")
		conn := w.connect(first, "acme", nil)
		w.give(first, admin.DirectoryUser, paula)
		w.spare(conn.ID)
		thief := w.browser()
		acs, form := thief.answer(goAcme, "paula")
		code := thief.stopAt("/federated-return", acs, form)
		w.withdraw(conn.ID)
		w.clock.Advance(federation.ConsoleCodeLife - time.Minute)
		p := thief.goOn(thief.get(consoleSite + "/federated-return?code=" + code))
		require.Equal(t, http.StatusForbidden, p.Status, p.Body)
		require.Equal(t, http.StatusUnauthorized, thief.get(consoleSite+"/").Status)
		require.Equal(t, federation.ErrGone.Code, w.lastTrace(first).Code)
	})
	t.Run("workspace, code kept for later", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "assertion")
		conn := w.connect(first, "acme", nil)
		w.use(first, conn.ID)
		w.spare(conn.ID)
		b := w.browser()
		acs, form := b.answer(home, "paula")
		code := b.stopAt("/return", acs, form)
		w.withdraw(conn.ID)
		require.Equal(t, http.StatusForbidden, b.get(home+"return?code="+code).Status)
		require.Empty(t, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn))
	})
	t.Run("what takes no trust away interrupts nobody", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "assertion")
		conn := w.connect(first, "acme", nil)
		w.use(first, conn.ID)
		b := w.browser()
		acs, form := b.answer(home, "paula")
		code := b.stopAt("/return", acs, form)
		w.spare(conn.ID)
		name := "Renamed"
		_, err := w.connections.Change(t.Context(), w.console, first, conn.ID, federation.ConnectionChange{Nickname: &name})
		require.NoError(t, err)
		require.Equal(t, home, b.get(home+"return?code="+code).URL.String())
	})
	t.Run("workspace, while the directory is asked", func(t *testing.T) {
		t.Parallel()
		d := &meanwhile{}
		w := newWorldOf(t, "assertion", d, people)
		d.Directory = w.directory
		conn := w.connect(first, "acme", nil)
		w.use(first, conn.ID)
		w.spare(conn.ID)
		d.do = func() { w.withdraw(conn.ID) }
		b := w.browser()
		require.Equal(t, http.StatusForbidden, b.signIn(home, "uwe").Status)
		require.Empty(t, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn))
	})
}

// TestReplacedApplicationMakesNoSession puts another provider in the place of a custom host's application between the answer of the
// former one and the session.
func TestReplacedApplicationMakesNoSession(t *testing.T) { // S21, L09
	t.Parallel()
	w := newWorld(t, "response")
	w.both()
	b := w.browser()
	acs, form := b.enter(b.goTo(customOrigin+"/", idp2Host), "paula")
	code := b.stopAt("/return", acs, form)
	_, cert, err := demo.LoadIdPKey(t.TempDir(), w.clock.Now())
	require.NoError(t, err)
	_, err = w.domains.SetSAML(t.Context(), w.console, first, workspace.DomainSAMLInput{Mode: workspace.SAMLBoth, Application: federation.Application{
		IdPEntityID: "https://idp3.partner.test/", SSOURL: "https://idp3.partner.test/sso", Certificates: []federation.Certificate{{FileName: "idp3.cer", DER: cert.Raw}}}}, revision.Any)
	require.NoError(t, err)
	require.Equal(t, http.StatusForbidden, b.get(customOrigin+"/return?code="+code).Status)
	require.Empty(t, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn))
}

// TestEndedAtTheProviderMakesNoSession ends a person's session at the provider while the code of his sign-in waits to be redeemed.
func TestEndedAtTheProviderMakesNoSession(t *testing.T) { // S38, L09
	t.Parallel()
	for _, tt := range []struct{ name, begin, last, path string }{
		{"workspace", home, home + "return", "/return"},
		{"console", goAcme, consoleSite + "/federated-return", "/federated-return"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "assertion")
			p := w.partner(idpsim.PingFederate, simOrigin)
			_, edit := p.register("", nil)
			conn := w.connect(first, "acme", edit)
			w.use(first, conn.ID)
			w.give(first, admin.DirectoryUser, paula)
			pending := func(b *browser, login string) string {
				action, form := b.walk(b.get(tt.begin)).form(t)
				form.Set("login", login)
				form.Set("password", "pw-"+login)
				acs, answer := b.post(action, form).form(t)
				return b.stopAt(tt.path, acs, answer)
			}
			b, other := w.browser(), w.browser()
			code, others := pending(b, "paula"), pending(other, "paula") // another session of the same person at the provider
			require.Contains(t, b.walk(b.get(p.idp.StartLogoutURL(idpsim.Post))).Body, "You are signed out of all applications.")
			require.Equal(t, http.StatusForbidden, b.goOn(b.get(tt.last+"?code="+code)).Status)
			require.Empty(t, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn))
			require.Empty(t, w.records(systemlog.OfCustomer(first), systemlog.AdministratorSignedIn))
			require.Equal(t, http.StatusOK, other.goOn(other.get(tt.last+"?code="+others)).Status, "another session goes on")
		})
	}
}

// TestAnswerFromBeforeTheLogoutMakesNoSession posts an answer, and has one looked at, that the provider wrote before it ended the session
// that the answer is about. Whoever signs in again after it gets in.
func TestAnswerFromBeforeTheLogoutMakesNoSession(t *testing.T) { // S38, L09
	t.Parallel()
	for name, begin := range map[string]string{"workspace": home, "console": goAcme} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &meanwhile{}
			d.once.Do(func() {})
			w := newWorldOf(t, "assertion", d, people)
			d.Directory = w.directory
			p := w.partner(idpsim.PingFederate, simOrigin)
			_, edit := p.register("", nil)
			conn := w.connect(first, "acme", edit)
			w.use(first, conn.ID)
			w.give(first, admin.DirectoryUser, paula)
			answer := func(b *browser, login string) (acs string, form url.Values) {
				action, form := b.walk(b.get(begin)).form(t)
				form.Set("login", login)
				form.Set("password", "pw-"+login)
				return b.post(action, form).form(t)
			}
			signsOut := func(b *browser) {
				require.Contains(t, b.walk(b.get(p.idp.StartLogoutURL(idpsim.Post))).Body, "You are signed out of all applications.")
			}
			b, other := w.browser(), w.browser()
			acs, form := answer(b, "paula")
			_, others := answer(other, "paula") // of another session at the provider
			w.clock.Advance(2 * time.Second)    // providers write whole seconds
			signsOut(b)
			require.Equal(t, http.StatusForbidden, b.post(acs, form).Status)
			require.Equal(t, federation.ErrEnded.Code, w.lastTrace(first).Code)
			require.Equal(t, http.StatusOK, other.goOn(other.post(acs, others)).Status, "another session goes on")

			if begin == home {
				acs, form = answer(b, "uwe")
				d.once, d.do = sync.Once{}, func() { signsOut(b) }
				require.Equal(t, http.StatusForbidden, b.post(acs, form).Status, "ended while the directory was asked")
				require.Equal(t, federation.ErrEnded.Code, w.lastTrace(first).Code)
			}

			w.clock.Advance(2 * time.Second)
			acs, form = answer(b, "paula")
			require.Equal(t, http.StatusOK, b.goOn(b.post(acs, form)).Status, "signed in again")
		})
	}
}

// TestSignedOutEverywhereMakesNoSession: who signs out everywhere ends a sign-in too that waits in another browser.
func TestSignedOutEverywhereMakesNoSession(t *testing.T) { // L09
	t.Parallel()
	w := newWorld(t, "assertion")
	w.connect(first, "acme", nil)
	w.give(first, admin.DirectoryUser, paula)
	w.give(first, admin.DirectoryUser, "S-1-5-21-9-9-9-500")
	pending := func(login string) (*browser, string) {
		b := w.browser()
		acs, form := b.answer(goAcme, login)
		return b, consoleSite + "/federated-return?code=" + b.stopAt("/federated-return", acs, form)
	}
	thief, waiting := pending("paula")
	other, others := pending("gina")
	b := w.browser()
	require.Equal(t, asUser+"/", b.signIn(goAcme, "paula").Body)
	b.post(consoleSite+"/signout-everywhere", nil)
	require.Equal(t, http.StatusUnauthorized, b.get(consoleSite+"/").Status)
	require.Equal(t, http.StatusForbidden, thief.goOn(thief.get(waiting)).Status)
	require.Equal(t, http.StatusUnauthorized, thief.get(consoleSite+"/").Status)
	require.Equal(t, http.StatusOK, other.goOn(other.get(others)).Status, "another person's goes on")
}
