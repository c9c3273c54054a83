// Package operator is the entrance of the operator's commands: HTTP over a unix socket of the machine. Who may use it is
// decided by the kernel: the peer must be root or the user that runs the server. Every command leaves a System Log record.
package operator
