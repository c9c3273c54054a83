package wire

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base32"
	"encoding/base64"
	"strings"
)

// ALPN is the protocol that both sides of the inner session ask for.
const ALPN = "causeway-channel"

// Pin is the base64 (standard, padded) SHA-256 of a channel key's SubjectPublicKeyInfo.
func Pin(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// ValidPin reports whether s has the form of a pin.
func ValidPin(s string) bool {
	raw, err := base64.StdEncoding.Strict().DecodeString(s)
	return err == nil && len(raw) == sha256.Size
}

// serverNames end the server name of the inner session; before it stands the expected pin, or anyKey.
const (
	serverNames = ".channel"
	anyKey      = "any"
)

var nameEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// ServerName is what the connector asks for in the inner session: the key with the pin, or with "" any key.
func ServerName(pin string) string {
	raw, err := base64.StdEncoding.DecodeString(pin)
	if err != nil || len(raw) == 0 {
		return anyKey + serverNames
	}
	return strings.ToLower(nameEncoding.EncodeToString(raw)) + serverNames
}

// ParseServerName returns the pin that a server name asks for, "" for any key or a name of another form.
func ParseServerName(name string) string {
	label, ok := strings.CutSuffix(name, serverNames)
	if !ok || label == anyKey {
		return ""
	}
	raw, err := nameEncoding.DecodeString(strings.ToUpper(label))
	if err != nil || len(raw) != sha256.Size {
		return ""
	}
	return base64.StdEncoding.EncodeToString(raw)
}
