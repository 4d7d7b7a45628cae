package storetest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/oauthserver"
)

// ClientStores is what the suite [Clients] runs on. The suite asks for it once per case;
// it has to be empty each time.
type ClientStores struct {
	Clients oauthserver.Storage
	// Revocations is the list that Clients looks tokens up in.
	Revocations oauthserver.Revocations
}

// Clients runs the contract of [oauthserver.Storage] on the storage that open returns.
func Clients(t *testing.T, open func(t *testing.T) ClientStores) {
	cases := map[string]func(*clientFixture){
		"absent clients are ErrNotFound":                      absentClients,
		"a client comes back as it was stored":                createClient,
		"an id is never stored twice":                         duplicateClient,
		"an id is compared as a whole":                        alikeClients,
		"STO-03 what is not stored is not found":              nearClients,
		"STO-03 text is data":                                 hostileClient,
		"OAS-01 rotation makes a secret the previous one":     rotateSecret,
		"OAS-01 a previous secret may count at no time":       rotateAtOnce,
		"OAS-01 of many rotations each one sees the other":    raceRotateSecret,
		"OAS-01 a client that signs has no secret":            rotateKeyed,
		"OAS-07 public keys are replaced":                     replaceKeys,
		"OAS-04 scopes are replaced":                          replaceScopes,
		"a client is disabled and enabled":                    disableClient,
		"REV-03 a check sees one token revoked, no other":     checkRevoked,
		"REV-05 a check sees at once what became of a client": checkChanged,
		"a list has all clients, newest first":                listClients,
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Run(name, func(t *testing.T) {
			cases[name](&clientFixture{fixture: &fixture[int64, string]{T: t}, ClientStores: open(t)})
		})
	}
}

// A clientFixture is a case in progress. Its fixture has no users.
type clientFixture struct {
	*fixture[int64, string]
	ClientStores
}

func noClient(err error) bool { return errors.Is(err, oauthserver.ErrNotFound) }

func secretHash(name string) oauthserver.Hash { return sha256.Sum256([]byte("secret " + name)) }

var clientScopes = []string{"reports:read", "reports:write"}

// client makes a record whose id and hash come from name, not yet stored.
func client(name string) oauthserver.Record {
	return oauthserver.Record{
		Client: oauthserver.Client{
			ID: name, Name: "name of " + name, Scopes: clientScopes, Method: oauthserver.ClientSecret, CreatedAt: start,
		},
		SecretHash: secretHash(name),
	}
}

// keyed makes a record of a client that signs.
func keyed(name string) oauthserver.Record {
	r := client(name)
	r.Method, r.SecretHash, r.JWKS = oauthserver.PrivateKeyJWT, oauthserver.Hash{}, `{"keys":["of `+name+`"]}`
	return r
}

// give stores clients.
func (f *clientFixture) give(records ...oauthserver.Record) {
	f.Helper()
	for _, r := range records {
		f.must(f.Clients.Create(f.Context(), r))
	}
}

// is reports an error unless a client is as it should be, and Check says the same.
func (f *clientFixture) is(want oauthserver.Record) {
	f.Helper()
	got, err := f.Clients.ByID(f.Context(), want.ID)
	if err != nil {
		f.Fatalf("find client %s: %v", want.ID, err)
	}
	if diff := sameClient(got.Client, want.Client); diff != "" {
		f.Error(diff)
	}
	until := canonical(want.PreviousUntil)
	if until.IsZero() { // what counts at no time may be forgotten
		got.PreviousHash = want.PreviousHash
	}
	if got.SecretHash != want.SecretHash || got.PreviousHash != want.PreviousHash || got.PreviousUntil != until || got.JWKS != want.JWKS {
		f.Errorf("client %s: got secret %x, previous %x until %v, keys %q;\nwant %x, %x until %v, %q", want.ID,
			got.SecretHash[:4], got.PreviousHash[:4], got.PreviousUntil, got.JWKS, want.SecretHash[:4], want.PreviousHash[:4], until, want.JWKS)
	}
	checked, revoked, err := f.Clients.Check(f.Context(), want.ID, "none")
	if err != nil || revoked {
		f.Errorf("check client %s: revoked %v, %v", want.ID, revoked, err)
	}
	if diff := sameClient(checked, want.Client); diff != "" {
		f.Error("check: " + diff)
	}
}

func sameClient(got, want oauthserver.Client) string {
	want.CreatedAt = canonical(want.CreatedAt)
	if got.ID != want.ID || got.Name != want.Name || got.Method != want.Method || got.Disabled != want.Disabled ||
		got.CreatedAt != want.CreatedAt || got.Scopes == nil || !slices.Equal(got.Scopes, want.Scopes) {
		return fmt.Sprintf("got client %+v, want %+v", got, want)
	}
	return ""
}

