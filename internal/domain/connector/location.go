package connector

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Limits of resource locations.
const (
	MaxLocations  = 50 // per customer (PLT-439)
	maxNameRunes  = 64 // PLT-440
	redundantFrom = 2  // connectors that make a location highly available (CON-008)
)

// forbiddenInNames are the characters that a location's name must not have (PLT-441).
const forbiddenInNames = `#$%^&?+[]{}|<>/\`

// defaultLocationName is what the control plane calls a location that it makes itself for the first connector.
const defaultLocationName = "Default location"

// Location is a resource location: a named place of resources, in any cloud or site (PLT-431).
type Location struct {
	ID             LocationID
	Customer       id.Customer
	Name           string
	Default        bool // connectors that name no location go here; at most one per customer
	CreatedAt      time.Time
	ConnectorCount int      // registered ones
	ContactedCount int      // those that have ever been in contact: the others may be a failed installation
	ConnectedCount int      // those in contact
	Domains        []string // of all its connectors, sorted
	Version        int64
}

// Redundant reports whether the location survives the loss of a connector (CON-008).
func (l Location) Redundant() bool { return l.ContactedCount >= redundantFrom }

// Expected failures.
var (
	ErrLocationNotFound = fault.New(fault.NotFound, "location_not_found")
	ErrNameTaken        = fault.New(fault.Conflict, "location_name_taken")
	ErrTooManyLocations = fault.New(fault.Conflict, "too_many_locations")
	ErrLocationInUse    = fault.New(fault.Conflict, "location_has_connectors")
	ErrLocationStale    = fault.New(fault.Stale, "location_changed")
)

// Field codes of names.
const (
	fieldRequired    = "required"
	fieldTooLong     = "too_long"
	fieldUnprintable = "unprintable"
	fieldForbidden   = "character_forbidden"
)

// NameKey is what makes names equal: case and composition do not count (PLT-442).
func NameKey(name string) string {
	return norm.NFC.String(strings.ToLower(norm.NFC.String(strings.TrimSpace(name))))
}

// cleanName returns the name as it is stored and what is wrong with it (PLT-443: the same for creation and rename).
func cleanName(name string) (string, []fault.Field) {
	if !utf8.ValidString(name) {
		return "", nameField(fieldUnprintable, nil)
	}
	name = norm.NFC.String(strings.TrimSpace(name))
	switch {
	case name == "":
		return "", nameField(fieldRequired, nil)
	case utf8.RuneCountInString(name) > maxNameRunes:
		return "", nameField(fieldTooLong, map[string]any{"max": maxNameRunes})
	case strings.IndexFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0:
		return "", nameField(fieldUnprintable, nil)
	}
	if bad := forbiddenIn(name); bad != "" {
		return "", nameField(fieldForbidden, map[string]any{"characters": bad})
	}
	return name, nil
}

func nameField(code string, args map[string]any) []fault.Field {
	return []fault.Field{{Name: "name", Code: code, Args: args}}
}

// forbiddenIn lists the forbidden characters of a name, each once, separated by spaces.
func forbiddenIn(name string) string {
	var bad []string
	for _, r := range forbiddenInNames {
		if strings.ContainsRune(name, r) {
			bad = append(bad, string(r))
		}
	}
	return strings.Join(bad, " ")
}

// target names the location as the documented records do: the name is the ID (OPS-161).
func (l Location) target() systemlog.Target { return systemlog.Target{ID: l.Name, Name: l.Name} }

func (l Location) fields() systemlog.Fields {
	return systemlog.Fields{"CustomerId": string(l.Customer), "Id": string(l.ID), "DisplayName": l.Name, "CreatedDate": l.CreatedAt.Format(time.RFC3339)}
}
