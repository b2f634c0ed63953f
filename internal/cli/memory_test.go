package cli

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// The tests of this file change the whole process, so they do not run beside others.

func TestMemoryLimitFollowsWhatIsUsed(t *testing.T) { //nolint:paralleltest // see above
	for used, want := range map[uint64]int64{0: 128 << 20, 20 << 20: 128 << 20, 64 << 20: 128 << 20, 100 << 20: 200 << 20} {
		if got := memoryLimit(used); got != want {
			t.Errorf("memoryLimit(%d) = %d, want %d", used, got, want)
		}
	}
	before := debug.SetMemoryLimit(-1)
	stop := collectSeldom(func(string) string { return "" })
	large := make([]*[1 << 20]byte, 150)
	for i := range large {
		large[i] = new([1 << 20]byte)
	}
	limit := int64(0)
	for range 100 {
		runtime.GC() // the next limit is set after it
		if limit = debug.SetMemoryLimit(-1); limit >= 300<<20 {
			break
		}
	}
	if limit < 300<<20 {
		t.Errorf("with 150 MiB in use, the limit is %d MiB, want 300", limit>>20)
	}
	runtime.KeepAlive(large)
	stop()
	if got := debug.SetMemoryLimit(-1); got != before {
		t.Errorf("after it was stopped, the limit is %d, want %d as before", got, before)
	}
}

func TestTheEnvironmentDecidesAboutMemory(t *testing.T) { //nolint:paralleltest // see above
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		limit, percent := debug.SetMemoryLimit(-1), debug.SetGCPercent(100)
		stop := collectSeldom(func(asked string) string {
			if asked == name {
				return "50"
			}
			return ""
		})
		if gotLimit, gotPercent := debug.SetMemoryLimit(-1), debug.SetGCPercent(percent); gotLimit != limit || gotPercent != 100 {
			t.Errorf("with %s, the limit is %d and GOGC %d, want %d and 100", name, gotLimit, gotPercent, limit)
		}
		stop()
	}
}
