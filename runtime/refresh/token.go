package refresh

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
)

const (
	headSize = len(ID{}) + 8
	// headLen is how many characters of a token say which it is. They are whole bytes,
	// so that the MAC begins a character of its own.
	headLen = headSize * 4 / 3
	// tokenLen is the length of every token.
	tokenLen = ((headSize+sha256.Size)*8 + 5) / 6
	// macLabel keeps these MACs apart from whatever else may be made under the key.
	macLabel = "authgen refresh token v1"
)

// A Ref says which token of which family a token is. It is of no use as a credential.
type Ref struct {
	ID      ID
	Counter int64
}

// A sealer makes tokens. Its key sits in a closure, so that no way of printing
// reaches it.
type sealer struct {
	mac func(head []byte) []byte
}

func newSealer(key []byte) sealer {
	return sealer{mac: func(head []byte) []byte {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(macLabel))
		h.Write(head)
		return h.Sum(nil)
	}}
}

// token returns the one text of a token.
func (s sealer) token(r Ref) string {
	raw := make([]byte, 0, headSize+sha256.Size)
	raw = append(raw, r.ID[:]...)
	raw = binary.BigEndian.AppendUint64(raw, uint64(r.Counter))
	return base64.RawURLEncoding.EncodeToString(append(raw, s.mac(raw)...))
}

// open returns what a token says of itself. The whole text is compared with the one
// that was given out, in constant time: what another text would decode to does not
// matter (SECURITY REF-06, KEY-10).
func (s sealer) open(token string) (Ref, bool) {
	if len(token) != tokenLen {
		return Ref{}, false
	}
	var head [headSize]byte
	if n, err := base64.RawURLEncoding.Decode(head[:], []byte(token[:headLen])); err != nil || n != headSize {
		return Ref{}, false
	}
	r := Ref{Counter: int64(binary.BigEndian.Uint64(head[len(ID{}):]))}
	copy(r.ID[:], head[:])
	if subtle.ConstantTimeCompare([]byte(s.token(r)), []byte(token)) != 1 {
		return Ref{}, false
	}
	return r, true
}
