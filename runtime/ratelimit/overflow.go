package ratelimit

import "sync"

const (
	// coarseBuckets is how many buckets names without an entry share, for each rate.
	coarseBuckets = 1 << 10
	// maxRates bounds the memory of rates. Rates come from configuration and are
	// few; those beyond share their coarse buckets as well.
	maxRates = 64
)

// overflow limits the names for which their set has no room. They share coarse
// buckets, which makes their limit stricter; the alternative, to make room, would
// let a flood of made-up names free one that is throttled (SECURITY RL-05).
//
// Rates have buckets of their own: a wait of an hour that belongs to one limit is
// not to be imposed on another of a minute.
type overflow struct {
	mu     sync.RWMutex
	byRate map[Rate]*coarse
	rest   *coarse // for rates beyond maxRates; nil until then
}

type coarse [coarseBuckets]struct {
	mu  sync.Mutex
	due moment
}

// take reserves in the coarse bucket of hash.
func (o *overflow) take(hash uint64, now moment, rate Rate) Decision {
	b := &o.make(rate)[hash%coarseBuckets]
	b.mu.Lock()
	defer b.mu.Unlock()
	return take(&b.due, now, rate)
}

// due returns when the coarse bucket of hash is full, or a moment in the past. A
// name that gets an entry begins with this debt: it may be what throttled the name
// before there was room.
func (o *overflow) due(hash uint64, rate Rate) moment {
	c := o.get(rate)
	if c == nil {
		return 0
	}
	b := &c[hash%coarseBuckets]
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.due
}

func (o *overflow) get(rate Rate) *coarse {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if c := o.byRate[rate]; c != nil {
		return c
	}
	return o.rest
}

func (o *overflow) make(rate Rate) *coarse {
	if c := o.get(rate); c != nil {
		return c
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if c := o.byRate[rate]; c != nil {
		return c
	}
	if o.rest != nil {
		return o.rest
	}
	if o.byRate == nil {
		o.byRate = make(map[Rate]*coarse)
	}
	c := new(coarse)
	o.byRate[rate] = c
	if len(o.byRate) == maxRates {
		o.rest = new(coarse)
	}
	return c
}
