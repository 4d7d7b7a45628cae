// Package servers starts private servers of databases for tests, from the programs that
// this machine has installed, on free ports of loopback. It does so on Linux.
//
// A server keeps all it has in a temporary folder, listens nowhere else, asks for a
// password that nobody else knows, and is not root's, who PostgreSQL and MariaDB refuse.
// It is not made to survive a crash of the machine. Nothing of it outlives the process
// that started it, however that one ends.
package servers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"
)

// patience is for how long a server may take to start, to stop or to answer. It is long,
// since whoever waits for that long has failed.
const patience = time.Minute

// A Kind is a kind of server.
type Kind struct {
	name     string // as it is written
	variable string
	user     string // who its Debian package lets it run as
	prepare  func(ctx context.Context, f *folder) (plan, error)
	answers  func(ctx context.Context, url string) error // tried once
}

// A plan is what to run in a folder that is prepared.
type plan struct {
	url   string
	nodes []node
	join  func(ctx context.Context) error // makes one server of nodes that answer; may be nil
}

// A node is how to run one process.
type node struct {
	addr    string
	program string
	args    []string
	stop    os.Signal                       // what ends it in good order
	answers func(ctx context.Context) error // tried once
}

// Kinds are all there are.
func Kinds() []Kind {
	return []Kind{PostgreSQL(), MariaDB(), Redis(), RedisCluster()}
}

// String is the name of the kind.
func (k Kind) String() string { return k.name }

// Variable is the variable of the environment that names a running server to tests.
func (k Kind) Variable() string { return k.variable }

// Use is the server that the variable of the kind names, as long as it answers, or else a
// private one.
func (k Kind) Use(ctx context.Context) (*Server, error) {
	url := os.Getenv(k.variable)
	if url == "" {
		return k.Start(ctx)
	}
	s := &Server{URL: url, kind: k}
	if err := s.Ready(ctx); err != nil {
		return nil, fmt.Errorf("%s that %s names: %w", k.name, k.variable, err)
	}
	return s, nil
}

// Start starts a private server, whatever the environment names, and waits until it
// answers. The context is for the start alone. Whoever starts the server closes it, once.
func (k Kind) Start(ctx context.Context) (*Server, error) {
	s, err := k.start(ctx)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", k.name, err)
	}
	return s, nil
}

func (k Kind) start(ctx context.Context) (*Server, error) {
	if runtime.GOOS != "linux" {
		return nil, fmt.Errorf("this works on Linux only; let %s name a running server", k.variable)
	}
	f, err := newFolder(k.user)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	s, err := k.startIn(ctx, f)
	if err != nil {
		return nil, errors.Join(f.explain(err), s.Close())
	}
	return s, nil
}

// startIn returns what there is to close, also with an error.
func (k Kind) startIn(ctx context.Context, f *folder) (*Server, error) {
	s := &Server{kind: k, folder: f}
	plan, err := k.prepare(ctx, f)
	if err != nil {
		return s, err
	}
	s.URL = plan.url
	for _, n := range plan.nodes {
		s.processes = append(s.processes, &Process{Addr: n.addr, node: n, folder: f})
	}
	if err := s.each(func(p *Process) error { return p.Restart(ctx) }); err != nil {
		return s, err
	}
	if plan.join != nil {
		if err := plan.join(ctx); err != nil {
			return s, err
		}
	}
	return s, s.Ready(ctx)
}

// All uses a server of each kind. They start at once, since each mostly waits.
func All(ctx context.Context) ([]*Server, error) {
	kinds := Kinds()
	servers, errs := make([]*Server, len(kinds)), make([]error, len(kinds))
	var started sync.WaitGroup
	for i, kind := range kinds {
		started.Go(func() { servers[i], errs[i] = kind.Use(ctx) })
	}
	started.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, errors.Join(err, Close(servers))
	}
	return servers, nil
}

// Close closes servers at once. Those that are nil it leaves out.
func Close(servers []*Server) error {
	errs := make([]error, len(servers))
	var closed sync.WaitGroup
	for i, s := range servers {
		if s != nil {
			closed.Go(func() { errs[i] = s.Close() })
		}
	}
	closed.Wait()
	return errors.Join(errs...)
}

// Environ are the variables that name the servers to tests, which then skip none that
// needs one.
func Environ(servers []*Server) []string {
	env := []string{"AUTHGEN_TEST_SERVERS=required"}
	for _, s := range servers {
		env = append(env, s.kind.variable+"="+s.URL)
	}
	return env
}
