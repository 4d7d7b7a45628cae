package oauthserver_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/authgen-go/authgen/runtime/grant"
	"github.com/authgen-go/authgen/runtime/oauthserver"
)

// SECURITY OAS-01.
func TestOAS01_TheFormOfSecrets(t *testing.T) {
	pattern := regexp.MustCompile(oauthserver.SecretPattern)
	for range 10_000 {
		secret := oauthserver.Forge()
		hash, ok := oauthserver.ParseSecret(secret)
		if !ok || hash != sha256.Sum256([]byte(secret)) || pattern.FindString("client_secret="+secret+"&x") != secret {
			t.Fatalf("%s: %v", secret, ok)
		}
	}
	secret := oauthserver.Forge()
	for i := range len(secret) { // one character changed is never another secret
		for _, c := range []byte("A2Za_ \x00") {
			if other := secret[:i] + string(c) + secret[i+1:]; other != secret {
				if _, ok := oauthserver.ParseSecret(other); ok {
					t.Fatalf("%s is taken, as %s is", other, secret)
				}
			}
		}
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	for range 100_000 {
		text := []byte("client_secret_")
		for range 59 {
			text = append(text, alphabet[rand.N(len(alphabet))])
		}
		if _, ok := oauthserver.ParseSecret(string(text)); ok {
			t.Errorf("%s is taken", text)
		}
	}
}

// SECURITY JWT-15. No id of a client is an id of a user of another type, and there is one
// spelling of it.
func TestJWT15_IDsOfClientsAreTheirOwn(t *testing.T) {
	for range 1000 {
		id := oauthserver.NewID()
		if !oauthserver.IsID(id) || len(id) != 33 {
			t.Fatal(id)
		}
		if _, err := grant.ParseText[uuid.UUID](id); err == nil {
			t.Fatalf("%s is a uuid", id)
		}
		if _, err := grant.ParseInt64(id); err == nil {
			t.Fatalf("%s is a number", id)
		}
		for _, other := range []string{strings.ToLower(id), strings.ToUpper(id), id + "A", id[:32], " " + id, id[7:], "client-" + id[7:], id[:32] + "1"} {
			if oauthserver.IsID(other) {
				t.Fatalf("%q is taken for an id", other)
			}
		}
	}
}

// A spy writes down every record that is stored.
type spy struct {
	oauthserver.Storage
	got strings.Builder
}

func (s *spy) Create(ctx context.Context, r record) error {
	fmt.Fprintf(&s.got, "%+v %x %x %s\n", r.Client, r.SecretHash[:], r.PreviousHash[:], r.JWKS)
	return s.Storage.Create(ctx, r)
}

// SECURITY OAS-01.
func TestOAS01_OnlyTheHashIsStored(t *testing.T) {
	b := newBench(t)
	watch := &spy{Storage: b.store.Storage}
	b.store.Storage = watch
	c, secret := b.client(reads)
	list, err := b.List(t.Context())
	b.must(err)
	hash := sha256.Sum256([]byte(secret))
	if !strings.Contains(watch.got.String(), fmt.Sprintf("%x", hash[:])) {
		t.Error("the hash of the secret is not what was stored")
	}
	shown, err := json.Marshal(list)
	b.must(err)
	for name, all := range map[string]string{"the storage got": watch.got.String(), "a list has": fmt.Sprintf("%+v %s", list, shown)} {
		for i := len("client_secret_"); i+6 <= len(secret); i++ {
			if strings.Contains(all, secret[i:i+6]) {
				t.Fatalf("%s %q of a secret: %s", name, secret[i:i+6], all)
			}
		}
	}
	if strings.Contains(string(shown), fmt.Sprintf("%x", hash[:6])) || !strings.Contains(string(shown), c.ID) {
		t.Errorf("a list has %s", shown)
	}
}

// SECURITY KEY-09.
func TestKEY09_RecordsAndFormsPrintNothing(t *testing.T) {
	secret := oauthserver.Forge()
	hash, _ := oauthserver.ParseSecret(secret)
	r := record{Client: oauthserver.Client{ID: "client_X", Name: "secret plans"}, SecretHash: hash, PreviousHash: hash, JWKS: "keys"}
	form, err := oauthserver.ParsePairs("client_secret=" + secret)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "record", r, "pointer", &r, "form", form)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "record", r, "pointer", &r, "form", form)
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if got := fmt.Sprintf(format, r) + fmt.Sprintf(format, form); got != "oauth client client_Xform" {
			t.Errorf("%s prints %s", format, got)
		}
	}
	if got := strings.Count(log.String(), `"oauth client client_X"`); got != 4 {
		t.Errorf("the logs have it %d times: %s", got, log.String())
	}
	all := log.String() + string(text)
	for _, private := range []string{secret, fmt.Sprintf("%x", hash[:4]), fmt.Sprint(hash[:4]), "Hash", "JWKS"} {
		if strings.Contains(all, private) {
			t.Errorf("%q appears in %s", private, all)
		}
	}
}

// SECURITY LOG-02. No secret, assertion or token, nor a part of one, is in what is
// logged, recorded, answered with an error or returned as one, whatever goes wrong.
func TestLOG02_NoSecretIsLoggedOrRecorded(t *testing.T) {
	b := newBench(t)
	var said strings.Builder
	var secrets []string
	keyed := b.signer(t)
	for _, down := range []string{"", "ByID", "Create", "Rotate", "SetDisabled", "Check", "Revoke", "Use", "List"} {
		b.store.up()
		c, secret := b.client(reads)
		access := b.access(c.ID, secret)
		assertion := keyed.assertion(nil)
		secrets = append(secrets, secret, access, assertion, secret[:40]+"AAAAAAA", access[:len(access)-5])
		if down != "" {
			b.store.down(down)
		}
		for _, path := range []string{tokenPath, revokePath, introspectPath} {
			for _, sent := range []string{secret, secret[:40] + "AAAAAAA", secret + secret} {
				for _, text := range []string{access, access[:len(access)-5], secret} {
					a := b.as(c.ID, sent, path, "grant_type", "client_credentials", "token", text, "scope", purges)
					b2 := b.post(path, "grant_type", "client_credentials", "client_id", sent, "client_secret", sent, "token", text)
					fmt.Fprintln(&said, a.Header(), b2.Header(), b2.Body)
					if a.Code != 200 {
						fmt.Fprintln(&said, a.Body)
					}
				}
			}
			a := keyed.post(path, assertion, "grant_type", "client_credentials", "token", access)
			fmt.Fprintln(&said, a.Header())
			if a.Code != 200 {
				fmt.Fprintln(&said, a.Body)
			}
		}
		next, err := b.Rotate(t.Context(), c.ID, nil)
		if next != "" {
			secrets = append(secrets, next)
		}
		_, err2 := b.Rotate(t.Context(), secret, nil)
		_, _, err3 := b.Create(t.Context(), oauthserver.NewClient{Name: "x", JWKS: []byte(`{"keys":[{"kty":"oct","kid":"x","k":"` + secret + `"}]}`)})
		fmt.Fprintln(&said, err, err2, err3, b.Disable(t.Context(), secret), b.SetScopes(t.Context(), c.ID, []string{secret}))
	}
	said.WriteString(b.log.String())
	fmt.Fprintf(&said, "%+v", b.audit.Events())
	for _, secret := range secrets {
		for i := 14; i+12 <= len(secret); i += 12 {
			if part := secret[i : i+12]; strings.Contains(said.String(), part) {
				t.Fatalf("%q of %s appears in\n%s", part, secret, said.String())
			}
		}
	}
}
