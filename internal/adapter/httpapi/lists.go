package httpapi

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/revision"
)

// InPage is the part of an input that asks for a page.
type InPage struct {
	Limit  int    `query:"limit" minimum:"0" maximum:"200" doc:"Items on the page; 0 = 50."`
	Cursor string `query:"cursor" maxLength:"2048" doc:"The cursor of the page before; empty for the first one."`
}

// request opens the cursor. binding names the list, its filter and its order; a cursor of another list, filter or caller
// is refused (page.ErrPosition).
func (a *API) request(ctx context.Context, in InPage, binding ...string) (page.Request, error) {
	out := page.Request{Size: in.Limit}
	if in.Cursor == "" {
		return out, nil
	}
	plain, err := a.cursors.Open(cursorUse(ctx, binding), in.Cursor)
	if err != nil {
		return out, page.ErrPosition.Because(err)
	}
	out.After = string(plain)
	return out, nil
}

// cursor seals the position of the next page.
func (a *API) cursor(ctx context.Context, next string, binding ...string) (string, error) {
	if next == "" {
		return "", nil
	}
	return a.cursors.Seal(cursorUse(ctx, binding), []byte(next))
}

func cursorUse(ctx context.Context, binding []string) string {
	actor := edge.ActorFrom(ctx)
	return strings.Join(append([]string{"cursor", string(actor.Customer), actor.ID}, binding...), "\x00")
}

// etag and version turn versions into entity tags and back.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

var errIfMatch = fault.New(fault.Invalid, "if_match_invalid")

// version reads If-Match: revision.Any when the header is absent or "*".
func version(ifMatch string) (int64, error) {
	s := strings.TrimSpace(ifMatch)
	if s == "" || s == "*" {
		return revision.Any, nil
	}
	n, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(s, "W/"), `"`), 10, 64)
	if err != nil || n <= 0 {
		return 0, errIfMatch.Because(errors.New(s))
	}
	return n, nil
}

// listOf encodes a page of things.
func listOf[D, W any](ctx context.Context, a *API, got page.Of[D], encode func(D) W, binding ...string) (*bodyOf[list[W]], error) {
	cursor, err := a.cursor(ctx, got.Next, binding...)
	if err != nil {
		return nil, err
	}
	out := list[W]{Items: make([]W, 0, len(got.Items)), Cursor: cursor}
	for _, d := range got.Items {
		out.Items = append(out.Items, encode(d))
	}
	return answer(out), nil
}
