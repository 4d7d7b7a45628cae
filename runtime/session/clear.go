package session

import "net/http"

// ClearCookie makes the browser forget its session. It ends nothing: it is for
// the answer to a request that has just ended the session by other means, such as
// [Manager.EndAll].
func (m *Manager[ID, U]) ClearCookie(w http.ResponseWriter) { setCookie(w, m.clearing()) }
