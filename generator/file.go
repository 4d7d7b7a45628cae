package generator

// An Owner says who may change a file after authgen wrote it.
type Owner int

const (
	// Generated files carry the header, are rewritten on every run, pruned when
	// no longer produced, and refused when edited by hand.
	Generated Owner = iota
	// Migration files are appended and never changed again.
	Migration
	// Scaffold files are written when they are not there, and from then on they are
	// the user's: never changed, never removed, and in no lock.
	Scaffold
)

// A File is one file of a result, held in memory until all of them exist.
type File struct {
	Path    string // slash-separated, clean, relative to the project's root
	Owner   Owner
	Content []byte
}
