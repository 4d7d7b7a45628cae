package storetest_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/oauthserver"
)

// SECURITY OAS-01. Whoever has the files of the database has no secret: neither a whole
// one nor enough of one to find the rest.
func TestOAS01_ADumpHoldsNoSecret(t *testing.T) {
	dir := t.TempDir()
	stores := sqliteClientStores(t, "sqlite:"+dir+"/app.db")
	clients, err := oauthserver.NewClients(oauthserver.ClientsConfig{
		Store: stores.Clients, Revocations: stores.Revocations, Issuer: "https://id.example", Scopes: authn.Names(scopes),
	})
	if err != nil {
		t.Fatal(err)
	}
	var secrets []string
	var last string
	for range 2 {
		c, secret, err := clients.Create(t.Context(), oauthserver.NewClient{Name: "export", Scopes: authn.Names(scopes)})
		if err != nil {
			t.Fatal(err)
		}
		next, err := clients.Rotate(t.Context(), c.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		secrets, last = append(secrets, secret, next), c.ID
	}
	stored, err := stores.Clients.ByID(t.Context(), last)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(dir + "/*")
	if err != nil || len(files) < 2 { // with the write-ahead log
		t.Fatalf("files %q, %v", files, err)
	}
	var all []byte
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text...)
	}
	if !bytes.Contains(all, stored.SecretHash[:]) || !bytes.Contains(all, stored.PreviousHash[:]) {
		t.Error("the hashes of secrets are missing: these are not the files")
	}
	for _, secret := range secrets {
		for i := len("client_secret_"); i+8 <= len(secret); i++ {
			if bytes.Contains(all, []byte(secret[i:i+8])) {
				t.Fatalf("%q of a secret is in the files", secret[i:i+8])
			}
		}
	}
}
