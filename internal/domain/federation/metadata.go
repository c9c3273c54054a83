package federation

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/quota"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// Metadata comes from a file or from an address.
var (
	ErrOneSource = fault.New(fault.Invalid, "metadata_one_source") // not from both
	ErrNoSource  = fault.New(fault.Invalid, "metadata_source_needed")
)

// How often administrators of a customer can make each node read addresses that they name (O08).
const (
	readsPerMinute      = 30
	readsOfAllPerMinute = 100 * readsPerMinute
)

// ErrReadTooOften: administrators of the customer have had many addresses read within a minute.
var ErrReadTooOften = fault.New(fault.Limited, "address_read_too_often").With("max", readsPerMinute)

func newReads() quota.Quota {
	return quota.Quota{Every: time.Minute, Each: readsPerMinute, All: readsOfAllPerMinute}
}

// Remarks about metadata; their texts are warnings for the administrator.
const (
	RemarkMoreCertificates = "metadata_more_certificates"
	RemarkNoLogout         = "metadata_no_logout"
	RemarkWantsSigned      = "metadata_wants_signed"
)

// Proposal is what a provider's metadata suggests for a connection. It is shown and stored nowhere: the administrator
// decides, and nothing that he has chosen is weakened by it (S40).
type Proposal struct {
	IdPEntityID  string
	SSOURL       string
	SSOBinding   Binding
	LogoutURL    string // "" when the provider offers none
	SLOBinding   Binding
	Certificates []Certificate
	MetadataURL  string // where it came from, "" for a file
	SignRequests bool   // the provider wants signed requests
	Remarks      []string
}

// ReadMetadata reads a provider's metadata from a file or an address, exactly one of them given, for a draft of the
// customer. Errors: ErrOneSource, ErrNoSource, ErrNotFound, ErrReadTooOften, those of fetching it, and the refusals of the metadata; where
// those have a reason of their own, it is the error of the field "xml" or "url".
func (s *Service) ReadMetadata(ctx context.Context, actor admin.Actor, c customer.ID, i ID, file []byte, address string) (Proposal, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return Proposal{}, err
	}
	source := "xml"
	switch {
	case len(file) == 0 && address == "":
		return Proposal{}, ErrNoSource
	case len(file) > 0 && address != "":
		return Proposal{}, ErrOneSource
	case address != "":
		source = "url"
	}
	if _, err := s.store.Draft(ctx, c, i); err != nil {
		return Proposal{}, err
	}
	if address != "" {
		if !s.reads.Take(string(c), s.clock.Now()) {
			return Proposal{}, ErrReadTooOften
		}
		var err error
		if file, err = s.fetch.Get(ctx, address); err != nil {
			return Proposal{}, err
		}
	}
	m, err := saml.ReadIdPMetadata(file, s.clock.Now(), s.secureAddress)
	if err != nil {
		return Proposal{}, explained(err, source)
	}
	return propose(m, address), nil
}

// secureAddress decides which addresses of metadata may be used.
func (s *Service) secureAddress(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && u.Hostname() != "" && u.User == nil && u.Opaque == "" && !strings.ContainsAny(raw, "#\\ ") && s.secure(u)
}

// explained makes the declared reason of a refusal the error of the field that it came from.
func explained(err error, field string) error {
	var reason *fault.Error
	f := fault.From(err)
	if !errors.As(f.Unwrap(), &reason) {
		return err
	}
	e := *f
	e.Fields = []fault.Field{{Name: field, Code: reason.Code, Args: reason.Args}}
	return &e
}

func propose(m *saml.IdPMetadata, address string) Proposal {
	p := Proposal{IdPEntityID: m.EntityID, SSOURL: m.SSOPost, SSOBinding: Post, LogoutURL: m.SLOPost, SLOBinding: Post,
		MetadataURL: address, SignRequests: m.WantAuthnRequestsSigned}
	if p.SSOURL == "" {
		p.SSOURL, p.SSOBinding = m.SSORedirect, Redirect
	}
	if p.LogoutURL == "" && m.SLORedirect != "" {
		p.LogoutURL, p.SLOBinding = m.SLORedirect, Redirect
	}
	for i, cert := range m.SigningCertificates {
		if i == maxCertificates {
			p.Remarks = append(p.Remarks, RemarkMoreCertificates)
			break
		}
		p.Certificates = append(p.Certificates, Certificate{FileName: certificateName(cert.Subject.CommonName), DER: cert.Raw})
	}
	if p.LogoutURL == "" {
		p.Remarks = append(p.Remarks, RemarkNoLogout)
	}
	if p.SignRequests {
		p.Remarks = append(p.Remarks, RemarkWantsSigned)
	}
	return p
}

func certificateName(commonName string) string {
	if name := commonName + ".cer"; commonName != "" && goodFileName(name) {
		return name
	}
	return "metadata.cer"
}

// ReadCertificate reads one certificate file of a provider (SAM-049, SAM-050). Errors: field errors on "fileName", the
// refusals of the file, an expired or weak certificate included.
func (s *Service) ReadCertificate(actor admin.Actor, c customer.ID, fileName string, file []byte) (Certificate, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return Certificate{}, err
	}
	return s.certificateOf(fileName, file)
}

// certificateOf reads an uploaded file. Errors: as of ReadCertificate.
func (s *Service) certificateOf(fileName string, file []byte) (Certificate, error) {
	if !goodFileName(fileName) {
		return Certificate{}, fault.InvalidFields([]fault.Field{{Name: "fileName", Code: codeTooLong, Args: map[string]any{"max": maxFileName}}})
	}
	cert, err := saml.ParseCertificate(file)
	if err != nil {
		return Certificate{}, err
	}
	if err := saml.CheckCertificate(cert, s.clock.Now()); err != nil {
		return Certificate{}, err
	}
	return Certificate{FileName: fileName, DER: cert.Raw}, nil
}
