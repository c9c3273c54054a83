package workspace

import (
	"bytes"
	"encoding/base64"
	"image"
	_ "image/jpeg" // JPEG is read and never written
	"image/png"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Picture is an icon or a logo: a PNG that this program has written itself, so that it holds pixels and nothing else.
// nil is none.
type Picture []byte

// pictureLimits bound what is taken from an administrator.
type pictureLimits struct {
	bytes         int // of the file as it is uploaded
	width, height int // pixels
}

// The limits. Those of logos are the documented ones of account logos (OPS-202).
var (
	iconLimits = pictureLimits{bytes: 64 << 10, width: 256, height: 256}
	logoLimits = pictureLimits{bytes: 128 << 10, width: 350, height: 120}
)

// Field codes of pictures.
const (
	fieldPictureForm   = "picture_form"
	fieldPictureType   = "picture_type"
	fieldPictureSize   = "picture_size"
	fieldPicturePixels = "picture_dimensions"
)

const dataScheme = "data:"

// parsePicture reads a data URI of a PNG or JPEG file and writes its pixels as a new PNG: what else a file can carry
// (text, profiles, a second format) does not reach a browser. "" is no picture. SVG is refused: it is a document with
// scripts and links, and its name on a page of ours would be ours.
func parsePicture(field, uri string, l pictureLimits) (Picture, []fault.Field) {
	wrong := func(code string, args map[string]any) (Picture, []fault.Field) {
		return nil, []fault.Field{{Name: field, Code: code, Args: args}}
	}
	if uri == "" {
		return nil, nil
	}
	head, data, ok := strings.Cut(uri, ",")
	kind, isData := strings.CutPrefix(head, dataScheme)
	kind, isBase64 := strings.CutSuffix(kind, ";base64")
	if !ok || !isData || !isBase64 {
		return wrong(fieldPictureForm, nil)
	}
	if kind != "image/png" && kind != "image/jpeg" {
		return wrong(fieldPictureType, nil)
	}
	if base64.StdEncoding.DecodedLen(len(data)) > l.bytes+2 { // two of padding
		return wrong(fieldPictureSize, map[string]any{"max": l.bytes >> 10})
	}
	raw, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return wrong(fieldPictureForm, nil)
	}
	// The dimensions are read first: a small file can claim to be an enormous picture.
	config, format, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil || "image/"+format != kind {
		return wrong(fieldPictureType, nil)
	}
	if config.Width > l.width || config.Height > l.height || config.Width == 0 || config.Height == 0 {
		return wrong(fieldPicturePixels, map[string]any{"width": l.width, "height": l.height})
	}
	decoded, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return wrong(fieldPictureType, nil)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, decoded); err != nil {
		return wrong(fieldPictureType, nil)
	}
	return out.Bytes(), nil
}

// DataURI is the picture as parsePicture reads it, "" for none.
func (p Picture) DataURI() string {
	if len(p) == 0 {
		return ""
	}
	return dataScheme + "image/png;base64," + base64.StdEncoding.EncodeToString(p)
}
