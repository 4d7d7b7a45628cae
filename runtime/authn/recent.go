package authn

import "time"

// ErrReauthenticationRequired: the credential is good, but its user last proved who
// they are too long ago for what was asked (SECURITY SES-10).
var ErrReauthenticationRequired = NewProblem(CodeReauthenticationRequired, "Confirm your password to go on.")

// RequireRecent returns nil if a user who proved who they are at that moment did so
// less than within ago, and otherwise [ErrReauthenticationRequired]. The zero time is
// never recent.
func RequireRecent(now, authenticated time.Time, within time.Duration) error {
	if !authenticated.IsZero() && now.Before(authenticated.Add(within)) {
		return nil
	}
	return ErrReauthenticationRequired
}
