package token

import "sync"

// buffers is where a token is taken apart. It has a fixed size, so that a token
// cannot make memory grow, and is used again (SECURITY JWT-09).
type buffers struct {
	encoded [MaxSize]byte
	decoded [MaxSize]byte
	names   [maxNames]span
}

// A bufferPool hands out buffers. The zero bufferPool is ready.
type bufferPool struct{ pool sync.Pool }

func (p *bufferPool) get() *buffers {
	if b, ok := p.pool.Get().(*buffers); ok {
		return b
	}
	return new(buffers)
}

func (p *bufferPool) put(b *buffers) { p.pool.Put(b) }
