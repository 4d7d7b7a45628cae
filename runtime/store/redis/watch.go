package redis

import (
	"errors"

	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/internal/watch"
	"github.com/authgen-go/authgen/runtime/once"
	"github.com/authgen-go/authgen/runtime/session"
	"github.com/authgen-go/authgen/runtime/usage"
)

// watched is what tells o of calls, nil if that is nil.
func watched(o usage.StoreObserver) *watch.Watch {
	return watch.New(watch.System{Name: "redis", Answered: verdict, Away: away}, o)
}

// verdict reports whether an error is what a store found out.
func verdict(err error) bool {
	return errors.Is(err, session.ErrNotFound) || errors.Is(err, once.ErrUsed) || errors.Is(err, goredis.Nil)
}
