package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"github.com/authgen-go/authgen/generator"
	"github.com/authgen-go/authgen/generator/internal/lock"
	"github.com/authgen-go/authgen/generator/internal/migrate"
)

// A Project is a folder with an authgen.yaml, as it was when it was opened. It is
// not safe for concurrent use, and it must be closed: another run may wait for it.
type Project struct {
	disk      disk
	run       *runLock
	lock      *lock.Lock
	lockText  []byte   // authgen.lock as it is; nil without one
	litter    []string // what an interrupted run left in the root
	recovered bool
}

// Open opens the project to look at it: Check and Diff. It waits for a run that is
// writing, and changes nothing, not even what an interrupted run left behind.
func Open(root string) (*Project, error) {
	held, abandoned, err := lockForReading(root, patience)
	if err != nil {
		return nil, fmt.Errorf("open project: %w", err)
	}
	p, err := open(root, held, nil)
	if err != nil {
		return nil, err
	}
	if p.litter, err = p.disk.stages(); err != nil {
		return nil, p.closeWith(fmt.Errorf("open project: %w", err))
	}
	if abandoned {
		p.litter = append(p.litter, runName)
	}
	if err := p.readLock(); err != nil {
		return nil, p.closeWith(err)
	}
	return p, nil
}

// Begin opens the project to write it: Apply, and Check and Diff as well. It waits
// for another run that is writing, for half a minute at most, and keeps others out
// until Close. What an interrupted run had promised is finished first, and what it
// had only begun is removed.
func Begin(root string) (*Project, error) {
	return begin(root, patience, nil)
}

// begin is Begin with how long to wait and the seam of disk.
func begin(root string, wait time.Duration, before func(string) error) (*Project, error) {
	held, err := lockForWriting(root, wait)
	if err != nil {
		return nil, fmt.Errorf("open project: %w", err)
	}
	p, err := open(root, held, before)
	if err != nil {
		return nil, err
	}
	if p.recovered, err = p.disk.recover(); err != nil {
		return nil, p.closeWith(err)
	}
	if err := p.readLock(); err != nil {
		return nil, p.closeWith(err)
	}
	return p, nil
}

func open(root string, held *runLock, before func(string) error) (*Project, error) {
	r, err := os.OpenRoot(root)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open project: %w", err), held.release())
	}
	return &Project{disk: disk{root: r, before: before}, run: held}, nil
}

// Close frees the project for other runs.
func (p *Project) Close() error {
	return errors.Join(p.run.release(), p.disk.root.Close())
}

// Recovered reports whether Begin finished a run that had been interrupted.
func (p *Project) Recovered() bool { return p.recovered }

// Lock returns what authgen.lock says, in a copy; without the file, the lock of a
// project in which nothing was generated yet.
func (p *Project) Lock() *lock.Lock { return p.lock.Clone() }

// Migrations returns the migrations in a folder, sorted by name; none when the
// folder does not exist. A file is one when its name ends with .sql, or begins with a
// number and ends with .go.
func (p *Project) Migrations(dir string) ([]generator.Existing, error) {
	if !below(dir) {
		return nil, outside(dir)
	}
	if err := p.disk.reachable(dir); err != nil {
		return nil, err
	}
	entries, err := p.disk.list(dir)
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	found := []generator.Existing{}
	for _, e := range entries {
		if path.Ext(e.Name()) != ".sql" && migrate.VersionOf(e.Name()) == "" || e.IsDir() {
			continue
		}
		have, err := p.disk.read(path.Join(dir, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("read migrations: %w", err)
		}
		found = append(found, generator.Existing{Name: e.Name(), Content: have.bytes})
	}
	return found, nil
}

// closeWith closes a project that could not be opened wholly.
func (p *Project) closeWith(err error) error {
	return errors.Join(err, p.Close())
}

func (p *Project) readLock() error {
	text, err := p.disk.root.ReadFile(lock.Name)
	if errors.Is(err, fs.ErrNotExist) {
		p.lock = lock.New()
		return nil
	}
	if err != nil {
		return fmt.Errorf("read lock: %w", err)
	}
	p.lockText = text
	p.lock, err = lock.Parse(lock.Name, text)
	return err
}

// stages returns the stages of runs that did not end.
func (d disk) stages() ([]string, error) {
	entries, err := d.list(".")
	if err != nil {
		return nil, err
	}
	var found []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), stagePrefix) {
			found = append(found, e.Name())
		}
	}
	return found, nil
}
