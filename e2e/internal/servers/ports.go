package servers

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// port is a port of loopback that the folder's server alone may listen on, also when it
// is started again. It is below those that Linux gives to connections, of which one could
// else have it while the server is down.
func (f *folder) port() (int, error) {
	const lowest, highest = 20000, 32000
	for range 1000 {
		port := lowest + rand.IntN(highest-lowest)
		// An abstract name leaves nothing behind, and ends with this process.
		claim, err := net.Listen("unix", fmt.Sprintf("@authgen-server-%d", port))
		if err != nil {
			continue
		}
		if !free(port) {
			claim.Close()
			continue
		}
		f.ports = append(f.ports, claim)
		return port, nil
	}
	return 0, errors.New("no port of loopback is free")
}

func free(port int) bool {
	listener, err := net.Listen("tcp", loopback(port))
	if err != nil {
		return false
	}
	return listener.Close() == nil
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
