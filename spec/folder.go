package spec

import (
	"go/token"
	"go/types"
	"path"
	"slices"
	"strings"
)

// folderForm is a folder inside the project that holds a Go package: relative,
// clean, harmless on every file system, and with a last element that is a
// package name which generated code can use beside its imports.
func folderForm() form[string] {
	const what = "a folder such as internal/auth (letters, digits and - _ . between slashes; the last element a package name of a-z, 0-9 and _)"

	return textForm(what, `^([A-Za-z0-9][A-Za-z0-9._-]*/)*[a-z][a-z0-9_]*$`, 200, checkFolder)
}

// checkFolder names the mistakes that have a better answer than the pattern,
// and those that no pattern shows.
func checkFolder(text string) *fault {
	if strings.Contains(text, `\`) {
		return &fault{message: "expected / between folders, found " + quote(text), try: strings.ReplaceAll(text, `\`, "/")}
	}
	if path.IsAbs(text) {
		return &fault{message: "expected a folder relative to the spec, found the absolute path " + quote(text), try: strings.Trim(text, "/")}
	}
	if text == ".." || strings.HasPrefix(path.Clean(text), "../") {
		return &fault{message: "expected a folder inside the project, found " + quote(text)}
	}
	if path.Clean(text) == "." {
		return &fault{message: "expected a folder of its own, found " + quote(text)}
	}
	if path.Clean(text) != text {
		return &fault{message: "expected a path without empty, . or .. elements or a slash at its end, found " + quote(text), try: path.Clean(text)}
	}

	for element := range strings.SplitSeq(text, "/") {
		if why := elementFault(element); why != "" {
			return &fault{message: "expected a folder for Go packages, found " + quote(element) + " in " + quote(text) + ": " + why}
		}
	}
	if why := packageFault(path.Base(text)); why != "" {
		return &fault{
			message: "expected a package name as last element, found " + quote(path.Base(text)) + ": " + why,
			try:     strings.ToLower(text),
		}
	}

	return nil
}

// windowsNames are what no file can be called on Windows, with any extension.
const windowsNames = " con prn aux nul com0 com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt0 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9 "

// elementFault says why a folder cannot have this name, "" when it can.
func elementFault(element string) string {
	stem, _, _ := strings.Cut(strings.ToLower(element), ".")

	switch {
	case element[0] == '.' || element[0] == '_':
		return "the go command skips it"
	case element == "testdata":
		return "the go command skips it"
	case element == "vendor":
		return "the go command keeps it for itself"
	case strings.HasSuffix(element, "."):
		return "Windows drops the last dot"
	case strings.Contains(windowsNames, " "+stem+" "):
		return "Windows keeps the name for a device"
	}

	return ""
}

// packageFault says why generated code cannot live in a package of this name,
// "" when it can. What the pattern refuses anyway is left to it.
func packageFault(name string) string {
	switch {
	case token.IsKeyword(name):
		return "it is a Go keyword"
	case types.Universe.Lookup(name) != nil:
		return "it is predeclared in Go"
	case name == "main" || name == "init" || name == "internal":
		return "it has a meaning in Go"
	case strings.HasSuffix(name, "_test"):
		return "Go keeps names that end in _test for tests"
	case name == "authtest":
		return "the package for an application's tests has that name"
	case slices.Contains(importedNames(), name):
		return "generated code imports a package of that name"
	}

	return ""
}

// importedNames are the packages that generated code refers to by name, now or
// for a strategy, router or store that a spec may pick later: a folder should
// not have to move for that.
func importedNames() []string {
	return strings.Fields(`
		account apikey argon2 atomic audit authn base64 bytes bufio chi cmp context crypto driver echo embed env errors
		fmt fs gin goose hex hkdf http httptest io iter iofs json jwt log maps math memory metric metricdata metrics mime mux mysql netip net oauth
		oauth2 oauthserver oidc os otel password path pgx pgxpool rand ratelimit redis regexp runtime secret session sha256 signal
		slices slog sort sql sqlite stdlib store storetest strconv strings subtle sync synctest syscall template testing time
		token unicode url utf8 uuid`)
}
