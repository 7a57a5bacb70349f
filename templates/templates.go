// Package templates holds the text of every page and mail, embedded in the program: a folder per audience,
// layout for what surrounds a page, part for form controls and other pieces.
package templates

import "embed"

// FS holds the files by folder and name: "public/course.html".
//
//go:embed */*.html mail/*.txt
var FS embed.FS
