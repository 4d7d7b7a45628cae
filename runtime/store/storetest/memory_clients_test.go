package storetest_test

import (
	"testing"

	"github.com/authgen-go/authgen/runtime/store/memory"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

func TestMemoryClients(t *testing.T) {
	storetest.Clients(t, func(*testing.T) storetest.ClientStores {
		tokens := memory.NewTokens(memory.NewUsers[int64, role](nil).User)
		return storetest.ClientStores{Clients: memory.NewClients(tokens.Revoked), Revocations: tokens}
	})
}
