package jwks

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// maxHeader bounds the header of an answer, in bytes.
const maxHeader = 64 << 10

func newDialer(to reach, timeout time.Duration) *net.Dialer {
	return &net.Dialer{Timeout: timeout, ControlContext: to.control}
}

// newTransport returns what a set is fetched by. It uses no proxy, not that of the
// environment either: a proxy resolves the name once more, and connects to what it
// likes. Nothing is decompressed, so a small answer stays small, and connections are
// not kept for the next fetch, which is minutes away.
func newTransport(config *tls.Config, dialer *net.Dialer) *http.Transport {
	config = config.Clone()
	if config == nil {
		config = new(tls.Config)
	}
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	config.NextProtos = nil
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        config,
		Protocols:              &protocols,
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
	}
}
