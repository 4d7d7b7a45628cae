//go:build race

package storetest_test

// raceDetector says that every access to memory costs several times as much: what
// is repeated to meet rare orders is repeated less.
const raceDetector = true
