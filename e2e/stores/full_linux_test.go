package stores

import (
	"testing"

	"golang.org/x/sys/unix"
)

// full has the server's files grow no more, as on a disk that is full.
func (r *rig) full(t *testing.T) (end func()) {
	t.Helper()
	var before unix.Rlimit
	if err := unix.Prlimit(r.Pid(), unix.RLIMIT_FSIZE, nil, &before); err != nil {
		t.Fatal(err)
	}
	none := unix.Rlimit{Cur: 0, Max: before.Max}
	if err := unix.Prlimit(r.Pid(), unix.RLIMIT_FSIZE, &none, nil); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := unix.Prlimit(r.Pid(), unix.RLIMIT_FSIZE, &before, nil); err != nil {
			t.Fatal(err)
		}
	}
}
