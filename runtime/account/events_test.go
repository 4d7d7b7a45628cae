package account_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/audit"
)

// SECURITY LOG-01.
func TestLOG01_Events(t *testing.T) {
	b := newBench(t)
	ctx := audit.WithRequest(t.Context(), audit.Request{ID: "req-1", Addr: netip.MustParseAddr("192.0.2.7")})
	stranger := audit.NewPseudonym(make([]byte, 32)).Of

	_, _ = b.Register(ctx, " ADA@example.com", secret)
	if r := b.audit.Events()[0].Request; r.ID != "req-1" || r.Addr.String() != "192.0.2.7" {
		t.Errorf("request %+v", r)
	}
	b.saw("user.registered success  1001>1001")
	_, _ = b.Register(ctx, "Ada@example.com", secret)
	_, _ = b.Register(ctx, "bob@example.com", "short")
	_, _ = b.Register(ctx, "bob", secret)
	b.saw("user.registered denied email-taken >"+stranger(ada),
		"user.registered denied weak-password >"+stranger("bob@example.com"),
		"user.registered denied invalid-email >"+stranger("bob"))
	_, _ = b.Create(ctx, account.NewUser[role]{Email: "bare@example.com"})
	b.saw("user.registered success  >1002")

	_, _ = b.Authenticate(ctx, ada, secret)
	_, _ = b.Authenticate(ctx, ada, another)
	_, _ = b.Authenticate(ctx, "Nobody@example.com", another)
	_, _ = b.Authenticate(ctx, "typed-my-password-here", another)
	_, _ = b.Authenticate(ctx, "bare@example.com", another)
	b.saw("login success  1001>1001",
		"login denied wrong-password >1001",
		"login denied no-account >"+stranger("nobody@example.com"),
		"login denied no-account >"+stranger("typed-my-password-here"),
		"login denied no-password >1002")

	_, _ = b.Confirm(ctx, 1001, secret)
	_, _ = b.Confirm(ctx, 1001, another)
	b.saw("session.confirmed success  1001>1001", "session.confirmed denied wrong-password 1001>1001")

	_, _ = b.ChangePassword(ctx, 1001, another, another)
	_, _ = b.ChangePassword(ctx, 1001, secret, "short")
	_, _ = b.ChangePassword(ctx, 1001, secret, another)
	b.saw("password.changed denied wrong-password 1001>1001",
		"password.changed denied weak-password 1001>1001",
		"password.changed success  1001>1001")

	_ = b.SetRoles(ctx, 1001, []role{"admin"})
	_ = b.SignOutEverywhere(ctx, 1001)
	_ = b.Disable(ctx, 1001)
	_, _ = b.Authenticate(ctx, ada, another)
	_, _ = b.Confirm(ctx, 1001, another)
	_ = b.Enable(ctx, 1001)
	_ = b.Delete(ctx, 1001)
	_ = b.Delete(ctx, 1001)
	b.saw("user.roles_changed success  >1001",
		"user.signed_out_everywhere success  1001>1001",
		"user.disabled success  >1001",
		"login denied disabled >1001",
		"session.confirmed denied disabled 1001>1001",
		"user.enabled success  >1001",
		"user.deleted success  >1001",
		"user.deleted denied not-found >1001")
}

// Every password and address of this test is a canary; none may turn up.
// SECURITY LOG-02.
func TestLOG02_NoSecretIsRecordedOrLogged(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	u := b.ada()
	for _, down := range []string{"", "ByEmail", "ByID", "Create", "ChangePassword", "UpgradeHash"} {
		if down != "" {
			b.down(down)
		}
		_, _ = b.Register(ctx, "canary-mail@example.com", secret)
		_, _ = b.Authenticate(ctx, ada, secret)
		_, _ = b.Authenticate(ctx, "canary-mail@example.com", another)
		_, _ = b.Authenticate(ctx, secret, "")
		_, _ = b.Confirm(ctx, u.ID, another)
		_, _ = b.ChangePassword(ctx, u.ID, another, secret)
	}
	events := fmt.Sprintf("%+v", b.audit.Events()) + b.log.String()
	for _, word := range []string{"canary", "ada", "example.com", "lantern", "harbour", "new:"} {
		if strings.Contains(events, word) {
			t.Errorf("%q appears in\n%s", word, events)
		}
	}
}

// SECURITY LOG-02.
func TestLOG02_RecordsPrintNoSecret(t *testing.T) {
	values := []any{
		record{User: user{ID: 7, Email: ada}, PasswordHash: secret},
		&record{User: user{ID: 7, Email: ada}, PasswordHash: secret},
		[]record{{PasswordHash: secret}},
		struct{ R record }{record{PasswordHash: secret}},
		account.NewUser[role]{Email: ada, Password: secret},
		&account.NewUser[role]{Email: ada, Password: secret},
	}
	for _, v := range values {
		var text bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			fmt.Fprintf(&text, verb, v)
		}
		slog.New(slog.NewTextHandler(&text, nil)).Info("x", "value", v)
		slog.New(slog.NewJSONHandler(&text, nil)).Info("x", "value", v)
		j, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(j)
		if strings.Contains(text.String(), "lantern") || strings.Contains(text.String(), fmt.Sprintf("%x", "lantern")) {
			t.Errorf("%T prints %s", v, text.String())
		}
	}
	if got := fmt.Sprint(values[0]); got != "account 7" {
		t.Errorf("a record prints as %q", got)
	}
}

func TestNewNamesWhatIsWrong(t *testing.T) {
	_, err := account.New(account.Config[int64, role]{StoreTimeout: -1})
	for _, word := range []string{"Store", "Hasher", "StoreTimeout", "role"} {
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%v does not name %s", err, word)
		}
	}
	_, err = account.New(account.Config[int64, role]{Store: &store{}, Hasher: &hasher{}, DefaultRole: "a b"})
	if err == nil {
		t.Error("a role with a space was taken")
	}
}

func TestRolesText(t *testing.T) {
	for _, roles := range [][]role{nil, {"a"}, {"a", "b", "c:d"}} {
		if got := account.SplitRoles[role](account.JoinRoles(roles)); fmt.Sprint(got) != fmt.Sprint(roles) {
			t.Errorf("%q came back as %q", roles, got)
		}
	}
}
