package wire

import "encoding/json"

// Report is the envelope of what a connector reports. It is acknowledged with an empty Response once it is stored.
type Report struct {
	Version    int             `json:"v"`
	Generation int64           `json:"generation"` // of the channel that it is sent on; while one replaces another there are two
	Payload    json.RawMessage `json:"payload,omitempty"`
}

// EncodeReport returns the message of a report. Errors: ErrMalformed when payload needs more than MaxPayload bytes.
func EncodeReport(generation int64, payload any) ([]byte, error) {
	raw, err := encode(payload)
	if err != nil {
		return nil, err
	}
	if len(raw) > MaxPayload {
		return nil, ErrMalformed
	}
	return json.Marshal(Report{Version: Version, Generation: generation, Payload: raw})
}

// DecodeReport reads the message of a report. Errors: ErrMalformed.
func DecodeReport(data []byte) (Report, error) {
	var r Report
	if err := json.Unmarshal(data, &r); err != nil {
		return r, ErrMalformed.Because(err)
	}
	if r.Version < 1 {
		return r, ErrMalformed
	}
	return r, nil
}
