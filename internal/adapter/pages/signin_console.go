package pages

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// browserLife is how long the nonce is kept after the last beginning: the sign-in page and the steps behind it may each
// be open for half an hour.
const browserLife = time.Hour

// begin starts a sign-in on the console site: the browser keeps a nonce, the accounts site gets its hash.
func (p *SignIn) begin(w http.ResponseWriter, r *http.Request) {
	nonce := secret.New(edge.ReadCookie(r, startCookie))
	if nonce.Empty() {
		nonce = secret.NewToken()
	}
	edge.SetCookie(w, edge.Cookie{Name: startCookie, Value: nonce.Reveal(), MaxAge: browserLife})
	origin := signin.Origin{Binder: secret.Hash(nonce), Return: r.URL.Query().Get("return")}
	switch q := r.URL.Query(); {
	case q.Get("invitation") != "":
		origin.Purpose, origin.Invitation = signin.ForInvitation, q.Get("invitation")
	case q.Get("purpose") == string(signin.ForOnboarding):
		origin.Purpose, origin.Return = signin.ForOnboarding, NextStepsPath
	}
	handle, err := p.SignIns.Handle(origin)
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	seeOther(w, r, p.Addresses.URL(edge.Accounts, SignInPath)+"?"+url.Values{"h": {handle}}.Encode())
}

// beginURL is the path that begins a sign-in with one more thing to say.
func beginURL(name, value string) string {
	return SignInPath + "?" + url.Values{name: {value}}.Encode()
}

// redeem ends a sign-in: the one-time code becomes the session of this browser.
func (p *SignIn) redeem(w http.ResponseWriter, r *http.Request) {
	code, nonce, old := secret.New(r.URL.Query().Get("code")), secret.New(edge.ReadCookie(r, startCookie)), sessionToken(r)
	begun, err := p.Sessions.Redeem(r.Context(), code, nonce, old, client(r))
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	p.setSession(w, begun.Token, begun.ExpiresAt)
	seeOther(w, r, begun.Return)
}

// setSession gives the browser a session; the cookie ends with it.
func (p *SignIn) setSession(w http.ResponseWriter, token secret.Text, until time.Time) {
	edge.SetCookie(w, edge.Cookie{Name: edge.SessionCookie, Value: token.Reveal(), MaxAge: until.Sub(p.Clock.Now())})
}

func sessionToken(r *http.Request) secret.Text {
	return secret.New(edge.ReadCookie(r, edge.SessionCookie))
}

// session finds the session of the request, for the forms that end or change it.
func (p *SignIn) session(r *http.Request) (signin.Session, error) {
	session, _, err := p.Sessions.Authenticate(r.Context(), sessionToken(r), edge.From(r.Context()).Addr)
	return session, err
}

// signOut ends sessions with end and leads to a page that says so, also when there was no session any more.
func (p *SignIn) signOut(then string, end func(context.Context, signin.Session, signin.Client) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		session, err := p.session(r)
		var parting federation.Parting
		if err == nil {
			parting = p.Consoles.Leave(r.Context(), session, client(r), then)
			err = end(r.Context(), session, client(r))
		}
		if err != nil && fault.KindOf(err) != fault.Unauthenticated {
			p.refuse(w, r, err)
			return
		}
		edge.ClearCookie(w, edge.SessionCookie)
		if parting.Address == "" {
			seeOther(w, r, parting.Then(then))
			return
		}
		page := p.newSignInPage(r, "signin.out.provider") // the answer to a form must not lead to another origin
		page.Continue = parting.Address
		w.Header().Set("Refresh", "0; url="+parting.Address)
		p.show(w, r, http.StatusOK, "signin_continue", page)
	}
}

func (p *SignIn) signedOut(lead string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		page := p.newSignInPage(r, "signin.out")
		page.Lead = page.T(lead)
		switch federation.EndingOf(r.URL.Query()) {
		case federation.EndingDone:
			page.Lead = page.T("signin.out.done")
		case federation.EndingOpen:
			page.Lead = page.T("signin.out.open")
		}
		p.show(w, r, http.StatusOK, "signin_out", page)
	}
}

// switchCustomer makes the session one for another customer, under a new token.
func (p *SignIn) switchCustomer(w http.ResponseWriter, r *http.Request) {
	session, err := p.session(r)
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	token, err := p.Sessions.Switch(r.Context(), sessionToken(r), id.FoldCustomer(r.PostFormValue("customer")), client(r))
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	p.setSession(w, token, session.ExpiresAt)
	seeOther(w, r, "/")
}
