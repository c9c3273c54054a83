package notify

import (
	"maps"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/mail"
)

// mailed are the kinds that every administrator gets by mail as well. The words are the texts mail.notify_<kind>.subject and
// .body; beside the args of the notification they may name user, customer, orgId, type, at and link.
var mailed = map[Kind]bool{
	SAMLRotation:          true,
	SAMLRotationEmergency: true,
	SAMLRotationCancelled: true,

	SAMLCertificateExpiring:       true,
	SAMLOnlyCertificateExpiring:   true,
	SAMLCertificateExpired:        true,
	SAMLDomainCertificateExpiring: true,
	SAMLDomainCertificateExpired:  true,
}

// Mailed reports whether the administrators get the kind by mail as well.
func (k Kind) Mailed() bool { return mailed[k] }

// Recipient is an administrator with an address.
type Recipient struct {
	UserName string
	Email    string
}

// Audience is whom a mailed notification goes to.
type Audience struct {
	Customer       string // its name
	OrgID          id.Company
	Administrators []Recipient
}

// mailStamp is the form of the time in a mail: "Mar 12, 2025 9:32:00 AM" (SSO-216).
const mailStamp = "Jan 2, 2006 3:04:05 PM"

var severityNames = map[Severity]string{Information: "Information", Warning: "Warning", Error: "Error", Critical: "Critical"}

// mails returns one mail for each administrator; nil when the kind is not mailed.
func (s *Service) mails(n Notification, to Audience) []jobs.Job {
	if !n.Kind.Mailed() {
		return nil
	}
	out := make([]jobs.Job, len(to.Administrators))
	for i, r := range to.Administrators {
		args := maps.Clone(n.Args)
		if args == nil {
			args = map[string]string{}
		}
		args["user"], args["customer"], args["orgId"] = r.UserName, to.Customer, string(to.OrgID)
		args["type"], args["at"], args["link"] = severityNames[n.Severity], n.At.Format(mailStamp), s.link
		out[i] = mail.Job("", mail.Message{From: mail.Notifications, To: r.Email, Template: "notify_" + string(n.Kind), Args: args})
	}
	return out
}
