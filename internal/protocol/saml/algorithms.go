package saml

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
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
