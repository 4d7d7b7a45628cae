package main

import (
	"slices"
	"testing"
)

// The settings of another service, which the shell may name, do not reach the
// demo: it would migrate that service's database.
func TestDemoEnvForgetsOtherServices(t *testing.T) {
	got := demoEnv([]string{
		"PATH=/bin", "DATABASE_URL=sqlite:production.db", "AUTH_SECRET=x", "AUTH_JWT_KEYS=keys",
		"REDIS_URL=redis://production", "BASE_URL=https://production", "ADDR=0.0.0.0:80", "HOME=/root",
	})
	if want := []string{"PATH=/bin", "HOME=/root"}; !slices.Equal(got, want) {
		t.Errorf("demoEnv: %v, want %v", got, want)
	}
}
