package grant

import (
	"context"

	"github.com/authgen-go/authgen/runtime/refresh"
	"github.com/authgen-go/authgen/runtime/token"
)

// Revoke ends the access token of claims and, unless it is "", the family of
// refreshToken, with all its access tokens (RFC 7009 section 2.1). A refresh token that
// is of no use or somebody else's is passed over: nothing says so (RFC 7009 section
// 2.2). If a storage did not confirm, the error says so (SECURITY REV-02).
func (s *Service[UID, U, C]) Revoke(ctx context.Context, claims C, refreshToken string) error {
	c := s.cfg.Schema.Base(&claims)
	id, err := s.cfg.ParseID(c.Subject)
	if err != nil {
		return token.ErrInvalidToken
	}
	if refreshToken != "" && s.families != nil {
		if err := s.families.End(ctx, id, refreshToken); err != nil {
			return err
		}
	}
	return s.revocations.Revoke(ctx, checked(c, id))
}

// RevokeID ends the access token whose id ("jti") is tokenID, as events and logs name
// it, for whoever looks after the service. It holds for as long as any token could
// live, in every process that shares the storage: in this one at once, in others within
// [Config.MaxStaleness], and whether or not there is a List.
func (s *Service[UID, U, C]) RevokeID(ctx context.Context, tokenID string) error {
	return s.revocations.RevokeID(ctx, tokenID, s.cfg.Now().Add(s.cfg.LongestTTL))
}

// Adopt lets the login that claims belong to go on after its user has changed their
// password in it: its refresh token counts under the user's new version, while the
// access tokens of before are dead, its own included (SECURITY SES-08). A login that
// has ended meanwhile, or that has no refresh token, is no error.
func (s *Service[UID, U, C]) Adopt(ctx context.Context, claims C, id UID, version int64) error {
	s.revocations.Forget(id)
	family, err := refresh.ParseID(s.cfg.Schema.Base(&claims).Family)
	if err != nil || s.families == nil {
		return nil
	}
	return s.families.Adopt(ctx, id, family, version)
}

// EndAll ends the families of a user. It is recorded as the user's own doing.
//
// Where the user's version has been raised, which account.Service does whenever all
// credentials must die, the tokens are dead already and stay so even if EndAll fails;
// it then only tidies up.
func (s *Service[UID, U, C]) EndAll(ctx context.Context, id UID) error {
	s.revocations.Forget(id)
	if s.families == nil {
		return nil
	}
	return s.families.EndAll(ctx, id)
}

// Forget makes this process ask again about the tokens of a user, whatever MaxStaleness
// says: for when the application has changed the user itself.
func (s *Service[UID, U, C]) Forget(id UID) { s.revocations.Forget(id) }
