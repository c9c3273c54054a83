package store

import (
	"strings"
	"time"
)

// bit is how a column keeps a boolean.
func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// nullable turns "" into a null.
func nullable(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// clean drops what a text column cannot hold: a refused message may say anything.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// instant turns a column into a time.
func instant(us int64) time.Time { return time.UnixMicro(us).UTC() }

// optionalInstant turns a null into the zero time.
func optionalInstant(us *int64) time.Time {
	if us == nil {
		return time.Time{}
	}
	return instant(*us)
}

// microsOrNull turns the zero time into a null.
func microsOrNull(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	us := t.UnixMicro()
	return &us
}

// sometime is instant with 0 for the zero time.
func sometime(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return instant(micros)
}

// sometimeMicros is the reverse of sometime.
func sometimeMicros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}
