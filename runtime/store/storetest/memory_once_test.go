package storetest_test

import (
	"testing"

	"github.com/authgen-go/authgen/runtime/once"
	"github.com/authgen-go/authgen/runtime/store/memory"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

func TestMemoryOnce(t *testing.T) {
	storetest.Once(t, func(*testing.T) once.Store { return memory.NewOnce() })
}
