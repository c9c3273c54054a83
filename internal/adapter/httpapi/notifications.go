package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
)

// Notification is what the platform tells the administrators of a customer.
type Notification struct {
	ID        string    `json:"id"`
	At        time.Time `json:"at"`
	Severity  string    `json:"severity" enum:"information,warning,error,critical"`
	Kind      string    `json:"kind" doc:"Stable code of what it is about."`
	Title     string    `json:"title"`
	Text      string    `json:"text"`
	Link      string    `json:"link" doc:"Path of the console's page that it is about; empty for none."`
	Dismissed bool      `json:"dismissed" doc:"By the caller; every administrator dismisses for himself."`
}

// NotificationState is what the bell shows.
type NotificationState struct {
	Count  int    `json:"count" doc:"Notifications that the caller has not dismissed."`
	Newest string `json:"newest" doc:"ID of the newest of them; empty for none."`
}

// InNotification names a notification.
type InNotification struct {
	InCustomer
	NotificationID string `path:"notificationId"`
}

// Notifications registers the notifications of a customer.
func (a *API) Notifications(s *notify.Service) {
	const tag = "Notifications"
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/notifications", ID: "listNotifications",
		Summary: "The caller's notifications, newest first", Tag: tag, Needs: admin.Notifications},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			InPage
			Dismissed bool `query:"dismissed" doc:"Return the ones that the caller has dismissed as well."`
		}) (*bodyOf[list[Notification]], error) {
			binding := []string{"notifications"}
			if in.Dismissed {
				binding = append(binding, "dismissed")
			}
			p, err := a.request(ctx, in.InPage, binding...)
			if err != nil {
				return nil, err
			}
			got, err := s.List(ctx, actor, in.customer(), in.Dismissed, p)
			if err != nil {
				return nil, err
			}
			return listOf(ctx, a, got, func(n notify.Notification) Notification { return a.notification(ctx, n) }, binding...)
		})
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/notifications/count", ID: "countNotifications",
		Summary: "How many notifications the caller has not dismissed", Tag: tag, Needs: admin.Notifications},
		func(ctx context.Context, actor admin.Actor, in *InCustomer) (*bodyOf[NotificationState], error) {
			got, err := s.State(ctx, actor, in.customer())
			return answer(NotificationState{Count: got.Count, Newest: got.Newest}), err
		})
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/notifications/{notificationId}/dismiss", ID: "dismissNotification",
		Summary: "Take a notification from the caller's list", Tag: tag, Needs: admin.Notifications, Status: http.StatusNoContent},
		func(ctx context.Context, actor admin.Actor, in *InNotification) (*nothing, error) {
			return nil, s.Dismiss(ctx, actor, in.customer(), in.NotificationID)
		})
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/notifications/dismiss-all", ID: "dismissAllNotifications",
		Summary: "Empty the caller's list of notifications", Tag: tag, Needs: admin.Notifications, Status: http.StatusNoContent},
		func(ctx context.Context, actor admin.Actor, in *InCustomer) (*nothing, error) {
			return nil, s.DismissAll(ctx, actor, in.customer())
		})
}

// notification writes the sentences in the reader's language.
func (a *API) notification(ctx context.Context, n notify.Notification) Notification {
	args := make(text.Args, len(n.Args))
	for k, v := range n.Args {
		args[k] = v
	}
	language := edge.From(ctx).Language
	return Notification{ID: n.ID, At: n.At, Severity: string(n.Severity), Kind: string(n.Kind), Link: n.Link(), Dismissed: n.Dismissed,
		Title: a.texts.Sentence(language, n.TitleKey(), args), Text: a.texts.Sentence(language, n.TextKey(), args)}
}
