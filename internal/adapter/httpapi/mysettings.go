package httpapi

import (
	"context"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// MySettings is what a person sees of the own login.
type MySettings struct {
	UserName      string          `json:"userName"`
	Email         string          `json:"email"`
	Authenticator MyAuthenticator `json:"authenticator"`
	Recovery      MyRecovery      `json:"recovery"`

	IdentityCheckedUntil *time.Time `json:"identityCheckedUntil" doc:"Until when this session may change what proves the person; null = prove it first."`
}

// MyAuthenticator is the one device of the login.
type MyAuthenticator struct {
	EnrolledAt time.Time `json:"enrolledAt"`
}

// MyRecovery are the ways back in without the device.
type MyRecovery struct {
	Phone       string        `json:"phone" doc:"Masked."`
	Email       string        `json:"email" doc:"Masked; empty when there is none."`
	BackupCodes MyBackupCodes `json:"backupCodes"`
}

// MyBackupCodes counts the present set.
type MyBackupCodes struct {
	Total int `json:"total"`
	Used  int `json:"used"`
}

// IdentityChecked is the answer of a check.
type IdentityChecked struct {
	IdentityCheckedUntil time.Time `json:"identityCheckedUntil"`
}

// NewAuthenticator is a key for another device.
type NewAuthenticator struct {
	Key string `json:"key" doc:"To be typed by hand, in groups of four."`
	QR  string `json:"qr" doc:"The same as a picture for the app's camera: a data URI."`
}

// NewBackupCodes is a set that counts when it is confirmed.
type NewBackupCodes struct {
	Codes []string `json:"codes" nullable:"false"`
}

// bodies of the requests.
type (
	codeBody struct {
		Code string `json:"code"`
	}
	emailBody struct {
		Email string `json:"email"`
	}
	phoneBody struct {
		Phone  string `json:"phone"`
		Repeat string `json:"repeat"`
	}
	passwordBody struct {
		Current string `json:"current"`
		New     string `json:"new"`
	}
	checkBody struct {
		Method string `json:"method"`
		Code   string `json:"code"`
	}
)

// MySettingsDeps is what the operations about the own login work with.
type MySettingsDeps struct {
	Settings  *signin.Settings
	Sessions  *signin.Sessions
	SignedOut string // where a browser goes when all sessions have ended
}

// own is an input of these operations with a body.
type own[B any] struct {
	WithToken
	Body B
}

// MySettings registers the operations about the own login. They exist on the console site only, for a session.
func (a *API) MySettings(d MySettingsDeps) {
	get := Route{Method: http.MethodGet, Path: "/v1/me/settings", ID: "getMySettings", Summary: "The own login: address, authenticator app, recovery methods"}
	mine(a, d, get, func(ctx context.Context, s signin.Session, _ *WithToken) (*bodyOf[MySettings], error) {
		return d.overview(ctx, s)
	})

	d.identity(a)
	d.methods(a)
	d.account(a)
}

// mine registers an operation of a session.
func mine[I, O any](a *API, d MySettingsDeps, r Route, do func(ctx context.Context, s signin.Session, in *I) (*O, error)) {
	r.Tag, r.Self = "My settings", true
	handle(a, r, func(ctx context.Context, actor admin.Actor, in *I) (*O, error) {
		session, _, err := d.Sessions.Authenticate(ctx, tokenOf(in), actor.Addr)
		switch {
		case err != nil:
			return nil, err
		case session.Person != nil:
			return nil, signin.ErrManagedElsewhere
		}
		return do(ctx, session, in)
	})
}

// token is the session's, wherever WithToken is embedded.
func (t WithToken) token() secret.Text { return secret.New(t.Token) }

func tokenOf(in any) secret.Text {
	if t, ok := in.(interface{ token() secret.Text }); ok {
		return t.token()
	}
	return secret.Text{}
}

func (d MySettingsDeps) overview(ctx context.Context, s signin.Session) (*bodyOf[MySettings], error) {
	o, err := d.Settings.Overview(ctx, s)
	if err != nil {
		return nil, err
	}
	r := o.Recovery
	out := MySettings{UserName: o.Login.UserName, Email: o.Login.Email, Authenticator: MyAuthenticator{EnrolledAt: r.EnrolledAt},
		Recovery: MyRecovery{Phone: r.MaskedPhone(), Email: r.MaskedEmail(), BackupCodes: MyBackupCodes{Total: r.Codes, Used: r.Used}}}
	if !o.IdentityUntil.IsZero() {
		out.IdentityCheckedUntil = &o.IdentityUntil
	}
	return answer(out), nil
}

// identity registers the fresh check before every change (IAM-088).
func (d MySettingsDeps) identity(a *API) {
	mine(a, d, Route{Method: http.MethodPost, Path: "/v1/me/identity-check", ID: "checkMyIdentity",
		Summary: "Prove who uses this session, with a code of the app (authenticator), a backup code (backupCode) or a mailed one (recoveryEmail)"},
		func(ctx context.Context, s signin.Session, in *own[checkBody]) (*bodyOf[IdentityChecked], error) {
			until, err := d.Settings.CheckIdentity(ctx, s, signin.Method(in.Body.Method), in.Body.Code, client(ctx))
			return answer(IdentityChecked{until}), err
		})
	mine(a, d, Route{Method: http.MethodPost, Path: "/v1/me/identity-check/email", ID: "mailMyIdentityCode", Summary: "Mail a code for the check to the recovery e-mail address", Status: http.StatusNoContent},
		func(ctx context.Context, s signin.Session, _ *WithToken) (*nothing, error) {
			return &nothing{}, d.Settings.SendIdentityCode(ctx, s, client(ctx))
		})
	mine(a, d, Route{Method: http.MethodPost, Path: "/v1/me/update-recovery/dismiss", ID: "dismissUpdateRecovery", Summary: "Keep the recovery methods as they are after a sign-in with one", Status: http.StatusNoContent},
		func(ctx context.Context, s signin.Session, _ *WithToken) (*nothing, error) {
			return &nothing{}, d.Settings.Dismiss(ctx, s)
		})
}

// methods registers the changes of authenticator and recovery methods (IAM-083 to IAM-092).
func (d MySettingsDeps) methods(a *API) {
	mine(a, d, Route{Method: http.MethodPost, Path: "/v1/me/authenticator", ID: "newMyAuthenticator", Summary: "Make a key for another authenticator app; the present one counts until the new one is confirmed"},
		func(ctx context.Context, s signin.Session, _ *WithToken) (*bodyOf[NewAuthenticator], error) {
			app, err := d.Settings.NewDevice(ctx, s)
			if err != nil {
				return nil, err
			}
			png, err := app.QR()
			return answer(NewAuthenticator{Key: app.Grouped(), QR: "data:image/png;base64," + base64.StdEncoding.EncodeToString(png)}), err
		})
	mine(a, d, Route{Method: http.MethodPost, Path: "/v1/me/authenticator/confirm", ID: "confirmMyAuthenticator", Summary: "Replace the authenticator app with the first code of the new one; all other sessions end"},
		confirmed(d, d.Settings.ConfirmDevice))
	mine(a, d, Route{Method: http.MethodPost, Path: "/v1/me/recovery-email", ID: "newMyRecoveryEmail", Summary: "Mail a code to another recovery e-mail address", Status: http.StatusNoContent},
		func(ctx context.Context, s signin.Session, in *own[emailBody]) (*nothing, error) {
			return &nothing{}, d.Settings.NewRecoveryEmail(ctx, s, in.Body.Email, client(ctx))
		})
	mine(a, d, Route{Method: http.MethodPost, Path: "/v1/me/recovery-email/confirm", ID: "confirmMyRecoveryEmail", Summary: "Save the recovery e-mail address with its code"},
		confirmed(d, d.Settings.ConfirmRecoveryEmail))
	mine(a, d, Route{Method: http.MethodPost, Path: "/v1/me/backup-codes", ID: "newMyBackupCodes", Summary: "Make another set of backup codes; it counts, and the present one is void, once it is confirmed"},
		func(ctx context.Context, s signin.Session, _ *WithToken) (*bodyOf[NewBackupCodes], error) {
			codes, err := d.Settings.NewBackupCodes(ctx, s)
			if err != nil {
				return nil, err
			}
			out := NewBackupCodes{Codes: []string{}}
			for _, code := range codes {
				out.Codes = append(out.Codes, signin.ShowBackupCode(code))
			}
			return answer(out), nil
		})
	mine(a, d, Route{Method: http.MethodPost, Path: "/v1/me/backup-codes/confirm", ID: "confirmMyBackupCodes", Summary: "Say that the new backup codes are stored"},
		func(ctx context.Context, s signin.Session, _ *WithToken) (*bodyOf[MySettings], error) {
			if err := d.Settings.KeepBackupCodes(ctx, s, client(ctx)); err != nil {
				return nil, err
			}
			return d.overview(ctx, s)
		})
	mine(a, d, Route{Method: http.MethodPut, Path: "/v1/me/recovery-phone", ID: "setMyRecoveryPhone", Summary: "Change the recovery phone; the number is typed twice"},
		func(ctx context.Context, s signin.Session, in *own[phoneBody]) (*bodyOf[MySettings], error) {
			if err := d.Settings.SetPhone(ctx, s, in.Body.Phone, in.Body.Repeat, client(ctx)); err != nil {
				return nil, err
			}
			return d.overview(ctx, s)
		})
}

// confirmed takes a code and answers with the settings that it has changed.
func confirmed(d MySettingsDeps, confirm func(ctx context.Context, s signin.Session, code string, c signin.Client) error) func(context.Context, signin.Session, *own[codeBody]) (*bodyOf[MySettings], error) {
	return func(ctx context.Context, s signin.Session, in *own[codeBody]) (*bodyOf[MySettings], error) {
		if err := confirm(ctx, s, in.Body.Code, client(ctx)); err != nil {
			return nil, err
		}
		return d.overview(ctx, s)
	}
}

// account registers the changes of address and password (IAM-060 to IAM-063).
func (d MySettingsDeps) account(a *API) {
	mine(a, d, Route{Method: http.MethodPost, Path: "/v1/me/email", ID: "newMyEmail", Summary: "Mail a code to another address for the account", Status: http.StatusNoContent},
		func(ctx context.Context, s signin.Session, in *own[emailBody]) (*nothing, error) {
			return &nothing{}, d.Settings.NewEmail(ctx, s, in.Body.Email, client(ctx))
		})
	mine(a, d, Route{Method: http.MethodPost, Path: "/v1/me/email/confirm", ID: "confirmMyEmail", Summary: "Change the address of the account with its code; every session ends, this one too"},
		func(ctx context.Context, s signin.Session, in *own[codeBody]) (*signedOut, error) {
			if err := d.Settings.ConfirmEmail(ctx, s, in.Body.Code, client(ctx)); err != nil {
				return nil, err
			}
			out := &signedOut{SetCookie: edge.Cookie{Name: edge.SessionCookie, MaxAge: -1}.String()}
			out.Body.Location = d.SignedOut
			return out, nil
		})
	mine(a, d, Route{Method: http.MethodPut, Path: "/v1/me/password", ID: "changeMyPassword", Summary: "Change the password; all other sessions end", Status: http.StatusNoContent},
		func(ctx context.Context, s signin.Session, in *own[passwordBody]) (*nothing, error) {
			return &nothing{}, d.Settings.ChangePassword(ctx, s, secret.New(in.Body.Current), secret.New(in.Body.New), client(ctx))
		})
}
