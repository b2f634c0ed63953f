package httpd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/exchange"
	"github.com/diwan-cms/diwan/model"
)

const (
	importPath = "/import"
	// importsAtOnce is how many imports a server runs at the same time. Each takes turns
	// with all others who write, and some ten megabytes of memory.
	importsAtOnce = 4
	// importPause is how long the body of an import may pause. It is as long as it takes
	// otherwise: what makes the lines may be slow.
	importPause = time.Minute
	// defaultMaxImport is in bytes: some 200,000 articles.
	defaultMaxImport = 1 << 30
)

// Importer imports sources. See [exchange.Exchange.Import].
type Importer func(context.Context, []exchange.Source, exchange.Options) (*exchange.Report, error)

// imports serves imports. A body is received whole, into a temporary file, before its
// first line is imported: then a slow client keeps nobody from writing, a body that breaks
// off changes nothing, and clients need not read the answer while they still send.
type imports struct {
	run       Importer
	admission Admission
	refusals  refusals
	slots     *slots
	// max is how many bytes a body may have.
	max int64
	// keep makes the temporary files.
	keep func() (*temporary, error)
}

func newImports(config Config, refusals refusals) *imports {
	return &imports{
		run: config.Import, admission: config.Admission, refusals: refusals,
		slots: newSlots(Traffic{AtOnce: importsAtOnce}), max: cmp.Or(config.MaxImport, defaultMaxImport), keep: newTemporary,
	}
}

// acceptNDJSON refuses what is no import. No page of another site can send the kinds of
// body that it accepts without a preflight.
func acceptNDJSON(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			refuse(w, r, http.StatusMethodNotAllowed, model.Invalid("an import is sent by POST"))
			return
		}
		if why := notNDJSON(r.Header); why != nil {
			refuse(w, r, http.StatusUnsupportedMediaType, why)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func notNDJSON(headers http.Header) *model.Error {
	kind, why, err := bodyKind(headers, "application/x-ndjson")
	if why != nil {
		return why
	}
	if err == nil && (kind == "application/x-ndjson" || kind == "application/ndjson" || kind == "application/jsonl") {
		return nil
	}
	return model.Invalid("send the header Content-Type: application/x-ndjson and a body with one JSON object per line")
}

func (i *imports) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	dryRun, err := dryRunOf(r.URL.RawQuery)
	if err != nil {
		i.refusals.forError(w, r, err)
		return
	}
	if !i.slots.take(r) {
		i.refusals.forAtOnce(w, r, importsAtOnce)
		return
	}
	defer i.slots.free()
	if r.ContentLength > i.max {
		i.refuse(w, r, &http.MaxBytesError{Limit: i.max})
		return
	}
	body, err := i.keep()
	if err != nil {
		i.refuse(w, r, err)
		return
	}
	defer body.remove()
	if err := receiveInto(body.File, http.MaxBytesReader(w, r.Body, i.max), w); err != nil {
		setWriteDeadline(w)
		i.refuse(w, r, err)
		return
	}
	i.answer(w, r, body, dryRun)
}

// dryRunOf reads the parameters of an import.
func dryRunOf(query string) (dryRun bool, err error) {
	parameters, err := url.ParseQuery(query)
	if err != nil {
		return false, model.Invalid("the parameters of the URL are malformed")
	}
	for name, values := range parameters {
		switch {
		case name != "dryRun":
			return false, model.Invalid("%.40q is not a parameter of an import; there is dryRun", name)
		case len(values) == 1 && values[0] == "true":
			dryRun = true
		case len(values) != 1 || values[0] != "false":
			return false, model.Invalid("send dryRun=true or dryRun=false, once")
		}
	}
	return dryRun, nil
}

// errNotKept means that the body arrived, but cannot be written to the temporary file.
var errNotKept = errors.New("keep the body of an import")

