package redis

import (
	"context"

	goredis "github.com/redis/go-redis/v9"
)

// A call is one run of a script. Its keys are in one slot.
type call struct {
	keys []string
	args []any
}

// runAll runs a script many times in one round trip, or in two if a server does not
// know it yet, and returns the number that each run answered.
func (b base) runAll(ctx context.Context, script *goredis.Script, calls []call) ([]int, error) {
	if len(calls) == 0 {
		return nil, nil
	}
	answers := make([]*goredis.Cmd, len(calls))
	pipe := b.client.Pipeline()
	for i, c := range calls {
		answers[i] = script.EvalSha(ctx, pipe, c.keys, c.args...)
	}
	_, _ = pipe.Exec(ctx) // each answer has its error
	pipe = b.client.Pipeline()
	for i, c := range calls {
		if goredis.HasErrorPrefix(answers[i].Err(), "NOSCRIPT") {
			answers[i] = script.Eval(ctx, pipe, c.keys, c.args...)
		}
	}
	if pipe.Len() > 0 {
		_, _ = pipe.Exec(ctx)
	}
	counts := make([]int, len(calls))
	for i, a := range answers {
		n, err := a.Int()
		if err != nil {
			return nil, err
		}
		counts[i] = n
	}
	return counts, nil
}
