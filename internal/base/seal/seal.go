// Package seal has values that leave the process sealed: in a cookie, in an address, in a column of the database. The key ring seals
// and opens them.
package seal

import "encoding/json"

// Sealer seals a value for one use: under another use it does not open. The result is URL-safe text.
type Sealer interface {
	Seal(use string, plain []byte) (string, error)
}

// Opener returns what a Sealer got for the same use. It fails for anything else.
type Opener interface {
	Open(use, sealed string) ([]byte, error)
}

// Box seals and opens.
type Box interface {
	Sealer
	Opener
}

// JSON seals v, encoded as JSON, for the use.
func JSON(s Sealer, use string, v any) (string, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return s.Seal(use, plain)
}

// OpenJSON opens what JSON sealed for the use into v, a pointer. On an error v may be filled in part: it is not to be used.
func OpenJSON(o Opener, use, sealed string, v any) error {
	plain, err := o.Open(use, sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, v)
}
