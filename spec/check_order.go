package spec

import (
	"slices"
	"strings"
)

// checkOrder holds that an order names every strategy that acts on requests, so that
// nobody has to know where one would go that was left out. Without one there is the
// default.
func (w *walker) checkOrder() {
	acting := w.spec.Strategies.Acting()
	if len(w.spec.Order) == 0 {
		w.spec.Order = acting
		return
	}
	if !w.sound("order", "strategies") {
		return
	}

	hint := "for example order: [" + strings.Join(acting, ", ") + "]"
	for i, name := range w.spec.Order {
		if !slices.Contains(acting, name) {
			w.refuseAt(index("order", i), fault{message: "expected a strategy that is picked, found " + quote(name), hint: "remove it, or add " + name + ": {} under strategies"})
		}
	}
	var missing []string
	for _, name := range acting {
		if !slices.Contains(w.spec.Order, name) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		w.refuseAt("order", fault{message: "expected every strategy that acts on requests, found none for " + strings.Join(missing, " and "), hint: hint})
	}
}
