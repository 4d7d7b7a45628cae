// Package stores holds the tests of generated servers on real databases: what they do
// when those fail, and that several of them are one.
package stores
