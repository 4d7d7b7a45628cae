package token

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A Verifier verifies access tokens, or those of [Config.Types], and reads their claims,
// of the type C. It is safe for concurrent use.
type Verifier[C any] struct {
	cfg     Config[C]
	reader  reader[C]
	kept    *kept[C]
	buffers bufferPool
}

// NewVerifier returns a verifier. It refuses a configuration that would leave a check
// out.
func NewVerifier[C any](cfg Config[C]) (*Verifier[C], error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	cfg.Audience, cfg.Types = slices.Clone(cfg.Audience), slices.Clone(cfg.Types)
	if cfg.Types == nil {
		cfg.Types = []string{typeAccess}
	}
	v := &Verifier[C]{cfg: cfg, kept: newKept[C](cfg.Kept)}
	v.reader = reader[C]{schema: cfg.Schema, foreign: cfg.Foreign, issuer: cfg.Issuer, audience: cfg.Audience}
	return v, nil
}

// verified is what does not change about a token. It is immutable.
type verified[C any] struct {
	claims C
	key    *Key
	times  times
}

// Verify returns the claims of an access token, whose slices are shared and must not
// be changed. Its error is [ErrInvalidToken], [ErrTokenExpired] if that is all that is
// wrong, or any other if the key could not be looked up; with an error there are no
// claims (SECURITY JWT-16). Whether the token was revoked, and whether its subject is
// still welcome, is not asked here.
func (v *Verifier[C]) Verify(ctx context.Context, token string) (C, error) {
	var none C
	parts, err := split(token)
	if err != nil {
		return none, err
	}
	if v.kept == nil {
		t, err := v.verify(ctx, parts)
		if err != nil {
			return none, err
		}
		return v.judge(t)
	}
	b := v.buffers.get()
	digest := sha256.Sum256(b.encoded[:copy(b.encoded[:], token)])
	v.buffers.put(b)
	if t := v.kept.get(digest); t != nil && v.inForce(ctx, t) {
		return v.judge(t)
	}
	t, err := v.verify(ctx, parts)
	if err != nil {
		return none, err
	}
	claims, err := v.judge(t)
	if err == nil {
		v.kept.put(digest, t, v.cfg.Now(), v.cfg.Leeway)
	}
	return claims, err
}

// inForce reports whether the key that verified t is the one of that name to this
// moment (SECURITY KEY-04). If it cannot be known, the long way says so.
func (v *Verifier[C]) inForce(ctx context.Context, t *verified[C]) bool {
	k, err := v.cfg.Keys.VerifyKey(ctx, t.key.id)
	return err == nil && k == t.key
}

// verify does what depends on the token and the keys alone. The claims are not looked
// at before the signature held.
func (v *Verifier[C]) verify(ctx context.Context, parts compact) (*verified[C], error) {
	b := v.buffers.get()
	defer v.buffers.put(b)
	text, ok := decode(b.decoded[:], parts.header, b.encoded[:])
	if !ok {
		return nil, errForm
	}
	h, err := parseHeader(text, b.names[:])
	if err != nil {
		return nil, err
	}
	if !h.isOneOf(v.cfg.Types) {
		return nil, errType
	}
	key, err := v.key(ctx, h)
	if err != nil {
		return nil, err
	}
	signature, ok := decode(b.decoded[:], parts.signature, b.encoded[:])
	if !ok {
		return nil, errForm
	}
	if !key.verify(parts.signed, signature) {
		return nil, errSignature
	}
	if text, ok = decode(b.decoded[:], parts.payload, b.encoded[:]); !ok {
		return nil, errForm
	}
	claims, err := v.reader.read(text, b.names[:])
	if err != nil {
		return nil, err
	}
	return v.accept(claims, key)
}

// key finds the key that a header names, and holds the header to its algorithm.
func (v *Verifier[C]) key(ctx context.Context, h header) (*Key, error) {
	if len(h.kid) == 0 || len(h.kid) > maxKid {
		return nil, errKid
	}
	key, err := v.cfg.Keys.VerifyKey(ctx, string(h.kid))
	if errors.Is(err, ErrUnknownKey) {
		return nil, errKey
	}
	if err != nil {
		return nil, fmt.Errorf("find the key of a token: %w", err)
	}
	if !key.alg.named(string(h.alg)) || v.cfg.Algorithm != "" && key.alg != v.cfg.Algorithm {
		return nil, errAlgorithm
	}
	return key, nil
}
