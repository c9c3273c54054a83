package pages_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"html"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

const secondHome = "https://umbrella.workspace.causeway.test/"

var cardName = regexp.MustCompile(`<span class="name">([^<]*)</span>`)

// offered are the names on the cards of a page, in order.
func (s shown) offered() []string {
	out := []string{}
	for _, m := range cardName.FindAllStringSubmatch(s.Body, -1) {
		out = append(out, html.UnescapeString(m[1]))
	}
	return out
}

// stay makes the browser look at redirects instead of following them.
func (b *browser) stay() *browser {
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return b
}

// TestPeopleOpenWhatTheyAreGiven signs people of two customers in and lets the library and the directory change while they
// are there: each next page shows what counts now.
//
// Spec: IAM-029, IAM-034, IAM-035
func TestPeopleOpenWhatTheyAreGiven(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	w.use(second, w.connect(second, "umbrella", nil).ID)
	w.groups.members = map[string][]string{group("1001"): {group("513")}}
	own := w.offer(first, "Wiki", workspace.User, group("1001"))
	shared := w.offer(first, "Time sheets", workspace.Group, group("513"))
	nested := w.offer(first, "Payroll", workspace.Group, group("2001"))
	foreign := w.offer(second, "Umbrella", workspace.User, group("1001"))
	paula, there := w.browser(), w.browser()

	require.Equal(t, []string{"Time sheets", "Wiki"}, paula.signIn(home, "paula").offered())
	require.Equal(t, []string{"Umbrella"}, there.signIn(secondHome, "paula").offered(), "the same person at another customer")
	require.Empty(t, w.browser().signIn(home, "uwe").offered(), "another person")

	w.groups.set(func(g *fakeGroups) { g.members[group("1001")] = []string{group("513"), group("2001")} })
	require.Equal(t, []string{"Payroll", "Time sheets", "Wiki"}, paula.get(home).offered(), "the directory alone has changed")
	asked := w.groups.asked
	paula.get(home)
	require.Equal(t, asked+1, w.groups.asked, "one question a page")

	paula.stay()
	open := func(o workspace.OfferingID) shown { return paula.get(home + "open/" + string(o)) }
	got := open(nested.ID)
	require.Equal(t, http.StatusSeeOther, got.Status)
	require.Equal(t, "https://apps.example/payroll", got.Header.Get("Location"))
	require.Equal(t, "no-referrer", got.Header.Get("Referrer-Policy"))
	w.groups.set(func(g *fakeGroups) { g.members[group("1001")] = nil })
	require.Equal(t, []string{"Wiki"}, paula.get(home).offered())
	refusals := map[string]shown{"not any more": open(shared.ID), "another customer's": open(foreign.ID), "none": open("off_none")}
	for what, got := range refusals {
		require.Equal(t, http.StatusNotFound, got.Status, what)
		require.Equal(t, withoutIDs(refusals["none"].Body), withoutIDs(got.Body), "%s: all look the same", what)
	}

	list, err := w.library.ListAssignments(t.Context(), w.actor(first), first, own.ID, page.Request{})
	require.NoError(t, err)
	require.NoError(t, w.library.Unassign(t.Context(), w.actor(first), first, own.ID, list.Items[0].ID))
	require.Empty(t, paula.get(home).offered(), "taken away from the person himself")
	require.Equal(t, http.StatusNotFound, open(own.ID).Status)
	require.Equal(t, []string{"Umbrella"}, there.get(secondHome).offered())
}

func withoutIDs(body string) string {
	return regexp.MustCompile(`tx_[a-z2-9]{20}`).ReplaceAllString(body, "tx")
}

// TestOpeningSignsIn follows a link to an offering from outside: the person signs in and is there.
func TestOpeningSignsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	o := w.offer(first, "Wiki", workspace.User, group("1001"))
	b := w.browser()
	acs, form := b.answer(home+"open/"+string(o.ID), "paula")
	b.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host == "apps.example" {
			return http.ErrUseLastResponse
		}
		return nil
	}
	require.Equal(t, "https://apps.example/wiki", b.post(acs, form).Header.Get("Location"))
}

