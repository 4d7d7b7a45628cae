package revocation

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// memoryCap is how many tokens a Memory lists: with an id of 22 characters, some 200
// MB of them.
const memoryCap = 1 << 20

// Memory is a [List] for an application that runs as a single process. What it lists
// ends with the process and is unknown to every other one: tokens that were made before
// it began are therefore revoked, all of them. It is safe for concurrent use.
//
// Entries stay until their end and are never driven out (SECURITY REV-04). A list
// that is full takes no other: see [ErrFull].
type Memory struct {
	now   func() time.Time
	began time.Time
	cap   int

	mu   sync.RWMutex
	byID map[string]*listed
	ends queue
}

var _ List = (*Memory)(nil)

// NewMemory returns an empty list, which begins now and has room for 1048576 tokens at
// once. The clock is now, or time.Now if that is nil.
func NewMemory(now func() time.Time) *Memory { return newMemory(now, memoryCap) }

func newMemory(now func() time.Time, limit int) *Memory {
	if now == nil {
		now = time.Now
	}
	// Tokens say in which second they were made: one of this second may be younger.
	return &Memory{now: now, began: now().Truncate(time.Second), cap: limit, byID: make(map[string]*listed)}
}

// Revoke implements [List]. It fails with [ErrFull] only.
func (m *Memory) Revoke(_ context.Context, id string, until time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sweep(m.now())
	if e, ok := m.byID[id]; ok {
		if e.until.Before(until) {
			e.until = until
			heap.Fix(&m.ends, e.at)
		}
		return nil
	}
	if len(m.byID) >= m.cap {
		return ErrFull
	}
	e := &listed{id: id, until: until}
	m.byID[id] = e
	heap.Push(&m.ends, e)
	return nil
}

// sweep drops the entries that have ended. The lock is held.
func (m *Memory) sweep(now time.Time) {
	for len(m.ends) > 0 && !m.ends[0].until.After(now) {
		delete(m.byID, m.ends[0].id)
		heap.Pop(&m.ends)
	}
}

// Revoked implements [List]. It does not fail.
func (m *Memory) Revoked(_ context.Context, id string, issuedAt time.Time) (bool, error) {
	if issuedAt.Before(m.began) {
		return true, nil
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	_, ok := m.byID[id]
	return ok, nil
}

// listed is an entry, which knows its place in the queue.
type listed struct {
	id    string
	until time.Time
	at    int
}

// A queue has the entry that ends next in front; see [heap.Interface].
type queue []*listed

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].until.Before(q[j].until) }
func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].at, q[j].at = i, j
}

func (q *queue) Push(x any) {
	e := x.(*listed)
	e.at = len(*q)
	*q = append(*q, e)
}

func (q *queue) Pop() any {
	last := len(*q) - 1
	e := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return e
}
