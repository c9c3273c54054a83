package saml

import (
	"crypto"
	"crypto/x509"
	"time"
)

// Skew is how far the provider's clock may be off in either direction.
const Skew = 3 * time.Minute

// Horizon bounds what a message may say of its own times: issued no longer ago, usable no longer ahead (S31).
const Horizon = 24 * time.Hour

// SigningMode says what a provider must sign. The zero value is no mode and refuses everything.
type SigningMode string

// The signing modes of a connection, by their documented names.
const (
	SignEither    SigningMode = "SignEitherResponseOrAssertion" // at least one; the default of a new connection
	SignResponse  SigningMode = "MustSignResponse"
	SignAssertion SigningMode = "MustSignAssertion"
	SignBoth      SigningMode = "MustSignBoth"
)

// SigningModes lists the modes in the order in which a form offers them.
func SigningModes() []SigningMode {
	return []SigningMode{SignEither, SignResponse, SignAssertion, SignBoth}
}

// Context is a way to authenticate that a connection may ask for.
type Context string

// The authentication contexts of a connection, by their documented names.
const (
	Unspecified                Context = "Unspecified" // asks for none and accepts any; the default
	UserNameAndPassword        Context = "UserNameAndPassword"
	X509Cert                   Context = "X509Cert"
	IntegratedWinAuth          Context = "IntegratedWinAuth"
	Kerberos                   Context = "Kerberos"
	PasswordProtectedTransport Context = "PasswordProtectedTransport"
	TLSClient                  Context = "TLSClient"
)

// Contexts lists the contexts in the order in which a form offers them.
func Contexts() []Context {
	return []Context{Unspecified, UserNameAndPassword, X509Cert, IntegratedWinAuth, Kerberos, PasswordProtectedTransport, TLSClient}
}

var contextClasses = map[Context]string{
	UserNameAndPassword:        "urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
	X509Cert:                   "urn:oasis:names:tc:SAML:2.0:ac:classes:X509",
	IntegratedWinAuth:          "urn:federation:authentication:windows",
	Kerberos:                   "urn:oasis:names:tc:SAML:2.0:ac:classes:Kerberos",
	PasswordProtectedTransport: "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
	TLSClient:                  "urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient",
}

// Class returns the AuthnContextClassRef that c stands for; "" for Unspecified and for an unknown context.
func (c Context) Class() string { return contextClasses[c] }

// Known reports whether c is one of Contexts.
func (c Context) Known() bool { return c == Unspecified || c.Class() != "" }

// Comparison says how the context in an answer has to relate to the one asked for.
type Comparison string

// The comparisons of a connection.
const (
	Exact   Comparison = "Exact"   // the answer must name the same class; the default
	Minimum Comparison = "Minimum" // asked for, not enforced (SAM-052)
)

// Expectation is everything that an answer must agree with. All of it comes from the connection and from the request
// that we sealed, never from the message.
type Expectation struct {
	RequestID    string // ID of our AuthnRequest
	IdPEntityID  string // issuer; one trailing slash is ignored on both sides
	SPEntityID   string // our audience for this connection, compared octet by octet
	ACSURL       string // recipient and destination, compared octet by octet
	Certificates []*x509.Certificate
	Mode         SigningMode
	Context      Context
	Comparison   Comparison
	// DecryptionKeys are our RSA keys that open encrypted content, the newest first. None refuses encrypted content.
	DecryptionKeys []crypto.Decrypter
	// AllowCBC also takes content under AES-CBC, if the response's signature covers it (S37).
	AllowCBC bool
}

// complete reports whether every value that a check compares with is there: an empty one must never agree with anything.
func (e Expectation) complete() bool {
	return e.RequestID != "" && e.IdPEntityID != "" && e.SPEntityID != "" && e.ACSURL != "" &&
		e.Context.Known() && (e.Comparison == Exact || e.Comparison == Minimum)
}
