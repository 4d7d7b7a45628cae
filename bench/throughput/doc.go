// Package throughput holds the benchmark of a generated server as a process: requests with
// a credential, over HTTP, on every store.
package throughput
