package authn_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/authgen-go/authgen/runtime/authn"
)

// An account is what this application knows of who makes a request.
type account struct {
	Name  string
	Admin bool
}

// demo is a strategy for one well-known token.
type demo struct{}

func (demo) Name() string               { return "demo" }
func (demo) Challenge(err error) string { return authn.FormatChallenge("Demo", "example", err) }

func (demo) Presents(r *http.Request) bool { return r.Header.Get("Authorization") != "" }

func (demo) Authenticate(r *http.Request, _ http.Header) (*account, error) {
	switch r.Header.Get("Authorization") {
	case "":
		return nil, authn.ErrNoCredential
	case "Demo ada":
		return &account{Name: "Ada"}, nil
	default:
		return nil, authn.NewProblem(authn.CodeInvalidSession, "The token is not valid.")
	}
}

func Example() {
	frame := &authn.Frame{}
	guard := authn.NewGuard[*account](frame, demo{})
	admins := func(a *account) error {
		if !a.Admin {
			return authn.NewProblem(authn.CodeInsufficientRole, "This is for administrators.")
		}
		return nil
	}
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a, ok := authn.IdentityFrom[*account](r.Context()); ok {
			fmt.Fprintf(w, "Hello, %s.", a.Name)
		}
	})

	mux := http.NewServeMux()
	mux.Handle("GET /hello", guard.Require(nil)(hello))
	mux.Handle("GET /admin", guard.Require(admins)(hello))
	app := authn.CleanPaths(mux)

	for _, request := range []struct{ path, authorization string }{
		{"/hello", "Demo ada"}, {"/hello", ""}, {"/admin", "Demo ada"}, {"//hello", "Demo ada"},
	} {
		r := httptest.NewRequest("GET", request.path, nil)
		r.Header.Set("Authorization", request.authorization)
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Header().Get("WWW-Authenticate"), w.Header().Get("Content-Type"))
	}
	// Output:
	// 200  text/plain; charset=utf-8
	// 401 Demo realm="example" application/problem+json
	// 403  application/problem+json
	// 404  application/problem+json
}
