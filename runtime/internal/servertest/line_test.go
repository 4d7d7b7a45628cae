package servertest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"syscall"
	"testing"

	"github.com/authgen-go/authgen/runtime/internal/servertest"
)

// echo is a server that answers with what it is sent.
func echo(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(c, c)
				_ = c.Close()
			}()
		}
	}()
	return l.Addr().String()
}

// talk reports what comes of a word over c.
func talk(c net.Conn) error {
	if _, err := c.Write([]byte("x")); err != nil {
		return err
	}
	_, err := io.ReadFull(c, make([]byte, 1))
	return err
}

func TestALineIsCutAndMended(t *testing.T) {
	var line servertest.Line
	addr := echo(t)
	dial := line.Over(new(net.Dialer).DialContext)
	open := func() net.Conn {
		t.Helper()
		c, err := dial(t.Context(), "tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	closed, cut := open(), open()
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	if err := talk(cut); err != nil {
		t.Fatal(err)
	}

	line.Cut()
	if err := talk(cut); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a connection from before the cut: %v", err)
	}
	if _, err := dial(t.Context(), "tcp", addr); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("a new connection after the cut: %v", err)
	}

	line.Mend()
	whole := open()
	if err := talk(whole); err != nil {
		t.Errorf("a connection after the mending: %v", err)
	}
	if err := whole.Close(); err != nil {
		t.Error(err)
	}
}

// A dial that has begun before the cut makes no connection after it.
func TestACutReachesWhatIsBeingDialled(t *testing.T) {
	var line servertest.Line
	addr := echo(t)
	var made net.Conn
	dial := line.Over(func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, addr)
		made = c
		line.Cut()
		return c, err
	})
	if _, err := dial(t.Context(), "tcp", addr); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("the connection: %v", err)
	}
	if err := talk(made); !errors.Is(err, net.ErrClosed) {
		t.Errorf("what was dialled is still open: %v", err)
	}
}

func TestFindPrefersTheFirstVariable(t *testing.T) {
	t.Setenv("FIRST", "")
	t.Setenv("SECOND", "b")
	if name, address := servertest.Find(t, "a server", "FIRST", "SECOND"); name != "SECOND" || address != "b" {
		t.Errorf("found %s=%s", name, address)
	}
	t.Setenv("FIRST", "a")
	if name, address := servertest.Find(t, "a server", "FIRST", "SECOND"); name != "FIRST" || address != "a" {
		t.Errorf("found %s=%s", name, address)
	}
}

func TestWithoutAServerATestIsSkippedUnlessThatIsRefused(t *testing.T) {
	t.Setenv("ABSENT", "")
	for setting, want := range map[string]string{"": "skip", "required": "fail"} {
		t.Setenv("AUTHGEN_TEST_SERVERS", setting)
		got := &ending{TB: t}
		done := make(chan struct{})
		go func() {
			defer close(done)
			servertest.Find(got, "a server", "ABSENT")
		}()
		<-done
		if got.how != want {
			t.Errorf("with %q: %q, want %q", setting, got.how, want)
		}
	}
}

// An ending notes how a test ends, instead of ending it.
type ending struct {
	testing.TB
	how string
}

func (e *ending) Helper()      {}
func (e *ending) Skip(...any)  { e.how = "skip" }
func (e *ending) Fatal(...any) { e.how = "fail"; runtime.Goexit() }
