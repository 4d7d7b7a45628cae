package chrome

import (
	"fmt"
	"os"
	"strings"

	"github.com/chromedp/chromedp"
)

// A Violation is a rule of accessibility that a page breaks.
type Violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		Target  []string `json:"target"`
		Summary string   `json:"failureSummary"`
	} `json:"nodes"`
}

func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for _, node := range v.Nodes {
		fmt.Fprintf(&b, "\n  %s\n    %s", strings.Join(node.Target, " "), strings.ReplaceAll(node.Summary, "\n", "\n    "))
	}
	return b.String()
}

// Axe judges the page by every rule of axe-core, and of accessibility as far as
// a program can tell.
type Axe struct {
	source string
}

// LoadAxe reads axe-core from a file.
func LoadAxe(file string) (*Axe, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("axe-core, which .ci/install installs: %w", err)
	}
	return &Axe{source: string(source)}, nil
}

// Judge is what is wrong with the page that a tab shows.
func (a *Axe) Judge(tab *Tab) []Violation {
	tab.t.Helper()
	if !Eval[bool](tab, "'axe' in window") {
		run(tab, "load axe-core", chromedp.Evaluate[chromedp.Void](a.source))
	}
	return Await[[]Violation](tab, `axe.run(document, {resultTypes: ["violations"]}).then(result => {
		if (result.passes.length === 0) throw new Error("axe-core ran no rule");
		return result.violations;
	})`)
}
