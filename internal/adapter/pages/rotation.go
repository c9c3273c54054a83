package pages

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net/http"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
)

// Rotation serves what the world may know of the SAML signing certificates: the plan of their rotation, and the certificates.
type Rotation struct {
	Plans interface {
		// Published returns the newest rotation that is public. Errors: keyring.ErrNoRotation.
		Published(ctx context.Context) (keyring.Plan, error)
	}
	Keys interface {
		Active(p keyring.Purpose) (keyring.Key, error)
		Next(p keyring.Purpose) (keyring.Key, bool)
	}
	Clock clock.Clock
	Log   *slog.Logger
}

// planName is the last part of the documented address, and of no other plan (SSO-209).
const planName = "SamlSigning"

// RotationPlanPath is the documented address on the accounts site (SSO-208).
const RotationPlanPath = "/rotationplan/" + planName

// rotationPlan is the documented document: names, casing and forms of its times are fixed (SSO-208).
type rotationPlan struct {
	ID                  string   `json:"Id"`
	AdvertisementStatus string   `json:"AdvertisementStatus"`
	AdvertisementPlan   []string `json:"AdvertisementPlan"` // when the advertisement was carried out
	DiscoveryTime       int64    `json:"DiscoveryTime"`     // this and those below in Unix seconds
	AgreementTime       int64    `json:"AgreementTime"`
	AdvertisementTime   int64    `json:"AdvertisementTime"`
	ActivationTime      int64    `json:"ActivationTime"`
	CompletionTime      int64    `json:"CompletionTime"`
	NewCertThumbprint   string   `json:"NewCertThumbprint"`
	OldCertThumbprint   string   `json:"OldCertThumbprint"`
}

// planStamp has seven decimals and a Z.
const planStamp = "2006-01-02T15:04:05.0000000Z"

// Accounts puts the plan before the handler of the accounts site.
func (p *Rotation) Accounts(rest http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", rest)
	mux.HandleFunc("GET "+RotationPlanPath, p.plan)
	return mux
}

func (p *Rotation) plan(w http.ResponseWriter, r *http.Request) {
	plan, err := p.Plans.Published(r.Context())
	switch {
	case errors.Is(err, keyring.ErrNoRotation):
		http.Error(w, "No rotation of the SAML signing certificate has been announced. The plan is here from the day on which the next certificate is agreed.", http.StatusNotFound)
		return
	case err != nil:
		p.unavailable(w, r, err)
		return
	}
	out := rotationPlan{ID: planName, AdvertisementStatus: string(plan.AdvertisementStatus(p.Clock.Now())), AdvertisementPlan: []string{},
		DiscoveryTime: plan.Discovery.Unix(), AgreementTime: plan.Agreement.Unix(), AdvertisementTime: plan.Advertisement.Unix(),
		ActivationTime: plan.Activation.Unix(), CompletionTime: plan.Completion.Unix(), NewCertThumbprint: plan.NewThumbprint, OldCertThumbprint: plan.OldThumbprint}
	if !plan.Advertised.IsZero() {
		out.AdvertisementPlan = append(out.AdvertisementPlan, plan.Advertised.UTC().Format(planStamp))
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_ = json.NewEncoder(w).Encode(out)
}

// Paths of the certificates on the SAML site (SSO-223, SSO-090). Which one is asked for with "which": active, or next.
const (
	CertificatePEMPath = federation.MetadataPath + "/signing-certificate.pem"
	CertificateCERPath = federation.MetadataPath + "/signing-certificate.cer"
)

// SAML puts the downloads of the certificates before the handler of the SAML site. host is that of the certificates' names, so
// that one of the addresses ends in the documented file name (SAM-150).
func (p *Rotation) SAML(host string, rest http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", rest)
	mux.HandleFunc("GET "+CertificatePEMPath, p.certificate(func(k keyring.Key) download {
		return download{fmt.Sprintf("%d-%s.pem", k.Certificate.NotBefore.Year(), k.Certificate.Subject.CommonName), "application/x-pem-file",
			pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k.Certificate.Raw})}
	}))
	cer := p.certificate(func(k keyring.Key) download {
		return download{k.Certificate.Subject.CommonName + ".cer", "application/pkix-cert", k.Certificate.Raw}
	})
	mux.HandleFunc("GET "+CertificateCERPath, cer)
	mux.HandleFunc("GET "+federation.MetadataPath+"/"+keyring.SAMLName(host)+".cer", cer)
	return mux
}

type download struct {
	name, kind string
	content    []byte
}

// certificate serves the active or the next certificate. Both are public: they stand in the metadata.
func (p *Rotation) certificate(of func(keyring.Key) download) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var key keyring.Key
		switch r.URL.Query().Get("which") {
		case "", "active":
			var err error
			if key, err = p.Keys.Active(keyring.SAMLSigning); err != nil {
				p.unavailable(w, r, err)
				return
			}
		case "next":
			var ok bool
			if key, ok = p.Keys.Next(keyring.SAMLSigning); !ok {
				http.NotFound(w, r)
				return
			}
		default:
			http.NotFound(w, r)
			return
		}
		d := of(key)
		w.Header().Set("Content-Type", d.kind)
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.name}))
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(d.content)
	}
}

func (p *Rotation) unavailable(w http.ResponseWriter, r *http.Request, err error) {
	p.Log.ErrorContext(r.Context(), "rotation not shown", "err", err)
	w.Header().Set("Retry-After", "60")
	http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
}
