package servertest

import (
	"io"
	"net"
	"sync"
	"testing"
)

// A Proxy passes connections on to a server until it is told to fail. It is safe for
// concurrent use.
type Proxy struct {
	t      testing.TB
	target string
	addr   string

	mu       sync.Mutex
	changed  *sync.Cond
	listener net.Listener // nil while the server is down
	hung     bool
	conns    map[net.Conn]bool
}

// NewProxy returns the proxy of a server at a TCP address, for as long as the test runs.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	p := &Proxy{t: t, target: target, addr: "127.0.0.1:0", conns: make(map[net.Conn]bool)}
	p.changed = sync.NewCond(&p.mu)
	p.Up()
	t.Cleanup(func() {
		p.Resume()
		p.Down()
	})
	return p
}

// Addr is where the proxy listens.
func (p *Proxy) Addr() string { return p.addr }

// Up has the proxy take connections.
func (p *Proxy) Up() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		return
	}
	listener, err := net.Listen("tcp", p.addr)
	if err != nil {
		p.t.Fatal(err)
	}
	p.listener, p.addr = listener, listener.Addr().String()
	go p.accept(listener)
}

// Down ends all connections, and has new ones refused.
func (p *Proxy) Down() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		_ = p.listener.Close()
		p.listener = nil
	}
	p.cut()
}

// Cut ends all connections. New ones are taken.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut()
}

func (p *Proxy) cut() {
	for c := range p.conns {
		_ = c.Close()
	}
	clear(p.conns)
	p.changed.Broadcast()
}

// Hang has connections taken and nothing passed on.
func (p *Proxy) Hang() { p.setHung(true) }

// Resume undoes Hang: what was held back is passed on.
func (p *Proxy) Resume() { p.setHung(false) }

func (p *Proxy) setHung(hung bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hung = hung
	p.changed.Broadcast()
}

// Conns is how many connections there are.
func (p *Proxy) Conns() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.conns) / 2
}

func (p *Proxy) accept(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		p.conns[client], p.conns[server] = true, true
		p.mu.Unlock()
		go p.pass(server, client)
		go p.pass(client, server)
	}
}

// pass copies until either side ends, which ends both.
func (p *Proxy) pass(to, from net.Conn) {
	_, _ = io.Copy(&held{Conn: to, proxy: p}, from)
	_, _ = from.Close(), to.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, from)
	delete(p.conns, to)
}

// held is a connection whose writes wait while the proxy hangs.
type held struct {
	net.Conn
	proxy *Proxy
}

func (h *held) Write(b []byte) (int, error) {
	h.proxy.mu.Lock()
	for h.proxy.hung && h.proxy.conns[h.Conn] {
		h.proxy.changed.Wait()
	}
	h.proxy.mu.Unlock()
	return h.Conn.Write(b)
}
