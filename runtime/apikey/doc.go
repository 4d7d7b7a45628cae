// Package apikey lets programs act for the users of an application: a long random
// key in a header, a record of its hash in a storage, and the rules about what it
// may do and for how long.
//
// A [Service] works over the application's own types: ID is the type of a user's
// id, S that of its scopes and U what the owner of a key is. A key is shown once,
// when it is made; the storage holds its SHA-256 (SECURITY API-03). A request with
// a key costs one read and no write, or no read either where [Config.MaxStaleness]
// allows it: when a key was last used is kept in memory and written in batches.
//
// Every key expires. It is replaced by rotation: the new key and the old one both
// work until the overlap ends. A key that is revoked is deleted; what became of it
// is in the audit trail.
package apikey
