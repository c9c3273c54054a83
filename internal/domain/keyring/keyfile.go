package keyring

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Expected failures of a key file. Its operator mends them, not a new start.
var (
	ErrKeyFileMissing = fault.New(fault.Invalid, "key_file_missing")
	ErrKeyFileMode    = fault.New(fault.Invalid, "key_file_mode")
	ErrKeyFileDamaged = fault.New(fault.Invalid, "key_file_damaged")
	ErrKeyFileWrong   = fault.New(fault.Invalid, "key_file_wrong") // of another installation
	ErrKeyRowChanged  = fault.New(fault.Invalid, "key_row_changed")
)

// KeyFile seals private parts. The file is a keyset that may hold several keys: the primary one seals, all of them open.
type KeyFile struct {
	path string
	aead tink.AEAD
	ids  []string
}

// LoadKeyFile reads the key file at path. It refuses a file that others than its owner may read. Errors: ErrKeyFileMissing,
// ErrKeyFileMode, ErrKeyFileDamaged.
func LoadKeyFile(path string) (*KeyFile, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrKeyFileMissing.With("path", path)
	}
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, ErrKeyFileMode.With("path", path).With("mode", fmt.Sprintf("%04o", info.Mode().Perm()))
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(raw)))
	if err != nil {
		return nil, ErrKeyFileDamaged.With("path", path)
	}
	return newKeyFile(path, h)
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
	return newKeyFile(path, h)
}

// LoadOrCreateKeyFile reads the key file. It makes one only for an installation that has no keys yet: a new file in the
// place of a lost one would open nothing and hide the loss. Errors: those of LoadKeyFile.
func LoadOrCreateKeyFile(ctx context.Context, path string, store Store) (*KeyFile, error) {
	kf, err := LoadKeyFile(path)
	if !errors.Is(err, ErrKeyFileMissing) {
		return kf, err
	}
	rows, listErr := store.List(ctx)
	switch {
	case listErr != nil:
		return nil, fmt.Errorf("look for keys: %w", listErr)
	case len(rows) > 0:
		return nil, ErrKeyFileMissing.With("path", path).With("needed", strings.Join(neededIDs(rows), ", "))
	}
	return CreateKeyFile(path)
}

func newKeyFile(path string, h *keyset.Handle) (*KeyFile, error) {
	a, err := aead.New(h)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	kf := &KeyFile{path: path, aead: a}
	for _, k := range h.KeysetInfo().GetKeyInfo() {
		kf.ids = append(kf.ids, strconv.FormatUint(uint64(k.GetKeyId()), 10))
	}
	return kf, nil
}

// IDs names the keys of the file; a backup's manifest lists them so that the right file can be found again.
func (f *KeyFile) IDs() []string { return append([]string(nil), f.ids...) }

// seal binds the private part to the row's ID and purpose, so that rows cannot be swapped in the database.
func (f *KeyFile) seal(r Row, private []byte) ([]byte, error) {
	return f.aead.Encrypt(private, []byte(string(r.Purpose)+"/"+r.ID))
}

// open returns the private part of a row. Errors: ErrKeyFileWrong, ErrKeyRowChanged. The library's reason is left out: it never says more than "no".
func (f *KeyFile) open(r Row) ([]byte, error) {
	plain, err := f.aead.Decrypt(r.Sealed, []byte(string(r.Purpose)+"/"+r.ID))
	if err == nil {
		return plain, nil
	}
	if needed := sealedBy(r); !slices.Contains(f.ids, needed) {
		return nil, ErrKeyFileWrong.With("path", f.path).With("needed", needed).With("held", strings.Join(f.ids, ", "))
	}
	return nil, ErrKeyRowChanged.With("key", r.ID)
}

// sealedBy names the key of the key file that sealed the row: Tink writes a version octet of 1 and the key's ID in four
// octets before what it encrypts. "" for a row that does not begin so.
//
// Source: https://developers.google.com/tink/wire-format, "Tink output prefix".
func sealedBy(r Row) string {
	if len(r.Sealed) < 5 || r.Sealed[0] != 1 {
		return ""
	}
	return strconv.FormatUint(uint64(binary.BigEndian.Uint32(r.Sealed[1:5])), 10)
}

// neededIDs names the keys of the key file that open the rows.
func neededIDs(rows []Row) []string {
	var out []string
	for _, r := range rows {
		if by := sealedBy(r); by != "" && !slices.Contains(out, by) {
			out = append(out, by)
		}
	}
	return out
}
