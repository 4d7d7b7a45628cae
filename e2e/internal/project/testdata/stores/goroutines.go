package main

import (
	"fmt"
	"net/http"
	"runtime"
)

// goroutines is how many there are.
func goroutines(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintln(w, runtime.NumGoroutine())
}
