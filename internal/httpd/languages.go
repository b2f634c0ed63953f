package httpd

import (
	"context"
	"net/http"
	"strings"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

const (
	// knownLanguages is how many values of Accept-Language are kept with what they mean, and
	// knownBytes how long they may be together.
	knownLanguages = 1000
	knownBytes     = 256 << 10
)

// languages knows what the latest values of Accept-Language mean: few different ones come
// again and again. Nil knows none.
type languages struct {
	known *transport.Memory[string, *model.Preference]
}

func newLanguages() *languages {
	return &languages{transport.NewMemory(knownLanguages, knownBytes, func(header string, _ *model.Preference) int { return len(header) })}
}

// in returns a context with the languages that the reader prefers.
func (l *languages) in(ctx context.Context, headers http.Header) context.Context {
	header := strings.Join(headers.Values("Accept-Language"), ",")
	if l == nil {
		return preferred(header).In(ctx)
	}
	preference, found := l.known.Get(ctx, header)
	if !found {
		preference = preferred(header)
		l.known.Add(ctx, header, preference)
	}
	return preference.In(ctx)
}

func preferred(header string) *model.Preference {
	var wanted []model.Language
	for _, tag := range text.AcceptedLanguages(header) {
		wanted = append(wanted, model.Language(tag))
	}
	return model.Prefer(wanted)
}
