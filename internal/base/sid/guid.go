package sid

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// ErrGUID says that a value is no object identifier in the form asked for.
var ErrGUID = errors.New("not an object identifier")

// GUID is an object identifier in the byte order of its text. Values compare with ==; the zero value is no identifier.
//
// Source: MS-DTYP §2.3.4.
type GUID [16]byte

// IsZero reports whether g is no identifier.
func (g GUID) IsZero() bool { return g == GUID{} }

// ParseGUID reads the text form, with or without braces and in either case (SAM-123). It returns ErrGUID.
func ParseGUID(text string) (GUID, error) {
	if inner, ok := strings.CutPrefix(text, "{"); ok {
		if text, ok = strings.CutSuffix(inner, "}"); !ok {
			return GUID{}, ErrGUID
		}
	}
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return GUID{}, ErrGUID
	}
	var g GUID
	n, err := hex.Decode(g[:], []byte(strings.ReplaceAll(text, "-", "")))
	if err != nil || n != len(g) || g.IsZero() {
		return GUID{}, ErrGUID
	}
	return g, nil
}

// GUIDFromBytes reads the binary form, as a directory returns objectGUID: the first three fields are little-endian.
// It returns ErrGUID.
func GUIDFromBytes(b []byte) (GUID, error) {
	if len(b) != 16 {
		return GUID{}, ErrGUID
	}
	g := swap(GUID(b))
	if g.IsZero() {
		return GUID{}, ErrGUID
	}
	return g, nil
}

// GUIDFromText reads the text form or Base64 of the binary form (SAM-098). It returns ErrGUID.
func GUIDFromText(text string) (GUID, error) {
	if g, err := ParseGUID(text); err == nil {
		return g, nil
	}
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return GUID{}, ErrGUID
	}
	return GUIDFromBytes(b)
}

// String returns the text form in lower case without braces, "" for the zero value.
func (g GUID) String() string {
	if g.IsZero() {
		return ""
	}
	h := hex.EncodeToString(g[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Bytes returns the binary form, nil for the zero value.
func (g GUID) Bytes() []byte {
	if g.IsZero() {
		return nil
	}
	b := swap(g)
	return b[:]
}

// swap changes between the byte order of the text and that of the directory; it is its own inverse.
func swap(g GUID) GUID {
	g[0], g[1], g[2], g[3] = g[3], g[2], g[1], g[0]
	g[4], g[5] = g[5], g[4]
	g[6], g[7] = g[7], g[6]
	return g
}
