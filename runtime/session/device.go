package session

import (
	"strings"

	"github.com/mileusna/useragent"
)

// Device tells people which of their devices a session is on: "Firefox on Linux", or
// the name of a program, or "Unknown device". It goes by the user agent that the
// login sent, which may be anything.
func (s Session[ID]) Device() string {
	agent := useragent.Parse(s.UserAgent)
	// What every browser claims to be says nothing.
	known := agent.Name != "" && !strings.HasPrefix(agent.Name, "Mozilla")
	switch {
	case known && agent.OS != "":
		return agent.Name + " on " + agent.OS
	case known:
		return agent.Name
	case agent.OS != "":
		return agent.OS
	default:
		return "Unknown device"
	}
}
