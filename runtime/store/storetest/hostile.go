package storetest

import (
	"strings"
	"time"
)

// notThere are texts near one that is stored, and others that somebody may send. None of
// them is stored: some because no database takes them, which is no reason to answer
// anything else.
func notThere(stored string) []string {
	return []string{
		"", " ", stored + " ", " " + stored, stored + "\t", stored + "\n", strings.ToUpper(stored), stored + "\x00", "\x00" + stored, "\x00",
		stored + "\xff", "\xff", "\xed\xa0\x80", stored + "\u0301", stored + "\u200b", stored + "🐞", stored + stored,
		stored + "'", `' OR '1'='1`, `'; DROP TABLE users; --`, `\`, `"`, "`", "%", "_", "$1", "?", ":a", stored + "%",
		strings.Repeat("x", 1<<16), stored + strings.Repeat(" ", 1<<16),
	}
}

// long is a text of many bytes, and of characters of four.
func long(bytes int) string { return strings.Repeat("🐞", bytes/len("🐞")) }

func nearUsers[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	for _, text := range notThere("ada@example.com") {
		if got, err := f.Users.ByEmail(f.Context(), text); !notFound(err) {
			f.Errorf("%.40q: found %q, %v; want ErrNotFound", text, got.Email, err)
		}
		if _, err := f.Users.ChangePassword(f.Context(), u.ID, text, "new"); !notFound(err) {
			f.Errorf("change the password from %.40q: %v, want ErrNotFound", text, err)
		}
	}
	if got := f.stored(u.ID); got.Version != u.Version {
		f.Errorf("version %d, want %d", got.Version, u.Version)
	}
}

func nearSessions[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	f.signIn(u.ID, "abc")
	for _, text := range notThere("abc") {
		if err := f.Sessions.DeleteByID(f.Context(), u.ID, text); !noSession(err) {
			f.Errorf("end %.40q: %v, want ErrNotFound", text, err)
		}
	}
	f.found("abc")
	// A browser may be anything that can be shown, 256 bytes of it.
	s := f.session(u.ID, "long")
	s.UserAgent = long(256)
	f.must(f.Sessions.Create(f.Context(), s, hashOf("long")))
	if got := f.listed(u.ID, "long").UserAgent; got != s.UserAgent {
		f.Errorf("the browser came back as %q", got)
	}
}

func nearKeys[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u := f.user("ada@example.com")
	f.give(u.ID, "abc")
	for i, text := range notThere("abc") {
		if err := f.Keys.Revoke(f.Context(), u.ID, text); !noKey(err) {
			f.Errorf("revoke %.40q: %v, want ErrNotFound", text, err)
		}
		next := f.rotated(strings.Repeat("y", i+1), start)
		if _, err := f.Keys.Rotate(f.Context(), u.ID, text, next, start.Add(time.Hour)); !noKey(err) {
			f.Errorf("rotate %.40q: %v, want ErrNotFound", text, err)
		}
	}
	f.same(f.there("abc"), f.key(u.ID, "abc").Key)
	// A name may be 100 characters.
	want := f.key(u.ID, "long")
	want.Name = long(400)
	f.must(f.Keys.Create(f.Context(), want, width))
	f.same(f.there("long"), want.Key)
}

func nearClients(f *clientFixture) {
	f.give(client("abc"))
	for _, text := range notThere("abc") {
		if got, err := f.Clients.ByID(f.Context(), text); !noClient(err) {
			f.Errorf("%.40q: found %q, %v; want ErrNotFound", text, got.ID, err)
		}
		if got, _, err := f.Clients.Check(f.Context(), text, "none"); !noClient(err) {
			f.Errorf("check %.40q: %q, %v; want ErrNotFound", text, got.ID, err)
		}
	}
	want := client("long")
	want.Name = long(400)
	f.give(want)
	f.is(want)
}

func nearIdentities[ID comparable, R ~string](f *fixture[ID, R]) {
	f.known("acme", "abc", "ada@example.com")
	for _, text := range notThere("abc") {
		if got, err := f.Identities.Find(f.Context(), "acme", text); !noIdentity(err) {
			f.Errorf("%.40q: found %q, %v; want ErrNotFound", text, got.Email, err)
		}
	}
	for _, text := range []string{"", "ACME", "acm", "acme2", " acme", "%", "_"} { // the application's own names
		if got, err := f.Identities.Find(f.Context(), text, "abc"); !noIdentity(err) {
			f.Errorf("of %.40q: found %q, %v; want ErrNotFound", text, got.Email, err)
		}
	}
	subject := strings.Repeat("~", 255) // the longest that OpenID Connect allows
	u := f.known("acme", subject, "bob@example.com")
	if got, err := f.Identities.Find(f.Context(), "acme", subject); err != nil || got.ID != u.ID {
		f.Errorf("found %v, %v; want %v", got.ID, err, u.ID)
	}
}
