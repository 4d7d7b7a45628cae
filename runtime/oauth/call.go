package oauth

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
)

// get asks a provider for the JSON at a URL; what names it for the log. With an access
// token it asks in the user's name.
func (c *client) get(ctx context.Context, what, url, access string, header ...string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, c.broken(reasonMetadata, what+" has no URL that can be asked")
	}
	if access != "" {
		request.Header.Set("Authorization", "Bearer "+access)
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, c.unreachable(what, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, &statusError{status: response.StatusCode, err: c.answered(what, response.StatusCode)}
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, c.unreachable(what, err)
	}
	return body, nil
}

// getObject is get for a struct. What an answer is, its content says, not its type.
func getObject[T any](ctx context.Context, c *client, what, url, access string, header ...string) (T, error) {
	var into, none T
	body, err := c.get(ctx, what, url, access, header...)
	if err != nil {
		return none, err
	}
	if err := json.Unmarshal(body, &into); err != nil {
		return none, c.broken(reasonAnswer, what+" did not answer with the JSON that it should")
	}
	return into, nil
}

// A statusError is the error for an answer with another status than 200.
type statusError struct {
	status int
	err    error
}

func (e *statusError) Error() string { return e.err.Error() }
func (e *statusError) Unwrap() error { return e.err }

// broken is the error for a provider that does not do what it should.
func (c *client) broken(reason, text string) error {
	return because(ErrProvider, reason, "provider "+c.Name+": "+text)
}

func (c *client) answered(what string, status int) error {
	return c.broken(reasonStatus, fmt.Sprintf("%s answered %d", what, status))
}

// unreachable is the error for a call that did not end with an answer. The text is that
// of errors that quote neither what was sent nor what came.
func (c *client) unreachable(what string, err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return c.broken(reasonTooLarge, fmt.Sprintf("%s answered with more than %d bytes", what, maxAnswer))
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return c.broken(reasonTimeout, what+" did not answer in time")
	}
	if dial, ok := errors.AsType[*net.OpError](err); ok {
		return c.broken(reasonUnreachable, what+" cannot be reached: "+dial.Error())
	}
	if certificate, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return c.broken(reasonUnreachable, what+" cannot be reached: "+certificate.Error())
	}
	return c.broken(reasonUnreachable, what+" cannot be reached: the connection broke off")
}
