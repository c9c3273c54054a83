package admin

import (
	"slices"
	"strings"
)

// Permission is one thing that an administrator with custom access may be given.
type Permission string

// The console permissions of the section General. Their titles are in the texts under "permission.<key>".
const (
	CustomerDashboard      Permission = "customer_dashboard"
	Domains                Permission = "domains"
	Licensing              Permission = "licensing"
	Notifications          Permission = "notifications"
	ResourceLocations      Permission = "resource_locations"
	SecureClients          Permission = "secure_clients"
	SupportTickets         Permission = "support_tickets"
	SystemLog              Permission = "system_log"
	WorkspaceConfiguration Permission = "workspace_configuration"
	WorkspaceOAuthClients  Permission = "workspace_oauth_clients"
	Assistant              Permission = "assistant"
	// SignInTrace shows the messages of failed sign-ins; they hold personal data, so it is a permission of its own.
	SignInTrace Permission = "signin_trace"
	// FullAccess is demanded by what no custom access can be given: it is held through Rights.Full only.
	FullAccess Permission = "full_access"
)

// Grantable lists the permissions that custom access can hold, in the order the console shows them.
func Grantable() []Permission {
	return []Permission{CustomerDashboard, Domains, Licensing, Notifications, ResourceLocations, SecureClients, SignInTrace,
		SupportTickets, SystemLog, WorkspaceConfiguration, WorkspaceOAuthClients, Assistant}
}

// Rights is what somebody may do at one customer. The zero value allows nothing.
type Rights struct {
	Full   bool
	Custom []Permission // only when Full is false
}

// Allow reports whether the rights hold p. An unknown permission is held by nobody but full access.
func (r Rights) Allow(p Permission) bool {
	return r.Full || (p != FullAccess && slices.Contains(r.Custom, p))
}

// Within reports whether r holds nothing that outer lacks.
func (r Rights) Within(outer Rights) bool {
	if outer.Full {
		return true
	}
	if r.Full {
		return false
	}
	for _, p := range r.Custom {
		if !outer.Allow(p) {
			return false
		}
	}
	return true
}

// Access is "Full" or "Custom", as the documented records print it.
func (r Rights) Access() string {
	if r.Full {
		return "Full"
	}
	return "Custom"
}

// String lists the permissions for a record: "full" or the sorted keys joined by commas.
func (r Rights) String() string {
	if r.Full {
		return "full"
	}
	keys := make([]string, len(r.Custom))
	for i, p := range r.Custom {
		keys[i] = string(p)
	}
	slices.Sort(keys)
	return strings.Join(keys, ",")
}
