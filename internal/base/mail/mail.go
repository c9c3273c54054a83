// Package mail describes the mails that commits cause. A mail is a job of the outbox: it is stored in the transaction of the
// change that causes it, rendered in the recipient's language when it is sent, and sent at least once.
package mail

import (
	"fmt"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// Kind is the kind of the jobs that send a mail.
const Kind = "mail.send"

// DeadLife is how long a mail that no attempt can send is kept for the operator.
const DeadLife = 30 * 24 * time.Hour

// SealPurpose binds the secrets of a mail to this use.
const SealPurpose = "mail"

// Sender is one of the fixed addresses from which a control plane sends (PLT-059). Which address it is, is a setting.
type Sender string

// The senders.
const (
	Notifications Sender = "notifications" // what happened: default donotreplynotifications@<base domain>
	Cloud         Sender = "cloud"         // invitations and approvals: default cloud@<base domain> (IAM-041)
	Service       Sender = "service"       // codes, links and help with signing in: default customerservice@<base domain>
)

// Message is one mail. Its words are the texts mail.<template>.subject and mail.<template>.body; they name arguments of
// Args and of the sealed secrets alike.
type Message struct {
	From     Sender            `json:"from"`
	To       string            `json:"to"` // the address at the time of the change (PLT-058)
	Language text.Language     `json:"language,omitempty"`
	Template string            `json:"template"`
	Args     map[string]string `json:"args,omitempty"`
	Sealed   string            `json:"sealed,omitempty"` // codes and links; see Seal
}

// Job returns the job that sends m. key makes a waiting mail unique: "" sends each.
func Job(key string, m Message) jobs.Job { return jobs.New(Kind, key, m) }

// Seal makes the Sealed of a message: secrets never lie open in the outbox.
func Seal(s seal.Sealer, secrets map[string]string) (string, error) {
	return seal.JSON(s, SealPurpose, secrets)
}

// AllArgs returns the arguments of m with its secrets opened.
func (m Message) AllArgs(o seal.Opener) (map[string]any, error) {
	out := make(map[string]any, len(m.Args))
	for k, v := range m.Args {
		out[k] = v
	}
	if m.Sealed == "" {
		return out, nil
	}
	secrets := map[string]string{}
	if err := seal.OpenJSON(o, SealPurpose, m.Sealed, &secrets); err != nil {
		return nil, fmt.Errorf("open secrets of a mail: %w", err)
	}
	for k, v := range secrets {
		out[k] = v
	}
	return out, nil
}
