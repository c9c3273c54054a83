package operator

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Rotations are the rotations of the SAML signing key.
type Rotations interface {
	All(ctx context.Context) (keyring.RotationState, error)
	Plan(ctx context.Context, by systemlog.Actor, activation time.Time) (keyring.Plan, error)
	Move(ctx context.Context, by systemlog.Actor, activation time.Time) (keyring.Plan, error)
	Cancel(ctx context.Context, by systemlog.Actor, command systemlog.Record) (keyring.Plan, error)
	Replace(ctx context.Context, by systemlog.Actor, reason string, all bool) (keyring.Plan, error)
}

// Rotation is what the commands about the SAML signing certificate need.
type Rotation struct {
	Rotations Rotations
	Fetches   interface {
		Fetches(ctx context.Context, scopedIDs ...string) ([]federation.FetchRow, error)
	}
	Record func(ctx context.Context, command systemlog.Record, list ...jobs.Job) error
	Tell   func(ctx context.Context) error // lets customers know what has changed
	Clock  clock.Clock
}

// ShowRotation is the command that shows keys and rotations.
type ShowRotation struct{}

// RotationShown is its answer.
type RotationShown struct {
	Certificates []RotationCertificate `json:"certificates"` // newest activation last
	Rotations    []RotationPlan        `json:"rotations"`    // newest first
	Readers      []MetadataReader      `json:"readers"`      // of the generic metadata, the last first
}

// RotationCertificate is a SAML signing certificate. Activation and expiry are different times (SSO-207).
type RotationCertificate struct {
	Thumbprint  string     `json:"thumbprint"`
	State       string     `json:"state"`                // planned, advertised, active, retiring, retired, compromised
	Activation  *time.Time `json:"activation,omitempty"` // absent until the certificate is advertised
	Expiry      time.Time  `json:"expiry"`
	Retirement  *time.Time `json:"retirement,omitempty"`
	Compromised *time.Time `json:"compromised,omitempty"`
}

// RotationPlan is a rotation.
type RotationPlan struct {
	ID                string    `json:"id"`
	Kind              string    `json:"kind"`
	State             string    `json:"state"` // planned, published, advertised, active, completed, cancelled
	Advertisement     string    `json:"advertisementStatus"`
	OldThumbprint     string    `json:"oldCertThumbprint"`
	NewThumbprint     string    `json:"newCertThumbprint"`
	OldExpiry         time.Time `json:"oldCertExpiry"`
	DiscoveryTime     time.Time `json:"discoveryTime"`
	AgreementTime     time.Time `json:"agreementTime"`
	AdvertisementTime time.Time `json:"advertisementTime"`
	ActivationTime    time.Time `json:"activationTime"`
	CompletionTime    time.Time `json:"completionTime"`
}

// MetadataReader is somebody who has read the metadata of the generic entity ID.
type MetadataReader struct {
	Address     string    `json:"address"`
	UserAgent   string    `json:"userAgent"`
	At          time.Time `json:"at"`
	KnowsNewest bool      `json:"knowsNewest"` // the newest published certificate was in what was read
}

// PlanRotation is the command that begins a rotation.
type PlanRotation struct {
	Activation time.Time `json:"activation,omitzero"` // zero = the usual time
}

// MoveRotation is the command that moves the activation of the rotation under way.
type MoveRotation struct {
	Activation time.Time `json:"activation"`
}

// CancelRotation is the command that ends the rotation under way before its activation.
type CancelRotation struct{}

// ReplaceCertificate is the command for a compromised key.
type ReplaceCertificate struct {
	Reason string `json:"reason"`
	All    bool   `json:"all,omitempty"` // the next key is compromised, too
}

func (r Rotation) mount(s *Server, mux *http.ServeMux) {
	mux.HandleFunc("POST /saml-rotation/show", command(s, r.show))
	mux.HandleFunc("POST /saml-rotation/plan", command(s, r.plan))
	mux.HandleFunc("POST /saml-rotation/move", command(s, r.move))
	mux.HandleFunc("POST /saml-rotation/cancel", command(s, r.cancel))
	mux.HandleFunc("POST /saml-rotation/emergency", command(s, r.emergency))
}

