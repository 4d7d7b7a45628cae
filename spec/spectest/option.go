package spectest

// An Option says which accepted specs are wanted.
type Option func(*options)

type options struct{ jwt bool }

// WithJWT has specs with the jwt strategy among them, which are left out
// otherwise. Refused specs are about every strategy.
func WithJWT() Option { return func(o *options) { o.jwt = true } }

func optionsOf(opts []Option) options {
	var o options
	for _, opt := range opts {
		opt(&o)
	}

	return o
}
