package sqlite_test

import (
	"testing"
	"time"

	"go.opentelemetry.io/otel/metric/noop"

	"github.com/authgen-go/authgen/bench/internal/measure"
	metered "github.com/authgen-go/authgen/bench/metered/auth"
	meteredtest "github.com/authgen-go/authgen/bench/metered/auth/authtest"
	"github.com/authgen-go/authgen/bench/sqlite/internal/auth/authtest"
)

// BenchmarkMetered is one request through the guard of a package without metrics, and of
// one with them, which nobody has asked for or the SDK of OpenTelemetry keeps. Sessions
// and keys are looked up in SQLite, which is what is measured.
func BenchmarkMetered(b *testing.B) {
	without := authtest.New(b, wallClock)
	_, key := without.APIKey(without.User())
	measure.Handler(b, "session/without", without.Auth.Require()(measure.Nothing()), without.SignIn(without.User()))
	measure.Handler(b, "key/without", measure.WithKey(key, without.Auth.Require()(measure.Nothing())), nil)
	for _, c := range []struct {
		name   string
		option meteredtest.Option
	}{
		{"dropped", func(cfg *metered.Config) error { cfg.MeterProvider = noop.NewMeterProvider(); return nil }},
		{"kept", func(*metered.Config) error { return nil }},
	} {
		kit := meteredtest.New(b, c.option, func(cfg *metered.Config) error { cfg.Now = time.Now; return nil })
		_, key := kit.APIKey(kit.User())
		measure.Handler(b, "session/"+c.name, kit.Auth.Require()(measure.Nothing()), kit.SignIn(kit.User()))
		measure.Handler(b, "key/"+c.name, measure.WithKey(key, kit.Auth.Require()(measure.Nothing())), nil)
	}
}
