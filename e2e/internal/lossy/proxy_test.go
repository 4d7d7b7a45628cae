package lossy

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// echo serves lines, which it answers with themselves, and returns a proxy before it.
func echo(t *testing.T) *Proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				io.Copy(conn, conn)
			}()
		}
	}()
	p, err := Listen(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// A line is a connection to the proxy.
type line struct {
	net.Conn
	in *bufio.Reader
}

func dial(t *testing.T, p *Proxy) *line {
	t.Helper()
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &line{conn, bufio.NewReader(conn)}
}

// ask returns how long an answer takes, or an error if it does not come within patience.
func (l *line) ask(patience time.Duration) (time.Duration, error) {
	begun := time.Now()
	if err := l.SetDeadline(begun.Add(patience)); err != nil {
		return 0, err
	}
	if _, err := io.WriteString(l, "hello\n"); err != nil {
		return 0, err
	}
	text, err := l.in.ReadString('\n')
	if err == nil && text != "hello\n" {
		err = errors.New("the answer is " + text)
	}
	return time.Since(begun), err
}

const (
	short = 100 * time.Millisecond
	long  = 10 * time.Second
)

func TestPassesOn(t *testing.T) {
	p := echo(t)
	l := dial(t, p)
	for range 3 {
		if _, err := l.ask(long); err != nil {
			t.Fatal(err)
		}
	}
	if connections, bytes := p.Passed(); connections != 1 || bytes != 18 || p.Open() != 1 {
		t.Errorf("passed %d connections, %d open, and %d bytes, want 1, 1 and 18", connections, p.Open(), bytes)
	}
}

func TestDelays(t *testing.T) {
	p := echo(t)
	l := dial(t, p)
	p.Delay(3 * short)
	if took, err := l.ask(long); err != nil || took < 3*short {
		t.Errorf("delayed: %v after %v", err, took)
	}
	p.Delay(0)
	if took, err := l.ask(long); err != nil || took >= 3*short {
		t.Errorf("no longer delayed: %v after %v", err, took)
	}
}

func TestStalls(t *testing.T) {
	p := echo(t)
	before := dial(t, p)
	p.Stall()
	for name, l := range map[string]*line{"before": before, "since": dial(t, p)} {
		if _, err := l.ask(short); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("connected %s: %v", name, err)
		}
	}
	p.Flow()
	if _, err := dial(t, p).ask(long); err != nil {
		t.Error(err)
	}
}

func TestRefuses(t *testing.T) {
	p := echo(t)
	l := dial(t, p)
	if _, err := l.ask(long); err != nil {
		t.Fatal(err)
	}
	p.Refuse()
	if _, err := l.ask(long); err == nil {
		t.Error("a connection outlives the refusal of others")
	}
	if _, err := net.Dial("tcp", p.Addr()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dial: %v", err)
	}
	if err := p.Accept(); err != nil {
		t.Fatal(err)
	}
	if _, err := dial(t, p).ask(long); err != nil {
		t.Error(err)
	}
}

func TestCutsWhereItIsTold(t *testing.T) {
	for _, direction := range []Direction{ToServer, ToClient} {
		p := echo(t)
		l, other := dial(t, p), dial(t, p)
		n := 0
		p.Inspect(func(piece Piece) Fate {
			if string(piece.Bytes) != "hello\n" {
				t.Errorf("a piece is %q", piece.Bytes)
			}
			if piece.Direction == direction {
				n++
			}
			if n == 2 && piece.Direction == direction {
				return Cut
			}
			return Pass
		})
		if _, err := l.ask(long); err != nil {
			t.Fatal(err)
		}
		if _, err := l.ask(long); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the second piece %s is not lost with its connection: %v", direction, err)
		}
		if _, err := other.ask(long); err != nil {
			t.Errorf("another connection is lost: %v", err)
		}
		p.Inspect(nil)
		wantBytes := int64(18) // three lines
		if direction == ToServer {
			wantBytes = 12
		}
		if _, bytes := p.Passed(); bytes != wantBytes {
			t.Errorf("%s: passed %d bytes, want %d", direction, bytes, wantBytes)
		}
	}
}

func TestGoesElsewhere(t *testing.T) {
	p, other := echo(t), echo(t)
	l := dial(t, p)
	if _, err := l.ask(long); err != nil {
		t.Fatal(err)
	}
	p.Redirect(other.Addr())
	if _, err := l.ask(long); err == nil {
		t.Error("a connection to where it was outlives the change")
	}
	if _, err := dial(t, p).ask(long); err != nil {
		t.Error(err)
	}
	if connections, _ := other.Passed(); connections != 1 {
		t.Errorf("%d connections go elsewhere, want 1", connections)
	}
}

func TestEndsWhatItsSidesEnd(t *testing.T) {
	p := echo(t)
	l := dial(t, p)
	if _, err := l.ask(long); err != nil {
		t.Fatal(err)
	}
	if err := l.Conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(l.in); err != nil && !strings.Contains(err.Error(), "reset") || len(text) > 0 {
		t.Errorf("after the end comes %q, %v", text, err)
	}
}
