package spec

import "time"

func apiKeySection() section {
	open := func(s *Spec) { s.Strategies.APIKey = &APIKey{} }

	return section{open: open, fields: []field{
		{
			key:   "header",
			doc:   "The request header that carries a key, and the only place where one is looked for. Names that browsers, proxies or HTTP itself use are refused.",
			value: scalar[string]{headerForm(), "X-API-Key", func(s *Spec) *string { return &s.Strategies.APIKey.Header }},
		},
		{
			key:   "prefix",
			doc:   "What every key begins with, so that scanners find lost ones: sk_live for keys that open something, sk_test for those that do not. Keys with another prefix are refused.",
			value: scalar[string]{keyPrefixForm(), "sk_live", func(s *Spec) *string { return &s.Strategies.APIKey.Prefix }},
		},
		{
			key:   "max_age",
			doc:   "The longest life of a key, and its life when none is asked for. Every key expires.",
			value: scalar[time.Duration]{durationForm(time.Second, maxKeyAge, "h", "d"), "90d", func(s *Spec) *time.Duration { return &s.Strategies.APIKey.MaxAge }},
		},
		{
			key:   "warn_before",
			doc:   "How long before its end answers and the audit log warn about a key; at most max_age. The default is never more than half of max_age. 0s never warns.",
			value: scalar[time.Duration]{durationForm(0, maxKeyAge, "h", "d"), "14d", func(s *Spec) *time.Duration { return &s.Strategies.APIKey.WarnBefore }},
		},
		{
			key:   "max_active",
			doc:   "How many keys one owner may have at a time.",
			value: scalar[int]{intForm(1, maxKeys), "2", func(s *Spec) *int { return &s.Strategies.APIKey.MaxActive }},
		},
		{
			key:   "rotation_overlap",
			doc:   "How long a rotated key stays valid beside its successor; at most max_age. When max_age is shorter than the default, the default is max_age. 0s ends it at once.",
			value: scalar[time.Duration]{durationForm(0, maxOverlap, "h", "d"), "24h", func(s *Spec) *time.Duration { return &s.Strategies.APIKey.RotationOverlap }},
		},
		{
			key:   "last_used_flush",
			doc:   "How often last_used_at is written. It is written in batches, never while a request waits.",
			value: scalar[time.Duration]{durationForm(time.Second, maxFlush, "s", "m"), "30s", func(s *Spec) *time.Duration { return &s.Strategies.APIKey.LastUsedFlush }},
		},
		{
			key:   "max_staleness",
			doc:   "How old a kept record of a key may be. 0s asks the store on every request. Anything above is how long a key can still work after it was revoked.",
			value: scalar[time.Duration]{durationForm(0, maxStaleness, "s", "m"), "0s", func(s *Spec) *time.Duration { return &s.Strategies.APIKey.MaxStaleness }},
		},
		{
			key:   "rate_limit",
			doc:   "Requests of one key.",
			value: scalar[Rate]{rateForm(maxKeyCount), "1000/1m", func(s *Spec) *Rate { return &s.Strategies.APIKey.RateLimit }},
		},
		deprecatedField(func(s *Spec) **Deprecated { return &s.Strategies.APIKey.Deprecated }),
	}}
}
