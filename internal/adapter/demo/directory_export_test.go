package demo

import (
	"crypto/tls"
	"crypto/x509"
)

// SID is the account's identifier in text form.
func SID(f Forest, a Account) string { return f.sid(a.RID).String() }

// GUID is the account's object identifier in text form.
func GUID(f Forest, a Account) string { return a.oid(f.Domain).String() }

// Trust is a client's TLS configuration for the directory.
func (d *Directory) Trust() *tls.Config {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(d.ca)
	return &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}
}
