package spec_test

import "testing"

func checkDiagnostics(t testing.TB, src string, err error) {}
