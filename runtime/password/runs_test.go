package password

import (
	"bytes"
	"testing"
)

// A call is what the kdf was asked to do.
type call struct {
	password string
	salt     int
	params   Params
	keyLen   uint32
}

// newSpiedHasher returns a Hasher that records its calls instead of computing.
func newSpiedHasher(t *testing.T) (*Hasher, *[]call) {
	t.Helper()
	h, err := NewHasher(HasherConfig{Slots: 1})
	if err != nil {
		t.Fatal(err)
	}
	calls := new([]call)
	h.kdf = func(password, salt []byte, p Params, keyLen uint32) []byte {
		*calls = append(*calls, call{string(password), len(salt), p, keyLen})
		return bytes.Repeat([]byte{7}, int(keyLen))
	}
	return h, calls
}

// SECURITY PWD-07.
func TestPWD07_KnownAndNobodyCostTheSameOneRun(t *testing.T) {
	h, calls := newSpiedHasher(t)
	stored, err := h.Hash(t.Context(), "the password")
	if err != nil {
		t.Fatal(err)
	}
	*calls = nil
	for name, attempt := range map[string]func() error{
		"known":               func() error { _, err := h.Verify(t.Context(), stored, "a guess"); return err },
		"nobody":              func() error { return h.VerifyNobody(t.Context(), "a guess") },
		"account without one": func() error { _, err := h.Verify(t.Context(), "", "a guess"); return err },
	} {
		before := h.Runs()
		*calls = nil
		if err := attempt(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := call{"a guess", saltLen, DefaultParams(), keyLen}
		if h.Runs()-before != 1 || len(*calls) != 1 || (*calls)[0] != want {
			t.Errorf("%s: %d runs, calls %+v; want 1 run of %+v", name, h.Runs()-before, *calls, want)
		}
	}
}

func TestAnAccountWithoutAPasswordMatchesNothing(t *testing.T) {
	h, err := NewHasher(HasherConfig{})
	if err != nil {
		t.Fatal(err)
	}
	for _, pw := range []string{"", "a guess"} {
		if r, err := h.Verify(t.Context(), "", pw); r != (Result{}) || err != nil {
			t.Errorf("Verify(%q) = %+v, %v", pw, r, err)
		}
	}
}

func TestRunsCountsEveryHashOnce(t *testing.T) {
	h, _ := newSpiedHasher(t)
	encoded, err := h.Hash(t.Context(), "the password")
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.Verify(t.Context(), encoded, "the password")
	if err != nil || !r.Match {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, err := h.Verify(t.Context(), "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "x"); err != nil {
		t.Fatal(err)
	}
	if h.Runs() != 3 {
		t.Errorf("Runs() = %d after a hash, a verify and a bcrypt verify", h.Runs())
	}
}
