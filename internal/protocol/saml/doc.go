// Package saml is the SAML 2.0 service provider: it writes requests and our metadata, and reads responses, provider
// metadata and provider certificates. Bytes come in and verified values go out; the package does no I/O, has no clock
// of its own and knows no customers.
//
// One reader parses every XML text (readDocument). It refuses what two parsers could understand differently before any
// cryptography happens, and it builds the only tree that is canonicalised. Verify is the single entry for responses.
// Its order is fixed, and the first failure ends it:
//
//	reading → shape and census → status → signature of the response → decryption → signature of the assertion
//	→ signing mode → times of issue → issuer → request → destination → subject → confirmation → conditions → audience
//	→ authentication → attributes
//
// A verified signature yields canonical octets; those octets are read again by the same reader and only that second tree
// is consumed. Inspect runs the same checks for the test of a connection and vouches for nothing. Every refusal has a reason code of its own for the log and the sign-in trace, and none of it is meant for
// the page that the person sees.
//
// The caller owns what needs memory: the sealed request, its single use, and the replay memory of assertion IDs.
//
// Source: SAML Core 2.0, Bindings 2.0 and Profiles 2.0 §4.1; XML Signature 1.0; Exclusive XML Canonicalization 1.0;
// XML Encryption 1.1.
package saml
