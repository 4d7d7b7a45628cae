package apikey

import (
	"strconv"
	"strings"
)

// Pattern returns a regular expression that finds the keys of a prefix in text, in
// the syntax that RE2, Go, PCRE and JavaScript share. It is meant for scanners of
// leaked secrets. What it finds is a key if [Parse] approves of it.
//
// A key may follow anything, even a letter: it may be part of a URL or of text with
// escapes in it, as in "key%3Dsk_live_…" or "\nsk_live_…". After it there must be no
// letter, digit or underscore, so that longer tokens of others are no keys.
func Pattern(prefix string) string {
	// Nothing in a prefix needs quoting; see CheckPrefix.
	return prefix + `_[0-9A-Za-z]{` + strconv.Itoa(bodyLength) + `}\b`
}

// minEntropy, in bits a character, is far below that of any key, and above that of
// what documentation puts in the place of one.
const minEntropy = "3.5"

// GitleaksRule returns a rule for gitleaks, in TOML, that finds the keys of a prefix.
func GitleaksRule(prefix string) string {
	name := strings.ReplaceAll(prefix, "_", "-")
	return `[[rules]]
id = "` + name + `-api-key"
description = "API key that begins with ` + prefix + `_"
regex = '''` + Pattern(prefix) + `'''
entropy = ` + minEntropy + `
keywords = ["` + prefix + `_"]
`
}
