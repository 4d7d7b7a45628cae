package redistest_test

import (
	"slices"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/store/redis/redistest"
)

func set(t *testing.T, client goredis.UniversalClient, key, value string) {
	t.Helper()
	if err := client.Set(t.Context(), key, value, 0).Err(); err != nil {
		t.Fatal(err)
	}
}

func TestKeysAreOfTheTestAlone(t *testing.T) {
	a, b := redistest.New(t), redistest.New(t)
	set(t, a.Again(), a.Prefix+"text", "canary")
	a.Client.HSet(t.Context(), a.Prefix+"hash", "name", "canary-2")
	a.Client.ZAdd(t.Context(), a.Prefix+"set", goredis.Z{Score: 1, Member: "canary-3"})
	set(t, b.Client, b.Prefix+"other", "x")
	if got, want := a.Keys(), []string{a.Prefix + "hash", a.Prefix + "set", a.Prefix + "text"}; !slices.Equal(got, want) {
		t.Errorf("the keys are %q, want %q", got, want)
	}
	dump := a.Dump()
	for _, want := range []string{"canary\n", "name canary-2\n", "canary-3\n"} {
		if !strings.Contains(dump, want) {
			t.Errorf("the dump does not hold %q: %q", want, dump)
		}
	}
}

func TestAServerIsAwayAndBack(t *testing.T) {
	r := redistest.New(t)
	other := r.Again()
	set(t, other, r.Prefix+"a", "x")
	r.Stop()
	for _, client := range []goredis.UniversalClient{r.Client, other} {
		if err := client.Set(t.Context(), r.Prefix+"b", "x", 0).Err(); err == nil {
			t.Error("a server that is away takes a key")
		}
	}
	r.Start()
	set(t, other, r.Prefix+"c", "x")
	if n := len(r.Keys()); n != 2 {
		t.Errorf("%d keys, want 2", n)
	}
}

func TestKeysAreRemovedAtTheEnd(t *testing.T) {
	watch := redistest.New(t)
	var key string
	t.Run("", func(t *testing.T) {
		r := redistest.New(t)
		key = r.Prefix + "a"
		set(t, r.Client, key, "x")
		r.Stop()
	})
	if n := watch.Client.Exists(t.Context(), key).Val(); n != 0 {
		t.Errorf("%s is left", key)
	}
}
