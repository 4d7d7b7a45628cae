package output

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// leftover begins the name of everything that a run puts into a project for its
// own use; nothing of it outlives a run that ends.
const leftover = ".authgen-"

// runName is the file that a run holds locked while it may write.
const runName = leftover + "run"

// patience is how long a run waits for another one, which takes a second or two.
const patience = 30 * time.Second

// runLock keeps two runs apart. The system frees it when a process dies; its file
// may stay then, and means nothing.
type runLock struct {
	file  *lockedfile.File
	path  string
	owner bool
}

// lockForWriting waits for the other runs on the project and keeps new ones out.
func lockForWriting(dir string, wait time.Duration) (*runLock, error) {
	name := filepath.Join(dir, runName)
	for {
		file, err := openLocked(name, os.O_RDWR|os.O_CREATE, wait)
		if err != nil {
			return nil, err
		}
		if current(file, name) {
			held := &runLock{file: file, path: name, owner: true}
			return held, held.sign()
		}
		// The run before removed the file that was waited for.
		if err := file.Close(); err != nil {
			return nil, err
		}
	}
}

// sign writes who holds the lock, for the message of a run that waits in vain.
func (l *runLock) sign() error {
	err := l.file.Truncate(0)
	if err == nil {
		_, err = fmt.Fprintln(l.file, os.Getpid())
	}
	if err != nil {
		return errors.Join(err, l.release())
	}
	return nil
}

// lockForReading waits for a run that is writing, and writes nothing. abandoned
// says that the lock's file was left by a run that died.
func lockForReading(dir string, wait time.Duration) (held *runLock, abandoned bool, err error) {
	name := filepath.Join(dir, runName)
	file, err := openLocked(name, os.O_RDONLY, wait)
	if os.IsNotExist(err) {
		return &runLock{}, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	return &runLock{file: file, path: name}, current(file, name), nil
}

// release ends the hold. The owner removes the file first, while nobody else can
// hold it; Windows removes no open file, and refuses to when another run has it.
func (l *runLock) release() error {
	if l.file == nil {
		return nil
	}
	file := l.file
	l.file = nil
	if l.owner && runtime.GOOS != "windows" {
		if err := os.Remove(l.path); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	if err := file.Close(); err != nil {
		return err
	}
	if l.owner && runtime.GOOS == "windows" {
		_ = os.Remove(l.path)
	}
	return nil
}

// current reports whether the open file is still the one of that name.
func current(file *lockedfile.File, name string) bool {
	open, err := file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(name)
	return err == nil && os.SameFile(open, named)
}

// openLocked opens the file and waits for its lock.
func openLocked(name string, flag int, wait time.Duration) (*lockedfile.File, error) {
	if info, err := os.Lstat(name); err == nil && !info.Mode().IsRegular() {
		return nil, &Error{Msg: "not a plain file, as the lock of a run is", Hint: "remove it", Files: []string{runName}}
	}
	type result struct {
		file *lockedfile.File
		err  error
	}
	opened := make(chan result, 1)
	go func() {
		file, err := lockedfile.OpenFile(name, flag, fileMode)
		opened <- result{file, err}
	}()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case r := <-opened:
		return r.file, r.err
	case <-timer.C:
	}
	go func() {
		if r := <-opened; r.file != nil {
			_ = r.file.Close()
		}
	}()
	return nil, &Error{
		Msg:  fmt.Sprintf("another authgen%s has been writing this project for %v", process(name), wait),
		Hint: "wait for it, or stop it, and run the command again",
	}
}

// process names the process that holds the lock, where that can be read.
func process(name string) string {
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, 32))
	pid := strings.TrimSpace(string(text))
	if err != nil || pid == "" {
		return ""
	}
	return " (process " + pid + ")"
}
