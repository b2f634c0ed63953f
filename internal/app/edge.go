package app

import (
	"fmt"
	"time"

	"github.com/diwan-cms/diwan/graph"
	"github.com/diwan-cms/diwan/graph/transport"
)

// Limits bound what one operation may ask; see docs/limits.md.
type Limits = graph.Limits

// Edge is how requests may be sent, as the command line says it. Zeroes are no
// limit, but for MaxBody and Streams, where they are the usual.
type Edge struct {
	// Production serves no GraphiQL and no introspection, and suggests no names.
	Production bool
	// Origins of pages that may ask from within browsers.
	Origins []string
	// TrustedDocuments is the content of a file of the only operations to serve.
	TrustedDocuments []byte
	// Batch is how many requests may come as one list, at most 10.
	Batch int
	// MaxAge is how long caches may keep public answers.
	MaxAge time.Duration
	// MaxBody is in bytes.
	MaxBody int64
	// AtOnce requests are worked on, Queue more wait up to QueueWait.
	AtOnce, Queue int
	QueueWait     time.Duration
	// Streams are the sockets and event streams of one address.
	Streams int
	// RatePerAddress and RatePerToken are requests a minute.
	RatePerAddress, RatePerToken int
	Limits                       Limits
}

// maxBatch is how many requests may come as one at most.
const maxBatch = 10

// Apply puts it into a configuration, and refuses what is no good.
func (e Edge) Apply(config *Config) error {
	if e.Batch < 0 || e.Batch > maxBatch {
		return fmt.Errorf("--batch is %d; give it 0 to %d", e.Batch, maxBatch)
	}
	origins, err := transport.ParseOrigins(e.Origins)
	if err != nil {
		return fmt.Errorf("--cors-origin: %w", err)
	}
	if e.TrustedDocuments != nil {
		documents, err := transport.ParseDocuments(e.TrustedDocuments)
		if err != nil {
			return fmt.Errorf("--trusted-documents: %w", err)
		}
		config.GraphQL.Transport.Persisted.Trusted = documents
	}
	config.Origins, config.MaxBody = origins, e.MaxBody
	config.GraphQL.Transport.Batch, config.GraphQL.Transport.MaxAge = e.Batch, e.MaxAge
	config.GraphQL.Limits, config.GraphQL.Production = &e.Limits, e.Production
	config.Streams.PerAddress = e.Streams
	config.AtOnce, config.Queue, config.QueueWait = e.AtOnce, e.Queue, e.QueueWait
	config.RatePerAddress, config.RatePerToken = e.RatePerAddress, e.RatePerToken
	return nil
}
