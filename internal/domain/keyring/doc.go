// Package keyring owns the keys of the installation: SAML signing and decryption, token signing, sealing of cookies and handles, the
// channel to connectors, the internal certificate authority of the nodes, and the pepper of stored codes.
//
// A key is a row with a purpose, state times and a private part that is sealed under the key file. What state a key is
// in follows from its times and from now, so all nodes switch in the same second. The key file never enters the
// database or a backup; without it the rows are useless.
//
// States: advertised (others may learn it, we do not use it yet) → active (the newest active key is used; older ones
// still open what they made) → retired. A compromised key counts as retired from that moment on.
package keyring
