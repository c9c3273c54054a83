// Package federation owns the identity providers of a customer: the types that exist and whom each may authenticate,
// the connections and their drafts, and the sign-in through a connection up to the moment when a person's identity is
// proved. Sessions belong to the packages of those who sign in (workspace, signin).
//
// A sign-in spans three hosts. The origin host asks SignIns.Handle for the address to send the browser to, and passes a
// hash of a value that only this browser holds. The host that identity providers answer to calls Begin, which writes
// nothing anywhere, and Complete with the answer. Complete goes in this order, and the first failure ends it:
//
//	sealed request → connection → the protocol's own checks → claims → directory → one transaction that consumes the
//	request and the assertion and keeps a one-time code
//
// The origin host redeems the code against the browser's value; only then a session exists. Which connection, customer,
// keys and return path count comes from what was sealed at the beginning, never from the answer.
//
// Every refusal has a reason code for the System Log and a trace for administrators; people see one page without detail,
// or the names of the attributes that are missing or malformed.
package federation
