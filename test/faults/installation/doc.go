// Package installation starts the real program for tests and measurements: the built bin/causeway with TLS, a
// configuration file and a data folder of its own, and clients that behave like a browser and like a machine.
//
// Nothing of the program is linked in but the demonstration's mail server, which takes the mails. What a test knows about a server is what an operator knows: addresses, exit codes,
// messages, files.
package installation
