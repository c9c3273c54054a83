package samltest

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"strings"

	"github.com/beevik/etree"
)

// Identifiers of XML Encryption.
const (
	Xenc         = "http://www.w3.org/2001/04/xmlenc#"
	Xenc11       = "http://www.w3.org/2009/xmlenc11#"
	AES128GCM    = Xenc11 + "aes128-gcm"
	AES192GCM    = Xenc11 + "aes192-gcm"
	AES256GCM    = Xenc11 + "aes256-gcm"
	AES128CBC    = Xenc + "aes128-cbc"
	AES256CBC    = Xenc + "aes256-cbc"
	OAEP         = Xenc + "rsa-oaep-mgf1p"
	OAEP11       = Xenc11 + "rsa-oaep"
	RSA15        = Xenc + "rsa-1_5"
	MGF1SHA1     = Xenc11 + "mgf1sha1"
	MGF1SHA256   = Xenc11 + "mgf1sha256"
	SHA1         = Dsig + "sha1"
	encryptedKey = Xenc + "EncryptedKey"
)

// Encryption says how an element is encrypted. The zero value is AES-256-GCM under RSA-OAEP with SHA-1, with the key
// inside of the content's KeyInfo.
type Encryption struct {
	Data, Transport string
	Digest, Mask    string // elements of RSA-OAEP; "" writes none
	Label           []byte // OAEPparams
	Beside          bool   // the key stands beside the content, which refers to it
	Lines           bool   // Base64 in lines
	DefaultPrefixes bool   // no prefixes for XML Encryption
	ID              string // end of its identifiers; "" = the name of the element
	KeyBytes        int    // of the content's key; 0 = as many as Data says
	// Wrap encrypts the content's key instead of RSA-OAEP of the standard library.
	Wrap func(key []byte) []byte
	// Ciphertext and Wrapped may change the octets before they are written.
	Ciphertext, Wrapped func([]byte) []byte
}

// Hide replaces el in its tree by an element of the assertion namespace with this name that encrypts it for key. The
// plaintext is the exclusive canonical form of el.
func (e Encryption) Hide(key *rsa.PublicKey, el *etree.Element, name string) *etree.Element {
	hidden := e.Element(key, Canonical(el, ""), name)
	parent, at := el.Parent(), el.Index()
	parent.RemoveChildAt(at)
	parent.InsertChildAt(at, hidden)
	return hidden
}

// Element returns an element of the assertion namespace with this name that encrypts plain for key.
func (e Encryption) Element(key *rsa.PublicKey, plain []byte, name string) *etree.Element {
	x, ds, a := Builder{"xenc", Xenc}, Builder{"ds", Dsig}, Builder{"saml", Assertion}
	if e.DefaultPrefixes {
		x.Prefix, ds.Prefix, a.Prefix = "", "", ""
	}
	e.ID = or(e.ID, name)
	e.Data = or(e.Data, AES256GCM)
	e.Transport = or(e.Transport, OAEP)
	if e.KeyBytes == 0 {
		e.KeyBytes = keyBytes[e.Data]
	}
	cek := make([]byte, e.KeyBytes)
	rand.Read(cek)
	ciphertext := seal(e.Data, cek, plain)
	if e.Ciphertext != nil {
		ciphertext = e.Ciphertext(ciphertext)
	}
	wrapped := e.wrap(key, cek)
	if e.Wrapped != nil {
		wrapped = e.Wrapped(wrapped)
	}
	lines := Options{Lines: e.Lines}
	value := func(octets []byte) *etree.Element {
		return x.New("CipherData", "", x.New("CipherValue", lines.encode(octets)))
	}
	method := With(x.New("EncryptionMethod", ""), "Algorithm", e.Transport)
	if len(e.Label) > 0 {
		method.AddChild(x.New("OAEPparams", encode(e.Label)))
	}
	if e.Digest != "" {
		method.AddChild(ds.Declare(With(ds.New("DigestMethod", ""), "Algorithm", e.Digest)))
	}
	if e.Mask != "" {
		x11 := Builder{"xenc11", Xenc11}
		method.AddChild(x11.Declare(With(x11.New("MGF", ""), "Algorithm", e.Mask)))
	}
	transport := x.Declare(With(x.New("EncryptedKey", "", method), "Id", "_key_"+e.ID))
	info := ds.Declare(ds.New("KeyInfo", ""))
	data := x.Declare(With(x.New("EncryptedData", "", With(x.New("EncryptionMethod", ""), "Algorithm", e.Data), info, value(ciphertext)),
		"Id", "_data_"+e.ID, "Type", Xenc+"Element"))
	root := a.Declare(a.New(name, "", data))
	if e.Beside {
		info.AddChild(With(ds.New("RetrievalMethod", ""), "Type", encryptedKey, "URI", "#_key_"+e.ID))
		transport.AddChild(value(wrapped))
		transport.AddChild(x.New("ReferenceList", "", With(x.New("DataReference", ""), "URI", "#_data_"+e.ID)))
		root.AddChild(transport)
	} else {
		transport.AddChild(value(wrapped))
		info.AddChild(transport)
	}
	return root
}

func (e Encryption) wrap(key *rsa.PublicKey, cek []byte) []byte {
	if e.Wrap != nil {
		return e.Wrap(cek)
	}
	if e.Transport == RSA15 {
		//lint:ignore SA1019 it is made to be refused
		return must(rsa.EncryptPKCS1v15(rand.Reader, key, cek))
	}
	o := rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1, Label: e.Label}
	if e.Digest == SHA256 {
		o.Hash = crypto.SHA256
	}
	if e.Mask == MGF1SHA256 {
		o.MGFHash = crypto.SHA256
	}
	return must(rsa.EncryptOAEPWithOptions(rand.Reader, key, cek, &o))
}

var keyBytes = map[string]int{AES128GCM: 16, AES192GCM: 24, AES256GCM: 32, AES128CBC: 16, AES256CBC: 32, Xenc + "tripledes-cbc": 24}

func seal(method string, key, plain []byte) []byte {
	block := must(aes.NewCipher(key))
	if strings.HasSuffix(method, "-gcm") {
		return must(cipher.NewGCMWithRandomNonce(block)).Seal(nil, nil, plain, nil)
	}
	padding := aes.BlockSize - len(plain)%aes.BlockSize
	padded := append(append([]byte(nil), plain...), make([]byte, padding)...)
	rand.Read(padded[len(plain):])
	padded[len(padded)-1] = byte(padding)
	out := make([]byte, aes.BlockSize+len(padded))
	rand.Read(out[:aes.BlockSize])
	cipher.NewCBCEncrypter(block, out[:aes.BlockSize]).CryptBlocks(out[aes.BlockSize:], padded)
	return out
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
