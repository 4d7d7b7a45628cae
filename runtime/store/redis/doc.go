// Package redis keeps sessions, used values, revoked tokens and rate limits in Redis or
// Valkey, so that many processes share them: on a single server, behind Sentinel, or in
// a cluster. Users and what else must last are for a database.
//
// # The client
//
// The stores take a client of github.com/redis/go-redis/v9, which the application makes
// and closes. Its options must set ContextTimeoutEnabled, without which it would not
// heed the deadline of a call; the stores refuse a client that does not. A call that has
// been sent ends with its deadline or with the client's ReadTimeout, not before that when
// its context is cancelled. A client of a cluster that reads from replicas, by ReadOnly,
// RouteByLatency or RouteRandomly, is refused as well: a replica may not know yet that a
// session has ended (SECURITY F-17). Behind Sentinel leave ReplicaOnly off.
//
// A client of a cluster has to learn the servers and, by COMMAND, what they can do before
// it heeds deadlines. The constructors have it do so: they ask a server, and fail if none
// answers.
//
// An error that is not the one that names the verdict means that the servers could not
// tell. A client sends again what was not answered, unless MaxRetries is -1. Where the
// first try was done, the second knows that it is the same call (Rotate, Use), or changes
// nothing more; only DeleteByID may then say that there is no such session, and Create
// that there is one.
//
// # Outages
//
// The stores of a client share a [Breaker], which [Options] name; without that each has one
// of its own, and finds out about an outage by itself. When the servers could not be reached
// a few times in a row calls fail at once, and one at a time finds out whether they are
// back. Failures in a row may be those of one server of a cluster: the cluster is asked
// whether any server answers, and while one does calls are made as ever, those on the keys
// of a server that hangs until their deadline. At most as many calls are made at a time as
// the client may have connections; who gets no turn within half a second is refused
// (SECURITY F-01, F-08, F-09).
//
// What is left to the client are its own tries of a call: with the defaults of go-redis a
// call on a server that refuses connections takes seconds, so that its deadline ends it.
// [Open] has it try twice. Its PoolTimeout is of no matter where the application does not
// use the client for much else.
//
// # Sessions
//
// A session is in two places.
//
//	{user:<id>}:sessions   a hash: for each session of the user its row, by its id
//	{user:<id>}:ends       a sorted set: when each row may be forgotten
//	token:{<hash>}         a string: the user and the id of the session that the token led to
//
// The row says what the session is, and which token it has now: its hash is in the row.
// All rows of a user are in one slot of a cluster, so that whatever makes, changes or ends
// sessions is one step that nothing comes in between: of many who rotate a token one wins,
// and a user's sessions end all at once, with those that are being made or are made
// later. What a token's hash leads to never changes and proves nothing. A session is found
// if its row is there and has the hash that was presented; that costs a second question.
//
// The two are in different slots, so the process or the server may fail in between. The
// pointer is written first and removed last: what is left over then is a pointer that leads
// to no row, or to a row with another hash, and it is as good as none. A session that was
// ended is refused from the moment at which its row has gone, and there is no row that a
// list does not show.
//
// Every key has an end, 10 minutes after that of the session, or of the last session of
// the user: so far clocks may differ. Rows that have ended sooner go when the user signs
// in again. A session that is idle is refused by the session.Manager and stays until its
// absolute end, unless its sweeper comes by: that looks at some 20000 keys of each server
// at a time. No rule depends on it; where a server has many keys of others it can be turned
// off (SECURITY STO-05).
//
// The sessions of a user who is gone are refused, and removed when next one of them is
// found or they are listed. An application that gives ids to new users that others have
// had ends the sessions of users whom it deletes.
//
// # What a server may lose
//
// Sessions that are lost are signed out. What else is kept here must not be lost before
// its end, which is why [NewOnce], [NewRevoked] and [NewLimiter] ask each server for its
// maxmemory-policy and refuse one that is not noeviction. They ask by INFO memory and, if
// that does not tell, by CONFIG GET.
//
// A server that comes back empty has forgotten which values were used and who was throttled.
// That it has forgotten tokens is noticed: see [Revoked]. A failover, by Sentinel or of a
// cluster, may lose the last writes without a trace, as Redis confirms a write before its
// replicas have it: who has signed in then has not, and a session, a token or a value that
// was ended then is good again. Where not even that may happen these belong in a database
// (SECURITY F-19).
//
// The notes of [Revoked], 256 of them, are the only keys without an end.
package redis
