// Package provider runs an OpenID provider that is not ours.
package provider

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"github.com/authgen-go/authgen/e2e/internal/node"
)

// A Provider is npm's oidc-provider in a process of its own, on loopback. Whoever logs
// in there as NAME, with any password, is NAME@example.com. It requires PKCE.
type Provider struct {
	Issuer string

	client client
	cmd    *exec.Cmd
	input  io.Closer
	log    bytes.Buffer // what it said, to read when it has ended
}

// client is the application that people log in to.
type client struct {
	ID       string `json:"id"`
	Secret   string `json:"secret"`
	Callback string `json:"callback"`
}

// Start starts the script, provider.mjs, with a client that people are sent back to at
// callback.
func Start(ctx context.Context, script, callback string) (*Provider, error) {
	p := &Provider{client: client{ID: "app", Secret: rand.Text(), Callback: callback}}
	p.cmd = exec.Command(node.Path(), script)
	p.cmd.Stderr = &p.log
	input, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	p.input = input
	output, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start node, which .ci/install installs: %w", err)
	}

	// Whoever waits too long ends the process, and so the reading.
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = p.cmd.Process.Kill() })()
	if err := json.NewEncoder(input).Encode(p.client); err != nil {
		return nil, p.failed(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		return nil, p.failed(err)
	}
	p.Issuer = strings.TrimSpace(line)
	return p, nil
}

func (p *Provider) failed(err error) error {
	return fmt.Errorf("the provider does not start: %w; %w", err, p.Stop())
}

// Env is what tells a generated server of the provider called name.
func (p *Provider) Env(name string) []string {
	prefix := "AUTH_OAUTH_" + strings.ToUpper(name) + "_"
	return []string{prefix + "ISSUER=" + p.Issuer, prefix + "CLIENT_ID=" + p.client.ID, prefix + "CLIENT_SECRET=" + p.client.Secret}
}

// Secret is the client's, which no log may hold.
func (p *Provider) Secret() string { return p.client.Secret }

// Stop ends the provider, and says so if it had errors of its own.
func (p *Provider) Stop() error {
	p.input.Close()
	stuck := time.AfterFunc(10*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer stuck.Stop()
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("the provider ended: %w\n%s", err, p.log.String())
	}
	return nil
}
