package saml

import (
	"crypto/x509"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Refusals of a provider's metadata.
var (
	ErrMetadataUnreadable = fault.New(fault.Invalid, "saml_metadata_unreadable") // its cause is the reader's reason
	ErrMetadataRoot       = fault.New(fault.Invalid, "saml_metadata_root")
	ErrMetadataEntity     = fault.New(fault.Invalid, "saml_metadata_entity")
	ErrMetadataRole       = fault.New(fault.Invalid, "saml_metadata_role")
	ErrMetadataExpired    = fault.New(fault.Invalid, "saml_metadata_expired")
	ErrMetadataShape      = fault.New(fault.Invalid, "saml_metadata_shape")
	ErrMetadataAddress    = fault.New(fault.Invalid, "saml_metadata_address")
	ErrMetadataSSO        = fault.New(fault.Invalid, "saml_metadata_sso")
	ErrMetadataKey        = fault.New(fault.Invalid, "saml_metadata_key")
)

// IdPMetadata is what a provider's metadata offers a connection. An empty address means that the provider does not take
// that binding; addresses of SOAP and Artifact are left out.
type IdPMetadata struct {
	EntityID                string
	SSOPost, SSORedirect    string // at least one is set
	SLOPost, SLORedirect    string
	WantAuthnRequestsSigned bool
	// SigningCertificates are at least one that is usable now, and those that become valid later. Expired ones are left out.
	SigningCertificates []*x509.Certificate
	ValidUntil          time.Time // zero: no end
}

// maxEntityID is the limit of the standard, in characters; Metadata 2.0 §2.2.1. Octets are counted: entity IDs are ASCII.
const maxEntityID = 1024

// IsHTTPS reports whether address is an absolute https address without user, fragment and odd characters: the rule for
// provider addresses in production.
func IsHTTPS(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && isPlainAddress(u, address)
}

// isPlainAddress leaves out what browsers read otherwise than url.Parse, which refuses control characters itself.
func isPlainAddress(u *url.URL, address string) bool {
	return u.Hostname() != "" && u.User == nil && u.Opaque == "" && !strings.ContainsAny(address, "#\\ ")
}

// ReadIdPMetadata reads the metadata of one provider with the reader of responses and validates it as a whole. secure
// decides which addresses may be used; nil is IsHTTPS. A signature of the metadata is not verified here; see
// VerifyMetadata.
//
// Errors: the ErrMetadata… values; ErrCertificate… values inside ErrMetadataKey.
//
// Source: SAML Metadata 2.0 §2.3.2, §2.4.3; security S40.
func ReadIdPMetadata(raw []byte, now time.Time, secure func(address string) bool) (*IdPMetadata, error) {
	doc, err := readDocument(raw)
	if err != nil {
		return nil, ErrMetadataUnreadable.With("reason", fault.From(err).Code).Because(err)
	}
	return doc.idpMetadata(now, secure)
}

// idpMetadata reads the document as ReadIdPMetadata says.
func (d *document) idpMetadata(now time.Time, secure func(address string) bool) (*IdPMetadata, error) {
	if secure == nil {
		secure = IsHTTPS
	}
	if !d.is(d.root, nsMetadata, "EntityDescriptor") {
		return nil, ErrMetadataRoot.With("element", d.root.Tag)
	}
	m := &IdPMetadata{}
	if m.EntityID, _ = attr(d.root, "entityID"); m.EntityID == "" || len(m.EntityID) > maxEntityID {
		return nil, ErrMetadataEntity
	}
	role, err := d.identityProvider()
	if err != nil {
		return nil, err
	}
	for _, el := range []*etree.Element{d.root, role} {
		if err := m.limit(el, now); err != nil {
			return nil, err
		}
	}
	want, _ := attr(role, "WantAuthnRequestsSigned")
	m.WantAuthnRequestsSigned = want == "true" || want == "1"
	if err := m.endpoints(d, role, secure); err != nil {
		return nil, err
	}
	if err := m.keys(d, role, now); err != nil {
		return nil, err
	}
	return m, nil
}

// identityProvider returns the one role of an identity provider that speaks SAML 2.0.
func (d *document) identityProvider() (*etree.Element, error) {
	var role *etree.Element
	for _, c := range d.root.ChildElements() {
		if !d.is(c, nsMetadata, "IDPSSODescriptor") {
			continue
		}
		if protocols, _ := attr(c, "protocolSupportEnumeration"); !slices.Contains(strings.Fields(protocols), nsProtocol) {
			continue
		}
		if role != nil {
			return nil, ErrMetadataShape.With("element", "EntityDescriptor").With("repeated", "IDPSSODescriptor")
		}
		role = c
	}
	if role == nil {
		return nil, ErrMetadataRole
	}
	return role, nil
}

func (m *IdPMetadata) limit(el *etree.Element, now time.Time) error {
	until, present, err := instant(el, "validUntil")
	if err != nil {
		return ErrMetadataShape.With("element", el.Tag).With("attribute", "validUntil")
	}
	if !present {
		return nil
	}
	if !now.Before(until) {
		return ErrMetadataExpired.With("valid_until", until)
	}
	if m.ValidUntil.IsZero() || until.Before(m.ValidUntil) {
		m.ValidUntil = until
	}
	return nil
}

func (m *IdPMetadata) endpoints(doc *document, role *etree.Element, secure func(string) bool) error {
	for _, c := range role.ChildElements() {
		binding, _ := attr(c, "Binding")
		if binding != bindingPOST && binding != bindingRedirect {
			continue
		}
		var target *string
		switch post := binding == bindingPOST; {
		case doc.is(c, nsMetadata, "SingleSignOnService") && post:
			target = &m.SSOPost
		case doc.is(c, nsMetadata, "SingleSignOnService"):
			target = &m.SSORedirect
		case doc.is(c, nsMetadata, "SingleLogoutService") && post:
			target = &m.SLOPost
		case doc.is(c, nsMetadata, "SingleLogoutService"):
			target = &m.SLORedirect
		default:
			continue
		}
		location, _ := attr(c, "Location")
		if !secure(location) {
			return ErrMetadataAddress.With("element", c.Tag).With("address", location)
		}
		if *target == "" {
			*target = location
		}
	}
	if m.SSOPost == "" && m.SSORedirect == "" {
		return ErrMetadataSSO
	}
	return nil
}

// keys takes the signing certificates; a key without use is for signing too. A weak key refuses the whole file.
func (m *IdPMetadata) keys(doc *document, role *etree.Element, now time.Time) error {
	usable := false
	problem := error(ErrMetadataKey.With("reason", "none"))
	for _, c := range role.ChildElements() {
		if !doc.is(c, nsMetadata, "KeyDescriptor") {
			continue
		}
		switch use, present := attr(c, "use"); {
		case use == "encryption":
			continue
		case present && use != "signing":
			return ErrMetadataShape.With("element", "KeyDescriptor").With("attribute", "use")
		}
		certs, err := doc.certificates(c)
		if err != nil {
			return ErrMetadataKey.With("reason", fault.From(err).Code).Because(err)
		}
		for _, cert := range certs {
			err := CheckCertificate(cert, now)
			switch {
			case err == nil:
				usable = true
			case errors.Is(err, ErrCertificateNotYetValid):
				problem = ErrMetadataKey.With("reason", ErrCertificateNotYetValid.Code).Because(err)
			case errors.Is(err, ErrCertificateExpired):
				problem = ErrMetadataKey.With("reason", ErrCertificateExpired.Code).Because(err)
				continue
			default:
				return ErrMetadataKey.With("reason", fault.From(err).Code).Because(err)
			}
			m.SigningCertificates = append(m.SigningCertificates, cert)
		}
	}
	if !usable {
		return problem
	}
	return nil
}

// certificates reads KeyInfo/X509Data/X509Certificate of a KeyDescriptor. Other kinds of key are passed over.
func (d *document) certificates(key *etree.Element) ([]*x509.Certificate, error) {
	var certs []*x509.Certificate
	for _, info := range key.ChildElements() {
		if !d.is(info, nsSignature, "KeyInfo") {
			continue
		}
		for _, data := range info.ChildElements() {
			if !d.is(data, nsSignature, "X509Data") {
				continue
			}
			for _, el := range data.ChildElements() {
				if !d.is(el, nsSignature, "X509Certificate") {
					continue
				}
				der, err := d.base64Text(el)
				if err != nil {
					return nil, ErrCertificateUnreadable.Because(err)
				}
				cert, err := parseDER(der)
				if err != nil {
					return nil, err
				}
				certs = append(certs, cert)
			}
		}
	}
	return certs, nil
}
