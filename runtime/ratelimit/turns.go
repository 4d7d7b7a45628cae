package ratelimit

import (
	"context"
	"fmt"
	"hash/maphash"
)

// turnCount makes it rare that two accounts wait for each other.
const turnCount = 1 << 8

// turns let one try at an account at a time ask a storage that processes share: once one is
// refused the others know, and need not queue for the same rows there.
type turns struct {
	seed maphash.Seed
	each [turnCount]chan struct{}
}

func newTurns() *turns {
	t := &turns{seed: maphash.MakeSeed()}
	for i := range t.each {
		t.each[i] = make(chan struct{}, 1)
	}
	return t
}

// take waits until it is the turn of account, which must then be ended; for no longer than
// a storage may take to answer.
func (t *turns) take(ctx context.Context, account string) (end func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, DefaultStoreTimeout)
	defer cancel()
	turn := t.each[maphash.String(t.seed, account)%turnCount]
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for other tries at the account: %w", context.Cause(ctx))
	}
}
