package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"sync"
	"sync/atomic"
)

// errClosed: a DB was used after its Close.
var errClosed = errors.New("the store is closed")

// statements are prepared when first asked for and kept. There are as many as the
// program has texts of queries, which are constants. To look one up costs a look into a
// map that nobody writes to: a new one makes a new map.
type statements struct {
	pool  *sql.DB
	ready atomic.Pointer[map[string]*sql.Stmt]

	mu      sync.Mutex
	closed  bool
	pending map[string]chan struct{} // closed when the preparation is over, either way
}

func newStatements(pool *sql.DB) *statements {
	s := &statements{pool: pool, pending: make(map[string]chan struct{})}
	s.ready.Store(&map[string]*sql.Stmt{})
	return s
}

// get returns the statement of a query. Who asks while somebody else prepares it waits
// for that, for as long as ctx allows.
func (s *statements) get(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := s.known(query); stmt != nil {
		return stmt, nil
	}
	for {
		stmt, wait, err := s.claim(query)
		switch {
		case err != nil || stmt != nil:
			return stmt, err
		case wait == nil:
			return s.prepare(ctx, query)
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// known returns the statement of a query that was prepared before, or nil.
func (s *statements) known(query string) *sql.Stmt { return (*s.ready.Load())[query] }

// claim returns the statement, or what to wait for, or neither: then the caller is who
// prepares it.
func (s *statements) claim(query string) (*sql.Stmt, <-chan struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, nil, errClosed
	}
	if stmt := s.known(query); stmt != nil {
		return stmt, nil, nil
	}
	if wait, ok := s.pending[query]; ok {
		return nil, wait, nil
	}
	s.pending[query] = make(chan struct{})
	return nil, nil, nil
}

func (s *statements) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	stmt, err := s.pool.PrepareContext(ctx, query)
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.pending[query])
	delete(s.pending, query)
	if err != nil {
		return nil, err
	}
	if s.closed {
		_ = stmt.Close()
		return nil, errClosed
	}
	next := maps.Clone(*s.ready.Load())
	next[query] = stmt
	s.ready.Store(&next)
	return stmt, nil
}

// close releases what is prepared. Calls in progress end as they would have. What cannot
// be released is on a connection that is gone, and has gone with it.
func (s *statements) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, stmt := range *s.ready.Load() {
		_ = stmt.Close()
	}
	s.ready.Store(&map[string]*sql.Stmt{})
}
