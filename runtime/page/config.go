package page

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"strings"
	"time"
)

// Config describes [Pages].
type Config struct {
	// Templates holds the application's templates: layout.html, one file for each
	// page, and style.css. Required.
	Templates fs.FS
	// BaseURL is the public origin of the application; required.
	BaseURL *url.URL
	// Prefix is where the endpoints are mounted: "" or such as "/auth".
	Prefix string
	// Home is the path where a login leads that came from nowhere; default the page
	// of devices.
	Home string
	// Register says that people can make accounts themselves.
	Register bool
	// MinPassword is how many characters a new password needs, for the pages to say.
	MinPassword int
	// Remember is how long a login lives that asks to be remembered; 0 for none.
	Remember time.Duration
	// Providers are the names of the providers that people may log in through, in the order
	// in which pages offer them.
	Providers []string
	// Email returns the e-mail address of who makes a request, by its context, and ""
	// for nobody; required.
	Email func(ctx context.Context) string
	// Now is the clock; default time.Now.
	Now func() time.Time
}

func (c *Config) complete() error {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Home == "" {
		c.Home = c.Prefix + "/devices"
	}
	home, ok := ReturnTo(c.Home)
	switch {
	case c.Templates == nil:
		return errors.New("there are no Templates")
	case c.BaseURL == nil:
		return errors.New("there is no BaseURL")
	case c.Email == nil:
		return errors.New("there is no Email")
	case c.Prefix != "" && (!strings.HasPrefix(c.Prefix, "/") || strings.HasSuffix(c.Prefix, "/")):
		return errors.New("the Prefix must begin with a slash and not end with one")
	case !ok || home != c.Home:
		return errors.New("the Home must be a path of the application, such as /account")
	}
	return nil
}
