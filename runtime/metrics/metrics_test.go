package metrics_test

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/metrics"
	"github.com/authgen-go/authgen/runtime/usage"
)

// A point is a time series at the moment of its collection. Histograms have as value how
// many durations they hold.
type point struct {
	name, unit string
	attributes string // a=b, in the order of their names
	value      int64
}

// collect returns what the reader finds, sorted.
func collect(t *testing.T, reader sdk.Reader) []point {
	t.Helper()
	var found metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &found); err != nil {
		t.Fatal(err)
	}
	var points []point
	for _, s := range found.ScopeMetrics {
		for _, m := range s.Metrics {
			add := func(set attribute.Set, value int64) {
				points = append(points, point{m.Name, m.Unit, set.Encoded(attribute.DefaultEncoder()), value})
			}
			if m.Description == "" {
				t.Errorf("%s has no description", m.Name)
			}
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				if !data.IsMonotonic {
					t.Errorf("%s may fall", m.Name)
				}
				for _, p := range data.DataPoints {
					add(p.Attributes, p.Value)
				}
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					add(p.Attributes, int64(p.Count))
				}
			default:
				t.Errorf("%s is a %T", m.Name, data)
			}
		}
	}
	slices.SortFunc(points, func(a, b point) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.attributes, b.attributes))
	})
	return points
}

type strategy string

