package account_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/password"
	"github.com/authgen-go/authgen/runtime/store/memory"
)

// SECURITY PWD-05.
func TestPWD05_BreachedPasswordsAreRefused(t *testing.T) {
	var asked []string
	var answer bool
	var failure error
	var log bytes.Buffer
	hashes := new(hasher)
	next := int64(0)
	s, err := account.New(account.Config[int64, role]{
		Store:       memory.NewUsers[int64, role](func() int64 { next++; return next }),
		Hasher:      hashes,
		DefaultRole: roleUser,
		Logger:      slog.New(slog.NewTextHandler(&log, nil)),
		Breached: func(ctx context.Context, text string) (bool, error) {
			if _, ok := ctx.Deadline(); !ok {
				t.Error("the question has no end")
			}
			asked = append(asked, text)
			return answer, failure
		},
	})
	if err != nil {
		t.Fatal(err)
	}

	answer = true
	if _, err := s.Register(t.Context(), ada, secret); !errors.Is(err, password.ErrWeak) {
		t.Errorf("a breached password: %v", err)
	}
	if hashes.runs.Load() != 0 {
		t.Error("a refused password was hashed")
	}

	answer, failure = false, errors.New("no answer about "+secret)
	u, err := s.Register(t.Context(), ada, secret)
	if err != nil {
		t.Errorf("nobody knows whether it is breached: %v", err)
	}
	if !strings.Contains(log.String(), "without knowing") || strings.Contains(log.String(), secret) {
		t.Errorf("the log says %q", log.String())
	}

	answer, failure = true, nil
	if _, err := s.ChangePassword(t.Context(), u.ID, secret, another); !errors.Is(err, password.ErrWeak) {
		t.Errorf("a change to a breached password: %v", err)
	}
	if _, err := s.Register(t.Context(), "bob@example.com", "short"); !errors.Is(err, password.ErrWeak) {
		t.Errorf("a short password: %v", err)
	}
	if len(asked) != 3 {
		t.Errorf("asked about %d passwords, want those that the policy accepts", len(asked))
	}
}
