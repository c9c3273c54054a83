package idpsim

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"

	"github.com/beevik/etree"
)

const (
	nsEncryption   = "http://www.w3.org/2001/04/xmlenc#"
	nsEncryption11 = "http://www.w3.org/2009/xmlenc11#"
)

// Cipher is how content and its key are encrypted.
type Cipher struct {
	Content string // algorithm URI
	bytes   int    // of the key
	block   bool   // CBC
	SHA256  bool   // RSA-OAEP with SHA-256, by the URI of XML Encryption 1.1; otherwise SHA-1
}

// The ciphers.
var (
	AES128GCM = Cipher{Content: nsEncryption11 + "aes128-gcm", bytes: 16}
	AES256GCM = Cipher{Content: nsEncryption11 + "aes256-gcm", bytes: 32}
	AES128CBC = Cipher{Content: nsEncryption + "aes128-cbc", bytes: 16, block: true}
	AES256CBC = Cipher{Content: nsEncryption + "aes256-cbc", bytes: 32, block: true}
)

var errNoEncryptionKey = errors.New("the service provider's metadata holds no encryption key")

// encryptParts replaces the NameID and every attribute of an assertion.
func encryptParts(assertion *etree.Element, c Cipher, to *x509.Certificate) error {
	replace := func(parent *etree.Element, tag, sealedTag string) error {
		for _, el := range parent.ChildElements() {
			if el.Tag != tag {
				continue
			}
			sealed, err := encrypt(el, sealedTag, c, to)
			if err != nil {
				return err
			}
			index := el.Index()
			parent.RemoveChildAt(index)
			parent.InsertChildAt(index, sealed)
		}
		return nil
	}
	if err := replace(child(assertion, nsAssertion, "Subject"), "NameID", "saml:EncryptedID"); err != nil {
		return err
	}
	return replace(child(assertion, nsAssertion, "AttributeStatement"), "Attribute", "saml:EncryptedAttribute")
}

// encrypt wraps an element into its encrypted form for the key of a certificate.
//
// Source: XML Encryption 1.1 §4; SAML Core 2.0 §6.
func encrypt(el *etree.Element, tag string, c Cipher, to *x509.Certificate) (*etree.Element, error) {
	if to == nil {
		return nil, errNoEncryptionKey
	}
	public, ok := to.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, errors.New("the encryption key is no RSA key")
	}
	plain := el.Copy()
	plain.CreateAttr("xmlns:saml", nsAssertion) // it is read apart from what surrounds it
	raw, err := write(plain)
	if err != nil {
		return nil, err
	}
	content := make([]byte, c.bytes)
	if _, err := rand.Read(content); err != nil {
		return nil, err
	}
	sealed, err := c.seal(content, raw)
	if err != nil {
		return nil, err
	}
	digest, method := hash.Hash(sha1.New()), nsEncryption+"rsa-oaep-mgf1p"
	if c.SHA256 {
		digest, method = sha256.New(), nsEncryption11+"rsa-oaep"
	}
	wrapped, err := rsa.EncryptOAEP(digest, rand.Reader, public, content, nil)
	if err != nil {
		return nil, fmt.Errorf("encrypt key: %w", err)
	}

	out := etree.NewElement(tag)
	out.CreateAttr("xmlns:saml", nsAssertion)
	data := out.CreateElement("xenc:EncryptedData")
	attrs(data, "xmlns:xenc", nsEncryption, "Type", nsEncryption+"Element")
	data.CreateElement("xenc:EncryptionMethod").CreateAttr("Algorithm", c.Content)
	info := data.CreateElement("ds:KeyInfo")
	info.CreateAttr("xmlns:ds", nsSignature)
	key := info.CreateElement("xenc:EncryptedKey")
	how := key.CreateElement("xenc:EncryptionMethod")
	how.CreateAttr("Algorithm", method)
	if c.SHA256 {
		how.CreateElement("ds:DigestMethod").CreateAttr("Algorithm", nsEncryption+"sha256")
		mgf := how.CreateElement("xenc11:MGF")
		attrs(mgf, "xmlns:xenc11", nsEncryption11, "Algorithm", nsEncryption11+"mgf1sha256")
	} else {
		how.CreateElement("ds:DigestMethod").CreateAttr("Algorithm", nsSignature+"sha1")
	}
	key.CreateElement("xenc:CipherData").CreateElement("xenc:CipherValue").SetText(base64.StdEncoding.EncodeToString(wrapped))
	data.CreateElement("xenc:CipherData").CreateElement("xenc:CipherValue").SetText(base64.StdEncoding.EncodeToString(sealed))
	return out, nil
}

// seal encrypts raw; the initialisation vector stands in front.
func (c Cipher) seal(key, raw []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	if !c.block {
		gcm, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		iv := make([]byte, gcm.NonceSize())
		if _, err := rand.Read(iv); err != nil {
			return nil, err
		}
		return gcm.Seal(iv, iv, raw, nil), nil
	}
	pad := aes.BlockSize - len(raw)%aes.BlockSize
	padded := append(append([]byte(nil), raw...), make([]byte, pad)...)
	padded[len(padded)-1] = byte(pad)
	out := make([]byte, aes.BlockSize+len(padded))
	if _, err := rand.Read(out[:aes.BlockSize]); err != nil {
		return nil, err
	}
	cipher.NewCBCEncrypter(block, out[:aes.BlockSize]).CryptBlocks(out[aes.BlockSize:], padded)
	return out, nil
}
