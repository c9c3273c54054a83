// Package console serves the administrator console: the React application of the folder console/, built into the program.
//
// Files of the build are read from the binary once, compressed once and served from memory. Hashed files below assets/ may be kept
// by browsers for ever; everything else is asked for again. Any other path answers the application's page, whose router knows
// what to show; missing files and paths of the API are 404, so that a wrong link never looks like a page. The content security policy
// is set by the edge, not here.
package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// placeholder stands in the folder of the build, so that the program compiles before the console is built.
const placeholder = ".keep"

// indexPage is the application's page.
const indexPage = "index.html"

// ErrNotBuilt means that the program was compiled without the console.
var ErrNotBuilt = errors.New("the console is not built into this program")

// file is one file of the build, ready to be sent.
type file struct {
	mediaType string
	plain     []byte
	gzipped   []byte // nil where compression does not help
	etag      string // strong, of the plain bytes
	immutable bool   // the name holds a hash of the content
}

// Handler serves the console. It may be used concurrently.
type Handler struct {
	files map[string]file // by path without a leading slash
}

// New returns the handler for the console that is built into this program.
//
// Errors: ErrNotBuilt.
func New() (*Handler, error) {
	build, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("open console build: %w", err)
	}
	return load(build)
}

func load(build fs.FS) (*Handler, error) {
	h := &Handler{files: map[string]file{}}
	err := fs.WalkDir(build, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || name == placeholder {
			return err
		}
		content, err := fs.ReadFile(build, name)
		if err != nil {
			return err
		}
		f, err := prepare(name, content)
		if err != nil {
			return err
		}
		h.files[name] = f
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read console build: %w", err)
	}
	if _, ok := h.files[indexPage]; !ok {
		return nil, ErrNotBuilt
	}
	return h, nil
}

// mediaTypes are those of the build. The system's table is not asked: it differs between machines.
var mediaTypes = map[string]string{
	".html":  "text/html; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".css":   "text/css; charset=utf-8",
	".svg":   "image/svg+xml",
	".woff2": "font/woff2",
	".png":   "image/png",
	".json":  "application/json",
}

// compressible are the media types worth compressing; fonts and pictures are compressed already.
func compressible(mediaType string) bool {
	base, _, err := mime.ParseMediaType(mediaType)
	return err == nil && (strings.HasPrefix(base, "text/") || base == "image/svg+xml" || base == "application/json")
}

func prepare(name string, content []byte) (file, error) {
	f := file{mediaType: mediaTypes[path.Ext(name)], plain: content, immutable: strings.HasPrefix(name, "assets/")}
	if f.mediaType == "" {
		f.mediaType = "application/octet-stream"
	}
	sum := sha256.Sum256(content)
	f.etag = `"` + hex.EncodeToString(sum[:16]) + `"`
	if !compressible(f.mediaType) {
		return f, nil
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return file{}, err
	}
	if _, err := w.Write(content); err != nil {
		return file{}, err
	}
	if err := w.Close(); err != nil {
		return file{}, err
	}
	if packed.Len() < len(content) {
		f.gzipped = packed.Bytes()
	}
	return f, nil
}

// ServeHTTP answers GET and HEAD; other methods get 405.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	f, ok := h.files[name]
	switch {
	case ok:
	case isFile(name):
		http.NotFound(w, r)
		return
	default:
		f = h.files[indexPage]
	}
	send(w, r, f)
}

// isFile reports whether a path names a file or an operation, and so can never mean a page of the application.
func isFile(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return first == "assets" || first == "api" || path.Ext(name) != ""
}

func send(w http.ResponseWriter, r *http.Request, f file) {
	header := w.Header()
	header.Set("Content-Type", f.mediaType)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Vary", "Accept-Encoding")
	header.Set("Cache-Control", "no-cache")
	if f.immutable {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body, etag := f.plain, f.etag
	if f.gzipped != nil && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		body, etag = f.gzipped, strings.TrimSuffix(f.etag, `"`)+`-gzip"`
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("ETag", etag)
	if matches(r.Header.Get("If-None-Match"), etag) {
		header.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // the reader is gone; nobody is left to be told
}

// acceptsGzip reads an Accept-Encoding header (RFC 9110 §12.5.3). A weight of zero refuses.
func acceptsGzip(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		coding, parameters, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			continue
		}
		key, weight, _ := strings.Cut(strings.TrimSpace(parameters), "=")
		if !strings.EqualFold(key, "q") {
			return true
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(weight), 64)
		return err == nil && q > 0
	}
	return false
}

// matches reads an If-None-Match header, which compares weakly (RFC 9110 §13.1.2).
func matches(header, etag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		tag := strings.TrimSpace(part)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}
