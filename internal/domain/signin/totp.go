package signin

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"image/png"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"github.com/causeway-cloud/causeway/internal/base/brand"
	"github.com/causeway-cloud/causeway/internal/base/secret"
)

// The parameters that every authenticator app understands (PLT-399).
const (
	totpPeriod   = 30 * time.Second
	totpKeyBytes = 20 // 160 bits
	totpSkew     = 1  // steps either way
)

// qrPixels is the side of the QR code's picture; the page shows it at half of that, so that it is sharp on every screen.
const qrPixels = 368

// Authenticator is what an app needs to make codes. Key and URL are secrets; they leave the process only for the page of
// the person that they belong to.
type Authenticator struct {
	Key secret.Text // base32, to be typed by hand (PLT-400)
	url string
}

// newAuthenticator makes a fresh key for the login; the app labels it with the product's name (PLT-401).
func newAuthenticator(userName string) (Authenticator, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: brand.TOTPIssuer, AccountName: userName, SecretSize: totpKeyBytes,
		Period: uint(totpPeriod / time.Second), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1, Rand: rand.Reader})
	if err != nil {
		return Authenticator{}, fmt.Errorf("make authenticator key: %w", err)
	}
	return Authenticator{Key: secret.New(key.Secret()), url: key.URL()}, nil
}

// Grouped is the key in groups of four, as people type it.
func (a Authenticator) Grouped() string {
	var b strings.Builder
	for i, r := range a.Key.Reveal() {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// QR is the picture of the key for the app's camera, a PNG.
func (a Authenticator) QR() ([]byte, error) {
	key, err := otp.NewKeyFromURL(a.url)
	if err != nil {
		return nil, fmt.Errorf("read authenticator address: %w", err)
	}
	img, err := key.Image(qrPixels, qrPixels)
	if err != nil {
		return nil, fmt.Errorf("draw QR code: %w", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("encode QR code: %w", err)
	}
	return b.Bytes(), nil
}

// matchStep returns the time step whose code was typed. All steps are compared, each in constant time. The caller
// accepts a step only once (L03).
func matchStep(key secret.Text, code string, now time.Time) (step int64, ok bool) {
	code = strings.Join(strings.Fields(code), "")
	present := now.Unix() / int64(totpPeriod/time.Second)
	for s := present - totpSkew; s <= present+totpSkew; s++ {
		good, err := hotp.ValidateCustom(code, uint64(s), key.Reveal(), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && good {
			step, ok = s, true
		}
	}
	return step, ok
}
