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
	// Index files list what else is in their folder, the user's files included. They
	// are rewritten with every file that authgen adds, and refused when they do not
	// list the folder as it was.
	Index
)

// A File is one file of a result, held in memory until all of them exist.
type File struct {
	Path    string // slash-separated, clean, relative to the project's root
	Owner   Owner
	Content []byte

	// Replaces is what an Index may hold before: the list of the folder as it was.
	Replaces []byte
}

// An Existing is a file in the folder of migrations, whoever wrote it.
type Existing struct {
	Name    string
	Content []byte
}