// TestDirectoryDown shows what is certain, says that it may not be all, and opens nothing that a group would have to decide.
func TestDirectoryDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	w.groups.members = map[string][]string{group("1001"): {group("513")}}
	w.offer(first, "Wiki", workspace.User, group("1001"))
	shared := w.offer(first, "Time sheets", workspace.Group, group("513"))
	b := w.browser()
	b.signIn(home, "paula")
	w.groups.set(func(g *fakeGroups) { g.err = directory.ErrNoConnector.With("place", "forest.test (Headquarters)") })
	p := b.get(home)
	require.Equal(t, []string{"Wiki"}, p.offered())
	require.Contains(t, p.Body, "Your list is not complete right now")
	require.NotContains(t, p.Body, "Headquarters", "where the connectors are is none of the person's business")
	got := b.get(home + "open/" + string(shared.ID))
	require.Equal(t, http.StatusServiceUnavailable, got.Status)
	require.Equal(t, withoutIDs(got.Body), withoutIDs(b.get(home+"open/off_none").Body), "what exists is not told")
}

// TestSearchAndFavourites works without scripts, and each person has marks of his own.
func TestSearchAndFavourites(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	w.groups.members = map[string][]string{group("1001"): {group("513")}, group("1002"): {group("513")}}
	wiki := w.offer(first, "Wiki", workspace.Group, group("513"))
	w.offer(first, "Apples", workspace.Group, group("513"))
	hidden := w.offer(first, "Hidden", workspace.Group, group("2001"))
	paula, uwe := w.browser(), w.browser()
	paula.signIn(home, "paula")
	uwe.signIn(home, "uwe")
	require.Equal(t, []string{"Wiki"}, paula.get(home+"?q=wIK+what").offered(), "each word, in name and description")
	require.Empty(t, paula.get(home+"?q=hidden").offered())

	mark := func(b *browser, o workspace.OfferingID, yes, back string) shown {
		return b.post(home+"favorites/"+string(o), url.Values{"marked": {yes}, "back": {back}})
	}
	p := mark(paula, wiki.ID, "yes", "/?q=a")
	require.Equal(t, home+"?q=a", p.URL.String(), "back where he was")
	require.Equal(t, []string{"Wiki", "Apples"}, paula.get(home).offered(), "favourites come first")
	require.Equal(t, []string{"Apples", "Wiki"}, uwe.get(home).offered())
	require.Equal(t, http.StatusNotFound, mark(paula, hidden.ID, "yes", "/").Status)
	require.Equal(t, home, mark(paula, wiki.ID, "no", "//evil.test").URL.String())
	require.Equal(t, []string{"Apples", "Wiki"}, paula.get(home).offered())

	req, err := http.NewRequest(http.MethodPost, home+"favorites/"+string(wiki.ID), strings.NewReader("marked=yes"))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", "https://evil.test")
	res, err := paula.http.Do(req)
	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, http.StatusForbidden, res.StatusCode, "another site's form")
	require.Equal(t, []string{"Apples", "Wiki"}, paula.get(home).offered())
}

// TestInactivityEndsTheWorkspaceSession lets somebody do nothing: the next page says so and asks nobody, and the provider
// hears nothing.
//
// Spec: SAM-087, SAM-088
func TestInactivityEndsTheWorkspaceSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", func(s *federation.Settings) {
		s.LogoutURL, s.SignLogout = idpOrigin+"/logout", true
	}).ID)
	_, err := w.workspaces.SetSignIn(t.Context(), w.actor(first), first, workspace.SignInSettings{WebInactivity: 10 * time.Minute}, 0)
	require.NoError(t, err)
	b, other := w.browser(), w.browser()
	require.Regexp(t, `data-idle="5\d\d"`, b.signIn(home, "paula").Body, "what is left of ten minutes")
	other.signIn(home, "uwe")
	before := w.idpRequests.Load()
	for range 3 {
		w.clock.Advance(6 * time.Minute)
		require.Contains(t, other.get(home).Body, "Hello,", "who does something stays")
	}
	w.clock.Advance(time.Minute)
	p := b.get(home + "?q=wiki")
	require.Equal(t, http.StatusUnauthorized, p.Status)
	require.Equal(t, home+"?q=wiki", p.URL.String(), "nobody is taken anywhere")
	require.Contains(t, p.Body, "You have been signed out")
	require.Contains(t, p.Body, `<a class="button" href="/?q=wiki">Sign in again</a>`)
	require.Equal(t, before, w.idpRequests.Load(), "no logout request, no new sign-in")
	require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.SubscriberTimedOut), 1)
	require.Equal(t, idpHost, b.follow(home+"?q=wiki").URL.Host, "the button begins a sign-in")
	require.Contains(t, other.get(home).Body, "Hello,")

	// A page that stands open asks by itself: that keeps nobody signed in.
	for range 2 {
		w.clock.Advance(6 * time.Minute)
		p = other.get(home + "idle")
	}
	require.Equal(t, http.StatusUnauthorized, p.Status)
	require.Contains(t, p.Body, `<a class="button" href="/">Sign in again</a>`)
	require.Contains(t, other.get(home+"idle").Body, "You are signed out", "and begins no sign-in")
}

