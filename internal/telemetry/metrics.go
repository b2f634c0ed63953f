package telemetry

import (
	"cmp"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/diwan-cms/diwan/model"
)

// metrics are listed in docs/reference/observability.md.
type metrics struct {
	registry   *prometheus.Registry
	requests   *prometheus.CounterVec
	operations *prometheus.CounterVec
	durations  *prometheus.HistogramVec
	statements prometheus.Counter
	rows       prometheus.Counter
	trips      prometheus.Histogram
	failed     prometheus.Counter
	cache      *prometheus.CounterVec
	caches     map[string]lookups // "answers", "documents" and "persisted"
	answered   prometheus.Counter // of requests, those with the status 200
	streams    *prometheus.GaugeVec
	limits     *prometheus.CounterVec

	names  names
	mu     sync.Mutex
	series map[series]counted
}

// lookups are the counters of a cache.
type lookups struct{ hits, misses prometheus.Counter }

// series has the labels of operations, and counted what counts them: finding it by them takes
// longer with prometheus, for each metric anew.
type (
	series  struct{ name, kind, status string }
	counted struct {
		operations prometheus.Counter
		durations  prometheus.Observer // nil if they are not observed
	}
)

// buckets are in seconds: from what the database has in memory to the time limit of
// operations.
func buckets() []float64 {
	return []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
}

func newMetrics(version string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: counters("diwan_http_requests_total", "Requests to /graphql, by status.", "status"),
		operations: counters("diwan_operations_total",
			"Operations that ended, by name, kind, and status: ok, or the code of the first error.", "operation", "kind", "status"),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "diwan_operation_duration_seconds", Help: "How long queries and mutations took, by name.", Buckets: buckets(),
		}, []string{"operation", "kind"}),
		statements: counter("diwan_sql_statements_total", "Statements that were sent to the database."),
		rows:       counter("diwan_sql_rows_total", "Rows that they read or wrote."),
		trips: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "diwan_sql_duration_seconds", Help: "How long statements took that were sent together, without BEGIN and COMMIT.", Buckets: buckets(),
		}),
		failed: counter("diwan_sql_errors_total", "Times that a statement failed or was cancelled."),
		cache: counters("diwan_cache_lookups_total",
			"What was looked for in the caches of answers, parsed documents and persisted queries, and whether it was there.", "cache", "result"),
		streams: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "diwan_streams_open", Help: "Sockets and event streams that are open.",
		}, []string{"transport"}),
		limits: counters("diwan_limits_hit_total", "Refusals because of a limit, by its name.", "limit"),
		names:  names{known: map[string]bool{}},
		caches: map[string]lookups{},
		series: map[series]counted{},
	}
	m.answered = m.requests.WithLabelValues("200")
	build := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "diwan_build_info", Help: "Always 1; the labels say which program this is.",
		ConstLabels: prometheus.Labels{"version": version, "goversion": runtime.Version()},
	}, func() float64 { return 1 })
	m.registry.MustRegister(
		build, m.requests, m.operations, m.durations, m.statements, m.rows, m.trips, m.failed, m.cache, m.streams, m.limits,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	for _, transport := range []string{"sse", "websocket"} {
		m.streams.WithLabelValues(transport) // so that the series is there, with 0
	}
	for _, name := range []string{"answers", "documents", "persisted"} {
		m.caches[name] = lookups{m.cache.WithLabelValues(name, "hit"), m.cache.WithLabelValues(name, "miss")}
	}
	return m
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func (m *metrics) roundTrip(trip model.RoundTrip) {
	m.statements.Add(float64(len(trip.Statements)))
	m.rows.Add(float64(trip.Rows()))
	m.trips.Observe(trip.Took.Seconds())
	if trip.Failed {
		m.failed.Inc()
	}
}

func (m *metrics) lookup(cache string, found bool) {
	if found {
		m.caches[cache].hits.Inc()
		return
	}
	m.caches[cache].misses.Inc()
}

func (m *metrics) watchCache(name string, state func() (bytes, dropped int)) {
	of := prometheus.Labels{"cache": name}
	m.registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "diwan_cache_bytes", Help: "About how much memory the entries of a cache take.", ConstLabels: of,
		}, func() float64 { bytes, _ := state(); return float64(bytes) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "diwan_cache_drops_total", Help: "Entries that a cache dropped, to have room for others or because they were outdated.", ConstLabels: of,
		}, func() float64 { _, dropped := state(); return float64(dropped) }),
	)
}

func (m *metrics) request(status int) {
	if status == http.StatusOK {
		m.answered.Inc()
		return
	}
	m.requests.WithLabelValues(strconv.Itoa(status)).Inc()
}

// operation counts an operation that ended. How long a subscription lasted says nothing
// about the server.
func (m *metrics) operation(name, kind, status string, took time.Duration) {
	c := m.counted(series{m.names.bounded(name, kind != ""), cmp.Or(kind, "unknown"), status})
	c.operations.Inc()
	if c.durations != nil {
		c.durations.Observe(took.Seconds())
	}
}

func (m *metrics) counted(s series) counted {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, found := m.series[s]
	if found {
		return c
	}
	c.operations = m.operations.WithLabelValues(s.name, s.kind, s.status)
	if s.kind != "unknown" && s.kind != subscription {
		c.durations = m.durations.WithLabelValues(s.name, s.kind)
	}
	m.series[s] = c
	return c
}

// names limits the number of names of operations. Clients choose them, and each is a
// series of its own for as long as the server runs.
type names struct {
	mu    sync.Mutex
	known map[string]bool
}

const (
	maxNames      = 200
	maxNameLength = 100
)

// bounded returns the name, "anonymous" if there is none, and "other" if there are too
// many. Only valid operations can add names.
func (n *names) bounded(name string, valid bool) string {
	if name == "" {
		return "anonymous"
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.known[name] {
		return name
	}
	if !valid || len(n.known) >= maxNames || len(name) > maxNameLength {
		return "other"
	}
	n.known[name] = true
	return name
}
