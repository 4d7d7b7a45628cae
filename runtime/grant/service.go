package grant

import (
	"context"
	"errors"
	"fmt"

	"github.com/authgen-go/authgen/runtime/refresh"
	"github.com/authgen-go/authgen/runtime/revocation"
	"github.com/authgen-go/authgen/runtime/token"
)

// A Service issues, renews, verifies and revokes the tokens of users. It is safe for
// concurrent use and must be closed.
//
// Its storages are asked under a deadline. An error that is not one of this package,
// of token, refresh, revocation or authn means that something could not be found out
// or done; it ends no login.
type Service[UID comparable, U Account, C any] struct {
	cfg         Config[UID, U, C]
	keys        *token.Watcher
	issuer      *token.Issuer[C]
	verifier    *token.Verifier[C]
	revocations *revocation.Checker[UID, U]
	families    *refresh.Service[UID, U] // nil without refresh tokens
}

// New starts a Service. The error names what is wrong with cfg, or with the keys.
func New[UID comparable, U Account, C any](cfg Config[UID, U, C]) (*Service[UID, U, C], error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	s := &Service[UID, U, C]{cfg: cfg}
	if err := s.start(); err != nil {
		return nil, errors.Join(err, s.Close(context.Background()))
	}
	return s, nil
}

func (s *Service[UID, U, C]) start() (err error) {
	cfg := s.cfg
	s.keys, err = token.Watch(cfg.Keys, token.WatchConfig{Audit: cfg.Audit, Logger: cfg.Logger, Now: cfg.Now})
	if err != nil {
		return err
	}
	s.issuer, err = token.NewIssuer(token.IssuerConfig[C]{
		Schema: cfg.Schema, Keys: s.keys.Ring(), Issuer: cfg.Issuer, Audience: cfg.Audience, TTL: cfg.TTL, Now: cfg.Now,
	})
	if err != nil {
		return err
	}
	s.verifier, err = token.NewVerifier(token.Config[C]{
		Schema: cfg.Schema, Keys: s.keys.Ring(), Issuer: cfg.Issuer, Audience: cfg.Audience,
		Leeway: cfg.Leeway, RequireID: true, Proxies: cfg.Proxies, Audit: cfg.Audit, Now: cfg.Now,
	})
	if err != nil {
		return err
	}
	s.revocations, err = revocation.New(revocation.Config[UID, U]{
		Store: cfg.Revocations, List: cfg.List, MaxStaleness: cfg.MaxStaleness, Leeway: cfg.Leeway,
		StoreTimeout: cfg.StoreTimeout, Audit: cfg.Audit, Logger: cfg.Logger, Now: cfg.Now,
	})
	if err != nil || cfg.Refresh == nil {
		return err
	}
	s.families, err = refresh.New(refresh.Config[UID, U]{
		Store: cfg.Refresh.Store, Key: cfg.Refresh.Key,
		TTL: cfg.Refresh.TTL, IdleTTL: cfg.Refresh.IdleTTL, Grace: cfg.Refresh.Grace, TokenLife: cfg.TTL + cfg.Leeway,
		Ended:        s.revocations.Forget,
		StoreTimeout: cfg.StoreTimeout, Audit: cfg.Audit, Logger: cfg.Logger, Now: cfg.Now,
	})
	return err
}

// Keys returns the keys that are in force, for what else an application signs or
// verifies with them.
func (s *Service[UID, U, C]) Keys() *token.Ring { return s.keys.Ring() }

// Close ends the work in the background.
func (s *Service[UID, U, C]) Close(ctx context.Context) error {
	var errs []error
	if s.families != nil {
		errs = append(errs, s.families.Close(ctx))
	}
	if s.revocations != nil {
		errs = append(errs, s.revocations.Close(ctx))
	}
	if s.keys != nil {
		s.keys.Close()
	}
	return errors.Join(errs...)
}

// text is the form of an id in sub and in audit events.
func text[UID comparable](id UID) string { return fmt.Sprint(id) }
