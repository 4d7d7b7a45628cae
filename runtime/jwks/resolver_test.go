package jwks_test

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"
)

// resolveTo returns a resolver for which every name has these addresses, a list for
// each time that it is asked, and the last for all times after. It needs no network.
func resolveTo(t testing.TB, lists ...[]string) *net.Resolver {
	t.Helper()
	var mu sync.Mutex
	asked := 0
	next := func() []string {
		mu.Lock()
		defer mu.Unlock()
		asked++
		return lists[min(asked, len(lists))-1]
	}
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go serveDNS(server, next)
		return client, nil
	}}
}

// serveDNS answers one question over a stream (RFC 1035 section 4.2.2). Questions for
// IPv6 addresses have no answer, so that each look-up counts once.
func serveDNS(conn net.Conn, addrs func() []string) {
	defer func() { _ = conn.Close() }()
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return
	}
	question := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(conn, question); err != nil {
		return
	}
	end := 12
	for question[end] != 0 {
		end += int(question[end]) + 1
	}
	end += 5 // the root, type and class
	const typeA = 1
	var answers []byte
	count := 0
	if binary.BigEndian.Uint16(question[end-4:]) == typeA {
		for _, text := range addrs() {
			ip := netip.MustParseAddr(text).As4()
			answers = append(answers, 0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4) // the name of the question, TTL 0
			answers = append(answers, ip[:]...)
			count++
		}
	}
	reply := append([]byte{}, question[:2]...)
	reply = append(reply, 0x81, 0x80, 0, 1, 0, byte(count), 0, 0, 0, 0)
	reply = append(reply, question[12:end]...)
	reply = append(reply, answers...)
	binary.BigEndian.PutUint16(size[:], uint16(len(reply)))
	_, _ = conn.Write(append(size[:], reply...))
}
