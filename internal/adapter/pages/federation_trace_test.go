package pages_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/test/idpsim"
)

// tracesOf returns the customer's traces of a kind, newest first, with everything in them.
func (w *world) tracesOf(c customer.ID, kind federation.TraceKind) []federation.Trace {
	w.t.Helper()
	list, err := w.traces.List(w.t.Context(), w.actor(c), c, federation.TraceFilter{}, page.Request{Size: 200})
	require.NoError(w.t, err)
	var out []federation.Trace
	for _, short := range list.Items {
		if short.Kind != kind {
			continue
		}
		full, err := w.traces.Reveal(w.t.Context(), w.actor(c), c, short.ID)
		require.NoError(w.t, err)
		out = append(out, full)
	}
	return out
}

// TestTraceShowsTheRequest finds in the trace what the provider was sent, to the octet, beside its answer, whether that was taken or
// refused. Spec: SSO-168
func TestTraceShowsTheRequest(t *testing.T) {
	t.Parallel()
	for _, asks := range []federation.Binding{federation.Post, federation.Redirect} {
		for _, signs := range []bool{true, false} {
			t.Run(fmt.Sprint(asks, " ", signs), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, "assertion")
				p := w.partner(idpsim.PingFederate, simOrigin)
				p.idp.Behave(func(b *idpsim.Behaviour) {
					b.Bindings, b.CheckSignatures = []idpsim.Binding{idpsim.Post, idpsim.Redirect}, signs
				})
				_, edit := p.register("", func(s *federation.Settings) { s.SSOBinding, s.SignAuthnRequest, s.SignLogout = asks, signs, signs })
				w.use(first, w.connect(first, "acme", edit).ID)

				shows := func(succeeded bool) {
					sent, ok := p.idp.Last(idpsim.SignInAsked)
					require.True(t, ok, p.idp.Events(idpsim.Refused))
					trace := w.lastTrace(first)
					require.Equal(t, federation.OfSignIn, trace.Kind)
					require.Equal(t, succeeded, trace.Succeeded)
					require.Len(t, trace.Messages, 2)
					request, answer := trace.Messages[0], trace.Messages[1]
					require.Equal(t, federation.AuthnRequest, request.Kind)
					require.True(t, request.Sent)
					require.Equal(t, asks, request.Binding)
					require.False(t, request.Time.After(answer.Time))
					require.Equal(t, string(sent.XML), request.XML)
					for _, part := range []string{`AssertionConsumerServiceURL="` + acsURL + `"`, `Destination="` + simOrigin, `ForceAuthn="`, ">" + samlSite + "</saml:Issuer>"} {
						require.Contains(t, request.XML, part)
						masked, err := w.traces.Get(t.Context(), w.actor(first), first, trace.ID)
						require.NoError(t, err)
						require.Contains(t, masked.Messages[0].XML, part, "nothing of it is masked")
					}
					require.Equal(t, federation.Response, answer.Kind)
					require.False(t, answer.Sent)
					require.NotContains(t, steps(trace), "sent_not_shown")
				}
				require.Equal(t, home, w.browser().arrive(home, "paula").URL.String())
				shows(true)
				other, err := p.idp.NewKey()
				require.NoError(t, err)
				require.NoError(t, p.idp.UseKey(other))
				require.Equal(t, http.StatusForbidden, w.browser().arrive(home, "paula").Status)
				shows(false)
			})
		}
	}
}

// TestChangedRequestIsNotShown changes what requests ask for while one is under way: no trace claims that something else was sent.
//
// Spec: SSO-168
func TestChangedRequestIsNotShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.partner(idpsim.PingFederate, simOrigin)
	_, edit := p.register("", nil)
	w.use(first, w.connect(first, "acme", edit).ID)
	b := w.browser()
	s := b.walk(b.get(home))
	require.Contains(t, s.Body, "Sign in at the partner")
	require.NoError(t, federation.NewFeatures(w.db.Connections()).Set(t.Context(), w.actor(first).Log(), first, federation.SendNameIDPolicy, true, "the provider is Okta"))
	action, form := s.form(t)
	form.Set("login", "paula")
	form.Set("password", "pw-paula")
	require.Equal(t, home, b.walk(b.post(action, form)).URL.String())
	trace := w.lastTrace(first)
	require.Contains(t, steps(trace), "sent_not_shown")
	require.Len(t, trace.Messages, 1)
	require.Equal(t, federation.Response, trace.Messages[0].Kind)
}

