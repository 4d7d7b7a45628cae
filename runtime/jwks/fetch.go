package jwks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/authgen-go/authgen/runtime/token"
)

// An answer is a good one.
type answer struct {
	set    *token.KeySet // nil if it is the one that is in force
	etag   string        // "" if it has none
	maxAge time.Duration // 0 if it does not say
}

// fetch asks for the set; etag is that of the one in force, or "". It goes through the
// transport itself, not a client: there is nothing that would follow a redirect, and
// no error that would quote the URL.
func (r *Remote) fetch(etag string) (answer, error) {
	ctx, cancel := context.WithTimeout(r.ctx, r.cfg.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url, nil)
	if err != nil {
		return answer{}, failed(reasonUnreachable, errors.New("the URL cannot be asked for"))
	}
	request.Header.Set("Accept", "application/jwk-set+json, application/json")
	if etag != "" {
		request.Header.Set("If-None-Match", etag)
	}
	response, err := r.transport.RoundTrip(request)
	if err != nil {
		return answer{}, unreachable(err)
	}
	defer func() { _ = response.Body.Close() }()
	a := answer{etag: etag, maxAge: maxAgeOf(response.Header)}
	switch {
	case response.StatusCode == http.StatusNotModified && etag != "":
		return a, nil
	case response.StatusCode != http.StatusOK:
		return answer{}, failed(reasonStatus, fmt.Errorf("the answer has the status %d", response.StatusCode))
	}
	a.etag = etagOf(response.Header)
	a.set, err = readSet(response)
	return a, err
}

// readSet reads the body. What it is, its content says, not its type.
func readSet(response *http.Response) (*token.KeySet, error) {
	tooLarge := failed(reasonTooLarge, fmt.Errorf("the answer is larger than %d bytes", token.MaxJWKS))
	if response.ContentLength > token.MaxJWKS {
		return nil, tooLarge
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, token.MaxJWKS+1))
	switch {
	case err != nil:
		return nil, unreachable(err)
	case len(body) > token.MaxJWKS:
		return nil, tooLarge
	}
	set, err := token.ParseJWKS(body)
	if err != nil {
		return nil, failed(reasonBadSet, err)
	}
	return set, nil
}
