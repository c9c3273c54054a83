package federation

// ResourceIdentity is a row of the table that says which identity a resource needs. Its resource and identities are the texts
// identity.<name>.
type ResourceIdentity struct {
	Resource   string
	Identities []string
	NeedsEntra bool   // the directory of the sign-in has to be Entra ID
	SSO        string // whether the federated authentication service signs in to the resource: the text identity.<name>
}

// ResourceIdentities returns the table, which contains the shorter one of the chapter about directory identities.
//
// Source: SAM-137, SAM-179.
func ResourceIdentities() []ResourceIdentity {
	directory := []string{"ad", "entra_imported"}
	entra := []string{"entra_native", "entra_imported"}
	return []ResourceIdentity{
		{"ad_joined", directory, false, "sso_yes"},
		{"hybrid_joined", directory, false, "sso_hybrid"},
		{"entra_joined", entra, true, "sso_no"},
		{"cloud_pc", entra, true, "sso_no"},
		{"all_together", []string{"entra_imported"}, true, "sso_ad_only"},
	}
}

// DuplicateSupport is a row of the table of providers whose applications may share one entity ID of ours.
type DuplicateSupport struct {
	Provider string
	Supports bool
}

// DuplicateSupports returns the table. Source: SSO-163, content table A.
func DuplicateSupports() []DuplicateSupport {
	return []DuplicateSupport{
		{"Azure AD", false}, {"ADFS", false}, {"PingFederate", false}, {"PingOneSSO", false}, {"Okta", true}, {"Duo", true}, {"OneLogin", true},
	}
}

// EntityIDChoice is a row of the table of which entity ID to use. UseCase is the text entity_id.<name>.
type EntityIDChoice struct {
	UseCase            string
	DuplicateEntityIDs bool // the provider supports them
	Generic, Scoped    bool // supported configurations
}

// EntityIDChoices returns the table. Source: SSO-163, content table B.
func EntityIDChoices() []EntityIDChoice {
	return []EntityIDChoice{
		{"one_application", true, true, true}, {"one_application", false, true, true},
		{"several_applications", true, true, true}, {"several_applications", false, false, true},
		{"custom_url_pairs", true, true, true}, {"custom_url_pairs", false, false, true},
		{"several_tenants", true, true, false}, {"several_tenants", false, true, false},
	}
}

// ApplicationNeed is a row of the table of applications that are needed at the provider.
type ApplicationNeed struct {
	WorkspaceURL, CustomDomain, Console bool // who signs in, and where
	First, Second                       bool // applications; CustomEndpoints tells whose endpoints the first one has
	CustomEndpoints                     bool
}

// ApplicationNeeds returns the table, with the slip of its fifth row mended and the missing row added.
//
// Source: SSO-196, content table C.
func ApplicationNeeds() []ApplicationNeed {
	return []ApplicationNeed{
		{WorkspaceURL: true, First: true},
		{CustomDomain: true, First: true, CustomEndpoints: true},
		{Console: true, First: true},
		{WorkspaceURL: true, Console: true, First: true},
		{CustomDomain: true, Console: true, First: true, Second: true},
		{WorkspaceURL: true, CustomDomain: true, Console: true, First: true, Second: true},
		{WorkspaceURL: true, CustomDomain: true, First: true, Second: true},
	}
}
