package saml

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	_ "crypto/sha1"   // of RSA-OAEP only, where it is no weakness
	_ "crypto/sha256" // the hashes of the tables below
	_ "crypto/sha512"
	"errors"
	"math/big"
)

// Algorithm identifiers that we write ourselves.
const (
	algRSASHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	algSHA256    = "http://www.w3.org/2001/04/xmlenc#sha256"
	algEnveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
	algExcC14N   = nsExcC14N
	algAES128GCM = "http://www.w3.org/2009/xmlenc11#aes128-gcm"
	algAES256GCM = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
	algOAEP      = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
	algOAEP11    = "http://www.w3.org/2009/xmlenc11#rsa-oaep"
)

// minRSABits and maxRSABits bound a provider's key: weaker is refused (S22), longer only costs time.
const (
	minRSABits = 2048
	maxRSABits = 8192
)

// signatureMethod is an allowed way to sign: one key type with one hash.
type signatureMethod struct {
	hash   crypto.Hash
	verify func(key crypto.PublicKey, hash crypto.Hash, sum, signature []byte) error
}

// signatureMethods is the allow-list. Symmetric methods do not exist here (S22).
var signatureMethods = map[string]signatureMethod{
	algRSASHA256: {crypto.SHA256, verifyRSA},
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384":   {crypto.SHA384, verifyRSA},
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512":   {crypto.SHA512, verifyRSA},
	"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256": {crypto.SHA256, verifyECDSA},
	"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384": {crypto.SHA384, verifyECDSA},
}

var digestMethods = map[string]crypto.Hash{
	algSHA256: crypto.SHA256,
	"http://www.w3.org/2001/04/xmldsig-more#sha384": crypto.SHA384,
	"http://www.w3.org/2001/04/xmlenc#sha512":       crypto.SHA512,
}

// weakAlgorithms are known and refused with a reason of their own, so that an administrator learns what to change (S23).
var weakAlgorithms = map[string]bool{
	"http://www.w3.org/2000/09/xmldsig#rsa-sha1":        true,
	"http://www.w3.org/2000/09/xmldsig#dsa-sha1":        true,
	"http://www.w3.org/2000/09/xmldsig#hmac-sha1":       true,
	"http://www.w3.org/2000/09/xmldsig#sha1":            true,
	"http://www.w3.org/2001/04/xmldsig-more#rsa-md5":    true,
	"http://www.w3.org/2001/04/xmldsig-more#md5":        true,
	"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1": true,
}

// dataMethod is an allowed way to encrypt content: AES with a key of so many octets.
type dataMethod struct {
	name     string
	keyBytes int
	cbc      bool // not authenticated: see Expectation.AllowCBC
}

// dataMethods is the allow-list of content encryption.
//
// Source: XML Encryption 1.1 §5.2.2, §5.2.4.
var dataMethods = map[string]dataMethod{
	algAES128GCM: {name: "AES-128-GCM", keyBytes: 16},
	"http://www.w3.org/2009/xmlenc11#aes192-gcm": {name: "AES-192-GCM", keyBytes: 24},
	algAES256GCM: {name: "AES-256-GCM", keyBytes: 32},
	"http://www.w3.org/2001/04/xmlenc#aes128-cbc": {name: "AES-128-CBC", keyBytes: 16, cbc: true},
	"http://www.w3.org/2001/04/xmlenc#aes256-cbc": {name: "AES-256-CBC", keyBytes: 32, cbc: true},
}

// keyTransports is the allow-list of key transport, both forms of RSA-OAEP. The value says whether the form may name its
// mask generation function; otherwise that is MGF1 with SHA-1.
//
// Source: XML Encryption 1.1 §5.5.2.
var keyTransports = map[string]bool{
	algOAEP:   false,
	algOAEP11: true,
}

// oaepDigests and maskFunctions are the hashes of RSA-OAEP. SHA-1 is the default of both; OAEP needs no collision
// resistance.
var (
	oaepDigests = map[string]crypto.Hash{
		"http://www.w3.org/2000/09/xmldsig#sha1": crypto.SHA1,
		algSHA256:                                crypto.SHA256,
	}
	maskFunctions = map[string]crypto.Hash{
		"http://www.w3.org/2009/xmlenc11#mgf1sha1":   crypto.SHA1,
		"http://www.w3.org/2009/xmlenc11#mgf1sha256": crypto.SHA256,
	}
)

// weakEncryption is known and refused with a reason of its own (S23, S37).
var weakEncryption = map[string]bool{
	"http://www.w3.org/2001/04/xmlenc#rsa-1_5":       true,
	"http://www.w3.org/2001/04/xmlenc#tripledes-cbc": true,
	"http://www.w3.org/2001/04/xmlenc#kw-tripledes":  true,
}

func unknownEncryption(uri string) error {
	if weakEncryption[uri] {
		return ErrEncryptionWeak.With("algorithm", uri)
	}
	return ErrEncryptionUnknown.With("algorithm", uri)
}

func unknownAlgorithm(uri string) error {
	if weakAlgorithms[uri] {
		return ErrAlgorithmWeak.With("algorithm", uri)
	}
	return ErrAlgorithmUnknown.With("algorithm", uri)
}

var errWrongSignature = errors.New("signature does not fit the key")

func verifyRSA(key crypto.PublicKey, hash crypto.Hash, sum, signature []byte) error {
	k, ok := key.(*rsa.PublicKey)
	if !ok {
		return errWrongSignature
	}
	return rsa.VerifyPKCS1v15(k, hash, sum, signature)
}

// verifyECDSA takes r and s side by side, each of the width of the curve, which is the form of XML Signature; the DER
// form of X.509 is refused.
//
// Source: XML Signature 1.1 §6.4.3.
func verifyECDSA(key crypto.PublicKey, _ crypto.Hash, sum, signature []byte) error {
	k, ok := key.(*ecdsa.PublicKey)
	if !ok {
		return errWrongSignature
	}
	width := (k.Curve.Params().BitSize + 7) / 8
	if len(signature) != 2*width {
		return errWrongSignature
	}
	r, s := new(big.Int).SetBytes(signature[:width]), new(big.Int).SetBytes(signature[width:])
	if !ecdsa.Verify(k, sum, r, s) { // refuses zero and values beyond the order
		return errWrongSignature
	}
	return nil
}

// keyStrength returns nil for the keys that may verify: RSA of 2048 to 8192 bits, ECDSA on P-256 and P-384.
func keyStrength(key crypto.PublicKey) error {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits < minRSABits || bits > maxRSABits {
			return ErrKeyWeak.With("key", "RSA").With("bits", bits)
		}
		return nil
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() || k.Curve == elliptic.P384() {
			return nil
		}
		return ErrKeyWeak.With("key", "ECDSA").With("bits", k.Curve.Params().BitSize)
	}
	return ErrKeyWeak.With("key", "unknown").With("bits", 0)
}