// asks is the AuthnRequest that a visit to address would send.
func (b *browser) asks(address string) string {
	b.t.Helper()
	b.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host == idpHost {
			return http.ErrUseLastResponse
		}
		return nil
	}
	p := b.get(address)
	if p.Status == http.StatusSeeOther {
		u, err := url.Parse(p.Header.Get("Location"))
		require.NoError(b.t, err)
		raw, err := base64.StdEncoding.DecodeString(u.Query().Get("SAMLRequest"))
		require.NoError(b.t, err)
		out, err := io.ReadAll(flate.NewReader(bytes.NewReader(raw)))
		require.NoError(b.t, err)
		return string(out)
	}
	_, form := p.form(b.t)
	raw, err := base64.StdEncoding.DecodeString(form.Get("SAMLRequest"))
	require.NoError(b.t, err)
	return string(raw)
}

// TestAlwaysPrompt holds that the setting of the workspace is in the request, over both bindings, and follows at once.
//
// Spec: SAM-090, SAM-091, SAM-103
func TestAlwaysPrompt(t *testing.T) {
	t.Parallel()
	for _, binding := range []federation.Binding{federation.Post, federation.Redirect} {
		t.Run(string(binding), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "assertion")
			w.use(first, w.connect(first, "acme", func(s *federation.Settings) { s.SSOBinding = binding }).ID)
			w.use(second, w.connect(second, "umbrella", func(s *federation.Settings) { s.SSOBinding = binding }).ID)
			require.Contains(t, w.browser().asks(home), `ForceAuthn="true"`, "the default")
			_, err := w.workspaces.SetSignIn(t.Context(), w.actor(first), first, workspace.SignInSettings{AlwaysPrompt: false}, 0)
			require.NoError(t, err)
			require.NotContains(t, w.browser().asks(home), `ForceAuthn="true"`)
			require.Contains(t, w.browser().asks(secondHome), `ForceAuthn="true"`, "another customer's setting")
		})
	}
}

// TestShadowAccountDecides signs somebody in whose own directory is another one: the account that stands for him here
// decides what he finds, and the name is the provider's.
//
// Spec: SAM-197, SAM-198, SAM-226
func TestShadowAccountDecides(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", func(s *federation.Settings) {
		s.Attributes.SID, s.Attributes.OID, s.Attributes.Email = "", "", ""
		s.Attributes.Forest, s.Attributes.Domain = "", ""
	}).ID)
	w.groups.members = map[string][]string{group("1007"): {group("2001")}, "S-1-5-21-9-9-9-500": {group("2002")}}
	w.offer(first, "Of the shadow's group", workspace.Group, group("2001"))
	w.offer(first, "Of the shadow", workspace.User, group("1007"))
	w.offer(first, "Of the frontend account", workspace.User, "S-1-5-21-9-9-9-500")
	w.offer(first, "Of the frontend account's group", workspace.Group, group("2002"))
	p := w.browser().signIn(home, "gina")
	require.Equal(t, http.StatusOK, p.Status, p.Body)
	require.Equal(t, []string{"Of the shadow", "Of the shadow's group"}, p.offered())
	require.Contains(t, p.Body, group("1007"))
	require.NotContains(t, p.Body, "S-1-5-21-9-9-9", "exactly one identifier")
	require.Contains(t, p.Body, "Hello, Gina Guest")
	require.NotContains(t, p.Body, "Directory gina")
}

