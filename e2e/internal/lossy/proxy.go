// Package lossy is a network that can be made to fail: a proxy on loopback between a
// program and a server that it depends on.
package lossy

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"time"
)

// A Proxy passes on what comes on its connections, and fails in the ways that it is
// told to. It begins without a fault. It is safe for concurrent use.
type Proxy struct {
	addr   string
	target string

	mu       sync.Mutex
	listener net.Listener // nil while connections are refused
	pipes    map[*pipe]struct{}
	delay    time.Duration
	flowing  chan struct{} // closed while pieces are passed on
	inspect  func(Piece) Fate
	taken    int // connections
	bytes    int64
}

// A Direction is where a piece goes.
type Direction string

// The directions.
const (
	ToServer Direction = "to the server"
	ToClient Direction = "to the client"
)

// A Piece is what was read from a connection at once: in a protocol of questions and
// answers one of those, as long as it is short.
type Piece struct {
	Direction Direction
	Bytes     []byte // only until the inspection returns
}

// A Fate is what becomes of a piece.
type Fate int

// The fates.
const (
	Pass Fate = iota // it is passed on
	Cut              // it is lost, and its connection with it
)

// Listen starts a proxy in front of a server, at an address that stays its own.
func Listen(target string) (*Proxy, error) {
	p := &Proxy{target: target, pipes: map[*pipe]struct{}{}, flowing: make(chan struct{})}
	close(p.flowing)
	// Not a port that Linux gives to connections, of which one could have it while
	// the proxy refuses.
	const lowest, highest = 12000, 20000
	for range 100 {
		p.addr = fmt.Sprintf("127.0.0.1:%d", lowest+rand.IntN(highest-lowest))
		if p.Accept() == nil {
			return p, nil
		}
	}
	return nil, errors.New("no port of loopback is free")
}

// Addr is the address that the proxy listens on.
func (p *Proxy) Addr() string { return p.addr }

// Close ends the proxy and its connections.
func (p *Proxy) Close() { p.Refuse() }

// Refuse refuses new connections, as where nobody listens, and cuts those there are.
func (p *Proxy) Refuse() {
	p.mu.Lock()
	listener := p.listener
	p.listener = nil
	p.mu.Unlock()
	if listener != nil {
		listener.Close()
	}
	p.Cut()
}

// Accept ends Refuse.
func (p *Proxy) Accept() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		return nil
	}
	listener, err := net.Listen("tcp", p.addr)
	if err != nil {
		return err
	}
	p.listener = listener
	go p.serve(listener)
	return nil
}

// Cut ends every connection, at both sides.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for pipe := range p.pipes {
		pipe.close()
	}
}

// Stall takes connections and everything that comes on them, and passes on nothing
// until Flow.
func (p *Proxy) Stall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.flowing:
		p.flowing = make(chan struct{})
	default:
	}
}

// Flow ends Stall.
func (p *Proxy) Flow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.flowing:
	default:
		close(p.flowing)
	}
}

// Delay has every piece that comes from the server arrive so much later; 0 ends it.
func (p *Proxy) Delay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
}

// Redirect sends new connections to another server, and cuts those there are.
func (p *Proxy) Redirect(target string) {
	p.mu.Lock()
	p.target = target
	p.mu.Unlock()
	p.Cut()
}

// Inspect has a function decide on every piece, one after the other; nil ends it.
func (p *Proxy) Inspect(decide func(Piece) Fate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inspect = decide
}

// Passed are the connections that were taken, and the bytes that were passed on to the
// server.
func (p *Proxy) Passed() (connections int, bytes int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taken, p.bytes
}

// Open is how many connections there are.
func (p *Proxy) Open() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.pipes)
}

func (p *Proxy) serve(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return // it is closed
		}
		go p.connect(listener, client)
	}
}

func (p *Proxy) connect(listener net.Listener, client net.Conn) {
	p.mu.Lock()
	target := p.target
	p.taken++
	p.mu.Unlock()
	server, err := net.Dial("tcp", target)
	if err != nil {
		reset(client)
		return
	}
	pipe := &pipe{proxy: p, client: client, server: server, closed: make(chan struct{})}
	if !p.add(listener, pipe) {
		pipe.close()
		return
	}
	pipe.run()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.pipes, pipe)
}

// add is false if the listener that took the connection has been closed since.
func (p *Proxy) add(listener net.Listener, pipe *pipe) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != listener {
		return false
	}
	p.pipes[pipe] = struct{}{}
	return true
}

// judge decides on a piece, and says when it may arrive.
func (p *Proxy) judge(piece Piece) (Fate, time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.inspect != nil && p.inspect(piece) == Cut {
		return Cut, time.Time{}
	}
	due := time.Now()
	switch piece.Direction {
	case ToServer:
		p.bytes += int64(len(piece.Bytes))
	case ToClient:
		due = due.Add(p.delay)
	}
	return Pass, due
}

// flow is closed as soon as pieces are passed on.
func (p *Proxy) flow() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.flowing
}