// receiveInto writes the body of a request to a file.
func receiveInto(file io.Writer, body io.Reader, w http.ResponseWriter) error {
	piece := make([]byte, slowestRate)
	for {
		setReadDeadline(w, time.Now().Add(importPause))
		n, err := body.Read(piece)
		if _, failed := file.Write(piece[:n]); failed != nil {
			return fmt.Errorf("%w: %w", errNotKept, failed)
		}
		if err == io.EOF {
			setReadDeadline(w, time.Time{})
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// refuse refuses an import whose body did not arrive.
func (i *imports) refuse(w http.ResponseWriter, r *http.Request, err error) {
	tooLarge, isTooLarge := errors.AsType[*http.MaxBytesError](err)
	switch {
	case isTooLarge:
		i.refusals.forLimit(w, r, http.StatusRequestEntityTooLarge, model.LimitExceeded("import", "the import is larger than %s; nothing was imported, send it in several parts: lines may refer to those of earlier ones", inUnits(tooLarge.Limit)))
	case errors.Is(err, errNotKept):
		i.refusals.log.ErrorContext(r.Context(), "there is no room for the temporary files of an import", "error", err, "requestId", model.RequestIDOf(r.Context()))
		refuse(w, r, http.StatusInsufficientStorage, &model.Error{
			Code:    model.CodeUnavailable,
			Message: "the server has no room to keep the import while it arrives; nothing was imported. Send less in one import, or tell whoever runs this server",
		})
	case errors.Is(err, os.ErrDeadlineExceeded):
		i.refusals.forLimit(w, r, http.StatusRequestTimeout, model.LimitExceeded("body", "nothing of the body arrived for %.0f seconds; nothing was imported, send it again", importPause.Seconds()))
	default:
		i.refusals.forBody(w, r, err)
	}
}

// answer imports the body and tells the client how it goes. A dry run keeps all others
// from writing, so that its client is told once it is over.
func (i *imports) answer(w http.ResponseWriter, r *http.Request, body *temporary, dryRun bool) {
	h := w.Header()
	h.Set("Content-Type", "application/x-ndjson; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would keep the lines until the end
	to := &told{}
	options := exchange.Options{DryRun: dryRun, Failed: to.failed, Warned: to.warned, Permitted: i.permitted(r)}
	if dryRun {
		kept, err := i.keep()
		if err != nil {
			i.refuse(w, r, err)
			return
		}
		defer kept.remove()
		to.out = kept
		defer func() { _ = kept.sendTo(patient{w}) }() // fails when the client has gone: nobody is left to tell
	} else {
		to.out, options.Wrote = patient{w}, to.wrote
	}
	source := exchange.Source{Name: "body", Open: body.open}
	report, err := i.run(r.Context(), []exchange.Source{source}, options)
	if report == nil {
		report = &exchange.Report{}
	}
	to.result(dryRun, report, i.publicError(r, err))
	i.log(r, dryRun, report, err)
}

// permitted finds out whether the caller may still import: the token may have been revoked,
// or have expired, since the request was let in. While that cannot be found out, the
// import goes on.
func (i *imports) permitted(r *http.Request) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, err := i.admission.Admit(ctx, r.Header)
		if err == nil {
			err = auth.May(ctx, auth.Import)
		}
		switch model.CodeOf(err) {
		case model.CodeUnauthenticated, model.ErrorCodeForbidden:
			return err
		}
		return nil
	}
}

// publicError returns what to tell the client of an error, and logs what it may not know.
func (i *imports) publicError(r *http.Request, err error) *model.Error {
	if err == nil {
		return nil
	}
	if why, ok := errors.AsType[*model.Error](err); ok {
		return why
	}
	if r.Context().Err() == nil {
		i.refusals.log.ErrorContext(r.Context(), "the import failed", "error", err, "requestId", model.RequestIDOf(r.Context()))
	}
	return &model.Error{Code: model.CodeInternal, Message: "internal error; what is counted is written unless this is a dry run; tell whoever runs this server the requestId " + model.RequestIDOf(r.Context())}
}

// log logs that somebody imported something.
func (i *imports) log(r *http.Request, dryRun bool, report *exchange.Report, err error) {
	actor, total := auth.ActorOf(r.Context()), report.Total()
	var why slog.Attr // is left out if it is empty
	if err != nil {
		why = slog.Any("error", err)
	}
	i.refusals.log.LogAttrs(r.Context(), slog.LevelInfo, "import",
		slog.Bool("dryRun", dryRun), slog.Bool("complete", err == nil),
		slog.Int("created", total.Created), slog.Int("updated", total.Updated), slog.Int("unchanged", total.Unchanged), slog.Int("failed", total.Failed),
		slog.String("by", actor.Name), slog.String("actorKey", actor.Key), slog.String("requestId", model.RequestIDOf(r.Context())), why)
}
