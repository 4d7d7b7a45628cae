package chrome

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Has reports whether the page has what selector finds.
func (tab *Tab) Has(selector string) bool {
	tab.t.Helper()
	return tab.Count(selector) > 0
}

// Count is how many elements of the page selector finds.
func (tab *Tab) Count(selector string) int {
	tab.t.Helper()
	return Eval[int](tab, fmt.Sprintf("document.querySelectorAll(%s).length", quote(selector)))
}

// Text is the text that people see of the first element that selector finds.
func (tab *Tab) Text(selector string) string {
	tab.t.Helper()
	return Eval[string](tab, element(selector)+".innerText.trim()")
}

// Value is what a field holds.
func (tab *Tab) Value(selector string) string {
	tab.t.Helper()
	return Eval[string](tab, element(selector)+".value")
}

// Attribute is an attribute of the first element that selector finds, "" if it has
// none.
func (tab *Tab) Attribute(selector, name string) string {
	tab.t.Helper()
	return Eval[string](tab, fmt.Sprintf("%s.getAttribute(%s) ?? ''", element(selector), quote(name)))
}

// Type empties a field and types text into it.
func (tab *Tab) Type(selector, text string) {
	tab.t.Helper()
	Eval[bool](tab, element(selector)+".value = ''; true")
	run(tab, "type into "+selector, chromedp.SendKeys(chromedp.CSS(selector), text))
	if got := tab.Value(selector); got != text {
		tab.t.Fatalf("%s holds %q after %q was typed", selector, got, text)
	}
}

// Send puts texts into the fields of a form, by their names, and submits it, for
// tests that would take too long if they typed.
func (tab *Tab) Send(form string, fields map[string]string) Answer {
	tab.t.Helper()
	var script strings.Builder
	fmt.Fprintf(&script, "{ const form = %s; ", element(form))
	for name, text := range fields {
		fmt.Fprintf(&script, "form.elements[%s].value = %s; ", quote(name), quote(text))
	}
	script.WriteString("form.requestSubmit() }")
	return tab.Run(script.String())
}

// Tick ticks a checkbox, as a click on it does.
func (tab *Tab) Tick(selector string) {
	tab.t.Helper()
	run(tab, "tick "+selector, chromedp.Click(chromedp.CSS(selector)))
	if !Eval[bool](tab, element(selector)+".checked") {
		tab.t.Fatalf("%s is not ticked after a click", selector)
	}
}

// SkipChecks lets the forms of the page be sent whatever is in them, so that it is
// the server that judges.
func (tab *Tab) SkipChecks() {
	tab.t.Helper()
	Eval[bool](tab, "for (const form of document.forms) form.noValidate = true; true")
}

// SetAttribute changes an attribute of the page.
func (tab *Tab) SetAttribute(selector, name, value string) {
	tab.t.Helper()
	Eval[bool](tab, fmt.Sprintf("%s.setAttribute(%s, %s); true", element(selector), quote(name), quote(value)))
}

// Eval is the value of an expression in the page. It works where the page runs no
// script, and under every content security policy.
func Eval[T any](tab *Tab, expression string) T {
	tab.t.Helper()
	return run(tab, expression, chromedp.Evaluate[T](expression))
}

// Await is the value that a promise in the page comes to.
func Await[T any](tab *Tab, promise string) T {
	tab.t.Helper()
	return run(tab, promise, chromedp.Evaluate[T](promise, func(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) }))
}

// quote is text as a string of JavaScript.
func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always can
	}
	return string(quoted)
}

// element is an expression for the first element that selector finds.
func element(selector string) string {
	return fmt.Sprintf("document.querySelector(%s)", quote(selector))
}
