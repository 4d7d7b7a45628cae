// Package storetest holds what every storage of accounts, sessions, API keys and
// tokens has to do, as test suites: whoever writes a storage runs them on it, and what
// passes may stand in for any other (SECURITY STO-01).
//
// A generated project runs them on its own stores:
//
//	func stores(t *testing.T) storetest.Stores[uuid.UUID, Role] {
//		db := openDatabase(t) // fresh and migrated
//		return storetest.Stores[uuid.UUID, Role]{
//			Users:    newUserStore(db, time.Now),
//			Sessions: newSessionStore(db),
//			NewID:    uuid.New,
//			Absent:   uuid.New(),
//			Roles:    []Role{RoleMember, RoleAdmin},
//		}
//	}
//
//	func TestUserStore(t *testing.T)    { storetest.Users(t, stores) }
//	func TestSessionStore(t *testing.T) { storetest.Sessions(t, stores) }
//
// So is [Identities], where there are any. The suites [APIKeys], [Tokens], [Clients] and [Once] are run the same way, on [KeyStores] and
// [TokenStores].
//
// The suites need no clock and do not sleep. They are meant to run with the race
// detector on.
package storetest