func (r Rotation) show(ctx context.Context, by systemlog.Actor, _ ShowRotation) (RotationShown, error) {
	if err := r.Record(ctx, ran(by, "saml-rotation show")); err != nil {
		return RotationShown{}, err
	}
	s, err := r.Rotations.All(ctx)
	if err != nil {
		return RotationShown{}, err
	}
	readers, err := r.Fetches.Fetches(ctx, "")
	if err != nil {
		return RotationShown{}, err
	}
	now := r.Clock.Now()
	out := RotationShown{Certificates: []RotationCertificate{}, Rotations: []RotationPlan{}, Readers: []MetadataReader{}}
	newest := ""
	for _, k := range s.Keys {
		expiry, err := k.Expiry()
		if err != nil {
			return RotationShown{}, err
		}
		row := RotationCertificate{Thumbprint: keyring.Thumbprint(k.Public), State: string(k.State(now)), Expiry: expiry,
			Retirement: timeOrNil(k.RetiredAt), Compromised: timeOrNil(k.CompromisedAt)}
		if k.Scheduled() {
			row.Activation = timeOrNil(k.ActiveAt)
		}
		switch k.State(now) {
		case keyring.Advertised:
			newest = k.ID
		case keyring.Active: // the older of two that are active only waits to leave the metadata
			if n := len(out.Certificates); n > 0 && out.Certificates[n-1].State == string(keyring.Active) {
				out.Certificates[n-1].State = "retiring"
			}
			newest = k.ID
		}
		out.Certificates = append(out.Certificates, row)
	}
	for _, p := range s.Plans {
		out.Rotations = append(out.Rotations, planOf(p, now))
	}
	for _, f := range readers {
		out.Readers = append(out.Readers, MetadataReader{Address: f.Addr.String(), UserAgent: f.Agent, At: f.At, KnowsNewest: f.Has(newest)})
	}
	return out, nil
}

func (r Rotation) plan(ctx context.Context, by systemlog.Actor, in PlanRotation) (RotationPlan, error) {
	p, err := r.Rotations.Plan(ctx, by, in.Activation)
	return planOf(p, r.Clock.Now()), err
}

func (r Rotation) move(ctx context.Context, by systemlog.Actor, in MoveRotation) (RotationPlan, error) {
	return r.told(ctx)(r.Rotations.Move(ctx, by, in.Activation))
}

func (r Rotation) cancel(ctx context.Context, by systemlog.Actor, _ CancelRotation) (RotationPlan, error) {
	return r.told(ctx)(r.Rotations.Cancel(ctx, by, ran(by, "saml-rotation cancel")))
}

func (r Rotation) emergency(ctx context.Context, by systemlog.Actor, in ReplaceCertificate) (RotationPlan, error) {
	return r.told(ctx)(r.Rotations.Replace(ctx, by, strings.TrimSpace(in.Reason), in.All))
}

// told lets customers know of what has succeeded.
func (r Rotation) told(ctx context.Context) func(keyring.Plan, error) (RotationPlan, error) {
	return func(p keyring.Plan, err error) (RotationPlan, error) {
		if err != nil {
			return RotationPlan{}, err
		}
		return planOf(p, r.Clock.Now()), r.Tell(ctx)
	}
}

func planOf(p keyring.Plan, now time.Time) RotationPlan {
	state := "planned"
	switch {
	case !p.Cancelled.IsZero():
		state = "cancelled"
	case !p.Completed.IsZero():
		state = "completed"
	case !p.Advertised.IsZero() && !now.Before(p.Activation):
		state = "active"
	case !p.Advertised.IsZero():
		state = "advertised"
	case p.Published(now):
		state = "published"
	}
	return RotationPlan{ID: p.ID, Kind: string(p.Kind), State: state, Advertisement: string(p.AdvertisementStatus(now)), OldThumbprint: p.OldThumbprint,
		NewThumbprint: p.NewThumbprint, OldExpiry: p.OldExpires, DiscoveryTime: p.Discovery, AgreementTime: p.Agreement, AdvertisementTime: p.Advertisement,
		ActivationTime: p.Activation, CompletionTime: p.Completion}
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// ShowRotation shows certificates and rotations. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) ShowRotation(ctx context.Context) (RotationShown, error) {
	var out RotationShown
	err := c.run(ctx, "/saml-rotation/show", ShowRotation{}, &out)
	return out, err
}

// PlanRotation begins a rotation. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) PlanRotation(ctx context.Context, in PlanRotation) (RotationPlan, error) {
	return c.rotate(ctx, "plan", in)
}

// MoveRotation moves the activation. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) MoveRotation(ctx context.Context, in MoveRotation) (RotationPlan, error) {
	return c.rotate(ctx, "move", in)
}

// CancelRotation ends the rotation under way. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) CancelRotation(ctx context.Context) (RotationPlan, error) {
	return c.rotate(ctx, "cancel", CancelRotation{})
}

// ReplaceCertificate replaces a compromised certificate at once. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) ReplaceCertificate(ctx context.Context, in ReplaceCertificate) (RotationPlan, error) {
	return c.rotate(ctx, "emergency", in)
}

func (c *Client) rotate(ctx context.Context, command string, in any) (RotationPlan, error) {
	var out RotationPlan
	err := c.run(ctx, "/saml-rotation/"+command, in, &out)
	return out, err
}
