package workspace

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// maxWorkspaceNameRunes bounds the name that people read on their workspace.
const maxWorkspaceNameRunes = 40

// MinContrast is what text must have against its ground (WCAG 2.2, 1.4.3).
const MinContrast = 4.5

// Appearance is how a customer's workspace looks. The zero value looks like the product.
type Appearance struct {
	Name            string  // of the workspace, "" = the product's
	PrimaryColor    Color   // of buttons and links on a white ground, "" = the product's
	BannerColor     Color   // of the head of the page; "" together with BannerTextColor
	BannerTextColor Color   // of what stands on it
	SignInLogo      Picture // before somebody is signed in
	Logo            Picture // after
	Version         int64   // 1 = never changed
}

// Color is "#rrggbb" in lower case, "" for none.
type Color string

// The grounds that a primary colour stands on.
const (
	lightGround Color = "#ffffff"
	darkGround  Color = "#1a222a"
)

// parse returns the channels from 0 to 1.
func (c Color) parse() (channels [3]float64, ok bool) {
	if len(c) != 7 || c[0] != '#' {
		return channels, false
	}
	for i := range channels {
		n, err := strconv.ParseUint(string(c[1+2*i:3+2*i]), 16, 8)
		if err != nil {
			return channels, false
		}
		channels[i] = float64(n) / 255
	}
	return channels, true
}

// luminance is the relative luminance of WCAG 2.2; 0 for a colour that is none.
func (c Color) luminance() float64 {
	channels, _ := c.parse()
	sum := 0.0
	for i, weight := range [3]float64{0.2126, 0.7152, 0.0722} {
		v := channels[i]
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}

// Contrast is the contrast of two colours, from 1 to 21.
func Contrast(a, b Color) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// towardsWhite mixes the colour with a share of white.
func (c Color) towardsWhite(share float64) Color {
	channels, _ := c.parse()
	out := "#"
	for _, v := range channels {
		out += fmt.Sprintf("%02x", int(math.Round(255*(v+(1-v)*share))))
	}
	return Color(out)
}

// Palette is what the pages are drawn with. Empty colours are the product's.
type Palette struct {
	Primary, PrimaryText         Color // in the light scheme
	DarkPrimary, DarkPrimaryText Color // in the dark scheme: the colour, as much lighter as it needs to be readable
	Banner, BannerText           Color
}

// Palette returns the colours of the pages.
func (a Appearance) Palette() Palette {
	p := Palette{Banner: a.BannerColor, BannerText: a.BannerTextColor}
	if a.PrimaryColor == "" {
		return p
	}
	p.Primary, p.PrimaryText, p.DarkPrimaryText = a.PrimaryColor, lightGround, "#06202e"
	for share := 0.0; share <= 1; share += 0.05 {
		p.DarkPrimary = a.PrimaryColor.towardsWhite(share)
		// On buttons the text is dark, in links the ground is.
		if Contrast(p.DarkPrimary, darkGround) >= MinContrast && Contrast(p.DarkPrimary, p.DarkPrimaryText) >= MinContrast {
			break
		}
	}
	return p
}

// AppearanceInput is what an administrator sets. A nil part stays as it is.
type AppearanceInput struct {
	Name, PrimaryColor, BannerColor, BannerTextColor *string
	SignInLogo, Logo                                 *string // data URI of a PNG or JPEG file, "" = none
}

func (in AppearanceInput) apply(to *Appearance) []fault.Field {
	var wrong []fault.Field
	if in.Name != nil {
		to.Name = *in.Name
		wrong = append(wrong, checkText("name", to.Name, maxWorkspaceNameRunes, false, false)...)
	}
	colors := true
	for _, part := range []struct {
		name string
		from *string
		to   *Color
	}{
		{"primaryColor", in.PrimaryColor, &to.PrimaryColor}, {"bannerColor", in.BannerColor, &to.BannerColor},
		{"bannerTextColor", in.BannerTextColor, &to.BannerTextColor},
	} {
		if part.from == nil {
			continue
		}
		*part.to = Color(foldName(*part.from))
		if _, ok := part.to.parse(); !ok && *part.to != "" {
			wrong = append(wrong, fault.Field{Name: part.name, Code: "color_form"})
			colors = false
		}
	}
	if colors {
		wrong = append(wrong, to.checkContrast()...)
	}
	for _, part := range []struct {
		name string
		from *string
		to   *Picture
	}{{"signInLogo", in.SignInLogo, &to.SignInLogo}, {"logo", in.Logo, &to.Logo}} {
		if part.from != nil {
			picture, bad := parsePicture(part.name, *part.from, logoLimits)
			*part.to, wrong = picture, append(wrong, bad...)
		}
	}
	return wrong
}

// checkContrast refuses colours that people could not read.
func (a Appearance) checkContrast() []fault.Field {
	var wrong []fault.Field
	low := func(field, code string, ratio float64) {
		wrong = append(wrong, fault.Field{Name: field, Code: code,
			Args: map[string]any{"ratio": strconv.FormatFloat(math.Floor(ratio*10)/10, 'f', 1, 64), "min": MinContrast}})
	}
	if a.PrimaryColor != "" {
		if ratio := Contrast(a.PrimaryColor, lightGround); ratio < MinContrast {
			low("primaryColor", "color_contrast_white", ratio)
		}
	}
	switch {
	case (a.BannerColor == "") != (a.BannerTextColor == ""):
		wrong = append(wrong, fault.Field{Name: "bannerTextColor", Code: "color_pair"})
	case a.BannerColor != "":
		if ratio := Contrast(a.BannerColor, a.BannerTextColor); ratio < MinContrast {
			low("bannerTextColor", "color_contrast_banner", ratio)
		}
	}
	return wrong
}

// fields tell of a logo that there is one and which, never its octets (OPS-148).
func (a Appearance) fields() systemlog.Fields {
	return systemlog.Fields{"Name": a.Name, "PrimaryColor": string(a.PrimaryColor), "BannerColor": string(a.BannerColor),
		"BannerTextColor": string(a.BannerTextColor), "SignInLogo": a.SignInLogo.digest(), "Logo": a.Logo.digest()}
}

// digest is the SHA-256 of the picture in hex, "" for none.
func (p Picture) digest() string {
	if len(p) == 0 {
		return ""
	}
	sum := sha256.Sum256(p)
	return hex.EncodeToString(sum[:])
}

// Appearance returns how the customer's workspace looks.
func (s *Service) Appearance(ctx context.Context, actor admin.Actor, c customer.ID) (Appearance, error) {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return Appearance{}, err
	}
	return s.deps.Store.Appearance(ctx, c)
}

