// Package page has the request and the answer of every list.
package page

import "github.com/causeway-cloud/causeway/internal/base/fault"

// DefaultSize and MaxSize bound a page.
const (
	DefaultSize = 50
	MaxSize     = 200
)

// Request asks for one page. The zero value asks for the first one of DefaultSize.
type Request struct {
	After string // the store's own position, "" for the start; adapters wrap it into an opaque cursor bound to filter and caller
	Size  int    // 0 = DefaultSize, more than MaxSize = MaxSize
}

// Limit returns the size to use.
func (r Request) Limit() int {
	switch {
	case r.Size <= 0:
		return DefaultSize
	case r.Size > MaxSize:
		return MaxSize
	}
	return r.Size
}

// Of is one page of things. Next is the position for the following page, "" when this is the last one.
type Of[T any] struct {
	Items []T
	Next  string
}

// ErrPosition means that a position was not made by the list that got it.
var ErrPosition = fault.New(fault.Invalid, "page_position_invalid")
