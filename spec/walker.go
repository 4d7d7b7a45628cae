package spec

// A fault is what is wrong with a value, and a way out, without saying where.
type fault struct {
	message string
	hint    string

	// try is a value that was probably meant. It may hold anything: it becomes
	// the hint only if the form of the value accepts it.
	try string
}

// A walker fills a Spec from a document and collects what it meets.
type walker struct {
	file  string
	root  section // the language
	spec  *Spec
	found Diagnostics
	lost  int      // diagnostics beyond maxCollected
	end   position // of the file

	at  map[string]position // where the value of each written path stands
	bad map[string]bool     // the paths of errors, and their ancestors
}

func newWalker(file string) *walker {
	return &walker{
		file: file,
		spec: &Spec{},
		at:   map[string]position{},
		bad:  map[string]bool{},
	}
}

// maxCollected bounds the memory for diagnostics. It is far above what is
// reported, so that what comes first in the file is still found and sorted.
const maxCollected = 10_000

// refuse records an error.
func (w *walker) refuse(path string, pos position, message, hint string) {
	if len(w.found) >= maxCollected {
		w.lost++
		return
	}
	for p := path; p != ""; p = parent(p) {
		w.bad[p] = true
	}
	w.add(SeverityError, path, pos, message, hint)
}

// refuseAt records an error about a written or defaulted path.
func (w *walker) refuseAt(path string, f fault) {
	w.refuse(path, w.where(path), f.message, f.hint)
}

// warnAt records a warning about a written or defaulted path.
func (w *walker) warnAt(path string, f fault) {
	w.add(SeverityWarning, path, w.where(path), f.message, f.hint)
}

func (w *walker) add(s Severity, path string, pos position, message, hint string) {
	if w.end.line > 0 && pos.line > w.end.line {
		pos = w.end // where YAML puts what is missing after the last line
	}
	w.found = append(w.found, Diagnostic{
		File: w.file, Line: pos.line, Col: pos.col,
		Path: path, Message: message, Hint: hint, Severity: s,
	})
}

// written reports whether the file has a value at path.
func (w *walker) written(path string) bool {
	_, ok := w.at[path]

	return ok
}

// sound reports whether no error was found at or below any of the paths, so that a
// check across them would not repeat a complaint in other words.
func (w *walker) sound(paths ...string) bool {
	for _, p := range paths {
		if w.bad[p] {
			return false
		}
	}

	return true
}

// where returns the position of the value at path, or of the nearest written
// ancestor when the value is a default.
func (w *walker) where(path string) position {
	for {
		if pos, ok := w.at[path]; ok {
			return pos
		}
		if path == "" {
			return position{1, 1}
		}
		path = parent(path)
	}
}

// parent cuts the last key or index off path.
func parent(path string) string {
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '.' || path[i] == '[' {
			return path[:i]
		}
	}

	return ""
}
