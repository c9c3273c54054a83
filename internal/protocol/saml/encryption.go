package saml

import (
	"crypto"
	"crypto/rsa"

	"github.com/beevik/etree"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Refusals of encrypted content. What these say, everybody can see in the message itself, except ErrDecryption: it is the
// one answer to everything that goes wrong with a key, a tag or a padding (S37).
var (
	ErrEncryptionShape   = fault.New(fault.Denied, "saml_encryption_shape")
	ErrEncryptedKeys     = fault.New(fault.Denied, "saml_encrypted_keys") // none, or more than one
	ErrCipherReference   = fault.New(fault.Denied, "saml_cipher_reference")
	ErrEncryptionWeak    = fault.New(fault.Denied, "saml_encryption_weak")
	ErrEncryptionUnknown = fault.New(fault.Denied, "saml_encryption_unknown")
	ErrCBCNotAllowed     = fault.New(fault.Denied, "saml_cbc_not_allowed")
	ErrCBCUnsigned       = fault.New(fault.Denied, "saml_cbc_unsigned")
	ErrDecryption        = fault.New(fault.Denied, "saml_decryption")
	ErrDecryptedContent  = fault.New(fault.Denied, "saml_decrypted_content") // something else than belongs there
)

var (
	encryptedElementChildren = []rule{{nsEncryption, "EncryptedData", 1, 1}, {nsEncryption, "EncryptedKey", 0, many}}
	encryptedDataChildren    = []rule{
		{nsEncryption, "EncryptionMethod", 1, 1}, {nsSignature, "KeyInfo", 0, 1}, {nsEncryption, "CipherData", 1, 1},
	}
	encryptedKeyChildren = []rule{
		{nsEncryption, "EncryptionMethod", 1, 1}, {nsSignature, "KeyInfo", 0, 1}, {nsEncryption, "CipherData", 1, 1},
		{nsEncryption, "ReferenceList", 0, 1}, {nsEncryption, "CarriedKeyName", 0, 1},
	}
	referenceListChildren = []rule{{nsEncryption, "DataReference", 1, many}}
	keyMethodChildren     = []rule{
		{nsEncryption, "OAEPparams", 0, 1}, {nsSignature, "DigestMethod", 0, 1}, {nsEncryption11, "MGF", 0, 1},
	}
)

// encrypted is one encrypted element of exactly the shape that SAML describes: content under AES, its key beside it or
// inside of it under RSA-OAEP. Nothing in it points anywhere else.
type encrypted struct {
	method     dataMethod
	ciphertext []byte
	oaep       rsa.OAEPOptions
	wrapped    []byte // the content's key
}

// parseEncrypted reads an EncryptedAssertion, EncryptedID or EncryptedAttribute. The key may stand in the KeyInfo of the
// content or once beside it; KeyInfo may then refer to it. Which of our keys it is for is not asked: all of them are tried.
//
// Source: SAML Core 2.0 §2.2.4, §6; XML Encryption 1.1 §3; S37.
func (d *document) parseEncrypted(el *etree.Element) (*encrypted, error) {
	parts, err := d.encryptedParts(el, encryptedElementChildren)
	if err != nil {
		return nil, err
	}
	data, keys := parts[0][0], parts[1]
	if kind, present := attr(data, "Type"); present && kind != typeElement {
		return nil, ErrEncryptionShape.With("element", data.Tag)
	}
	if parts, err = d.encryptedParts(data, encryptedDataChildren); err != nil {
		return nil, err
	}
	var e encrypted
	if e.method, err = d.dataMethod(parts[0][0]); err != nil {
		return nil, err
	}
	if e.ciphertext, err = d.cipherValue(parts[2][0]); err != nil {
		return nil, err
	}
	var reference string
	for _, info := range parts[1] {
		var inside []*etree.Element
		if inside, reference, err = d.keyInfo(info); err != nil {
			return nil, err
		}
		keys = append(keys, inside...)
	}
	if len(keys) != 1 {
		return nil, ErrEncryptedKeys.With("keys", len(keys))
	}
	if id, _ := attr(keys[0], "Id"); reference != "" && reference != "#"+id {
		return nil, ErrEncryptionShape.With("element", "RetrievalMethod")
	}
	return &e, d.encryptedKey(&e, keys[0], data)
}

// encryptedParts is children with the reason of this file.
func (d *document) encryptedParts(el *etree.Element, rules []rule) ([][]*etree.Element, error) {
	parts, err := d.children(el, rules...)
	if err != nil {
		return nil, ErrEncryptionShape.With("element", el.Tag).Because(err)
	}
	return parts, nil
}

func (d *document) dataMethod(el *etree.Element) (dataMethod, error) {
	uri, err := d.emptyAlgorithm(el)
	if err != nil {
		return dataMethod{}, ErrEncryptionShape.With("element", el.Tag)
	}
	method, known := dataMethods[uri]
	if !known {
		return method, unknownEncryption(uri)
	}
	return method, nil
}

// keyInfo returns the keys inside of a KeyInfo and what it refers to. Names and certificates in it are hints for those
// with many keys, and nothing here reads them.
func (d *document) keyInfo(info *etree.Element) (inside []*etree.Element, reference string, err error) {
	all, err := elements(info)
	if err != nil {
		return nil, "", ErrEncryptionShape.With("element", info.Tag)
	}
	for _, el := range all {
		switch {
		case d.is(el, nsEncryption, "EncryptedKey"):
			inside = append(inside, el)
		case d.is(el, nsSignature, "RetrievalMethod"):
			kind, _ := attr(el, "Type")
			uri, _ := attr(el, "URI")
			if reference != "" || len(el.ChildElements()) > 0 || kind != typeEncryptedKey || uri == "" {
				return nil, "", ErrEncryptionShape.With("element", el.Tag)
			}
			reference = uri
		case d.space[el] == nsEncryption || d.space[el] == nsEncryption11: // a key agreement or derivation
			return nil, "", ErrEncryptionUnknown.With("algorithm", el.Tag)
		}
	}
	return inside, reference, nil
}

// encryptedKey reads how the content's key is encrypted.
func (d *document) encryptedKey(e *encrypted, el, data *etree.Element) error {
	parts, err := d.encryptedParts(el, encryptedKeyChildren)
	if err != nil {
		return err
	}
	method := parts[0][0]
	uri, _ := attr(method, "Algorithm")
	namesMask, known := keyTransports[uri]
	if !known {
		return unknownEncryption(uri)
	}
	if e.wrapped, err = d.cipherValue(parts[2][0]); err != nil {
		return err
	}
	id, _ := attr(data, "Id")
	for _, list := range parts[3] {
		references, err := d.encryptedParts(list, referenceListChildren)
		if err != nil {
			return err
		}
		for _, r := range references[0] {
			if uri, _ := attr(r, "URI"); uri != "#"+id {
				return ErrEncryptionShape.With("element", r.Tag)
			}
		}
	}
	if parts, err = d.encryptedParts(method, keyMethodChildren); err != nil {
		return err
	}
	for _, label := range parts[0] {
		if e.oaep.Label, err = d.base64Text(label); err != nil {
			return ErrEncryptionShape.With("element", label.Tag)
		}
	}
	if e.oaep.Hash, err = d.hashAlgorithm(parts[1], oaepDigests); err != nil {
		return err
	}
	e.oaep.MGFHash, err = d.hashAlgorithm(parts[2], maskFunctions)
	if err == nil && !namesMask && e.oaep.MGFHash != crypto.SHA1 {
		err = ErrEncryptionShape.With("element", "MGF")
	}
	return err
}

// hashAlgorithm returns what an optional element chooses from a table; SHA-1 where it is absent.
func (d *document) hashAlgorithm(optional []*etree.Element, table map[string]crypto.Hash) (crypto.Hash, error) {
	if len(optional) == 0 {
		return crypto.SHA1, nil
	}
	uri, err := d.emptyAlgorithm(optional[0])
	if err != nil {
		return 0, ErrEncryptionShape.With("element", optional[0].Tag)
	}
	hash, known := table[uri]
	if !known {
		return 0, unknownEncryption(uri)
	}
	return hash, nil
}

// cipherValue returns the octets of a CipherData. No octets are octets too: they fail where all others fail.
func (d *document) cipherValue(el *etree.Element) ([]byte, error) {
	all, err := elements(el)
	if err != nil || len(all) != 1 {
		return nil, ErrEncryptionShape.With("element", el.Tag)
	}
	if d.is(all[0], nsEncryption, "CipherReference") {
		return nil, ErrCipherReference
	}
	text, err := textOf(all[0])
	if err != nil || !d.is(all[0], nsEncryption, "CipherValue") {
		return nil, ErrEncryptionShape.With("element", el.Tag)
	}
	octets, ok := decodeBase64(text)
	if !ok {
		return nil, ErrEncryptionShape.With("element", all[0].Tag)
	}
	return octets, nil
}
