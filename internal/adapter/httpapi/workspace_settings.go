package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// WorkspaceSignIn is the preferences of workspace sessions.
type WorkspaceSignIn struct {
	AlwaysPrompt bool                `json:"alwaysPrompt" doc:"Ask the identity provider for credentials at each sign-in; otherwise it decides."`
	Inactivity   WorkspaceInactivity `json:"inactivity" doc:"Of sessions in web browsers."`
}

// WorkspaceInactivity is a time-out.
type WorkspaceInactivity struct {
	Enabled bool `json:"enabled"`
	Minutes int  `json:"minutes" maximum:"1000000" doc:"5 to 720. Ignored while the time-out is not enabled."`
}

// WorkspaceAppearance is how a workspace looks.
type WorkspaceAppearance struct {
	Name            string            `json:"name" doc:"Of the workspace; empty = the product's."`
	SignInLogo      string            `json:"signInLogo" doc:"Before somebody is signed in. Data URI of a PNG file; empty = the product's."`
	Logo            string            `json:"logo" doc:"After the sign-in, likewise."`
	PrimaryColor    string            `json:"primaryColor" doc:"Of buttons and links, #rrggbb; empty = the product's."`
	BannerColor     string            `json:"bannerColor" doc:"Of the head of the page; empty together with bannerTextColor."`
	BannerTextColor string            `json:"bannerTextColor" doc:"Of what stands on the banner."`
	Preview         AppearancePreview `json:"preview" doc:"The colours that the pages are drawn with; empty = the product's."`
}

// AppearancePreview is what the pages make of the colours.
type AppearancePreview struct {
	Primary         string `json:"primary"`
	PrimaryText     string `json:"primaryText"`
	DarkPrimary     string `json:"darkPrimary" doc:"In the dark scheme: the primary colour, as much lighter as it needs to be readable."`
	DarkPrimaryText string `json:"darkPrimaryText"`
	Banner          string `json:"banner"`
	BannerText      string `json:"bannerText"`
}

// WorkspaceAppearanceInput is what a caller sets. What is absent stays.
type WorkspaceAppearanceInput struct {
	Name            *string `json:"name,omitempty" doc:"At most 40 characters."`
	SignInLogo      *string `json:"signInLogo,omitempty" doc:"Data URI of a PNG or JPEG file of at most 128 KiB and 350 × 120 pixels; empty = none."`
	Logo            *string `json:"logo,omitempty"`
	PrimaryColor    *string `json:"primaryColor,omitempty" doc:"Needs a contrast of 4.5 : 1 with white."`
	BannerColor     *string `json:"bannerColor,omitempty"`
	BannerTextColor *string `json:"bannerTextColor,omitempty" doc:"Needs a contrast of 4.5 : 1 with the banner."`
}

// WorkspaceSettings registers the sessions and the look of a workspace.
func (a *API) WorkspaceSettings(s *workspace.Service) {
	a.workspaceSignIn(s)
	a.workspaceAppearance(s)
}

func (a *API) workspaceSignIn(s *workspace.Service) {
	const path = "/{customerId}/v1/workspace/sign-in"
	handle(a, Route{Method: http.MethodGet, Path: path, ID: "getWorkspaceSignIn",
		Summary: "Preferences of workspace sessions", Tag: "Workspace", Needs: admin.WorkspaceConfiguration},
		func(ctx context.Context, actor admin.Actor, in *struct{ InCustomer }) (*versioned[WorkspaceSignIn], error) {
			return signInAnswer(s.SignIn(ctx, actor, in.customer()))
		})
	handle(a, Route{Method: http.MethodPut, Path: path, ID: "setWorkspaceSignIn",
		Summary: "Set the preferences of workspace sessions; open ones follow", Tag: "Workspace", Needs: admin.WorkspaceConfiguration},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			IfMatch string `header:"If-Match" doc:"The ETag that was read; needed."`
			Body    WorkspaceSignIn
		}) (*versioned[WorkspaceSignIn], error) {
			v, err := neededVersion(in.IfMatch)
			if err != nil {
				return nil, err
			}
			to := workspace.SignInSettings{AlwaysPrompt: in.Body.AlwaysPrompt}
			if in.Body.Inactivity.Enabled {
				to.WebInactivity = inactivity(in.Body.Inactivity.Minutes)
			}
			return signInAnswer(s.SetSignIn(ctx, actor, in.customer(), to, v))
		})
}

// inactivity keeps zero and what does not fit into a duration out of the range, so that neither means "no limit".
func inactivity(minutes int) time.Duration {
	if minutes <= 0 || minutes > int(workspace.MaxInactivity/time.Minute) {
		return workspace.MaxInactivity + time.Minute
	}
	return time.Duration(minutes) * time.Minute
}

func signInAnswer(w workspace.Workspace, err error) (*versioned[WorkspaceSignIn], error) {
	if err != nil {
		return nil, err
	}
	out := WorkspaceSignIn{AlwaysPrompt: w.SignIn.AlwaysPrompt}
	d := w.SignIn.WebInactivity
	out.Inactivity.Enabled = d > 0
	if d == 0 {
		d = workspace.DefaultSignIn().WebInactivity // what switching it on proposes
	}
	out.Inactivity.Minutes = int(d / time.Minute)
	return &versioned[WorkspaceSignIn]{ETag: etag(w.Version), Body: out}, nil
}

func (a *API) workspaceAppearance(s *workspace.Service) {
	const path = "/{customerId}/v1/workspace/appearance"
	handle(a, Route{Method: http.MethodGet, Path: path, ID: "getWorkspaceAppearance",
		Summary: "How the workspace looks", Tag: "Workspace", Needs: admin.WorkspaceConfiguration},
		func(ctx context.Context, actor admin.Actor, in *struct{ InCustomer }) (*versioned[WorkspaceAppearance], error) {
			return appearanceAnswer(s.Appearance(ctx, actor, in.customer()))
		})
	handle(a, Route{Method: http.MethodPut, Path: path, ID: "setWorkspaceAppearance",
		Summary: "Change how the workspace looks", Tag: "Workspace", Needs: admin.WorkspaceConfiguration},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			IfMatch
			Body WorkspaceAppearanceInput
		}) (*versioned[WorkspaceAppearance], error) {
			v, err := version(in.Match)
			if err != nil {
				return nil, err
			}
			b := in.Body
			return appearanceAnswer(s.SetAppearance(ctx, actor, in.customer(), workspace.AppearanceInput{Name: b.Name, PrimaryColor: b.PrimaryColor,
				BannerColor: b.BannerColor, BannerTextColor: b.BannerTextColor, SignInLogo: b.SignInLogo, Logo: b.Logo}, v))
		})
}

func appearanceAnswer(l workspace.Appearance, err error) (*versioned[WorkspaceAppearance], error) {
	if err != nil {
		return nil, err
	}
	p := l.Palette()
	return &versioned[WorkspaceAppearance]{ETag: etag(l.Version), Body: WorkspaceAppearance{Name: l.Name, SignInLogo: l.SignInLogo.DataURI(),
		Logo: l.Logo.DataURI(), PrimaryColor: string(l.PrimaryColor), BannerColor: string(l.BannerColor), BannerTextColor: string(l.BannerTextColor),
		Preview: AppearancePreview{Primary: string(p.Primary), PrimaryText: string(p.PrimaryText), DarkPrimary: string(p.DarkPrimary),
			DarkPrimaryText: string(p.DarkPrimaryText), Banner: string(p.Banner), BannerText: string(p.BannerText)}}}, nil
}
