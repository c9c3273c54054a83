// Package acme gets certificates of customers' own hosts from a certificate authority by ACME. certmagic speaks the protocol; what
// it remembers (account, certificates, open challenges, locks) lies in the database, so that every node can answer a challenge and
// serve a certificate, and nothing lies on a node's disk. Values are sealed.
//
// A certificate is obtained for a host that its customer has proved, when the service of the hosts asks for one; never because a
// client has named it in a handshake.
//
// Source: RFC 8555, RFC 8737 (tls-alpn-01).
package acme
