// Package id makes identifiers and names the types of those that more than one domain carries.
// Everywhere else an identifier is a type of the domain that owns the thing (connector.ID).
package id

import (
	"crypto/rand"
	"encoding/base32"
	"strings"
)

// Customer identifies a customer (the catalogue's cloud account, "CCID"). Lower case, 1 to 64 of [a-z0-9_-];
// the documented upper-case spellings are folded once, at creation and at each edge.
type Customer string

// Company identifies a company; it is the documented OrgID (PLT-373).
type Company string

// Login identifies a web login: the person-wide account of an administrator.
type Login string

var encoding = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

// New returns prefix + "_" + 20 random characters (100 bits) of [a-z2-9] without look-alikes; it fits a subject token and a host label.
func New(prefix string) string {
	var b [13]byte
	rand.Read(b[:])
	return prefix + "_" + encoding.EncodeToString(b[:])[:20]
}

// FoldCustomer trims and lower-cases what a caller typed, so that the documented spellings compare equal.
func FoldCustomer(s string) Customer { return Customer(strings.ToLower(strings.TrimSpace(s))) }

// IsToken reports whether s may become one token of a message subject: 1 to 64 of [a-z0-9_-] (architecture: the channel).
func IsToken(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '_', c == '-':
		default:
			return false
		}
	}
	return true
}
