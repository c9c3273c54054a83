package saml

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"

	"github.com/beevik/etree"

	"github.com/causeway-cloud/causeway/internal/base/secret"
)

// decrypted opens the assertion of message, which is r as its signature vouches for it, or r itself when it has none. It
// returns the assertion as its own signature vouches for it, or without one what the message encrypts: if neither is signed,
// signing_mode refuses it. That it could be decrypted counts for nothing, because anybody can encrypt to us (S36).
//
// The assertion's own signature is verified in the scope of r, like that of one in the clear: its canonical form names
// every namespace that it uses. What only the message's signature vouches for is read in the scope of the verified
// octets, because declarations that these left out could be anybody's.
func (v *verifier) decrypted(r, message *response, keys []crypto.PublicKey) (*document, error) {
	plain, octets, err := v.opener.assertion(r, message)
	if v.check("decryption", err, "attributes", plain.attributeNames()) != nil {
		return nil, err
	}
	assertion, err := v.signed("signature_assertion", plain, plain.root, keys)
	if err != nil {
		return nil, err
	}
	v.verified.Assertion = assertion != nil
	if assertion != nil {
		return assertion, nil
	}
	assertion, err = readFragment(octets, message.doc.scope(message.assertion))
	return assertion, v.check("reread", err)
}

// maxEncryptedParts bounds the encrypted names and attributes of one assertion. Each of them costs an RSA operation
// for each of our keys; an identity provider has no use for more.
const maxEncryptedParts = 64

// Plaintext is decrypted XML of a message. It holds what the provider meant to hide from everything between it and us,
// so it does not print itself; whoever keeps it decides about it first.
type Plaintext struct {
	Element string // "EncryptedAssertion", "EncryptedID" or "EncryptedAttribute"
	XML     secret.Text
}

// opener decrypts the encrypted elements of one message.
type opener struct {
	keys     []crypto.Decrypter // RSA, newest first; none refuses encrypted content
	allowCBC bool               // the connection takes AES-CBC
	signed   bool               // the message's own signature was verified over the ciphertext
	census   *census            // of the message: what is decrypted is counted with it
	parts    int                // encrypted names and attributes so far
	opened   []Plaintext
	// fragments are what was read, by the element that hid it.
	fragments map[*etree.Element]*document
}

// assertion opens the encrypted assertion of message and reads it in the scope of r, which is the message as it came.
func (o *opener) assertion(r, message *response) (plain *document, octets []byte, err error) {
	octets, method, err := o.open(message.doc, message.assertion)
	if err != nil {
		return nil, nil, err
	}
	plain, err = o.fragment(octets, method, r.doc, r.assertion, "Assertion")
	return plain, octets, err
}

// open returns the plaintext of an encrypted element of d.
//
// AES-CBC says nothing about who made a ciphertext, and every difference between two failures of it can be used to read
// the ciphertext of somebody else. It is decrypted only when the connection allows it and only under the signature of
// the message, so that nobody but the provider can have a ciphertext tried.
//
// Source: S37; Jager and Somorovsky, "How to break XML encryption".
func (o *opener) open(d *document, el *etree.Element) (octets []byte, method dataMethod, err error) {
	e, err := d.parseEncrypted(el)
	switch {
	case err != nil:
		return nil, method, err
	case e.method.cbc && !o.allowCBC:
		return nil, e.method, ErrCBCNotAllowed.With("algorithm", e.method.name)
	case e.method.cbc && !o.signed:
		return nil, e.method, ErrCBCUnsigned.With("algorithm", e.method.name)
	}
	octets, ok := e.decrypt(o.keys)
	if !ok {
		return nil, e.method, ErrDecryption
	}
	return octets, e.method, nil
}

