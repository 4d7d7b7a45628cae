// Package revocation ends access tokens before they expire.
//
// A token that was verified says what was so when it was made. A [Checker] asks a
// storage what is so now: whether its user is there, may sign in and is still of its
// version, whether the login that it belongs to goes on, and whether the token itself
// was revoked. Tokens are known by their id ("jti") and never by their bytes, of which
// one token may have several spellings (SECURITY REV-03).
package revocation
