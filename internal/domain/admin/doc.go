// Package admin owns who may administer a customer: the actor of a request, permissions and rights, administrators
// (the link between a web login and a customer) and service principals with their tokens. How a person proves who he is
// belongs to package signin.
package admin
