// Package lock reads and writes authgen.lock: what authgen wrote last time, so
// that the next run knows what it may overwrite, what it may delete, and from
// which schema the next migration starts.
//
// The file is committed, and branches merge it. Every line therefore stands on its
// own, naming its table again where it has to, and lists are sorted: git's union of
// two branches, or a person who keeps both sides of a conflict, gives the right
// file even when git has taken lines that both sides share for one.
package lock
