// Package brand holds every name that a person reads and that a re-branded build would change.
// Paths, attribute names and event types of the documented interfaces are no brand: they stay where they are used.
package brand

const (
	// Name is the product's name on pages, in mails and in texts.
	Name = "Causeway"
	// BuiltInIdP labels the identity provider that every customer has from the start (IAM-003).
	BuiltInIdP = Name + " Identity"
	// TOTPIssuer is the issuer that an authenticator app shows beside the login (PLT-401).
	TOTPIssuer = Name
)
