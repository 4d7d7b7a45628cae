package page

import "net/http"

// A leading writer turns an endpoint's success into a redirect, with the endpoint's
// cookies and without its body.
type leading struct {
	http.ResponseWriter
	location string
	began    bool
	led      bool
}

func (w *leading) WriteHeader(status int) {
	if w.began {
		return
	}
	if status < http.StatusOK {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	w.began = true
	if status >= http.StatusMultipleChoices {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	w.led = true
	w.Header().Del("Content-Type")
	w.Header().Del("Content-Length")
	w.Header().Set("Location", w.location)
	w.ResponseWriter.WriteHeader(http.StatusSeeOther)
}

func (w *leading) Write(text []byte) (int, error) {
	if !w.began {
		w.WriteHeader(http.StatusOK)
	}
	if w.led {
		return len(text), nil
	}
	return w.ResponseWriter.Write(text)
}

// Unwrap is for http.ResponseController.
func (w *leading) Unwrap() http.ResponseWriter { return w.ResponseWriter }
