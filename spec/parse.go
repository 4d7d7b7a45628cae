package spec

import "fmt"

// maxReported bounds the diagnostics of one file. A file with more is not a
// spec with mistakes, it is another file.
const maxReported = 100

// Parse reads the spec in src; name is the file's name for diagnostics. Every
// default is explicit in the result, and Warnings holds what is worth a second
// look. A spec that is refused gives a nil *Spec and an error that is
// [Diagnostics]: every error found, in the order of the file.
//
// Any input is safe to parse: the time it takes grows with the size of src,
// which is bounded at 1 MiB (SECURITY GEN-02).
func Parse(name string, src []byte) (*Spec, error) {
	w := newWalker(name)
	w.root = language()

	w.read(src)
	w.found.sort()
	if errs := w.found.of(SeverityError); len(errs) > 0 {
		return nil, errs.limit(maxReported, w.lost)
	}

	w.spec.Warnings = w.found.of(SeverityWarning)

	return w.spec, nil
}

func (w *walker) read(src []byte) {
	if !checkText(w, src) {
		return
	}

	root := readYAML(w, src)
	if root == nil || !w.checkVersion(root) {
		return
	}

	w.root.decode(w, "", root, "version: 1")
	w.check()
}

// checkVersion looks at the version before anything else is read: the keys of
// a file in another version are none of ours to complain about. A file without
// one is read on, and told about it.
func (w *walker) checkVersion(root *node) bool {
	v := root.get("version")
	if v == nil || v.kind == kindInteger && v.text == "1" {
		return true
	}

	hint := "write version: 1"
	if v.kind == kindInteger {
		hint += ", or use an authgen that reads version " + cut(v.text)
	}
	w.refuse("version", v.pos, "expected 1, found "+v.describe(), hint)

	return false
}

// limit cuts diagnostics to n and says how many more there are, with those that
// were lost before.
func (ds Diagnostics) limit(n, lost int) Diagnostics {
	if len(ds) <= n {
		return ds
	}

	next := ds[n]
	next.Path, next.Hint = "", ""
	next.Message = fmt.Sprintf("%d more errors from here on are not shown", len(ds)-n+lost)

	return append(ds[:n:n], next)
}
