package oauth

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

const (
	// maxAnswer bounds the body of an answer, in bytes (SECURITY OAC-10). It is one less
	// than what x/oauth2 cuts off without a word.
	maxAnswer = 1<<20 - 1
	// maxHeader bounds the header of an answer, in bytes.
	maxHeader = 64 << 10
)

// newClient returns what a provider is called by, and nobody else. It follows no
// redirect, keeps no cookies, uses no proxy, not that of the environment either, and
// decompresses nothing, so that a small answer stays small. Connections are not kept:
// what is sent on one that has just died is sent twice, and a code is good for once
// (SECURITY OAC-10).
func newClient(config *tls.Config, timeout time.Duration) *http.Client {
	config = config.Clone()
	if config == nil {
		config = new(tls.Config)
	}
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	config.NextProtos = nil
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Client{
		Transport: bounded{&http.Transport{
			DialContext:            (&net.Dialer{Timeout: timeout}).DialContext,
			TLSClientConfig:        config,
			Protocols:              &protocols,
			DisableKeepAlives:      true,
			DisableCompression:     true,
			MaxResponseHeaderBytes: maxHeader,
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// bounded asks for JSON and bounds what comes.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if r.Header.Get("Accept") == "" {
		r.Header.Set("Accept", "application/json")
	}
	r.Header.Set("User-Agent", "authgen")
	response, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if response.ContentLength > maxAnswer {
		_ = response.Body.Close()
		return nil, &http.MaxBytesError{Limit: maxAnswer}
	}
	response.Body = http.MaxBytesReader(nil, response.Body, maxAnswer)
	return response, nil
}
