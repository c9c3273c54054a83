package mailer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/mail"
)

// TestRotationNotices sends the notices of a rotation as they are made. Spec: SSO-207, SSO-214, SSO-215, SSO-216
func TestRotationNotices(t *testing.T) {
	t.Parallel()
	s := new(sink)
	s.start(t, false)
	m := newMailer(t, server(s.port(t)), clock.Real{})
	for n, tt := range []struct{ template, title string }{
		{"notify_saml_rotation", "2nd notification: SAML Certificate Rotation on 2025-04-12 15:00:00 UTC"},
		{"notify_saml_rotation_emergency", "2nd notification: emergency SAML Certificate Rotation on 2025-04-12 15:00:00 UTC"},
		{"notify_saml_rotation_cancelled", "2nd notification: SAML Certificate Rotation on 2025-04-12 15:00:00 UTC is cancelled"},
	} {
		msg := mail.Message{From: mail.Notifications, To: "ann@acme.example", Template: tt.template, Args: map[string]string{
			"user": "ann", "customer": "Acme", "orgId": "50000001", "type": "Critical", "at": "Mar 12, 2025 9:32:00 AM", "ordinal": "2nd",
			"time": "2025-04-12 15:00:00 UTC", "expiry": "2025-05-08 23:59:59 UTC", "page": "https://console.causeway.example/identity/saml-certificates",
			"link": "https://console.causeway.example/notifications"}}
		require.NoError(t, m.Handle(t.Context(), claimed(t, msg)), tt.template)
		header, plain, html := read(t, s.mails()[n].raw)
		require.Equal(t, tt.title, header.Get("Subject"))
		require.Contains(t, plain, "Hi ann,\n\nCustomer name: Acme\nOrganization ID: 50000001\nSource: Causeway\nType: Critical\nMar 12, 2025 9:32:00 AM\n\n"+tt.title)
		require.Contains(t, plain, "otation time: 2025-04-12 15:00:00 UTC.\n\nView all notifications:\nhttps://console.causeway.example/notifications")
		require.Contains(t, html, ">View all notifications</a>")
		if tt.template == "notify_saml_rotation" {
			require.Contains(t, plain, "cannot fetch the newest public key")
			require.Contains(t, plain, "New certificates are self-signed.")
			require.Contains(t, plain, "expires at 2025-05-08 23:59:59 UTC")
		}
	}
}
