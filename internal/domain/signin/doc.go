// Package signin owns the built-in identity of administrators: web logins, their passwords, the second factor with its
// recovery, and the sessions of the console. Which customers a login administers and what it may do there belongs to
// package admin; providers of customers' own belong to package federation.
//
// A sign-in goes through levels, and each change of level gives the browser a new token:
//
//	nobody ──password──▶ level password ──code, backup code or finished enrolment──▶ level factor
//	level factor ──choice of the customer──▶ one-time code ──redeemed on the console site──▶ session (level console)
//
// At level password a login whose password was handed over must first choose its own, and one without a second factor
// must enrol; a token below level console opens no page and no API but the next step (PLT-065). Everything an enrolment
// collects is kept with the unfinished sign-in, sealed, and is written in one transaction when it is finished: an
// abandoned enrolment leaves nothing behind.
//
// Order of the checks of a password: form of the sign-in → delay of name and address range → look-up → one password hash,
// of equal cost whether or not the login exists → System Log record of a failure. The caller sees one refusal for all.
package signin
