package servers

import (
	"errors"
	"os"
	"os/user"
	"strconv"
)

// An owner is who a server runs as when root starts it.
type owner struct{ uid, gid uint32 }

// ownerFor is the user whom the package of the server brought, or nobody. It is nil if we
// are not root, who alone can run programs as somebody else.
func ownerFor(name string) (*owner, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup(name)
	if errors.As(err, new(user.UnknownUserError)) {
		account, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, err
	}
	uid, uidErr := strconv.ParseUint(account.Uid, 10, 32)
	gid, gidErr := strconv.ParseUint(account.Gid, 10, 32)
	return &owner{uid: uint32(uid), gid: uint32(gid)}, errors.Join(uidErr, gidErr)
}
