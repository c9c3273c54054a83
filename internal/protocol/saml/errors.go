package saml

import "github.com/causeway-cloud/causeway/internal/base/fault"

// Refusals while reading XML.
var (
	ErrTooLarge              = fault.New(fault.Denied, "saml_too_large")
	ErrTooComplex            = fault.New(fault.Denied, "saml_too_complex")
	ErrEncoding              = fault.New(fault.Denied, "saml_encoding")
	ErrIllFormed             = fault.New(fault.Denied, "saml_ill_formed")
	ErrDTD                   = fault.New(fault.Denied, "saml_dtd")
	ErrComment               = fault.New(fault.Denied, "saml_comment")
	ErrProcessingInstruction = fault.New(fault.Denied, "saml_processing_instruction")
	ErrDuplicateAttribute    = fault.New(fault.Denied, "saml_duplicate_attribute")
	ErrNamespace             = fault.New(fault.Denied, "saml_namespace")
	ErrUnstable              = fault.New(fault.Denied, "saml_unstable")
	ErrBase64                = fault.New(fault.Denied, "saml_base64")
)

// Refusals of the message's shape.
var (
	ErrWrongMessage       = fault.New(fault.Denied, "saml_wrong_message")
	ErrVersion            = fault.New(fault.Denied, "saml_version")
	ErrShape              = fault.New(fault.Denied, "saml_shape")
	ErrDuplicateID        = fault.New(fault.Denied, "saml_duplicate_id")
	ErrNestedMessage      = fault.New(fault.Denied, "saml_nested_message")
	ErrAssertionCount     = fault.New(fault.Denied, "saml_assertion_count")
	ErrNoAssertion        = fault.New(fault.Denied, "saml_no_assertion")
	ErrEncryptedAssertion = fault.New(fault.Denied, "saml_encrypted_assertion")
	ErrEncryptedPart      = fault.New(fault.Denied, "saml_encrypted_part")
	ErrStatus             = fault.New(fault.Denied, "saml_status")
)

// Refusals of signatures.
var (
	ErrSignaturePlace     = fault.New(fault.Denied, "saml_signature_place")
	ErrSignatureShape     = fault.New(fault.Denied, "saml_signature_shape")
	ErrSignatureReference = fault.New(fault.Denied, "saml_signature_reference")
	ErrSignatureTransform = fault.New(fault.Denied, "saml_signature_transform")
	ErrAlgorithmWeak      = fault.New(fault.Denied, "saml_algorithm_weak")
	ErrAlgorithmUnknown   = fault.New(fault.Denied, "saml_algorithm_unknown")
	// ErrC14NUnsupported marks the three shapes that the canonicaliser is known to digest wrongly.
	ErrC14NUnsupported    = fault.New(fault.Denied, "c14n_unsupported")
	ErrC14NFailed         = fault.New(fault.Denied, "saml_c14n_failed")
	ErrDigest             = fault.New(fault.Denied, "saml_digest")
	ErrSignatureInvalid   = fault.New(fault.Denied, "saml_signature_invalid")
	ErrNoCertificate      = fault.New(fault.Denied, "saml_no_certificate")
	ErrCertificateInvalid = fault.New(fault.Denied, "saml_certificate_invalid")
	ErrKeyWeak            = fault.New(fault.Denied, "saml_key_weak")
	ErrUnsigned           = fault.New(fault.Denied, "saml_unsigned")
	ErrResponseUnsigned   = fault.New(fault.Denied, "saml_response_unsigned")
	ErrAssertionUnsigned  = fault.New(fault.Denied, "saml_assertion_unsigned")
	ErrSigningMode        = fault.New(fault.Denied, "saml_signing_mode")
)

// Refusals of what the message says.
var (
	ErrExpectation         = fault.New(fault.Denied, "saml_expectation")
	ErrIssuer              = fault.New(fault.Denied, "saml_issuer")
	ErrUnsolicited         = fault.New(fault.Denied, "saml_unsolicited")
	ErrRequest             = fault.New(fault.Denied, "saml_request")
	ErrDestination         = fault.New(fault.Denied, "saml_destination")
	ErrConfirmationMethod  = fault.New(fault.Denied, "saml_confirmation_method")
	ErrConfirmationData    = fault.New(fault.Denied, "saml_confirmation_data")
	ErrConfirmationRequest = fault.New(fault.Denied, "saml_confirmation_request")
	ErrConfirmationExpired = fault.New(fault.Denied, "saml_confirmation_expired")
	ErrRecipient           = fault.New(fault.Denied, "saml_recipient")
	ErrNoAudience          = fault.New(fault.Denied, "saml_no_audience")
	ErrAudience            = fault.New(fault.Denied, "saml_audience")
	ErrNotYetValid         = fault.New(fault.Denied, "saml_not_yet_valid")
	ErrConfirmationEndless = fault.New(fault.Denied, "saml_confirmation_endless")
	ErrEndless             = fault.New(fault.Denied, "saml_endless")
	ErrIssuedInFuture      = fault.New(fault.Denied, "saml_issued_in_future")
	ErrIssuedLongAgo       = fault.New(fault.Denied, "saml_issued_long_ago")
	ErrExpired             = fault.New(fault.Denied, "saml_expired")
	ErrTime                = fault.New(fault.Denied, "saml_time")
	ErrCondition           = fault.New(fault.Denied, "saml_condition")
	ErrNoAuthentication    = fault.New(fault.Denied, "saml_no_authentication")
	ErrSessionOver         = fault.New(fault.Denied, "saml_session_over")
	ErrContext             = fault.New(fault.Denied, "saml_context")
)