// fragment reads the plaintext of an encrypted element as one element of the assertion namespace with this local name,
// in the namespace scope of the encrypted element. It passes the reader and the census like every text from outside: it
// may neither be nor hold an assertion where none belongs, and its identifiers must be new to the message (S36). With
// AES-CBC, a plaintext that cannot be read is one more way to fail at decryption and is told as that.
func (o *opener) fragment(octets []byte, method dataMethod, d *document, el *etree.Element, local string) (*document, error) {
	plain, err := readFragment(octets, d.scope(el))
	if err == nil && !plain.is(plain.root, nsAssertion, local) {
		err = ErrDecryptedContent.With("expected", local).With("element", plain.root.Tag)
	}
	if err != nil && method.cbc {
		err = ErrDecryption
	}
	if err != nil {
		return nil, err
	}
	o.opened = append(o.opened, Plaintext{el.Tag, secret.New(string(octets))})
	if o.fragments == nil {
		o.fragments = map[*etree.Element]*document{}
	}
	o.fragments[el] = plain
	return plain, o.census.admit(plain)
}

// part decrypts an EncryptedID or EncryptedAttribute of a verified assertion.
func (o *opener) part(d *document, el *etree.Element, local string) (*document, error) {
	if len(o.keys) == 0 {
		return nil, ErrEncryptedPart.With("element", el.Tag)
	}
	if o.parts++; o.parts > maxEncryptedParts {
		return nil, ErrTooComplex
	}
	octets, method, err := o.open(d, el)
	if err != nil {
		return nil, err
	}
	return o.fragment(octets, method, d, el, local)
}

// decrypt returns the plaintext. Whatever is wrong, all keys are tried and the content is decrypted, under a key that
// fits nothing if there is no other, so that no failure answers sooner than another.
func (e *encrypted) decrypt(keys []crypto.Decrypter) (plain []byte, ok bool) {
	key := make([]byte, e.method.keyBytes)
	rand.Read(key)
	unwrapped := false
	for _, k := range keys {
		if candidate, ok := e.unwrap(k); ok {
			key, unwrapped = candidate, true
		}
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, false
	}
	if e.method.cbc {
		plain, ok = openCBC(block, e.ciphertext)
	} else {
		plain, ok = openGCM(block, e.ciphertext)
	}
	return plain, ok && unwrapped
}

// unwrap decrypts the content's key with one of our keys. A wrapped key of another length is brought to the length of
// ours, so that it costs the same, and does not count.
func (e *encrypted) unwrap(k crypto.Decrypter) ([]byte, bool) {
	public, ok := k.Public().(*rsa.PublicKey)
	if !ok {
		return nil, false
	}
	wrapped := make([]byte, public.Size())
	copy(wrapped, e.wrapped)
	key, err := k.Decrypt(rand.Reader, wrapped, &e.oaep)
	return key, err == nil && len(e.wrapped) == public.Size() && len(key) == e.method.keyBytes
}

// openGCM opens a nonce of 96 bits, the ciphertext and a whole tag of 128 bits.
//
// Source: XML Encryption 1.1 §5.2.4.
func openGCM(block cipher.Block, ciphertext []byte) ([]byte, bool) {
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, false
	}
	plain, err := gcm.Open(nil, nil, ciphertext, nil)
	return plain, err == nil
}

// openCBC opens an initialisation vector and whole blocks, of which the last ends in padding: its last octet is the
// number of octets of padding, and the others of them may be anything.
//
// Source: XML Encryption 1.1 §5.2.1, §5.2.2.
func openCBC(block cipher.Block, ciphertext []byte) ([]byte, bool) {
	const size = aes.BlockSize
	if len(ciphertext) < 2*size || len(ciphertext)%size != 0 {
		return nil, false
	}
	plain := make([]byte, len(ciphertext)-size)
	cipher.NewCBCDecrypter(block, ciphertext[:size]).CryptBlocks(plain, ciphertext[size:])
	padding := int(plain[len(plain)-1])
	if padding < 1 || padding > size {
		return nil, false
	}
	return plain[:len(plain)-padding], true
}
