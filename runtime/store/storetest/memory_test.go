package storetest_test

import (
	"context"
	"math"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/store/memory"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

type role string

var roles = []role{"admin", "member"}

type scope string

var scopes = []scope{"reports:read", "reports:write"}

type user[ID comparable] = account.User[ID, role]

func memoryUUID(*testing.T) storetest.Stores[uuid.UUID, role] {
	users := memory.NewUsers[uuid.UUID, role](nil)
	return storetest.Stores[uuid.UUID, role]{
		Users:      users,
		Sessions:   memory.NewSessions(users.User),
		Identities: memory.NewIdentities(users),
		NewID:      uuid.New,
		Absent:     uuid.New(),
		Roles:      roles,
	}
}

func memoryInt(*testing.T) storetest.Stores[int64, role] {
	var last atomic.Int64
	users := memory.NewUsers[int64, role](func() int64 { return last.Add(1) })
	return storetest.Stores[int64, role]{
		Users:      users,
		Sessions:   memory.NewSessions(users.User),
		Identities: memory.NewIdentities(users),
		Absent:     math.MaxInt64,
		Roles:      roles,
	}
}

func TestMemoryUsers(t *testing.T) {
	t.Run("uuid", func(t *testing.T) { storetest.Users(t, memoryUUID) })
	t.Run("int64", func(t *testing.T) { storetest.Users(t, memoryInt) })
}

func TestMemorySessions(t *testing.T) {
	t.Run("uuid", func(t *testing.T) { storetest.Sessions(t, memoryUUID) })
	t.Run("int64", func(t *testing.T) { storetest.Sessions(t, memoryInt) })
}

func TestMemoryIdentities(t *testing.T) {
	t.Run("uuid", func(t *testing.T) { storetest.Identities(t, memoryUUID) })
	t.Run("int64", func(t *testing.T) { storetest.Identities(t, memoryInt) })
}

func TestMemoryAPIKeys(t *testing.T) {
	t.Run("uuid", func(t *testing.T) {
		storetest.APIKeys(t, func(t *testing.T) storetest.KeyStores[uuid.UUID, role, scope] { return memoryKeys(memoryUUID(t)) })
	})
	t.Run("int64", func(t *testing.T) {
		storetest.APIKeys(t, func(t *testing.T) storetest.KeyStores[int64, role, scope] { return memoryKeys(memoryInt(t)) })
	})
}

func memoryKeys[ID comparable](s storetest.Stores[ID, role]) storetest.KeyStores[ID, role, scope] {
	users := func(ctx context.Context, id ID) (user[ID], error) {
		r, err := s.Users.ByID(ctx, id)
		return r.User, err
	}
	return storetest.KeyStores[ID, role, scope]{Stores: s, Keys: memory.NewAPIKeys[ID, scope](users), Scopes: scopes}
}
