// Package breaker makes the outage of a store cost milliseconds.
//
// After some failures in a row a store is considered away, and calls fail at once. From
// then on one call at a time, every half second, is let through to find out: the first
// that is answered ends it (SECURITY F-01, F-08, F-10). A store of several servers, of
// which one may fail while the others answer, is asked whether any does before it is
// considered away.
//
// A store that is slow has a bounded number of calls at a time; who gets no turn within
// half a second is told so (SECURITY F-09).
package breaker
