//go:build race

package ratelimit_test

// raceDetector is whether the race detector is on, which makes tests ten times as slow.
const raceDetector = true
