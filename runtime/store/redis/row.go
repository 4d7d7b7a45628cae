package redis

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/authgen-go/authgen/runtime/session"
)

// A row is a session as it is stored: a byte that names this layout, the hash of the
// token, five numbers of 8 bytes, the flags, the address with its length in front, and
// the user agent. What scripts read and replace is at fixed places in front; numbers
// are big-endian, times in microseconds since 1970. The ids are in the key and the field.
const (
	rowLayout = 1

	atHash          = 1
	atVersion       = atHash + len(session.Hash{})
	atAuthenticated = atVersion + 8
	atSeen          = atAuthenticated + 8
	atExpires       = atSeen + 8
	atCreated       = atExpires + 8
	atFlags         = atCreated + 8
	atRest          = atFlags + 1

	flagRemembered = 1
)

var errRow = errors.New("the stored session cannot be read")

func appendNumber(b []byte, n int64) []byte { return binary.BigEndian.AppendUint64(b, uint64(n)) }

// number is a number as rows have it.
func number(n int64) string { return string(appendNumber(nil, n)) }

func encodeRow[ID comparable](s session.Session[ID], hash session.Hash) ([]byte, error) {
	addr, err := s.Addr.MarshalBinary()
	if err != nil {
		return nil, err
	}
	row := make([]byte, 0, atRest+1+len(addr)+len(s.UserAgent))
	row = append(row, rowLayout)
	row = append(row, hash[:]...)
	row = appendNumber(row, s.UserVersion)
	for _, at := range []time.Time{s.AuthenticatedAt, s.LastSeenAt, s.ExpiresAt, s.CreatedAt} {
		row = appendNumber(row, micros(at))
	}
	var flags byte
	if s.Remembered {
		flags |= flagRemembered
	}
	row = append(row, flags)
	row = binary.AppendUvarint(row, uint64(len(addr)))
	row = append(row, addr...)
	return append(row, s.UserAgent...), nil
}

func decodeRow[ID comparable](row string, user ID, id string) (session.Session[ID], session.Hash, error) {
	if len(row) < atRest || row[0] != rowLayout {
		return session.Session[ID]{}, session.Hash{}, errRow
	}
	b := []byte(row)
	num := func(at int) int64 { return int64(binary.BigEndian.Uint64(b[at:])) }
	s := session.Session[ID]{
		ID: id, UserID: user,
		UserVersion:     num(atVersion),
		AuthenticatedAt: moment(num(atAuthenticated)),
		LastSeenAt:      moment(num(atSeen)),
		ExpiresAt:       moment(num(atExpires)),
		CreatedAt:       moment(num(atCreated)),
		Remembered:      b[atFlags]&flagRemembered != 0,
	}
	addr, rest, ok := cutSized(b[atRest:])
	if !ok || s.Addr.UnmarshalBinary(addr) != nil {
		return session.Session[ID]{}, session.Hash{}, errRow
	}
	s.UserAgent = string(rest)
	return s, session.Hash(b[atHash:atVersion]), nil
}

// cutSized cuts off what has its length in front.
func cutSized(b []byte) (head, rest []byte, ok bool) {
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return nil, nil, false
	}
	b = b[n:]
	return b[:size], b[size:], true
}

// micros rounds down, also before 1970.
func micros(t time.Time) int64 { return t.Truncate(time.Microsecond).UnixMicro() }

func moment(micros int64) time.Time { return time.UnixMicro(micros).UTC() }
