package output

import (
	"bytes"
	"errors"
	"io/fs"
	"syscall"

	"github.com/authgen-go/authgen/generator/internal/lock"
)

// content is what is found at a path.
type content struct {
	there   bool
	regular bool // a plain file: no folder, no link, no device
	bytes   []byte
}

// read returns what is at a path. A link is not followed: replacing it would leave
// its target as it is, and reading it would show another file.
func (d disk) read(name string) (content, error) {
	info, err := d.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return content{}, nil
	}
	if err != nil {
		return content{}, err
	}
	if !info.Mode().IsRegular() {
		return content{there: true}, nil
	}
	data, err := d.root.ReadFile(name)
	if err != nil {
		return content{}, err
	}
	return content{there: true, regular: true, bytes: data}, nil
}

// is reports whether the content equals want, line ends aside.
func (c content) is(want []byte) bool {
	return c.regular && bytes.Equal(unix(c.bytes), unix(want))
}

// hash returns the hash of the content, "" when there is no file.
func (c content) hash() string {
	if !c.regular {
		return ""
	}
	return lock.Hash(c.bytes)
}

// unix turns CRLF into LF.
func unix(text []byte) []byte {
	return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
}
