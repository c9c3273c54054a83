package saml

import (
	"crypto/x509"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// MetadataCertificate is a certificate that stands in metadata.
type MetadataCertificate struct {
	Role        string // "SP" or "IdP"; "" outside of both
	Use         string // "signing" or "encryption"; "" = both
	Certificate *x509.Certificate
}

// maxMetadataCertificates bounds what is read of one file; a real one has two or three.
const maxMetadataCertificates = 50

// ReadMetadataCertificates lists the certificates of any SAML metadata, in the order of the file. It judges neither their
// validity nor anything else of the file: nothing is trusted because it was listed.
//
// Errors: ErrMetadataUnreadable, ErrMetadataRoot, ErrMetadataKey.
//
// Source: SAML Metadata 2.0 §2.4.1.1; SSO-224.
func ReadMetadataCertificates(raw []byte) ([]MetadataCertificate, error) {
	doc, err := readDocument(raw)
	if err != nil {
		return nil, ErrMetadataUnreadable.With("reason", fault.From(err).Code).Because(err)
	}
	if !doc.is(doc.root, nsMetadata, "EntityDescriptor") {
		return nil, ErrMetadataRoot.With("element", doc.root.Tag)
	}
	var out []MetadataCertificate
	for _, role := range doc.root.ChildElements() {
		in := MetadataCertificate{}
		switch {
		case doc.is(role, nsMetadata, "SPSSODescriptor"):
			in.Role = "SP"
		case doc.is(role, nsMetadata, "IDPSSODescriptor"):
			in.Role = "IdP"
		}
		for _, key := range role.ChildElements() {
			if !doc.is(key, nsMetadata, "KeyDescriptor") {
				continue
			}
			in.Use, _ = attr(key, "use")
			certs, err := doc.certificates(key)
			if err != nil {
				return nil, ErrMetadataKey.With("reason", fault.From(err).Code).Because(err)
			}
			for _, c := range certs {
				in.Certificate = c
				if out = append(out, in); len(out) == maxMetadataCertificates {
					return out, nil
				}
			}
		}
	}
	return out, nil
}
