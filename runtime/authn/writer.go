package authn

import "net/http"

// A trackedWriter knows whether an answer has begun. What it does not do itself
// is reached through Unwrap by http.ResponseController.
type trackedWriter struct {
	http.ResponseWriter
	began bool
}

func (w *trackedWriter) WriteHeader(status int) {
	// Informational answers come before the one that counts.
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols {
		w.began = true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *trackedWriter) Write(p []byte) (int, error) {
	w.began = true
	return w.ResponseWriter.Write(p)
}

// FlushError is what http.ResponseController calls; a flush sends the headers.
func (w *trackedWriter) FlushError() error {
	w.began = true
	return http.NewResponseController(w.ResponseWriter).Flush()
}

func (w *trackedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// innermost returns the writer that the server made.
func innermost(w http.ResponseWriter) http.ResponseWriter {
	for {
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return w
		}
		w = u.Unwrap()
	}
}