// TestSignOutLeavesATrace signs out at the provider and looks at what was sent and answered. Of successes one a minute is kept.
//
// Spec: SSO-168
func TestSignOutLeavesATrace(t *testing.T) {
	t.Parallel()
	for _, asks := range []federation.Binding{federation.Post, federation.Redirect} {
		for _, answers := range []idpsim.Binding{idpsim.Post, idpsim.Redirect} {
			t.Run(fmt.Sprint(asks, " ", answers), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, "assertion")
				p := w.partner(idpsim.PingFederate, simOrigin)
				p.idp.Behave(func(b *idpsim.Behaviour) {
					b.Logout.Binding, b.Bindings = answers, []idpsim.Binding{idpsim.Post, idpsim.Redirect}
				})
				_, edit := p.register("", func(s *federation.Settings) { s.SLOBinding = asks })
				conn := w.connect(first, "acme", edit)
				w.use(first, conn.ID)
				b := w.browser()
				for range 2 {
					b.arrive(home, "paula")
					require.Contains(t, b.walk(b.signOut(home)).Body, "and at your identity provider.")
					b.get(home + "sign-in")
				}
				traces := w.tracesOf(first, federation.OfSignOut)
				require.Len(t, traces, 1, "the next success of the minute leaves none")
				trace := traces[0]
				require.True(t, trace.Succeeded)
				require.Equal(t, federation.ForWorkspace, trace.Purpose)
				require.Equal(t, conn.ID, trace.Connection)
				require.Equal(t, conn.Nickname, trace.ConnectionName)
				require.Equal(t, "paula@forest.test", trace.Person)
				require.Subset(t, steps(trace), []string{"logout_begin", "connection", "signature_logout", "issuer", "destination", "request", "logout_status", "logout_done"})
				require.Len(t, trace.Messages, 2)
				require.Equal(t, federation.LogoutRequest, trace.Messages[0].Kind)
				require.True(t, trace.Messages[0].Sent)
				require.Equal(t, asks, trace.Messages[0].Binding)
				require.Equal(t, string(p.idp.Events(idpsim.LogoutAsked)[0].XML), trace.Messages[0].XML)
				require.Equal(t, federation.LogoutResponse, trace.Messages[1].Kind)
				require.False(t, trace.Messages[1].Sent)
				require.Equal(t, map[idpsim.Binding]federation.Binding{idpsim.Post: federation.Post, idpsim.Redirect: federation.Redirect}[answers], trace.Messages[1].Binding)
				require.Contains(t, trace.Messages[1].XML, "status:Success")
				records := w.records(systemlog.OfCustomer(first), systemlog.SingleLogoutCompleted)
				require.Equal(t, trace.ID, records[1].Args["trace"])

				name := trace.Messages[0].XML[strings.Index(trace.Messages[0].XML, "<saml:NameID"):]
				name = name[strings.Index(name, ">")+1 : strings.Index(name, "</")]
				masked, err := w.traces.Get(t.Context(), w.actor(first), first, trace.ID)
				require.NoError(t, err)
				require.Contains(t, trace.Messages[0].XML, ">"+name+"<")
				require.NotContains(t, masked.Messages[0].XML, ">"+name+"<")
				require.Contains(t, masked.Messages[0].XML, "SessionIndex")
			})
		}
	}
}

// TestFailedSignOutLeavesATrace has a provider that refuses, one with another key, and a request that cannot be sent: every one is kept,
// with what was sent if something was. Spec: SSO-168
func TestFailedSignOutLeavesATrace(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		edit    func(*federation.Settings)
		behave  func(*testing.T, *idpsim.IdP)
		code    string
		step    string
		setting string
		kinds   []federation.MessageKind
	}{
		"refused": {nil, func(_ *testing.T, p *idpsim.IdP) {
			p.Behave(func(b *idpsim.Behaviour) { b.Logout.Reaction = idpsim.Fails })
		},
			federation.ErrLogoutRefused.Code, "logout_done", "logoutUrl", []federation.MessageKind{federation.LogoutRequest, federation.LogoutResponse}},
		"another key": {nil, func(t *testing.T, p *idpsim.IdP) {
			other, err := p.NewKey()
			require.NoError(t, err)
			require.NoError(t, p.UseKey(other))
		}, saml.ErrSignatureInvalid.Code, "signature_logout", "certificates", []federation.MessageKind{federation.LogoutRequest, federation.LogoutResponse}},
		"not sent": {func(s *federation.Settings) {
			s.SLOBinding = federation.Redirect
			s.LogoutURL += "?" + strings.Repeat("x", 1900)
		}, nil, saml.ErrRedirectTooLong.Code, "logout_begin", "sloBinding", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "assertion")
			p := w.partner(idpsim.Okta, simOrigin)
			p.idp.Behave(func(b *idpsim.Behaviour) { b.Bindings = []idpsim.Binding{idpsim.Post, idpsim.Redirect} })
			_, edit := p.register("", tt.edit)
			w.use(first, w.connect(first, "acme", edit).ID)
			b := w.browser()
			b.arrive(home, "paula")
			if tt.behave != nil {
				tt.behave(t, p.idp)
			}
			require.Contains(t, b.walk(b.signOut(home)).Body, "may still be open")
			traces := w.tracesOf(first, federation.OfSignOut)
			require.Len(t, traces, 1)
			require.False(t, traces[0].Succeeded)
			require.Equal(t, tt.code, traces[0].Code)
			require.Equal(t, tt.setting, traces[0].Setting)
			require.NotEmpty(t, traces[0].Person)
			failed, ok := traces[0].Failed()
			require.True(t, ok)
			require.Equal(t, tt.step, failed.Name)
			var kinds []federation.MessageKind
			for _, m := range traces[0].Messages {
				kinds = append(kinds, m.Kind)
			}
			require.Equal(t, tt.kinds, kinds)
			require.Equal(t, traces[0].ID, w.records(systemlog.OfCustomer(first), systemlog.SingleLogoutFailed)[0].Args["trace"])
			require.Empty(t, w.tracesOf(second, federation.OfSignOut))
		})
	}
}

