package authn_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
)

func TestDecodeOptional(t *testing.T) {
	type body struct {
		Overlap string `json:"overlap,omitempty"`
	}
	decode := func(text string) (body, error) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(text))
		if text != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		return authn.DecodeOptional[body](httptest.NewRecorder(), r)
	}
	for text, want := range map[string]string{"": "", "{}": "", `{"overlap":"1h"}`: "1h"} {
		if got, err := decode(text); err != nil || got.Overlap != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{" ", "null", `{"owner":"1"}`, `{"overlap":5}`} {
		if got, err := decode(text); !errors.Is(err, authn.ErrInvalidRequest) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}
