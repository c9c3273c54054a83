package saml

import (
	"crypto/x509"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// ErrMetadataUnsigned: nothing in the metadata vouches for it.
var ErrMetadataUnsigned = fault.New(fault.Denied, "saml_metadata_unsigned")

// VerifyMetadata reads a provider's metadata as ReadIdPMetadata does, but only what one of certs, valid now, has signed: the
// signature stands on the EntityDescriptor that is the root, has the one shape that responses may have, and everything is read
// from the octets that it vouches for.
//
// Errors: those of ReadIdPMetadata, ErrMetadataUnsigned, and the refusals of signatures and certificates.
//
// Source: SAML Metadata 2.0 §3; security S10, S40.
func VerifyMetadata(raw []byte, certs []*x509.Certificate, now time.Time, secure func(address string) bool) (*IdPMetadata, error) {
	keys, err := usableKeys(certs, now)
	if err != nil {
		return nil, err
	}
	doc, err := readDocument(raw)
	if err != nil {
		return nil, ErrMetadataUnreadable.With("reason", fault.From(err).Code).Because(err)
	}
	if !doc.is(doc.root, nsMetadata, "EntityDescriptor") {
		return nil, ErrMetadataRoot.With("element", doc.root.Tag)
	}
	s, err := doc.parseSignature(doc.root)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, ErrMetadataUnsigned
	}
	verified, err := reread(s, keys)
	if err != nil {
		return nil, err
	}
	return verified.idpMetadata(now, secure)
}
