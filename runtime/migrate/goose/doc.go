// Package goose applies migrations through goose, so that goose and its version
// table see what a program applied, and the other way round.
package goose
