// Package memory keeps accounts, sessions, API keys and tokens in the memory of the
// process. What it keeps ends with the process and is unknown to every other one:
// it is for tests, and for sessions of an application that runs as a single
// process.
package memory
