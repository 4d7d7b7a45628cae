package redis

import "strconv"

// A Codec writes the ids of users as text and reads them back. Both functions are
// required; different ids have different texts. For a github.com/google/uuid it is
//
//	redis.Codec[uuid.UUID]{Format: uuid.UUID.String, Parse: uuid.Parse}
type Codec[ID comparable] struct {
	Format func(ID) string
	Parse  func(string) (ID, error)
}

// Int64 is the Codec of ids that are numbers.
func Int64() Codec[int64] {
	return Codec[int64]{
		Format: func(id int64) string { return strconv.FormatInt(id, 10) },
		Parse:  func(text string) (int64, error) { return strconv.ParseInt(text, 10, 64) },
	}
}

// String is the Codec of ids that are text: any text, in any bytes.
func String[ID ~string]() Codec[ID] {
	return Codec[ID]{
		Format: func(id ID) string { return string(id) },
		Parse:  func(text string) (ID, error) { return ID(text), nil },
	}
}
