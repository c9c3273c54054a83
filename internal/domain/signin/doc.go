// Package signin owns the built-in identity of administrators: web logins, their passwords, the second factor with its
// recovery, and the sessions of the console. Which customers a login administers and what it may do there belongs to
// package admin; providers of customers' own belong to package federation.
//
// A sign-in goes through levels, and each change of level gives the browser a new token:
//
//	nobody ──password──▶ level password ──gates──▶ code, way of recovery or finished enrolment ──▶ level factor
//	level factor ──invitation, new account or choice of the customer──▶ one-time code
//	one-time code ──redeemed on the console site──▶ session (level console)
//
// The gates at level password, in their order: a company's account that is in use (only for who came to create it), a
// password that was handed over, one that does not meet the policy or has not been used for 60 days, an address that is not
// proven, a missing second factor. Which stage a sign-in is at follows from the login as it is now and from what the
// sign-in remembers (Transaction.stage); nothing else opens a page (PLT-065). Everything an enrolment collects is kept with
// the unfinished sign-in, sealed, and is written in one transaction when it is finished: an abandoned enrolment leaves
// nothing behind.
//
// Order of the checks of a password: form of the sign-in → delay of name and address range → look-up → hashes, as many for
// a login that exists as for one that does not → System Log record of a failure. The caller sees one refusal for all.
//
// Mailed links (a new password, a proven address) are random, stored hashed, bound to the address that they went to, good
// once and replaced by a later one. Opening one changes nothing; the form behind it does.
package signin
