// Package samltest is an identity provider for tests, those of the running program (package selftest) included: it builds responses as trees and signs them with goxmldsig's
// canonicaliser and the standard library. It imports nothing of package saml, so that a bug of the verifier cannot
// make both sides agree, and it signs nonsense as readily as sense.
package samltest
