package workspace

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func drawn(width, height int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		for y := range height {
			img.Set(x, y, color.NRGBA{R: uint8(x), G: uint8(y), B: 99, A: 255})
		}
	}
	return img
}

func encoded(t *testing.T, kind string, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	switch kind {
	case "png":
		require.NoError(t, png.Encode(&b, img))
	case "jpeg":
		require.NoError(t, jpeg.Encode(&b, img, nil))
	case "gif":
		require.NoError(t, gif.Encode(&b, img, nil))
	}
	return b.Bytes()
}

func dataURI(kind string, raw []byte) string {
	return "data:image/" + kind + ";base64," + base64.StdEncoding.EncodeToString(raw)
}

// TestPictures holds that what comes out is pixels in a file of our own, and that everything else is refused.
func TestPictures(t *testing.T) {
	t.Parallel()
	small := encoded(t, "png", drawn(256, 256))
	polyglot := append(bytes.Clone(small), "<script>alert(1)</script>"...)
	bomb := bytes.Clone(small)
	copy(bomb[16:24], []byte{0, 1, 0, 0, 0, 1, 0, 0}) // the header claims 65,536 × 65,536 pixels
	for _, tt := range []struct{ name, uri, code string }{
		{"none", "", ""},
		{"PNG", dataURI("png", small), ""},
		{"JPEG", dataURI("jpeg", encoded(t, "jpeg", drawn(200, 100))), ""},
		{"something behind the picture", dataURI("png", polyglot), ""},
		{"an address", "https://a.example/icon.png", fieldPictureForm},
		{"not Base64", "data:image/png,<svg/>", fieldPictureForm},
		{"broken Base64", "data:image/png;base64,???", fieldPictureForm},
		{"SVG", dataURI("svg+xml", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)), fieldPictureType},
		{"GIF", dataURI("gif", encoded(t, "gif", drawn(16, 16))), fieldPictureType},
		{"SVG under another name", dataURI("png", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)), fieldPictureType},
		{"JPEG under another name", dataURI("png", encoded(t, "jpeg", drawn(16, 16))), fieldPictureType},
		{"cut off", dataURI("png", small[:len(small)/2]), fieldPictureType},
		{"too wide", dataURI("png", encoded(t, "png", drawn(257, 1))), fieldPicturePixels},
		{"too high", dataURI("png", encoded(t, "png", drawn(1, 257))), fieldPicturePixels},
		{"a claim of billions of pixels", dataURI("png", bomb), fieldPictureType}, // its checksum is wrong
		{"too many octets", dataURI("png", append(bytes.Clone(small), make([]byte, 64<<10)...)), fieldPictureSize},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, wrong := parsePicture("icon", tt.uri, iconLimits)
			if tt.code != "" {
				require.Len(t, wrong, 1)
				require.Equal(t, tt.code, wrong[0].Code)
				require.Empty(t, got)
				return
			}
			require.Empty(t, wrong)
			require.NotContains(t, string(got), "script")
			if tt.uri != "" {
				_, format, err := image.Decode(bytes.NewReader(got))
				require.NoError(t, err)
				require.Equal(t, "png", format)
				again, wrong := parsePicture("icon", got.DataURI(), iconLimits)
				require.Empty(t, wrong)
				require.Equal(t, got, again, "what was read is taken back")
			}
		})
	}
}

// TestReadableColours holds the contrasts that WCAG publishes, and that every colour that is taken can be read in both schemes.
func TestReadableColours(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 21, Contrast("#000000", "#ffffff"), 0.001)
	require.InDelta(t, 4.54, Contrast("#767676", "#ffffff"), 0.01) // the lightest grey that passes
	require.InDelta(t, 1, Contrast("#abcdef", "#abcdef"), 0.001)
	for _, hex := range []string{"00", "33", "66", "99", "cc", "ff"} {
		for _, form := range []string{"#xx0000", "#00xx00", "#0000xx", "#xxxx00", "#xx00xx", "#00xxxx", "#xxxxxx"} {
			c := Color(strings.ReplaceAll(form, "xx", hex))
			a := Appearance{PrimaryColor: c}
			if len(a.checkContrast()) > 0 {
				require.Less(t, Contrast(c, "#ffffff"), MinContrast, c)
				continue
			}
			p := a.Palette()
			require.GreaterOrEqual(t, Contrast(p.Primary, p.PrimaryText), MinContrast, c)
			require.GreaterOrEqual(t, Contrast(p.DarkPrimary, darkGround), MinContrast, "links in the dark scheme, %s", c)
			require.GreaterOrEqual(t, Contrast(p.DarkPrimary, p.DarkPrimaryText), MinContrast, "buttons in the dark scheme, %s", c)
		}
	}
}

func given(s string) *string { return &s }

// TestAppearanceInput names everything that is wrong at once.
func TestAppearanceInput(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		in   AppearanceInput
		want []string // field and code
	}{
		{"nothing", AppearanceInput{}, nil},
		{"a good look", AppearanceInput{Name: given("Acme"), PrimaryColor: given("#0B4F71"), BannerColor: given("#000000"), BannerTextColor: given("#ffffff")}, nil},
		{"too light", AppearanceInput{PrimaryColor: given("#777777")}, []string{"primaryColor color_contrast_white"}},
		{"half a banner", AppearanceInput{BannerColor: given("#000000")}, []string{"bannerTextColor color_pair"}},
		{"grey on grey", AppearanceInput{BannerColor: given("#808080"), BannerTextColor: given("#888888")}, []string{"bannerTextColor color_contrast_banner"}},
		{"all at once", AppearanceInput{Name: given(strings.Repeat("x", 41)), PrimaryColor: given("red"), BannerColor: given("#12345g"), Logo: given("x"), SignInLogo: given("y")},
			[]string{"name too_long", "primaryColor color_form", "bannerColor color_form", "signInLogo picture_form", "logo picture_form"}},
		{"a way out of the style sheet", AppearanceInput{PrimaryColor: given("#000;}")}, []string{"primaryColor color_form"}},
	} {
		var got []string
		for _, f := range tt.in.apply(&Appearance{}) {
			got = append(got, f.Name+" "+f.Code)
		}
		require.Equal(t, tt.want, got, tt.name)
	}
}
