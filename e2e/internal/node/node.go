// Package node runs programs of ours in Node.js, which use what npm has: clients,
// verifiers and providers that are not ours.
package node

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
)

// Path is where Node.js is, for a process in the folder e2e: .ci/install leaves one among
// the npm packages if that of the machine is too old.
func Path() string {
	const installed = "node_modules/.bin/node"
	if _, err := os.Stat(installed); err != nil {
		return "node"
	}
	return "./" + installed
}

// Run runs a script, which reads what it is to do and prints what came of it, each
// one value in JSON. Secrets are in neither its arguments nor its environment.
func Run[Result any](ctx context.Context, script string, task any) (Result, error) {
	var result Result
	input, err := json.Marshal(task)
	if err != nil {
		return result, err
	}
	var out, problems bytes.Buffer
	cmd := exec.CommandContext(ctx, Path(), script)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &out, &problems
	if err := cmd.Run(); err != nil {
		return result, fmt.Errorf("node %s, which .ci/install installs: %w\n%s", script, err, problems.Bytes())
	}
	if err := json.Unmarshal(out.Bytes(), &result); err != nil {
		return result, fmt.Errorf("node %s printed %q: %w", script, out.Bytes(), err)
	}
	return result, nil
}
