// Package pages serves what people see without the console: the hops of a federated sign-in, workspaces, and the pages
// that say why something was refused. Pages are rendered on the server and are complete without scripts; the one line of
// script that posts a form to an identity provider has a button beside it.
package pages
