// Package revision holds the version of a stored thing that the caller of a change saw against the one that is there, so that nobody
// overwrites what he has not seen. Versions begin at 1.
package revision

// What a caller may name instead of a version.
const (
	// Any matches whatever is there.
	Any int64 = 0
	// None is of a caller who names no version where one is needed: he may make what is not there, and change nothing.
	None int64 = -1
)

// Matches reports whether the change may go on. present is 0 for what is not there.
func Matches(seen, present int64) bool {
	return seen == Any || seen == present || seen == None && present == 0
}

// Check is Matches with its reasons: needed when the caller named no version of what is there, stale when he saw another one.
func Check(seen, present int64, stale, needed error) error {
	switch {
	case Matches(seen, present):
		return nil
	case seen == None:
		return needed
	}
	return stale
}
