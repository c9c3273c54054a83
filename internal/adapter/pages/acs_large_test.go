package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestUnreadableAnswersLeaveATrace: an answer that is too long, or no form at all, to a request of this browser is found by the
// transaction ID that the page shows; without a request it is in the operator's log. Spec: SAM-101
func TestUnreadableAnswersLeaveATrace(t *testing.T) { // S41
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	for name, spoil := range map[string]func(url.Values){
		"over the message": func(f url.Values) { f.Set("SAMLResponse", strings.Repeat("A", 500<<10)) },
		"over the request": func(f url.Values) { f.Set("SAMLResponse", strings.Repeat("A", 1100<<10)) },
	} {
		b := w.browser()
		acs, form := b.answer(home, "paula")
		spoil(form)
		p := b.post(acs, form)
		require.Equal(t, http.StatusForbidden, p.Status, name)
		trace := w.lastTrace(first)
		require.Contains(t, p.Body, trace.Transaction, name)
		require.Equal(t, "saml_too_large", trace.Code, name)
	}
	for name, form := range map[string]url.Values{"nothing": {}, "twice": {"SAMLResponse": {"a", "b"}}} {
		before := len(w.records(systemlog.Installation, systemlog.SubscriberSignInFailed))
		require.Equal(t, http.StatusForbidden, w.browser().post(acsURL, form).Status, name)
		require.Len(t, w.records(systemlog.Installation, systemlog.SubscriberSignInFailed), before+1, name)
	}
}

// TestLongAnswersEndNoSignIn posts what is too long to be read into a sign-in under way, as any page can make a browser do.
func TestLongAnswersEndNoSignIn(t *testing.T) { // S41
	t.Parallel()
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	b := w.browser()
	acs, form := b.answer(home, "paula")
	for range 6 {
		require.Equal(t, http.StatusForbidden, b.post(acs, url.Values{"x": {strings.Repeat("A", 1100<<10)}}).Status)
		require.Equal(t, "saml_too_large", w.lastTrace(first).Code)
	}
	require.Equal(t, home, b.post(acs, form).URL.String())
}
