package saml

// DecodePOST decodes the SAMLResponse or SAMLRequest field of the POST binding: standard Base64, in one line or many.
//
// Errors: ErrTooLarge, ErrBase64.
//
// Source: SAML Bindings 2.0 §3.5.4.
func DecodePOST(field string) ([]byte, error) {
	if len(field) > 2*maxBytes { // Base64 is a third longer, line breaks a little more
		return nil, ErrTooLarge.With("bytes", len(field))
	}
	raw, ok := decodeBase64(field)
	if !ok {
		return nil, ErrBase64
	}
	if len(raw) > maxBytes {
		return nil, ErrTooLarge.With("bytes", len(raw))
	}
	return raw, nil
}
