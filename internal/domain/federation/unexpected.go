package federation

import (
	"cmp"
	"errors"

	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// unexpected is what an answer that nobody here had asked for says of itself (SSO-013). The zero value: it was asked for, or it cannot
// be told.
type unexpected struct {
	line   string // the documented line of the program's log
	issuer string // the sender's own word
	bare   bool   // it says that it answers no request at all
}

// unexpectedOf looks at an answer that was refused for the reason; requestID is the request that the browser brought with it, "" for
// none. An answer that cannot be read is unexpected where nothing says whose it might be.
func unexpectedOf(raw []byte, requestID string, reason error) unexpected {
	claim, readable := saml.ReadClaim(raw)
	switch {
	case requestID == "" && errors.Is(reason, ErrUnsolicited):
	case !readable, requestID != "" && claim.Request == requestID && !errors.Is(reason, saml.ErrConfirmationRequest):
		return unexpected{}
	}
	issuer, _ := bounded(claim.Issuer).(string)
	return unexpected{issuer: issuer, bare: readable && claim.Request == "",
		line: "ExceptionMessage=An IdP-initiated SAML response from " + cmp.Or(issuer, "an unknown provider") + " was received unexpectedly."}
}

// cause is the private side of the reason, after the documented line if there is one.
func (u unexpected) cause(reason error) string {
	if u.line == "" {
		return reason.Error()
	}
	return u.line + " " + reason.Error()
}

// tell names the provider in the record, marked as the sender's own word.
func (u unexpected) tell(r *systemlog.Record) {
	if u.issuer != "" {
		r.Args["claimedIssuer"] = u.issuer
	}
}
