// Package bench holds benchmarks of generated packages; see README.md.
package bench
