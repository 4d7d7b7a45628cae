// Package refresh lets a login go on without the password: a refresh token that is
// replaced by the next one whenever it is used, and a record of the login in a
// storage.
//
// A login is a [Family] of tokens and one row. Its tokens are numbered, and each is
// the family's id, its number and a MAC over both under a key that the storage does
// not have. The next token can therefore be made again for whoever did not get the
// answer, what was never a token is refused without asking the storage, a stolen
// database holds no token (SECURITY REF-06), and to replace a token is to move one
// number up in one conditional statement.
//
// Whoever presents a token that was replaced is not told apart from a thief, except
// for a short while after: the family then ends (SECURITY REF-02, RFC 9700 section
// 4.14.2). A [Service] works over the application's own types: UID is the type of a
// user's id and U what a family's user is.
package refresh
