package httpd

import "time"

// Traffic limits the size and the number of requests. Its zero value is the
// default sizes, and any number.
type Traffic struct {
	// MaxBody is the largest body in bytes, 4 MiB when zero.
	MaxBody int64
	// MaxImport is the largest body of an import in bytes, 1 GiB when zero.
	MaxImport int64
	// AtOnce is how many requests are served at the same time. Queue more may wait
	// for up to QueueWait. Zero AtOnce is no limit.
	AtOnce, Queue int
	QueueWait     time.Duration
	// RatePerAddress and RatePerToken are requests per minute. Zero is no limit.
	RatePerAddress, RatePerToken int
}
