package servertest

import (
	"context"
	"net"
	"sync"
	"syscall"
)

// A DialFunc makes a connection, as [net.Dialer.DialContext] does.
type DialFunc func(ctx context.Context, network, addr string) (net.Conn, error)

// A Line is what the connections of clients go over. While it is cut the server at its
// other end is away: there are no connections, and new ones are refused. The zero value
// is whole. It is safe for concurrent use.
type Line struct {
	mu    sync.Mutex
	cut   bool
	conns map[*conn]struct{}
}

// Over returns dial by way of the line.
func (l *Line) Over(dial DialFunc) DialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		if l.isCut() {
			return nil, refused(network)
		}
		inner, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		c := &conn{Conn: inner, line: l}
		if !l.add(c) {
			_ = inner.Close() // it was made in the moment of the cut
			return nil, refused(network)
		}
		return c, nil
	}
}

// Cut ends every connection and refuses new ones, until Mend.
func (l *Line) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = true
	for c := range l.conns {
		_ = c.Conn.Close() // who uses it finds out
	}
	clear(l.conns)
}

// Mend lets connections be made again.
func (l *Line) Mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = false
}

func (l *Line) isCut() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cut
}

// add reports whether c may be used.
func (l *Line) add(c *conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		return false
	}
	if l.conns == nil {
		l.conns = map[*conn]struct{}{}
	}
	l.conns[c] = struct{}{}
	return true
}

func (l *Line) remove(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
}

// refused is what a host without the server answers.
func refused(network string) error {
	return &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
}

// A conn is a connection over a line.
type conn struct {
	net.Conn
	line *Line
}

// Close implements [net.Conn].
func (c *conn) Close() error {
	c.line.remove(c)
	return c.Conn.Close()
}
