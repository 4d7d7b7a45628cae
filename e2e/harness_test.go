package e2e

import (
	"testing"

	"github.com/authgen-go/authgen/e2e/internal/attacker"
)

// What the other tests rely on: each of these would else pass for nothing.

func TestTabsWithoutScriptRunNone(t *testing.T) {
	t.Parallel()
	page := must(t, suite.attacker).SameSite().Page(`<p>no script</p><script>document.querySelector("p").textContent = "script"</script>`)
	for want, noScript := range map[string]bool{"script": false, "no script": true} {
		tab := must(t, suite.browser).NewTab(t)
		if noScript {
			tab.RunNoScript()
		}
		tab.Open(page)
		if got := tab.Text("p"); got != want {
			t.Errorf("without script %v: the page says %q, want %q", noScript, got, want)
		}
	}
}

func TestAxeFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	tab := must(t, suite.browser).NewTab(t)
	tab.Open(must(t, suite.attacker).SameSite().Page(`<main><h1>Form</h1><p style="color: #aaa; background: #fff">Pale</p><input></main>`))

	found := map[string]bool{}
	for _, violation := range must(t, suite.axe).Judge(tab) {
		found[violation.ID] = true
	}
	for _, id := range []string{"label", "color-contrast"} {
		if !found[id] {
			t.Errorf("axe-core did not find %s, but %v", id, found)
		}
	}
}

// The forms that attack the server work where nothing defends.
func TestFormsOfAttackersAreSent(t *testing.T) {
	t.Parallel()
	site := must(t, suite.attacker)
	for _, from := range []attacker.Neighbour{site.SameSite(), site.CrossSite(), site.Nowhere()} {
		tab := must(t, suite.browser).NewTab(t)
		tab.Open(from.Page(attacker.Form(site.SameSite().Page("<p>sent</p>"), "application/x-www-form-urlencoded", map[string]string{"a": "b"})))
		if answer := tab.Run(attacker.Send); answer.Status != 200 || tab.Text("p") != "sent" {
			t.Errorf("%s: %d, %q", from.Name, answer.Status, tab.Text("p"))
		}
	}
}