func absentClients(f *clientFixture) {
	f.give(client("other"))
	ctx := f.Context()
	_, byID := f.Clients.ByID(ctx, "none")
	_, _, check := f.Clients.Check(ctx, "none", "t")
	for name, err := range map[string]error{
		"ByID": byID, "Check": check, "Rotate": f.Clients.Rotate(ctx, "none", secretHash("x"), start),
		"SetDisabled": f.Clients.SetDisabled(ctx, "none", true), "SetScopes": f.Clients.SetScopes(ctx, "none", nil),
		"SetKeys": f.Clients.SetKeys(ctx, "none", "{}"),
	} {
		if !noClient(err) {
			f.Errorf("%s: %v, want ErrNotFound", name, err)
		}
	}
	f.is(client("other"))
}

func createClient(f *clientFixture) {
	bare := client("bare")
	bare.Scopes = nil
	for _, want := range []oauthserver.Record{client("a"), keyed("b"), bare} {
		f.give(want)
		f.is(want)
	}
	// Slices are the caller's own.
	got, err := f.Clients.ByID(f.Context(), "a")
	f.must(err)
	got.Scopes[0] = "spoilt"
	list, err := f.Clients.List(f.Context())
	f.must(err)
	for _, c := range list {
		clear(c.Scopes)
	}
	f.is(client("a"))
}

func duplicateClient(f *clientFixture) {
	f.give(client("a"))
	again := client("a")
	again.Name, again.SecretHash = "another", secretHash("another")
	if err := f.Clients.Create(f.Context(), again); err == nil || noClient(err) {
		f.Errorf("again: %v, want an error that is no verdict", err)
	}
	f.is(client("a"))
	// Two clients of one secret would be no concern of the storage.
	twin := client("b")
	twin.SecretHash = secretHash("a")
	f.give(twin)
	f.is(twin)
}

func alikeClients(f *clientFixture) {
	f.give(client("client_ABC"))
	for _, id := range []string{"client_abc", "CLIENT_ABC", "client_ABC ", " client_ABC", "client_AB", "client_ABCD", "client%ABC", "client_AB_", ""} {
		if _, err := f.Clients.ByID(f.Context(), id); !noClient(err) {
			f.Errorf("ByID(%q): %v, want ErrNotFound", id, err)
		}
		if _, _, err := f.Clients.Check(f.Context(), id, "t"); !noClient(err) {
			f.Errorf("Check(%q): %v, want ErrNotFound", id, err)
		}
	}
}

func hostileClient(f *clientFixture) {
	for i, text := range []string{`a'b"c`, "x'); DROP TABLE auth_clients; --", "жук 🐞", "?1 :a $2 \\", "%_"} {
		want := keyed(fmt.Sprint("client", i))
		want.Name, want.JWKS = text, text+strings.Repeat("x", 20_000) // a hundred RSA keys are as long
		f.give(want)
		f.is(want)
		if _, revoked, err := f.Clients.Check(f.Context(), want.ID, text); revoked || err != nil {
			f.Errorf("token %q: revoked %v, %v", text, revoked, err)
		}
	}
}

func rotateSecret(f *clientFixture) {
	f.give(client("a"), client("bystander"))
	want := client("a")
	for i := range 3 {
		next := secretHash(fmt.Sprint("next", i))
		want.SecretHash, want.PreviousHash = next, want.SecretHash
		want.PreviousUntil = start.Add(time.Duration(3-i) * time.Hour) // an end may also move forward
		f.must(f.Clients.Rotate(f.Context(), "a", next, want.PreviousUntil))
		f.is(want)
	}
	f.is(client("bystander"))
}

func rotateAtOnce(f *clientFixture) {
	f.give(client("a"))
	f.must(f.Clients.Rotate(f.Context(), "a", secretHash("b"), start.Add(time.Hour)))
	f.must(f.Clients.Rotate(f.Context(), "a", secretHash("c"), time.Time{}))
	want := client("a")
	want.SecretHash = secretHash("c")
	f.is(want)
}

// raceRotateSecret rotates many times at once: what is left are the secrets of two
// rotations, of which one saw the other.
func raceRotateSecret(f *clientFixture) {
	f.give(client("a"))
	for i, err := range f.race(func(i int) error {
		return f.Clients.Rotate(f.Context(), "a", secretHash(fmt.Sprint(i)), start.Add(time.Duration(i+1)*time.Second))
	}) {
		if err != nil {
			f.Errorf("caller %d: %v", i, err)
		}
	}
	got, err := f.Clients.ByID(f.Context(), "a")
	f.must(err)
	current, previous := -1, -1
	for i := range width {
		if got.SecretHash == secretHash(fmt.Sprint(i)) {
			current = i
		}
		if got.PreviousHash == secretHash(fmt.Sprint(i)) {
			previous = i
		}
	}
	if current < 0 || previous < 0 || current == previous {
		f.Fatalf("the secret is that of rotation %d, the previous one that of %d", current, previous)
	}
	if want := canonical(start.Add(time.Duration(current+1) * time.Second)); got.PreviousUntil != want {
		f.Errorf("the previous secret counts until %v, want %v", got.PreviousUntil, want)
	}
}

