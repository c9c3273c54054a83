package keyring

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// KeyFile seals private parts. The file is a keyset that may hold several keys: the primary one seals, all of them open.
type KeyFile struct {
	aead tink.AEAD
	ids  []string
}

// LoadKeyFile reads the key file at path. It refuses a file that others than its owner may read.
func LoadKeyFile(path string) (*KeyFile, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("key file %s may be read by others (mode %04o): run chmod 600 on it", path, info.Mode().Perm())
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(raw)))
	if err != nil {
		return nil, fmt.Errorf("key file %s is not a keyset: %w", path, err)
	}
	return newKeyFile(h)
}

// CreateKeyFile writes a new key file with one key, mode 0600. It never overwrites: the keys of an installation hang on it.
func CreateKeyFile(path string) (*KeyFile, error) {
	h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make key file: %w", err)
	}
	var buf bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&buf)); err != nil {
		return nil, fmt.Errorf("make key file: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	_, err = f.Write(buf.Bytes())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	return newKeyFile(h)
}

// LoadOrCreateKeyFile reads the key file, or makes it when there is none yet.
func LoadOrCreateKeyFile(path string) (*KeyFile, error) {
	kf, err := LoadKeyFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return CreateKeyFile(path)
	}
	return kf, err
}

func newKeyFile(h *keyset.Handle) (*KeyFile, error) {
	a, err := aead.New(h)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	kf := &KeyFile{aead: a}
	for _, k := range h.KeysetInfo().GetKeyInfo() {
		kf.ids = append(kf.ids, strconv.FormatUint(uint64(k.GetKeyId()), 10))
	}
	return kf, nil
}

// IDs names the keys of the file; a backup's manifest lists them so that the right file can be found again.
func (f *KeyFile) IDs() []string { return append([]string(nil), f.ids...) }

// seal and open bind the private part to the row's ID and purpose, so that rows cannot be swapped in the database.
func (f *KeyFile) seal(r Row, private []byte) ([]byte, error) {
	return f.aead.Encrypt(private, []byte(string(r.Purpose)+"/"+r.ID))
}

func (f *KeyFile) open(r Row) ([]byte, error) {
	plain, err := f.aead.Decrypt(r.Sealed, []byte(string(r.Purpose)+"/"+r.ID))
	if err != nil {
		return nil, fmt.Errorf("key %s (%s) does not open with the key file: is it the file of this installation? %w", r.ID, r.Purpose, err)
	}
	return plain, nil
}
