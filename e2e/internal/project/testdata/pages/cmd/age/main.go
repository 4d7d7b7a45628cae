// Command age makes the logins of a user older, as if time had passed:
//
//	age EMAIL DURATION
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"example.com/app/internal/auth"
	"example.com/app/internal/dotenv"
)

func main() {
	if err := run(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "age:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, email, duration string) error {
	by, err := time.ParseDuration(duration)
	if err != nil {
		return err
	}
	if err := dotenv.Load(".env"); err != nil {
		return err
	}
	cfg, err := auth.ConfigFromEnv()
	if err != nil {
		return err
	}
	defer cfg.Close()

	done, err := cfg.DB.ExecContext(ctx, `UPDATE auth_sessions SET authenticated_at = authenticated_at - ?
		WHERE user_id = (SELECT id FROM users WHERE email = ?)`, by.Microseconds(), email)
	if err != nil {
		return err
	}
	if rows, err := done.RowsAffected(); err != nil || rows == 0 {
		return fmt.Errorf("%s has no login: %w", email, err)
	}
	return nil
}
