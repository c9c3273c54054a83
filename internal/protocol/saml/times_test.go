package saml_test

import (
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// TestTimeBounds moves the clock to one second on either side of each bound (S31).
func TestTimeBounds(t *testing.T) { // Spec: SAM-184
	t.Parallel()
	key := signer()
	early := func(root *etree.Element) {
		set("Response", "IssueInstant", samltest.Time(now.Add(-10*time.Minute)))(root)
		set("Assertion", "IssueInstant", samltest.Time(now.Add(-10*time.Minute)))(root)
	}
	raw := samltest.XML(message(key, signedAssertion, func(root *etree.Element) {
		early(root)
		set("AuthnStatement", "SessionNotOnOrAfter", samltest.Time(now.Add(2*time.Hour)))(root)
		set("SubjectConfirmationData", "NotOnOrAfter", samltest.Time(now.Add(3*time.Hour)))(root)
		set("Conditions", "NotOnOrAfter", samltest.Time(now.Add(time.Hour)))(root)
	}))
	shortSession := samltest.XML(message(key, signedAssertion, set("AuthnStatement", "SessionNotOnOrAfter", samltest.Time(now.Add(time.Minute)))))
	shortConfirmation := samltest.XML(message(key, signedAssertion, set("SubjectConfirmationData", "NotOnOrAfter", samltest.Time(now.Add(time.Minute)))))
	longConfirmation := samltest.XML(message(key, signedAssertion, all(early, set("SubjectConfirmationData", "NotOnOrAfter", samltest.Time(now.Add(saml.Horizon))))))
	long := samltest.XML(message(key, signedAssertion, all(early, set("Conditions", "NotOnOrAfter", samltest.Time(now.Add(saml.Horizon))))))
	issued := func(element string, at time.Time) []byte {
		return samltest.XML(message(key, signedAssertion, all(early, set(element, "IssueInstant", samltest.Time(at)), unset("Conditions", "NotBefore"),
			set("SubjectConfirmationData", "NotOnOrAfter", samltest.Time(now.Add(time.Hour))))))
	}
	for name, c := range map[string]struct {
		raw   []byte
		bound time.Time // first refused instant when late, last refused one plus a second when early
		early bool
		want  error
	}{
		"conditions begin": {raw, now.Add(-5*time.Minute - saml.Skew), true, saml.ErrNotYetValid},
		"conditions end":   {raw, now.Add(time.Hour + saml.Skew), false, saml.ErrExpired},
		"session end":      {shortSession, now.Add(time.Minute + saml.Skew), false, saml.ErrSessionOver},
		"confirmation end": {shortConfirmation, now.Add(time.Minute + saml.Skew), false, saml.ErrConfirmationExpired},

		"confirmation too long": {longConfirmation, now, true, saml.ErrConfirmationEndless},
		"conditions too long":   {long, now, true, saml.ErrEndless},
		"response to come":      {issued("Response", now.Add(saml.Skew)), now, true, saml.ErrIssuedInFuture},
		"assertion to come":     {issued("Assertion", now.Add(saml.Skew)), now, true, saml.ErrIssuedInFuture},
		"old response":          {issued("Response", now.Add(-saml.Horizon)), now.Add(time.Second), false, saml.ErrIssuedLongAgo},
		"old assertion":         {issued("Assertion", now.Add(-saml.Horizon)), now.Add(time.Second), false, saml.ErrIssuedLongAgo},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good, bad := c.bound.Add(-time.Second), c.bound
			if c.early {
				good, bad = c.bound, c.bound.Add(-time.Second)
			}
			_, err := saml.Verify(c.raw, expectation(key.Certificate), good)
			require.NoError(t, err)
			_, err = saml.Verify(c.raw, expectation(key.Certificate), bad)
			require.ErrorIs(t, err, c.want)
		})
	}
	a, err := saml.Verify(raw, expectation(key.Certificate), now)
	require.NoError(t, err)
	require.Equal(t, now.Add(2*time.Hour), a.SessionNotOnOrAfter)
	require.Equal(t, now.Add(time.Hour), a.NotOnOrAfter, "the earlier of confirmation and conditions")
}

// all makes several edits.
func all(edits ...func(*etree.Element)) func(*etree.Element) {
	return func(root *etree.Element) {
		for _, edit := range edits {
			edit(root)
		}
	}
}

// TestTimeValues gives each time attribute values that are no UTC times, and some that are.
func TestTimeValues(t *testing.T) {
	t.Parallel()
	key := signer()
	e := expectation(key.Certificate)
	spots := [][2]string{
		{"Response", "IssueInstant"}, {"Assertion", "IssueInstant"}, {"SubjectConfirmationData", "NotOnOrAfter"},
		{"Conditions", "NotBefore"}, {"Conditions", "NotOnOrAfter"}, {"AuthnStatement", "AuthnInstant"}, {"AuthnStatement", "SessionNotOnOrAfter"},
	}
	for _, value := range []string{
		"", "now", "2026-03-04", "2026-03-04T05:06:07", "2026-03-04T05:06:07+00:00", "2026-03-04T05:06:07+01:00", "2026-02-30T05:06:07Z",
		"2026-13-04T05:06:07Z", "2026-03-04T24:00:00Z", "2026-03-04T05:06:60Z", "2026-3-4T5:6:7Z", "2026-03-04T05:06:07,5Z",
		"2026-03-04T05:06:07.Z", "2026-03-04t05:06:07z", " 2026-03-04T05:06:07Z", "2026-03-04T05:06:07Z ", "12026-03-04T05:06:07Z",
		"-2026-03-04T05:06:07Z", "0x7e-03-04T05:06:07Z", "2026-03-04T05:06:07.1a2Z", "1772600767",
	} {
		for _, s := range spots {
			refused(t, samltest.XML(message(key, signedBoth, set(s[0], s[1], value))), e, saml.ErrTime)
		}
	}
	for _, value := range []string{"2026-03-04T05:06:07Z", "2026-03-04T05:06:07.1Z", "2026-03-04T05:06:07.123456789Z", "2026-03-04T05:06:07.1234567890123Z"} {
		for _, s := range spots {
			if s[1] == "SessionNotOnOrAfter" || s[1] == "NotOnOrAfter" || s[1] == "NotBefore" {
				continue // 05:06:07 is now: their meaning is tested above
			}
			accepted(t, samltest.XML(message(key, signedBoth, set(s[0], s[1], value))), e)
		}
	}
	refused(t, samltest.XML(message(key, signedBoth, set("Conditions", "NotOnOrAfter", "9999-12-31T23:59:59Z"))), e, saml.ErrEndless)
	inverted := message(key, signedBoth, func(root *etree.Element) {
		set("Conditions", "NotBefore", samltest.Time(now.Add(time.Minute)))(root)
		set("Conditions", "NotOnOrAfter", samltest.Time(now.Add(-time.Minute)))(root)
	})
	refused(t, samltest.XML(inverted), e, saml.ErrTime)
	a := accepted(t, samltest.XML(message(key, signedBoth, func(root *etree.Element) {
		unset("Conditions", "NotBefore")(root)
		unset("Conditions", "NotOnOrAfter")(root)
	})), e)
	require.Equal(t, now.Add(5*time.Minute), a.NotOnOrAfter)
}
