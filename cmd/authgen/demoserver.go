package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A demoServer is the program of the demo.
type demoServer struct {
	program string
	dir     string
	addr    string
	kept    bool // whether dir outlives the demo
}

// serveDemo runs the server until ctx ends, then stops it the way it is stopped
// in production.
func (p *program) serveDemo(ctx context.Context, s demoServer) error {
	cmd := exec.Command(s.program)
	cmd.Dir = s.dir
	cmd.Env = append(demoEnv(os.Environ()), "ADDR="+s.addr)
	cmd.Stdout, cmd.Stderr = p.stderr, p.stderr
	inOwnGroup(cmd) // Ctrl-C is for the demo, which passes it on once
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()

	url := "http://" + s.addr
	err := awaitReady(ctx, url+"/readyz", ended)
	if err == nil {
		fmt.Fprintf(p.stdout, demoText, url)
		if s.kept {
			fmt.Fprintf(p.stdout, "Ctrl-C stops it; the project stays in %s.\n", s.dir)
		} else {
			fmt.Fprintf(p.stdout, "Ctrl-C stops it and removes %s.\n", s.dir)
		}
		select {
		case <-ctx.Done():
		case err := <-ended:
			return serverEnded(err)
		}
	}
	if err != nil && ctx.Err() == nil {
		return err
	}
	p.say("stopping…")
	return stopChild(cmd, ended)
}

// demoText is what to try; it holds the server's URL.
const demoText = `
The demo serves on %[1]s. In a browser:

  %[1]s/auth/register

In another terminal:

  # register: 201
  curl -i %[1]s/auth/register -H 'Content-Type: application/json' \
    -d '{"email":"ada@example.com","password":"seven green boats at noon"}'

  # log in: 200, and a cookie
  curl -i -c cookies.txt %[1]s/auth/session -H 'Content-Type: application/json' \
    -d '{"email":"ada@example.com","password":"seven green boats at noon"}'

  # who am I: 200; reports: 200; administration: 403
  curl -i -b cookies.txt %[1]s/api/me
  curl -i -b cookies.txt %[1]s/api/reports
  curl -i -b cookies.txt %[1]s/api/admin

  # make an API key, which is shown this once, and call with it: 201, then 200
  curl -s -b cookies.txt %[1]s/auth/api-keys -H 'Content-Type: application/json' \
    -d '{"name":"nightly report","scopes":["reports:read"]}' | tee key.json
  curl -i %[1]s/api/reports -H "X-API-Key: $(sed 's/.*"key":"\([^"]*\).*/\1/' key.json)"

  # log in for tokens, call with the access token, and renew it: 200 each
  curl -s %[1]s/auth/token -H 'Content-Type: application/json' \
    -d '{"email":"ada@example.com","password":"seven green boats at noon"}' | tee token.json
  curl -i %[1]s/api/me -H "Authorization: Bearer $(sed 's/.*"access_token":"\([^"]*\).*/\1/' token.json)"
  curl -i %[1]s/auth/token/refresh -H 'Content-Type: application/json' \
    -d "{\"refresh_token\":\"$(sed 's/.*"refresh_token":"\([^"]*\).*/\1/' token.json)\"}"

  # what machines can do; their ids come from: go run ./cmd/admin client create
  curl -i %[1]s/.well-known/oauth-authorization-server

  # log out: 204; from here on: 401
  curl -i -b cookies.txt -X DELETE %[1]s/auth/session
  curl -i -b cookies.txt %[1]s/api/me

`

// awaitReady waits until url answers 200.
func awaitReady(ctx context.Context, url string, ended chan error) error {
	deadline := time.After(30 * time.Second)
	client := &http.Client{Timeout: time.Second}
	for {
		if answer, err := client.Get(url); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return errInterrupted
		case err := <-ended:
			ended <- err
			return serverEnded(err)
		case <-deadline:
			return errors.New("the server does not become ready")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stopChild asks the program to end, and insists after a while.
func stopChild(cmd *exec.Cmd, ended chan error) error {
	if err := askToStop(cmd.Process); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(30 * time.Second):
		return errors.Join(errors.New("the server did not stop and was ended"), cmd.Process.Kill())
	}
}

func serverEnded(err error) error {
	if err == nil {
		return errors.New("the server ended by itself")
	}
	return fmt.Errorf("the server ended: %w", err)
}

// demoEnv is env without the settings of another service: the demo must not
// touch the database that somebody's shell names.
func demoEnv(env []string) []string {
	var out []string
	for _, entry := range env {
		name, _, _ := strings.Cut(entry, "=")
		switch {
		case strings.HasPrefix(name, "AUTH_"), name == "ADDR", name == "BASE_URL", name == "DATABASE_URL", name == "REDIS_URL":
		default:
			out = append(out, entry)
		}
	}
	return out
}
