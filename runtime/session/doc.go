// Package session keeps browsers signed in: an opaque random token in a cookie,
// a record of it in a storage, and the rules about how long it lives.
//
// A [Manager] works over the application's own types: ID is the type of a user's
// id and U what a session's user is. The token is known to the browser only; the
// storage holds its SHA-256 (SECURITY SES-01). A request with a session costs
// one read and no write: when it was last seen is kept in memory and written in
// batches.
//
// A session holds no data of an application. What is kept for a visitor has other
// lifetimes, sizes and owners than a credential: github.com/alexedwards/scs, beside
// this and under another cookie, is made for it.
package session
