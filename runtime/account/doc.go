// Package account keeps the people of an application: it registers them,
// checks their passwords, changes what they may do and ends what they hold.
//
// A [Service] works over the application's own types: ID is the type of a
// user's id and R the type of its roles. It holds no state of its own; what it
// knows is in a [Storage], and every rule that two requests could race for is
// one statement of that storage.
package account
