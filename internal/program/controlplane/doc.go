// Package controlplane wires the control plane: one function that opens the database and the keys, makes every service,
// mounts every site and runs it all until its context ends. "causeway serve", "causeway dev" and the end-to-end tests call it.
package controlplane
