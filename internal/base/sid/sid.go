// Package sid has the two identifiers of a Windows directory object: the security identifier (objectSid) and the object
// identifier (objectGUID), each in its text form, its binary form and Base64 of the binary form.
package sid

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strconv"
	"strings"
)

// ErrSID says that a value is no security identifier in the form asked for.
var ErrSID = errors.New("not a security identifier")

// maxSubAuthorities is the limit of the binary form.
const maxSubAuthorities = 15

// SID is a security identifier. Values compare with ==; the zero value is no identifier.
//
// Source: MS-DTYP §2.4.2.
type SID struct {
	authority uint64 // 48 bits
	count     uint8
	sub       [maxSubAuthorities]uint32
}

// IsZero reports whether s is no identifier.
func (s SID) IsZero() bool { return s.count == 0 }

// ParseSID reads the text form, "S-1-5-21-…". Leading zeros are read and never printed. It returns ErrSID.
func ParseSID(text string) (SID, error) {
	parts := strings.Split(text, "-")
	if len(parts) < 4 || len(parts) > 3+maxSubAuthorities || parts[0] != "S" && parts[0] != "s" || parts[1] != "1" {
		return SID{}, ErrSID
	}
	var s SID
	var ok bool
	if s.authority, ok = authority(parts[2]); !ok {
		return SID{}, ErrSID
	}
	for _, p := range parts[3:] {
		if !isDecimal(p) {
			return SID{}, ErrSID
		}
		n, err := strconv.ParseUint(p, 10, 32)
		if err != nil {
			return SID{}, ErrSID
		}
		s.sub[s.count] = uint32(n)
		s.count++
	}
	return s, nil
}

// authority is decimal below 2^32 and may be hexadecimal, "0x" and 12 digits, above.
func authority(text string) (uint64, bool) {
	if hex, ok := strings.CutPrefix(strings.ToLower(text), "0x"); ok {
		n, err := strconv.ParseUint(hex, 16, 48)
		return n, err == nil && len(hex) == 12
	}
	n, err := strconv.ParseUint(text, 10, 48)
	return n, err == nil && isDecimal(text)
}

// isDecimal leaves out the signs and underscores that strconv knows. Twenty digits hold every value with some zeros.
func isDecimal(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, "0123456789") == ""
}

// SIDFromBytes reads the binary form, as a directory returns objectSid. It returns ErrSID.
func SIDFromBytes(b []byte) (SID, error) {
	if len(b) < 12 || b[0] != 1 || b[1] == 0 || b[1] > maxSubAuthorities || len(b) != 8+4*int(b[1]) {
		return SID{}, ErrSID
	}
	s := SID{count: b[1]}
	for _, x := range b[2:8] {
		s.authority = s.authority<<8 | uint64(x)
	}
	for i := range int(s.count) {
		s.sub[i] = binary.LittleEndian.Uint32(b[8+4*i:])
	}
	return s, nil
}

// SIDFromText reads the text form or Base64 of the binary form (SAM-097). It returns ErrSID.
func SIDFromText(text string) (SID, error) {
	if s, err := ParseSID(text); err == nil {
		return s, nil
	}
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return SID{}, ErrSID
	}
	return SIDFromBytes(b)
}

// String returns the text form, "" for the zero value.
func (s SID) String() string {
	if s.IsZero() {
		return ""
	}
	b := []byte("S-1-")
	if s.authority < 1<<32 {
		b = strconv.AppendUint(b, s.authority, 10)
	} else {
		b = append(b, "0x"...)
		hex := strconv.FormatUint(s.authority, 16)
		b = append(b, strings.Repeat("0", 12-len(hex))+hex...)
	}
	for _, sub := range s.sub[:s.count] {
		b = strconv.AppendUint(append(b, '-'), uint64(sub), 10)
	}
	return string(b)
}

// Bytes returns the binary form, nil for the zero value.
func (s SID) Bytes() []byte {
	if s.IsZero() {
		return nil
	}
	b := make([]byte, 0, 8+4*int(s.count))
	b = append(b, 1, s.count)
	for shift := 40; shift >= 0; shift -= 8 {
		b = append(b, byte(s.authority>>shift))
	}
	for _, sub := range s.sub[:s.count] {
		b = binary.LittleEndian.AppendUint32(b, sub)
	}
	return b
}

// OfDomain reports whether a domain made s, "S-1-5-21-…". All others, such as that of the built-in Administrators, are the same in
// every domain and so nobody's.
//
// Source: MS-DTYP §2.4.2.4.
func (s SID) OfDomain() bool { return s.authority == 5 && s.count >= 2 && s.sub[0] == 21 }

// Domain returns s without its last part: the identifier of the domain that made the account. The zero value when s has
// no part to spare.
func (s SID) Domain() SID {
	if s.count < 2 {
		return SID{}
	}
	s.count--
	s.sub[s.count] = 0
	return s
}
