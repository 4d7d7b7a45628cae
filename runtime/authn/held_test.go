package authn_test

import (
	"slices"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
)

type (
	heldRole  string
	heldScope string
)

// SECURITY AUT-03.
func TestAUT03_WhatWasTakenAwayDoesNotCount(t *testing.T) {
	for name, test := range map[string]struct {
		named []string
		have  []heldRole
		want  []heldRole
	}{
		"all":               {[]string{"admin", "member"}, []heldRole{"admin", "member"}, []heldRole{"admin", "member"}},
		"one taken away":    {[]string{"admin", "member"}, []heldRole{"member"}, []heldRole{"member"}},
		"all taken away":    {[]string{"admin"}, nil, []heldRole{}},
		"one given since":   {[]string{"member"}, []heldRole{"admin", "member"}, []heldRole{"member"}},
		"none named":        {nil, []heldRole{"admin"}, []heldRole{}},
		"none at all":       {nil, nil, []heldRole{}},
		"another case":      {[]string{"Admin"}, []heldRole{"admin"}, []heldRole{}},
		"a part of a name":  {[]string{"adm"}, []heldRole{"admin"}, []heldRole{}},
		"another order":     {[]string{"b", "a"}, []heldRole{"a", "b"}, []heldRole{"b", "a"}},
		"as many of others": {[]string{"a", "x"}, []heldRole{"a", "b"}, []heldRole{"a"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := authn.Held(test.named, test.have)
			if got == nil || !slices.Equal(got, test.want) {
				t.Errorf("got %#v, want %#v", got, test.want)
			}
		})
	}
}

// SECURITY AUT-03.
func TestAUT03_ScopesOfATokenAreThoseItsRolesStillHold(t *testing.T) {
	rights := authn.NewRights(map[heldRole][]heldScope{"member": {"r:read"}, "admin": {"r:read", "r:write"}})
	for name, test := range map[string]struct {
		roles []heldRole
		named []string
		want  []heldScope
	}{
		"as issued":          {[]heldRole{"admin"}, []string{"r:read", "r:write"}, []heldScope{"r:read", "r:write"}},
		"demoted":            {[]heldRole{"member"}, []string{"r:read", "r:write"}, []heldScope{"r:read"}},
		"made with less":     {[]heldRole{"admin"}, []string{"r:read"}, []heldScope{"r:read"}},
		"without roles":      {nil, []string{"r:read"}, []heldScope{}},
		"a scope of nobody":  {[]heldRole{"admin"}, []string{"x"}, []heldScope{}},
		"no scopes, no more": {[]heldRole{"admin"}, nil, []heldScope{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := rights.Within(test.roles, test.named); got == nil || !slices.Equal(got, test.want) {
				t.Errorf("got %#v, want %#v", got, test.want)
			}
		})
	}
}

func TestHeldCostsNothingWhileNothingChanged(t *testing.T) {
	named, have := []string{"admin", "member"}, []heldRole{"admin", "member"}
	if n := testing.AllocsPerRun(100, func() { authn.Held(named, have) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
