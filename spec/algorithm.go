package spec

import "strings"

// algorithmForm is an algorithm's name. What comes near to several is taken for
// the one of its own family: PS256 is closer to RS256 than to HS256, whose keys
// are secrets.
func algorithmForm() form[Algorithm] {
	f := enumForm(HS256, RS256, ES256, EdDSA)
	known := f.parse

	f.parse = func(text string) (Algorithm, *fault) {
		a, wrong := known(text)
		if wrong == nil {
			return a, nil
		}

		upper := strings.ToUpper(text)
		wrong = &fault{message: "expected " + f.what + ", found " + quote(text)}
		if upper == "NONE" {
			wrong.message += ", which anyone can sign"
		}
		for prefix, meant := range map[string]Algorithm{"HS": HS256, "RS": RS256, "PS": RS256, "ES": ES256, "ED": EdDSA} {
			if strings.HasPrefix(upper, prefix) {
				wrong.try = string(meant)
			}
		}
		return "", wrong
	}

	return f
}
