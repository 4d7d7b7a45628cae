// Package once lets a value be used once: the state of a login that a provider
// answers, the id of an assertion that a client signed. Nothing is written before a
// value is used, so that nobody fills a storage by asking for values.
package once
