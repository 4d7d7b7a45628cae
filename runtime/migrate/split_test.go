package migrate

import (
	"slices"
	"testing"
)

func TestSplit(t *testing.T) {
	for text, want := range map[string][]string{
		"":                         nil,
		" ;; ; ":                   nil,
		"-- nothing\n# nor\n/* */": nil,
		"SELECT 1":                 {"SELECT 1"},
		"SELECT 1; SELECT 2;":      {"SELECT 1", "SELECT 2"},
		"-- a; b\nSELECT 1; -- c;\n\nSELECT 2;\n-- the end;":                 {"-- a; b\nSELECT 1", "-- c;\n\nSELECT 2"},
		"INSERT INTO t VALUES ('a;b', \"c;d\", 'it''s;', 'e\\';f');SELECT 1": {"INSERT INTO t VALUES ('a;b', \"c;d\", 'it''s;', 'e\\';f')", "SELECT 1"},
		"SELECT `a;b\\`;SELECT 2":                                            {"SELECT `a;b\\`", "SELECT 2"},
		"SELECT 1 /* a; b */; SELECT 2 # c;\n;":                              {"SELECT 1 /* a; b */", "SELECT 2 # c;"},
		"/*!50000 SET x = 1 */; /* only; this */;":                           {"/*!50000 SET x = 1 */"},
		"/*M!100600 SET x = 1 */;":                                           {"/*M!100600 SET x = 1 */"},
		"SELECT 1--1; SELECT 2--\n;":                                         {"SELECT 1--1", "SELECT 2--"},
		"SELECT 'open; SELECT 2":                                             {"SELECT 'open; SELECT 2"},
		"SELECT 1 /* open; SELECT 2":                                         {"SELECT 1 /* open; SELECT 2"},
		"SELECT 1 -- open; SELECT 2":                                         {"SELECT 1 -- open; SELECT 2"},
		"SELECT '\\":                                                         {"SELECT '\\"},
		"/*/ SELECT 1; */ SELECT 2;":                                         {"/*/ SELECT 1; */ SELECT 2"},
		"SELECT 'ä;';SELECT 2":                                               {"SELECT 'ä;'", "SELECT 2"},
	} {
		if got := split(text); !slices.Equal(got, want) {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("SELECT 'a;'; -- b\n/* c */ SELECT `d`;")
	f.Fuzz(func(t *testing.T, text string) {
		for _, statement := range split(text) {
			if again := split(statement); len(again) != 1 || again[0] != statement {
				t.Errorf("%q splits into %q", statement, again)
			}
		}
	})
}

func TestCompareVersions(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want int
	}{{"1", "2", -1}, {"9", "10", -1}, {"0010", "9", 1}, {"007", "7", 0}, {"0", "000", 0}, {"20260101000001", "20260101000000", 1}, {"99999999999999999999", "9", 1}} {
		if got := compareVersions(tc.a, tc.b); got != tc.want {
			t.Errorf("%s and %s compare as %d", tc.a, tc.b, got)
		}
	}
}
