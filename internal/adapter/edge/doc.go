// Package edge owns what every request passes, once for all: which site the host name means, the client's address, the
// transaction ID, the language, cookies, the actor of a session or token, cross-origin protection, the three content
// security policies, body limits, TLS and the way a server starts and stops.
//
// The order: transaction → host (unknown: 421) → client address → language → panic guard → cross-origin check → body
// limit → the site's own handler, which asks for the actor where it needs one.
package edge
