package cli

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// lightGC is the GOGC of a server, and of an import. Both mostly use some 20 MB, and
	// collecting each time that this has doubled takes a fifth of their time.
	lightGC = 400
	// heapRoom is how much memory it may take without using it.
	heapRoom = 128 << 20
)

// collectSeldom has the garbage collector run less often while the server uses little memory;
// as usual, it runs when as much is unused as used, but not below heapRoom. If the environment
// has GOGC or GOMEMLIMIT, these hold instead. It concerns the whole process.
func collectSeldom(getenv func(string) string) (stop func()) {
	if getenv("GOGC") != "" || getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	percent, limit := debug.SetGCPercent(lightGC), debug.SetMemoryLimit(heapRoom)
	ended := make(chan struct{})
	afterEachGC(func() bool {
		select {
		case <-ended:
			return false
		default:
		}
		now := debug.SetMemoryLimit(-1)
		if next := memoryLimit(inUse()); next > now || next < now*3/4 { // each change stops the world
			debug.SetMemoryLimit(next)
		}
		return true
	})
	return func() {
		close(ended)
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}

// memoryLimit is the limit for a process that uses so many bytes. With more in use than
// the limit, the collector would run all the time.
func memoryLimit(used uint64) int64 { return max(heapRoom, 2*int64(used)) }

// inUse is how many bytes the last collection left, with stacks and what the runtime itself
// takes.
func inUse() uint64 {
	samples := []metrics.Sample{
		{Name: "/gc/heap/live:bytes"},
		{Name: "/memory/classes/heap/stacks:bytes"},
		{Name: "/memory/classes/metadata/mspan/inuse:bytes"},
		{Name: "/memory/classes/metadata/other:bytes"},
	}
	metrics.Read(samples)
	var sum uint64
	for _, s := range samples {
		sum += s.Value.Uint64()
	}
	return sum
}

// afterEachGC calls f after each collection until f returns false.
func afterEachGC(f func() bool) {
	type sentinel struct{ _ *byte } // with a pointer, so that it is not allocated together with others
	runtime.AddCleanup(&sentinel{}, func(f func() bool) {
		if f() {
			afterEachGC(f)
		}
	}, f)
}