// Look is what every page of a workspace needs of its appearance: all but the pictures.
type Look struct {
	Name              string
	Palette           Palette
	SignInLogo, Logo  bool // there is one
	AppearanceVersion int64
}

// Look returns how the workspace of a customer looks, for its own pages, which everybody may see.
func (s *Service) Look(ctx context.Context, c customer.ID) (Look, error) {
	return s.deps.Store.Look(ctx, c)
}

// Logo returns a logo for the pages of a workspace, nil when there is none.
func (s *Service) Logo(ctx context.Context, c customer.ID, signIn bool) (Picture, error) {
	a, err := s.deps.Store.Appearance(ctx, c)
	if signIn {
		return a.SignInLogo, err
	}
	return a.Logo, err
}

// SetAppearance changes how the customer's workspace looks; revision.Any matches any version. Errors: field errors, ErrStale.
func (s *Service) SetAppearance(ctx context.Context, actor admin.Actor, c customer.ID, in AppearanceInput, version int64) (Appearance, error) {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return Appearance{}, err
	}
	w, err := s.ensure(ctx, c)
	if err != nil {
		return Appearance{}, err
	}
	return s.deps.Store.UpdateAppearance(ctx, c, func(a *Appearance) (systemlog.Effects, error) {
		if !revision.Matches(version, a.Version) {
			return systemlog.Effects{}, ErrStale
		}
		before := a.fields()
		if err := fault.InvalidFields(in.apply(a)); err != nil {
			return systemlog.Effects{}, err
		}
		return systemlog.Recorded(systemlog.Record{Event: systemlog.WorkspaceAppearanceUpdated, Actor: actor.Log(), Target: w.target(),
			Before: before, After: a.fields()}), nil
	})
}