// TestProvidersLogoutLeavesATrace has the provider end the sessions of two tenants. Each sees its own part; the answer is shown to whose
// application has given it. A replay and a late request are kept as refusals. Spec: SSO-168
func TestProvidersLogoutLeavesATrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.partner(idpsim.Okta, simOrigin)
	_, edit := p.register("", nil)
	mine := w.connect(first, "acme", edit)
	w.use(first, mine.ID)
	w.use(second, w.connect(second, "umbrella", edit).ID)
	b := w.browser()
	b.arrive(home, "paula")
	b.arrive(secondary, "paula")
	action, genuine := b.get(p.idp.StartLogoutURL(idpsim.Post)).form(t)
	b.walk(b.post(action, genuine))

	answers := 0
	for _, c := range []customer.ID{first, second} {
		traces := w.tracesOf(c, federation.OfSignOut)
		require.Len(t, traces, 1)
		trace := traces[0]
		require.True(t, trace.Succeeded)
		require.Equal(t, federation.ByProvider, trace.Purpose)
		require.Equal(t, "paula@forest.test", trace.Person)
		require.Subset(t, steps(trace), []string{"signature_logout", "logout_period", "subject", "logout_ended"})
		require.Equal(t, federation.LogoutRequest, trace.Messages[0].Kind)
		require.False(t, trace.Messages[0].Sent)
		raw, err := base64.StdEncoding.DecodeString(genuine.Get("SAMLRequest"))
		require.NoError(t, err)
		require.Equal(t, string(raw), trace.Messages[0].XML)
		if len(trace.Messages) == 2 {
			answers++
			require.Contains(t, steps(trace), "logout_answered")
			require.Equal(t, federation.LogoutResponse, trace.Messages[1].Kind)
			require.True(t, trace.Messages[1].Sent)
			require.Equal(t, string(p.idp.Events(idpsim.LogoutDone)[0].XML), trace.Messages[1].XML)
		}
	}
	require.Equal(t, 1, answers)

	w.browser().post(action, genuine)
	trace := w.tracesOf(first, federation.OfSignOut)[0]
	require.Equal(t, federation.ErrLogoutReplayed.Code, trace.Code)
	require.Equal(t, trace.ID, w.records(systemlog.OfCustomer(first), systemlog.ProviderLogoutRefused)[0].Args["trace"])
	require.Len(t, trace.Messages, 2, "it was answered with a refusal")
	require.Contains(t, trace.Messages[1].XML, "status:Requester")
	w.clock.Advance(time.Hour)
	w.browser().post(action, genuine)
	require.NotEmpty(t, w.records(systemlog.Installation, systemlog.ProviderLogoutRefused), "two tenants: the operator's business")
	require.Len(t, w.tracesOf(first, federation.OfSignOut), 2)
}

