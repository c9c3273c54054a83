// Package idpsim is a SAML identity provider for tests that behaves as the products do which customers have. A profile says
// what it signs, which NameID and attributes it sends, whether it checks the signatures of our requests and with which
// certificates, and what it makes of a logout; each of that can be changed by itself. It is an http.Handler with plain HTML
// forms, so that an http.Client and a browser can use it alike.
//
// It reads, signs, verifies and encrypts with etree, goxmldsig and the standard library, and imports nothing of the product,
// so that a mistake there cannot make both sides agree.
//
// Its state: the applications (what an administrator registers for a service provider, with its addresses and
// certificates), the sessions of browsers (a cookie; each with the participants that have got an assertion), and a journal
// of what it was asked and what it answered.
package idpsim
