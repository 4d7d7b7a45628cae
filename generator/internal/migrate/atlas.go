package migrate

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Atlas is the format of ariga.io/atlas: one file, and a sum of all of them.
type Atlas struct{}

var _ Format = Atlas{}

// Name returns atlas.
func (Atlas) Name() string { return "atlas" }

// Files returns the one file of m. Atlas works out by itself how to undo a migration and
// has no place for it in the file, where it stands as a comment.
func (Atlas) Files(m Migration) []File {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n", Header)
	section{mark: "atlas:"}.up(&b, m.Changes)
	b.WriteString("\n-- To undo this migration without atlas, last change first:\n")
	section{mark: "atlas:", prefix: "--   "}.down(&b, m.Changes)
	return []File{{Name: m.Version + "_" + m.Name + ".sql", Content: b.Bytes()}}
}

const atlasSum = "atlas.sum"

// atlasUnlisted is the first line of a file that atlas lists by its name only.
var atlasUnlisted = regexp.MustCompile(`^[ -~]*atlas:sum +ignore(?:[^ -~]|$)`)

// Index returns atlas.sum. Each file has the hash of all files up to it, and the first
// line that of the lines below, so that whoever adds a file changes a line that others
// change too: two branches that both add one do not merge unseen.
func (Atlas) Index(folder []File) (File, bool) {
	files := slices.DeleteFunc(slices.Clone(folder), func(f File) bool { return path.Ext(f.Name) != ".sql" })
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	running, total := sha256.New(), sha256.New()
	var lines bytes.Buffer
	for _, f := range files {
		running.Write([]byte(f.Name))
		if atlasUnlisted.Match(f.Content) {
			continue
		}
		running.Write(f.Content)
		sum := base64.StdEncoding.EncodeToString(running.Sum(nil))
		total.Write([]byte(f.Name + sum))
		fmt.Fprintf(&lines, "%s h1:%s\n", f.Name, sum)
	}
	head := fmt.Sprintf("h1:%s\n", base64.StdEncoding.EncodeToString(total.Sum(nil)))
	return File{Name: atlasSum, Content: append([]byte(head), lines.Bytes()...)}, true
}
