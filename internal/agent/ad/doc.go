// Package ad is the connector's directory work: it finds accounts in one Active Directory forest, lists their groups,
// checks passwords and reports what the forest is made of. It is the agent's provider "directory". Credentials of the
// directory stay here; questions and answers are those of package wire.
//
// A question about an account goes to one controller of each domain that may hold it, of all domains at once:
//
//	form of the question → domains → controllers in order of health → search → compare again → count
//
// Exactly one entry has to match. A domain none of whose controllers answered makes the outcome "uncertain", never "not
// found"; so does one whose answer makes no sense. Referrals are never followed.
//
// Connections are LDAPS or StartTLS, TLS 1.2 at least, with the certificate verified against the site's authority. There
// is no way to switch that off, and no password is sent before the handshake is done. A connection serves one request at
// a time, so that a request that runs out of time ends by closing its own connection and nobody else's.
//
// Source: MS-ADTS; RFC 4511, 4513, 4515, 2696; K05, K06.
package ad
