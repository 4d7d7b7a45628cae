package grant

import (
	"errors"
	"strconv"

	"github.com/authgen-go/authgen/runtime/token"
)

// errSpelling: the text is no id, or not the one spelling of it.
var errSpelling = errors.New("grant: not an id as it is issued")

// ParseText reads the id of a user that writes itself as text, such as a uuid.UUID.
// Other spellings of the same id are refused: two of them could be taken for two users
// elsewhere.
func ParseText[T any, P token.Text[T]](text string) (T, error) {
	var id, none T
	if err := P(&id).UnmarshalText([]byte(text)); err != nil {
		return none, errSpelling
	}
	if again, err := P(&id).MarshalText(); err != nil || string(again) != text {
		return none, errSpelling
	}
	return id, nil
}

// ParseInt64 reads the id of a user that is a number.
func ParseInt64(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strconv.FormatInt(id, 10) != text {
		return 0, errSpelling
	}
	return id, nil
}

// ParseString reads the id of a user that is text.
func ParseString(text string) (string, error) {
	if text == "" {
		return "", errSpelling
	}
	return text, nil
}
