package storetest_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/authgen-go/authgen/runtime/store/memory"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

func TestMemoryTokens(t *testing.T) {
	t.Run("uuid", func(t *testing.T) {
		storetest.Tokens(t, func(t *testing.T) storetest.TokenStores[uuid.UUID, role] { return memoryTokens(memoryUUID(t)) })
	})
	t.Run("int64", func(t *testing.T) {
		storetest.Tokens(t, func(t *testing.T) storetest.TokenStores[int64, role] { return memoryTokens(memoryInt(t)) })
	})
	t.Run("without refresh tokens", func(t *testing.T) {
		storetest.Tokens(t, func(t *testing.T) storetest.TokenStores[int64, role] {
			s := memoryTokens(memoryInt(t))
			s.Families = nil
			return s
		})
	})
}

func memoryTokens[ID comparable](s storetest.Stores[ID, role]) storetest.TokenStores[ID, role] {
	users := func(ctx context.Context, id ID) (user[ID], error) {
		r, err := s.Users.ByID(ctx, id)
		return r.User, err
	}
	tokens := memory.NewTokens(users)
	return storetest.TokenStores[ID, role]{Stores: s, Families: tokens, Revocations: tokens}
}
