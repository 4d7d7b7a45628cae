package lossy

import (
	"net"
	"sync"
	"time"
)

// A pipe is one connection to the proxy and the one that it goes on with.
type pipe struct {
	proxy          *Proxy
	client, server net.Conn

	once   sync.Once
	closed chan struct{}
}

// close ends both connections as if the network had.
func (p *pipe) close() {
	p.once.Do(func() {
		close(p.closed)
		reset(p.client)
		reset(p.server)
	})
}

// run passes on what comes until either side ends.
func (p *pipe) run() {
	var both sync.WaitGroup
	both.Go(func() { p.pass(ToServer, p.client, p.server) })
	both.Go(func() { p.pass(ToClient, p.server, p.client) })
	both.Wait()
}

// A late piece arrives when it is due.
type late struct {
	due   time.Time
	bytes []byte
}

// pass reads at once, whenever the pieces arrive: a delay is one of the way and not of
// each piece.
func (p *pipe) pass(direction Direction, from, to net.Conn) {
	const inFlight = 1024
	way := make(chan late, inFlight)
	var arrived sync.WaitGroup
	arrived.Go(func() { p.arrive(way, to) })
	defer arrived.Wait()
	defer close(way)
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			fate, due := p.proxy.judge(Piece{Direction: direction, Bytes: buffer[:n]})
			if fate == Cut {
				p.close()
				return
			}
			select {
			case way <- late{due, append([]byte(nil), buffer[:n]...)}:
			case <-p.closed:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// arrive writes pieces as they are due, and ends the pipe after the last.
func (p *pipe) arrive(way <-chan late, to net.Conn) {
	defer p.close()
	for piece := range way {
		if !p.wait(time.Until(piece.due)) {
			return
		}
		select {
		case <-p.proxy.flow():
		case <-p.closed:
			return
		}
		if _, err := to.Write(piece.bytes); err != nil {
			return
		}
	}
}

// wait is false if the pipe is closed before d is over.
func (p *pipe) wait(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.closed:
		return false
	}
}

// reset closes a connection without a good-bye.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // it is closed all the same
	}
	conn.Close()
}
