package servers

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

//go:embed keeper.sh
var keeper string

// A folder is all that a private server has on this machine. A keeper of its own sees to it
// that neither the folder nor a process that works in it outlives this process.
type folder struct {
	path  string
	owner *owner // nil: whoever runs the tests

	keeper *exec.Cmd
	alive  io.Closer // what the keeper waits to be closed
	ports  []net.Listener
}

// newFolder makes a folder of a user, or if we are not root, of our own.
func newFolder(user string) (*folder, error) {
	owner, err := ownerFor(user)
	if err != nil {
		return nil, err
	}
	path, err := os.MkdirTemp("", "authgen-server")
	if err != nil {
		return nil, err
	}
	f := &folder{path: path, owner: owner}
	err = f.give(path)
	if err == nil {
		err = f.keep()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(path))
	}
	return f, nil
}

// keep starts the keeper, as the owner: the kernel does not tell others where its
// processes work.
func (f *folder) keep() error {
	cmd := f.command("/bin/sh", "-c", keeper, "keeper", f.path)
	cmd.Dir = "/" // it is not to end itself
	alive, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	f.keeper, f.alive = cmd, alive
	return cmd.Start()
}

// command is a program that works in the folder as its owner. It gets nothing of our
// environment that could change what it does, and no signal that a terminal sends us.
func (f *folder) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Dir = f.path
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + f.path, "TMPDIR=" + f.path, "LC_ALL=C.UTF-8"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if f.owner != nil {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: f.owner.uid, Gid: f.owner.gid}
	}
	return cmd
}

// run runs a program to its end.
func (f *folder) run(ctx context.Context, program string, args ...string) error {
	log, err := f.openLog()
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := f.command(program, args...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	// Its children end with the folder.
	defer context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })()
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(program), errors.Join(ctx.Err(), err))
	}
	return nil
}

// mkdir makes a folder in the folder, and returns its path.
func (f *folder) mkdir(name string) (string, error) {
	path := filepath.Join(f.path, name)
	return path, errors.Join(os.Mkdir(path, 0o700), f.give(path))
}

// write writes a file that only the owner can read, and returns its path.
func (f *folder) write(name, text string) (string, error) {
	path := filepath.Join(f.path, name)
	return path, errors.Join(os.WriteFile(path, []byte(text), 0o600), f.give(path))
}

func (f *folder) give(path string) error {
	if f.owner == nil {
		return nil
	}
	return os.Chown(path, int(f.owner.uid), int(f.owner.gid))
}

func (f *folder) openLog() (*os.File, error) {
	return os.OpenFile(filepath.Join(f.path, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// explain adds to an error the end of what the programs have written.
func (f *folder) explain(err error) error {
	text, readErr := os.ReadFile(filepath.Join(f.path, "log"))
	if readErr != nil {
		return err // nothing has run yet
	}
	const enough = 4 << 10
	return fmt.Errorf("%w\n%s", err, text[max(0, len(text)-enough):])
}

// remove ends what still works in the folder and removes it.
func (f *folder) remove() error {
	errs := []error{f.alive.Close(), f.keeper.Wait()}
	for _, port := range f.ports {
		errs = append(errs, port.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(f.path))...) // a keeper may not remove what lies in a folder of root
}
