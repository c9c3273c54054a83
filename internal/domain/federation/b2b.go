package federation

// Template names the settings that a draft begins with.
type Template string

// The templates.
const (
	// FourClaims are the documented defaults: the assertion names the person by SID, UPN, OID and e-mail (SAM-248).
	FourClaims Template = ""
	// B2B is for people who exist at the identity provider only: the assertion names them by UPN alone, and the directory's
	// shadow account of that UPN has the rest. The defaults with three mappings cleared, before anything is saved, because a
	// saved connection does not change (SAM-221, SAM-248).
	B2B Template = "b2b"
)

const codeTemplate = "template_unknown"

// settings are what the template begins with; false for an unknown one.
func (t Template) settings() (Settings, bool) {
	out := DefaultSettings()
	switch t {
	case FourClaims:
	case B2B:
		out.Attributes.SID, out.Attributes.Email, out.Attributes.OID = "", "", ""
	default:
		return Settings{}, false
	}
	return out, true
}

// Answer says yes, no, or that the question does not arise.
type Answer string

// The answers.
const (
	Yes           Answer = "yes"
	No            Answer = "no"
	NotApplicable Answer = "not_applicable"
)

// FrontendKind is a row of the table of people who sign in through a B2B connection (SAM-237). Its name is the text
// frontend.<key>.
type FrontendKind struct {
	Key         string
	Synced      Answer // from Active Directory to the identity provider
	Connectors  Answer // in the person's own Active Directory
	NeedsShadow bool   // a shadow account with the same UPN in a forest that has connectors
	SignsInBy   string // what the person types at the identity provider: "UPN" or "Email"
}

// FrontendKinds returns the table.
//
// Source: SAM-237 and its table; SAM-199, SAM-225, SAM-239.
func FrontendKinds() []FrontendKind {
	return []FrontendKind{
		{Key: "internal_same_forest", Synced: Yes, Connectors: Yes, NeedsShadow: false, SignsInBy: "UPN"},
		{Key: "internal_other_forest", Synced: Yes, Connectors: No, NeedsShadow: true, SignsInBy: "UPN"},
		{Key: "internal_native", Synced: No, Connectors: NotApplicable, NeedsShadow: true, SignsInBy: "UPN"},
		{Key: "external_guest", Synced: No, Connectors: NotApplicable, NeedsShadow: true, SignsInBy: "Email"},
	}
}
