package env

import (
	"errors"
	"fmt"
	"net/url"
)

// CheckBaseURL reports whether u is what [ParseBaseURL] accepts, for a
// configuration that was filled in by hand. Errors begin with the field's name,
// BaseURL, and never hold any of u.
func CheckBaseURL(u *url.URL) error {
	if u == nil {
		return errors.New("BaseURL is missing")
	}
	if _, err := ParseBaseURL(u.String()); err != nil {
		return fmt.Errorf("BaseURL %w", err)
	}
	return nil
}
