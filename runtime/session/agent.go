package session

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxAgent = 256

// cleanAgent makes a User-Agent fit to be stored and shown: printable characters
// alone, and at most 256 bytes of them.
func cleanAgent(agent string) string {
	agent = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, agent)
	if len(agent) <= maxAgent {
		return agent
	}
	cut := maxAgent
	for !utf8.RuneStart(agent[cut]) {
		cut--
	}
	return agent[:cut]
}
