package static

import (
	"encoding/hex"
	"fmt"
	"math"
)

// DefaultAccent is the colour of links and buttons when the provider sets none: a deep pine green, contrast
// 7.6 with white.
const DefaultAccent = "#1c5b57"

// minContrast is the least contrast of normal text (WCAG 2.2, success criterion 1.4.3, level AA). The accent
// must reach it on white and on the warm page colour, for links, and under white, for buttons.
const minContrast = 4.5

type colour [3]uint8

var (
	white = colour{0xff, 0xff, 0xff}
	black = colour{}
	paper = colour{0xfa, 0xf6, 0xef} // the page colour in src/settings.scss
)

// siteCSS is the style sheet of custom properties that follow the accent: itself, a darker one for hovering,
// and two pale ones for surfaces.
func siteCSS(accent string) ([]byte, error) {
	if accent == "" {
		accent = DefaultAccent
	}
	c, err := parseColour(accent)
	if err != nil {
		return nil, err
	}
	if got := contrast(c, paper); got < minContrast {
		return nil, fmt.Errorf("the accent colour %s is too pale to read (contrast %.1f, needs %.1f): choose a darker one", accent, got, minContrast)
	}
	return fmt.Appendf(nil, ":root{--accent:%s;--accent-dark:%s;--accent-soft:%s;--accent-pale:%s}\n",
		c, c.mix(black, 30), c.mix(white, 82), c.mix(white, 93)), nil
}

func parseColour(s string) (colour, error) {
	var c colour
	if len(s) == 7 && s[0] == '#' {
		if _, err := hex.Decode(c[:], []byte(s[1:])); err == nil {
			return c, nil
		}
	}
	return c, fmt.Errorf("the accent colour %q is not written like %s", s, DefaultAccent)
}

func (c colour) String() string { return "#" + hex.EncodeToString(c[:]) }

// mix moves c towards the other colour by a per cent of the way.
func (c colour) mix(other colour, percent int) colour {
	var m colour
	for i := range c {
		m[i] = uint8((int(c[i])*(100-percent) + int(other[i])*percent) / 100)
	}
	return m
}

// contrast is the contrast ratio of two colours, 1 to 21 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
func contrast(a, b colour) float64 {
	light, dark := luminance(a), luminance(b)
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

// luminance is relative luminance, 0 to 1 (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance).
func luminance(c colour) float64 {
	var linear [3]float64
	for i, v := range c {
		s := float64(v) / 255
		if s <= 0.04045 {
			linear[i] = s / 12.92
		} else {
			linear[i] = math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*linear[0] + 0.7152*linear[1] + 0.0722*linear[2]
}
