package spec

// claimTypeForm is the type of a claim.
func claimTypeForm() form[ClaimType] {
	f := enumForm(ClaimString, ClaimInt64, ClaimBool, ClaimUUID, ClaimStrings)
	known := f.parse

	f.parse = func(text string) (ClaimType, *fault) {
		t, wrong := known(text)
		if wrong == nil {
			return t, nil
		}
		switch text {
		case "int", "integer", "number":
			wrong.try = string(ClaimInt64)
		case "boolean":
			wrong.try = string(ClaimBool)
		case "text":
			wrong.try = string(ClaimString)
		case "strings", "list", "array":
			wrong = &fault{message: "expected " + f.what + ", found " + quote(text), hint: "write " + quote(string(ClaimStrings)) + ", with the quotes"}
		}
		return "", wrong
	}

	return f
}
