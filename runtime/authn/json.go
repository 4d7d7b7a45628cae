package authn

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// WriteJSON answers with body as JSON. It panics if T cannot be marshalled, which
// [Frame.Handler] turns into 500; what goes wrong while sending is the
// connection's affair and not reported.
func WriteJSON[T any](w http.ResponseWriter, status int, body T) {
	writeBody(w, "application/json", status, body)
}

// problemBody is RFC 9457 section 3.1, and the request's id.
type problemBody struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail,omitempty"`
	RequestID string `json:"request_id,omitempty"`
}

func writeProblem(w http.ResponseWriter, p *Problem, requestID string) {
	status := p.Code.Status()
	writeBody(w, "application/problem+json", status, problemBody{
		Type:      "urn:authgen:" + string(p.Code),
		Title:     p.Code.Title(),
		Status:    status,
		Detail:    p.Detail,
		RequestID: requestID,
	})
}

func writeBody[T any](w http.ResponseWriter, contentType string, status int, body T) {
	text, err := json.Marshal(body)
	if err != nil {
		panic(fmt.Sprintf("authn: a body of type %T must marshal: %v", body, err))
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	// An error here means that the client is gone.
	_, _ = w.Write(append(text, '\n'))
}
