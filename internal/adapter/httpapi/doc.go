// Package httpapi is the API: typed operations that decode, call one method of a domain service and encode. It holds no rules.
//
// The operations are mounted twice: on the API site for bearer tokens and below /api on the console site for sessions.
// Both give the same Actor. The documented forms of older clients live beside them in files named compat_*.go.
//
// A route declares the permission that it demands at the customer in its path; a route without a declaration does not
// exist. The order of answers: nobody → 401; a customer without a link of the caller, existing or not → the same 403; no
// permission → 403, before any look-up; an object of another customer or none → the same 404.
package httpapi