// TestLook gives one of two workspaces a look of its own: before and after the sign-in, with safe headers.
func TestLook(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	w.use(second, w.connect(second, "umbrella", nil).ID)
	var logo bytes.Buffer
	require.NoError(t, png.Encode(&logo, image.NewGray(image.Rect(0, 0, 20, 10))))
	uri := "data:image/png;base64," + base64.StdEncoding.EncodeToString(logo.Bytes())
	name, primary, banner, ink := "Acme <Desk>", "#7a1f5c", "#1b1b1b", "#ffd400"
	_, err := w.workspaces.SetAppearance(t.Context(), w.actor(first), first, workspace.AppearanceInput{Name: &name, PrimaryColor: &primary, BannerColor: &banner,
		BannerTextColor: &ink, Logo: &uri, SignInLogo: &uri}, 0)
	require.NoError(t, err)

	b := w.browser()
	out := b.get(home + "signed-out")
	require.Contains(t, out.Body, `src="/pages/sign-in-logo.png?v=2" alt="Acme &lt;Desk&gt;"`)
	in := b.signIn(home, "paula")
	require.Contains(t, in.Body, `src="/pages/logo.png?v=2"`)
	require.Contains(t, in.Body, "Acme &lt;Desk&gt;</title>")
	for _, path := range []string{"pages/sign-in-logo.png", "pages/logo.png"} {
		got := b.get(home + path)
		require.Equal(t, "image/png", got.Header.Get("Content-Type"))
		require.Equal(t, "nosniff", got.Header.Get("X-Content-Type-Options"))
		require.Contains(t, got.Header.Get("Content-Security-Policy"), "default-src 'none'")
		_, err := png.Decode(strings.NewReader(got.Body))
		require.NoError(t, err)
		require.Equal(t, http.StatusNotFound, b.get(secondHome+path).Status, "another customer's workspace")
	}
	css := b.get(home + "pages/colors.css")
	require.Contains(t, css.Body, "--accent: #7a1f5c")
	require.Contains(t, css.Body, ":root { --banner: #1b1b1b; --banner-ink: #ffd400; }")
	require.Empty(t, b.get(secondHome+"pages/colors.css").Body)
	require.NotContains(t, w.browser().signIn(secondHome, "paula").Body, "Acme &lt;")
}

// TestTheme keeps the colour scheme that a person chose on this device, and forgets it.
func TestTheme(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	b := w.browser()
	require.NotContains(t, b.signIn(home, "paula").Body, "data-theme=")
	for _, tt := range []struct{ chosen, want string }{{"dark", ` data-theme="dark"`}, {"light", ` data-theme="light"`}, {`x"><script>`, ""}, {"dark", ` data-theme="dark"`}, {"system", ""}} {
		p := b.post(home+"theme", url.Values{"theme": {tt.chosen}, "back": {"/?q=x"}})
		require.Equal(t, home+"?q=x", p.URL.String())
		require.Contains(t, p.Body, `<html lang="en"`+tt.want+`>`)
	}
}

// TestIcons are for people who are signed in, by the hash of their content.
func TestIcons(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	w.use(second, w.connect(second, "umbrella", nil).ID)
	var icon bytes.Buffer
	require.NoError(t, png.Encode(&icon, image.NewGray(image.Rect(0, 0, 48, 48))))
	o := w.offer(first, "Wiki", workspace.User, group("1001"))
	uri := "data:image/png;base64," + base64.StdEncoding.EncodeToString(icon.Bytes())
	o, err := w.library.UpdateOffering(t.Context(), w.actor(first), first, o.ID, 0, workspace.OfferingInput{Icon: &uri})
	require.NoError(t, err)
	path := "icons/" + o.IconHash() + ".png"
	b := w.browser()
	require.Contains(t, b.signIn(home, "paula").Body, `src="/`+path+`"`)
	got := b.get(home + path)
	require.Equal(t, http.StatusOK, got.Status)
	require.Equal(t, "image/png", got.Header.Get("Content-Type"))
	require.Contains(t, got.Header.Get("Cache-Control"), "private")
	require.Equal(t, http.StatusNotFound, w.browser().get(home+path).Status, "nobody")
	there := w.browser()
	there.signIn(secondHome, "paula")
	require.Equal(t, http.StatusNotFound, there.get(secondHome+path).Status, "another customer")
	require.Equal(t, http.StatusNotFound, b.get(home+"icons/.png").Status)
}