func rotateKeyed(f *clientFixture) {
	f.give(keyed("a"), client("b"))
	if err := f.Clients.Rotate(f.Context(), "a", secretHash("x"), start); !noClient(err) {
		f.Errorf("rotate: %v, want ErrNotFound", err)
	}
	if err := f.Clients.SetKeys(f.Context(), "b", "{}"); !noClient(err) {
		f.Errorf("set keys: %v, want ErrNotFound", err)
	}
	f.is(keyed("a"))
	f.is(client("b"))
}

func replaceKeys(f *clientFixture) {
	f.give(keyed("a"), keyed("bystander"))
	want := keyed("a")
	want.JWKS = `{"keys":[1]}`
	for range 2 { // the same again is no error
		f.must(f.Clients.SetKeys(f.Context(), "a", want.JWKS))
		f.is(want)
	}
	f.is(keyed("bystander"))
}

func replaceScopes(f *clientFixture) {
	f.give(client("a"), client("bystander"))
	want := client("a")
	for _, want.Scopes = range [][]string{{"x"}, {"x"}, nil, {"a:b/c~!", "z"}} {
		f.must(f.Clients.SetScopes(f.Context(), "a", want.Scopes))
		f.is(want)
	}
	f.is(client("bystander"))
}

func disableClient(f *clientFixture) {
	f.give(client("a"), client("bystander"))
	want := client("a")
	for _, want.Disabled = range []bool{true, true, false, false, true} {
		f.must(f.Clients.SetDisabled(f.Context(), "a", want.Disabled))
		f.is(want)
	}
	f.is(client("bystander"))
}

// revoked reports whether a token of a client is on the list.
func (f *clientFixture) revoked(id, tokenID string) bool {
	f.Helper()
	_, revoked, err := f.Clients.Check(f.Context(), id, tokenID)
	if err != nil {
		f.Fatalf("check token %q of client %s: %v", tokenID, id, err)
	}
	return revoked
}

func checkRevoked(f *clientFixture) {
	f.give(client("a"), client("b"))
	f.must(f.Revocations.Revoke(f.Context(), "Token-1", start.Add(time.Hour)))
	f.must(f.Revocations.Revoke(f.Context(), "ended", time.Unix(1, 0))) // its token has ended too
	for id, want := range map[string]bool{
		"Token-1": true, "ended": true, "token-1": false, "TOKEN-1": false, "Token-1 ": false, " Token-1": false,
		"Token-": false, "Token-11": false, "Token%": false, "Token_1": false, "": false, "a": false,
	} {
		if got := f.revoked("a", id); got != want {
			f.Errorf("token %q: revoked %v, want %v", id, got, want)
		}
	}
	if !f.revoked("b", "Token-1") {
		f.Error("who asks makes a difference") // ids are unique: the list is the issuer's
	}
}

func checkChanged(f *clientFixture) {
	f.give(client("a"))
	f.is(client("a"))
	want := client("a")
	want.Disabled, want.Scopes = true, clientScopes[:1]
	f.must(f.Clients.SetDisabled(f.Context(), "a", true))
	f.must(f.Clients.SetScopes(f.Context(), "a", want.Scopes))
	f.is(want)
	f.must(f.Revocations.Revoke(f.Context(), "t", start.Add(time.Hour)))
	c, revoked, err := f.Clients.Check(f.Context(), "a", "t")
	f.must(err)
	if diff := sameClient(c, want.Client); diff != "" || !revoked {
		f.Errorf("revoked %v; %s", revoked, diff) // the client comes with it all the same
	}
}

func listClients(f *clientFixture) {
	list, err := f.Clients.List(f.Context())
	if err != nil || len(list) != 0 {
		f.Fatalf("%d clients, %v; want none", len(list), err)
	}
	want := map[string]oauthserver.Record{}
	for i, r := range []oauthserver.Record{client("second"), keyed("last"), client("first"), keyed("also second")} {
		r.CreatedAt = start.Add([]time.Duration{2, 1, 3, 2}[i] * time.Hour)
		f.give(r)
		if r.Disabled = i == 2; r.Disabled { // disabled ones are listed
			f.must(f.Clients.SetDisabled(f.Context(), r.ID, true))
		}
		want[r.ID] = r
	}
	list, err = f.Clients.List(f.Context())
	f.must(err)
	var ids []string
	for _, c := range list {
		ids = append(ids, c.ID)
		if diff := sameClient(c, want[c.ID].Client); diff != "" {
			f.Error(diff)
		}
	}
	if order := []string{"first", "also second", "second", "last"}; !slices.Equal(ids, order) {
		f.Errorf("listed %q, want %q", ids, order)
	}
}
