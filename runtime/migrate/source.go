package migrate

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// A step is the way up of one migration.
type step struct {
	version string // the digits that its file's name begins with
	file    string
	text    string
	whole   bool // whether it may be run in a transaction
}

var (
	pairName   = regexp.MustCompile(`^([0-9]+)_.*\.up\.sql$`)
	singleName = regexp.MustCompile(`^([0-9]+).*\.sql$`)
)

// read returns the migrations in files in their order. Whatever is no migration of the
// format is left out.
func read(files fs.FS, f Format) ([]step, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	name, parse := pairName, parsePlain
	switch f {
	case Dbmate:
		name, parse = singleName, parseDbmate
	case Atlas:
		name, parse = singleName, parseAtlas
	}
	var steps []step
	for _, e := range entries {
		found := name.FindStringSubmatch(e.Name())
		if found == nil || e.IsDir() {
			continue
		}
		text, err := fs.ReadFile(files, e.Name())
		if err != nil {
			return nil, fmt.Errorf("read migrations: %w", err)
		}
		s, err := parse(string(text))
		if err != nil {
			return nil, fmt.Errorf("read migration %s: %w", e.Name(), err)
		}
		s.version, s.file = found[1], e.Name()
		steps = append(steps, s)
	}
	slices.SortStableFunc(steps, func(a, b step) int { return compareVersions(a.version, b.version) })
	for i := range steps[:max(0, len(steps)-1)] {
		if a, b := steps[i], steps[i+1]; compareVersions(a.version, b.version) == 0 {
			return nil, fmt.Errorf("read migrations: %s and %s have one version", a.file, b.file)
		}
	}
	return steps, nil
}

func parsePlain(text string) (step, error) { return step{text: text, whole: true}, nil }

// atlasAlone is what atlas takes for an order to open no transaction.
var atlasAlone = regexp.MustCompile(`(?m)^-- atlas:txmode none\s*$`)

func parseAtlas(text string) (step, error) {
	return step{text: text, whole: !atlasAlone.MatchString(text)}, nil
}

// dbmateMark begins a direction; what follows on the line are options.
var dbmateMark = regexp.MustCompile(`^--\s*migrate:(up|down)(?:\s+(.*\S))?\s*$`)

// parseDbmate keeps the ways up: a file may have several, each before its way down.
func parseDbmate(text string) (step, error) {
	s, up, marked := step{whole: true}, false, false
	var kept strings.Builder
	for line := range strings.Lines(text) {
		mark := dbmateMark.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if mark == nil {
			if up {
				kept.WriteString(line)
			}
			continue
		}
		up = mark[1] == "up"
		marked = marked || up
		if up && slices.Contains(strings.Fields(mark[2]), "transaction:false") {
			s.whole = false
		}
	}
	if !marked {
		return step{}, errors.New("it has no line -- migrate:up")
	}
	s.text = kept.String()
	return s, nil
}