// begin makes instruments that read counters, which the test may change.
func begin(t *testing.T) (*metrics.Meters, *sdk.ManualReader, *metrics.Source[strategy]) {
	t.Helper()
	reader := sdk.NewManualReader()
	m, err := metrics.New(sdk.NewMeterProvider(sdk.WithReader(reader)))
	if err != nil {
		t.Fatal(err)
	}
	source := &metrics.Source[strategy]{
		Usage:      func() map[strategy]usage.Counts { return nil },
		LimitHits:  func() map[string]uint64 { return nil },
		LostEvents: func() uint64 { return 0 },
	}
	err = metrics.Watch(m, metrics.Source[strategy]{
		Usage:      func() map[strategy]usage.Counts { return source.Usage() },
		LimitHits:  func() map[string]uint64 { return source.LimitHits() },
		LostEvents: func() uint64 { return source.LostEvents() },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m, reader, source
}

func TestEverythingIsCollected(t *testing.T) {
	m, reader, source := begin(t)
	source.Usage = func() map[strategy]usage.Counts {
		return map[strategy]usage.Counts{"jwt": {Accepted: 5, Refused: 2, Unavailable: 1}, "session": {Accepted: 4, Deprecated: 3}}
	}
	source.LimitHits = func() map[string]uint64 { return map[string]uint64{"login": 7} }
	source.LostEvents = func() uint64 { return 9 }
	login := audit.Event{Type: audit.Login, Outcome: audit.Denied, Strategy: "password", Actor: "ada", Target: "bob", Reason: "wrong-password"}
	if err := m.Write(t.Context(), []audit.Event{login, {Type: audit.RateLimited, Outcome: audit.Denied}, login}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		m.StoreCall(t.Context(), usage.StoreCall{System: "sqlite", Operation: "SELECT", Collection: "users", Took: time.Millisecond})
	}
	m.StoreCall(t.Context(), usage.StoreCall{System: "redis", Operation: "take", Failure: "timeout", Took: time.Second})

	want := []point{
		{"authgen.audit.events", "{event}", "authgen.event.name=login,authgen.outcome=denied,authgen.strategy=password", 2},
		{"authgen.audit.events", "{event}", "authgen.event.name=request.rate_limited,authgen.outcome=denied", 1},
		{"authgen.audit.lost_events", "{event}", "", 9},
		{"authgen.authentication.attempts", "{attempt}", "authgen.outcome=accepted,authgen.strategy=jwt", 5},
		{"authgen.authentication.attempts", "{attempt}", "authgen.outcome=accepted,authgen.strategy=session", 4},
		{"authgen.authentication.attempts", "{attempt}", "authgen.outcome=refused,authgen.strategy=jwt", 2},
		{"authgen.authentication.attempts", "{attempt}", "authgen.outcome=refused,authgen.strategy=session", 0},
		{"authgen.authentication.attempts", "{attempt}", "authgen.outcome=unavailable,authgen.strategy=jwt", 1},
		{"authgen.authentication.attempts", "{attempt}", "authgen.outcome=unavailable,authgen.strategy=session", 0},
		{"authgen.deprecated.uses", "{use}", "authgen.strategy=jwt", 0},
		{"authgen.deprecated.uses", "{use}", "authgen.strategy=session", 3},
		{"authgen.rate_limit.hits", "{hit}", "authgen.rate_limit.name=login", 7},
		{"authgen.store.operation.duration", "s", "db.operation.name=SELECT,db.collection.name=users,db.system.name=sqlite", 3},
		{"authgen.store.operation.duration", "s", "db.operation.name=take,db.system.name=redis,error.type=timeout", 1},
	}
	for i := range want {
		parts := strings.Split(want[i].attributes, ",")
		slices.Sort(parts)
		want[i].attributes = strings.Join(parts, ",")
	}
	if got := collect(t, reader); !slices.Equal(got, want) {
		t.Errorf("collected\n%+v, want\n%+v", got, want)
	}
}

// Names are in lower case, of words with underscores between dots, and plural where they
// count; units stand in the unit.
func TestNamesFollowTheConventions(t *testing.T) {
	m, reader, source := begin(t)
	source.LimitHits = func() map[string]uint64 { return map[string]uint64{"login": 1} }
	source.Usage = func() map[strategy]usage.Counts { return map[strategy]usage.Counts{"jwt": {}} }
	_ = m.Write(t.Context(), []audit.Event{{Type: audit.Login}})
	m.StoreCall(t.Context(), usage.StoreCall{System: "sqlite"})
	name := regexp.MustCompile(`^authgen(\.[a-z]+(_[a-z]+)*)+$`)
	key := regexp.MustCompile(`^(authgen|db|error)(\.[a-z]+(_[a-z]+)*)+$`)
	names := map[string]bool{}
	for _, p := range collect(t, reader) {
		names[p.name] = true
		if !name.MatchString(p.name) || strings.HasSuffix(p.name, "total") {
			t.Errorf("a metric is called %q", p.name)
		}
		if counts := p.unit != "s"; counts != strings.HasSuffix(p.name, "s") {
			t.Errorf("%s is in %s", p.name, p.unit)
		}
		for _, a := range strings.Split(p.attributes, ",") {
			if k, _, _ := strings.Cut(a, "="); a != "" && !key.MatchString(k) {
				t.Errorf("%s has the attribute %q", p.name, k)
			}
		}
	}
	if len(names) != 6 {
		t.Errorf("collected %v", names)
	}
}

func TestCloseEndsTheCounters(t *testing.T) {
	m, reader, _ := begin(t)
	if got := collect(t, reader); len(got) != 1 {
		t.Fatalf("collected %+v", got)
	}
	for range 2 {
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := collect(t, reader); len(got) != 0 {
		t.Errorf("after Close: %+v", got)
	}
}

// The provider that the program sets is found, also when it does so later.
func TestWithoutAProviderItIsThatOfTheProgram(t *testing.T) {
	m, err := metrics.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	m.StoreCall(context.Background(), usage.StoreCall{System: "sqlite"}) // goes nowhere
	reader := sdk.NewManualReader()
	otel.SetMeterProvider(sdk.NewMeterProvider(sdk.WithReader(reader)))
	m.StoreCall(context.Background(), usage.StoreCall{System: "sqlite"})
	if got := collect(t, reader); len(got) != 1 || got[0].value != 1 {
		t.Errorf("collected %+v", got)
	}
}

func BenchmarkStoreCall(b *testing.B) {
	for name, provider := range map[string]*sdk.MeterProvider{
		"collected": sdk.NewMeterProvider(sdk.WithReader(sdk.NewManualReader())),
		"dropped":   sdk.NewMeterProvider(),
	} {
		b.Run(name, func(b *testing.B) {
			m, err := metrics.New(provider)
			if err != nil {
				b.Fatal(err)
			}
			call := usage.StoreCall{System: "sqlite", Operation: "SELECT", Collection: "users", Took: time.Millisecond}
			for b.Loop() {
				m.StoreCall(b.Context(), call)
			}
		})
	}
}
