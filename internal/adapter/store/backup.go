package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Expected failures of backup and restore.
var (
	ErrBackupEngine   = fault.New(fault.Invalid, "backup_engine")
	ErrBackupExists   = fault.New(fault.Conflict, "backup_exists")
	ErrBackupDamaged  = fault.New(fault.Invalid, "backup_damaged")
	ErrRestoreTarget  = fault.New(fault.Conflict, "restore_target_exists")
	ErrBackupNotFound = fault.New(fault.NotFound, "backup_not_found")
)

const (
	backupDatabase = "causeway.db"
	backupManifest = "manifest.json"
)

// Manifest describes a backup. It names the keys of the key file, never the file: without that file the backup opens nothing.
type Manifest struct {
	Version    string    `json:"version"`    // release that made it
	CreatedAt  time.Time `json:"createdAt"`  // business time, UTC
	Database   string    `json:"database"`   // file name beside the manifest
	Size       int64     `json:"size"`       // bytes
	SHA256     string    `json:"sha256"`     // of the database file, hex
	KeyFileIDs []string  `json:"keyFileIds"` // keys of the key file that opens it
}

// Backup copies the database while the server runs into a new folder dir. The record of it is in the original, not in the
// copy. Errors: ErrBackupEngine on PostgreSQL, ErrBackupExists, ErrFull.
func (db *DB) Backup(ctx context.Context, dir, version string, keyFileIDs []string, by systemlog.Actor) (Manifest, error) {
	if db.engine != SQLite {
		return Manifest{}, ErrBackupEngine
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return Manifest{}, ErrBackupExists.With("path", dir)
		}
		return Manifest{}, fmt.Errorf("backup folder: %w", err)
	}
	m, err := db.backupInto(ctx, dir, version, keyFileIDs)
	if err != nil {
		return Manifest{}, errors.Join(translate(err), os.RemoveAll(dir)) // nothing half done stays behind
	}
	return m, db.Write(ctx, ofInstallation(), func(*Tx) (systemlog.Effects, error) {
		return systemlog.Recorded(systemlog.Record{Event: systemlog.BackupCreated, Actor: by, Target: systemlog.Target{ID: dir, Name: dir},
			After: systemlog.Fields{"Size": fmt.Sprint(m.Size), "SHA256": m.SHA256}}), nil
	})
}

func (db *DB) backupInto(ctx context.Context, dir, version string, keyFileIDs []string) (Manifest, error) {
	file := filepath.Join(dir, backupDatabase)
	source, err := openSQLite(db.path, "_txlock=deferred") // readers of the pool are query_only, which forbids the copy as well
	if err != nil {
		return Manifest{}, err
	}
	_, err = source.ExecContext(ctx, `vacuum into $1`, file)
	if err = errors.Join(err, source.Close()); err != nil {
		return Manifest{}, err
	}
	if err := os.Chmod(file, 0o600); err != nil {
		return Manifest{}, err
	}
	size, sum, err := digest(file)
	if err != nil {
		return Manifest{}, err
	}
	m := Manifest{Version: version, CreatedAt: db.clock.Now(), Database: backupDatabase, Size: size, SHA256: sum, KeyFileIDs: keyFileIDs}
	raw, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return Manifest{}, err
	}
	return m, writeSynced(filepath.Join(dir, backupManifest), raw)
}

// Restore checks the backup in dir and puts its database at path. It never overwrites, and no server may hold the path
// meanwhile. Errors: ErrBackupNotFound, ErrBackupDamaged, ErrRestoreTarget, ErrInUse, ErrFile.
func Restore(dir, path string) (m Manifest, err error) {
	unlock, err := lockFile(path)
	if err != nil {
		return Manifest{}, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	raw, err := os.ReadFile(filepath.Join(dir, backupManifest))
	if err != nil {
		return Manifest{}, ErrBackupNotFound.With("path", dir).Because(err)
	}
	if err := json.Unmarshal(raw, &m); err != nil || m.Database != backupDatabase {
		return Manifest{}, ErrBackupDamaged.With("path", dir).Because(err)
	}
	source := filepath.Join(dir, m.Database)
	size, sum, err := digest(source)
	if err != nil || size != m.Size || sum != m.SHA256 {
		return Manifest{}, ErrBackupDamaged.With("path", source).Because(err)
	}
	for _, p := range []string{path, path + "-wal", path + "-shm"} {
		if _, err := os.Stat(p); !errors.Is(err, fs.ErrNotExist) {
			return Manifest{}, ErrRestoreTarget.With("path", p)
		}
	}
	return m, copySynced(source, path)
}

func digest(path string) (int64, string, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return n, hex.EncodeToString(h.Sum(nil)), err
}

// copySynced copies through a temporary name, so that a file of the final name is always whole.
func copySynced(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	tmp := to + ".part"
	out, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	return os.Rename(tmp, to)
}

func writeSynced(path string, raw []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	return errors.Join(err, f.Sync(), f.Close())
}
