// Command app takes tokens of another server.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"example.com/app/internal/auth"
)

func main() {
	if err := serve(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "app:", err)
		os.Exit(1)
	}
}

func serve(ctx context.Context) error {
	cfg, err := auth.ConfigFromEnv()
	if err != nil {
		return err
	}
	a, err := auth.New(ctx, cfg)
	if err != nil {
		return err
	}
	defer a.Close(ctx)

	mux := http.NewServeMux()
	a.Mount(mux)
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if a.Ready(r.Context()) != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	return http.ListenAndServe(os.Getenv("ADDR"), mux)
}