// TestUnansweredSignOutLeavesATrace signs out at a provider that never answers: when the time is over one trace says so, with the request
// that was sent and the setting to look at, however many people signed out meanwhile. One that was answered leaves no such trace, whatever
// the answer was worth. Spec: SSO-104, SSO-168
func TestUnansweredSignOutLeavesATrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.partner(idpsim.Duo, simOrigin)
	p.idp.Behave(func(b *idpsim.Behaviour) { b.Logout.Reaction = idpsim.OwnPage })
	_, edit := p.register("", nil)
	w.use(first, w.connect(first, "acme", edit).ID)
	b := w.browser()
	var sent string
	for n := range 3 {
		b.arrive(home, "paula")
		b.walk(b.signOut(home))
		b.walk(b.get(home))
		if last, ok := p.idp.Last(idpsim.LogoutAsked); n == 0 {
			require.True(t, ok)
			sent = string(last.XML)
		}
	}
	giveUp := func() {
		t.Helper()
		require.NoError(t, w.logouts.GiveUp(t.Context()))
	}
	giveUp()
	require.Empty(t, w.tracesOf(first, federation.OfSignOut), "there is time left")
	w.clock.Advance(federation.RequestLife + saml.Skew + time.Second)
	giveUp()
	giveUp()
	traces := w.tracesOf(first, federation.OfSignOut)
	require.Len(t, traces, 1)
	trace := traces[0]
	require.False(t, trace.Succeeded)
	require.Equal(t, federation.ErrLogoutUnanswered.Code, trace.Code)
	require.Equal(t, "logoutUrl", trace.Setting)
	require.Contains(t, trace.Person, "paula")
	require.Equal(t, "Partner acme", trace.ConnectionName)
	require.Equal(t, []string{"logout_begin", "logout_end"}, steps(trace))
	require.Len(t, trace.Messages, 1)
	require.True(t, trace.Messages[0].Sent)
	require.Equal(t, sent, trace.Messages[0].XML)
	require.Empty(t, w.tracesOf(second, federation.OfSignOut))
	require.Empty(t, w.records(systemlog.OfCustomer(first), systemlog.SingleLogoutFailed), "nobody knows how it ended")
}

// TestAnsweredSignOutIsNotGivenUp answers, truly and with the wrong key. Spec: SSO-168
func TestAnsweredSignOutIsNotGivenUp(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string]bool{"answered": false, "by somebody else": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "assertion")
			p := w.partner(idpsim.Okta, simOrigin)
			_, edit := p.register("", nil)
			w.use(first, w.connect(first, "acme", edit).ID)
			b := w.browser()
			b.arrive(home, "paula")
			if wrong {
				other, err := p.idp.NewKey()
				require.NoError(t, err)
				require.NoError(t, p.idp.UseKey(other))
			}
			b.walk(b.signOut(home))
			require.Len(t, w.tracesOf(first, federation.OfSignOut), 1)
			w.clock.Advance(time.Hour)
			require.NoError(t, w.logouts.GiveUp(t.Context()))
			traces := w.tracesOf(first, federation.OfSignOut)
			require.Len(t, traces, 1)
			require.Equal(t, !wrong, traces[0].Succeeded)
			require.NotEqual(t, federation.ErrLogoutUnanswered.Code, traces[0].Code)
		})
	}
}

// TestJunkFillsNoTraces posts junk to the logout address: what names no connection leaves no trace, and what names one is bounded for the
// network, as for sign-ins. Spec: SSO-168
func TestJunkFillsNoTraces(t *testing.T) { // S41
	t.Parallel()
	w := newWorld(t, "assertion")
	p := w.partner(idpsim.Okta, simOrigin)
	app, edit := p.register("", nil)
	w.use(first, w.connect(first, "acme", edit).ID)
	b := w.browser()
	b.arrive(home, "paula")
	action, genuine := b.get(p.idp.StartLogoutURL(idpsim.Post)).form(t)
	stranger := w.browser()
	for _, junk := range []url.Values{
		{"SAMLRequest": {"x"}}, {"SAMLRequest": {base64.StdEncoding.EncodeToString([]byte("<a/>"))}}, {"SAMLResponse": genuine["SAMLRequest"]},
		{"SAMLRequest": {edited(t, genuine.Get("SAMLRequest"), app.EntityID(), "https://nobody.test/")}},
	} {
		require.Equal(t, http.StatusForbidden, stranger.post(action, junk).Status)
	}
	require.Empty(t, w.tracesOf(first, federation.OfSignOut))

	forged := url.Values{"SAMLRequest": {unsigned(t, genuine.Get("SAMLRequest"))}}
	limited := 0
	for range 130 {
		if stranger.post(action, forged).Status == http.StatusTooManyRequests {
			limited++
		}
	}
	require.Positive(t, limited)
	traces := w.tracesOf(first, federation.OfSignOut)
	require.NotEmpty(t, traces)
	require.LessOrEqual(t, len(traces), 120, "at most the bound of two windows")
	require.Equal(t, saml.ErrUnsigned.Code, traces[0].Code)
	require.Empty(t, traces[0].Person, "what an unproven message says of a person is not believed")
	require.Empty(t, traces[0].Setting)
	require.True(t, b.signedIn(w, home))
}
