package structured_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/authgen-go/authgen/internal/structured"
)

// A vector is a case of the working group's tests.
type vector struct {
	Name     string          `json:"name"`
	Raw      []string        `json:"raw"`
	Type     string          `json:"header_type"`
	Expected json.RawMessage `json:"expected"`
	MustFail bool            `json:"must_fail"`
}

func (v vector) parse() (any, error) {
	if v.Type == "item" {
		item, err := structured.ParseItem(v.Raw...)
		return plain(item), err
	}
	items, err := structured.ParseList(v.Raw...)
	list := make([]any, len(items))
	for i, item := range items {
		list[i] = plain(item)
	}
	return list, err
}

// plain is an item as the vectors write it.
func plain(item structured.Item) any {
	params := make([]any, len(item.Params))
	for i, p := range item.Params {
		params[i] = []any{p.Key, bare(p.Value)}
	}
	return []any{bare(item.Value), params}
}

func bare(value any) any {
	switch v := value.(type) {
	case structured.Token:
		return map[string]any{"__type": "token", "value": v}
	case structured.Date:
		return map[string]any{"__type": "date", "value": v}
	default:
		return v
	}
}

// compact is JSON whose numbers and keys are written in one way.
func compact(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var again any
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	text, err = json.Marshal(again)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestVectorsOfTheWorkingGroup(t *testing.T) {
	counts := map[string]int{"date": 17, "item": 5, "list": 11, "number": 37, "param-list": 20, "string": 14}
	for name, count := range counts {
		text, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var vectors []vector
		if err := json.NewDecoder(bytes.NewReader(text)).Decode(&vectors); err != nil {
			t.Fatal(err)
		}
		if len(vectors) != count {
			t.Errorf("%s: %d vectors, want %d", name, len(vectors), count)
		}
		for _, v := range vectors {
			t.Run(name+"/"+v.Name, func(t *testing.T) {
				got, err := v.parse()
				switch {
				case v.MustFail && err == nil:
					t.Errorf("%q is %v", v.Raw, got)
				case v.MustFail:
				case err != nil:
					t.Errorf("%q: %v", v.Raw, err)
				case compact(t, got) != compact(t, v.Expected):
					t.Errorf("%q is %s, want %s", v.Raw, compact(t, got), compact(t, v.Expected))
				}
			})
		}
	}
}

func TestParam(t *testing.T) {
	item, err := structured.ParseItem(`"a";q=5;b;c=:aGk=:;d=?0`)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"q": "5", "b": "true", "c": "[104 105]", "d": "false", "e": "<nil>"} {
		if got := fmt.Sprint(item.Param(key)); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	for _, text := range []string{`:aGk=`, `:a:`, `?`, `?2`, `(1 2)`, `a=1`} {
		if item, err := structured.ParseItem(text); err == nil {
			t.Errorf("%q is %v", text, item)
		}
	}
}
