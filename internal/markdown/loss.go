package markdown

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/yuin/goldmark/ast"
	gold "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"

	"github.com/diwan-cms/diwan/internal/text"
)

// LossKind is a kind of loss.
type LossKind int

// The kinds of losses.
const (
	// LostElement is an element that is not allowed.
	LostElement LossKind = iota
	// LostAttribute is an attribute that is not allowed, or whose value is not.
	LostAttribute
	// LostComment is a comment, a doctype or a processing instruction.
	LostComment
	// LostAnchor is the id of an element that an earlier one has.
	LostAnchor
	// LostFormat is the formatting of the whole body, of which the source is shown.
	LostFormat
	// LostMore is everything of kinds that are not told one by one.
	LostMore
)

// Loss is something in a body that its HTML leaves out.
type Loss struct {
	Kind LossKind
	// What is lost, as a sentence for the writer.
	Message string
	// Line is where it first stands, counted from 1.
	Line int
	// Count is how often it does.
	Count int
}

// MaxLosses is how many losses are told of one body; the last then stands for all others.
const MaxLosses = 20

// Losses returns what the HTML of a body leaves out, in the order of the body. What is lost in
// the same way in several places is one loss.
func (r *Renderer) Losses(markdown string) []Loss {
	if r.showsSource(markdown) {
		return []Loss{{Kind: LostFormat, Message: "the body is nested too deeply; its source is shown", Line: 1, Count: 1}}
	}
	if losesNothing(markdown) {
		return nil
	}
	source := []byte(markdown)
	f := lossFinder{renderer: r, source: source, places: map[lost]int{}, seen: map[string][]lost{}, named: map[string]bool{}}
	document := r.markdown.Parser().Parse(gold.NewReader(source))
	_ = ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // it cannot fail: find never does
		if entering {
			f.find(n)
		}
		return ast.WalkContinue, nil
	})
	slices.SortStableFunc(f.losses, func(a, b Loss) int { return a.Line - b.Line })
	if f.more.Count > 0 {
		f.more.Message = "much else is left out, too; nothing that is listed before is counted here"
		f.losses = append(f.losses, f.more)
	}
	return f.losses
}

// ordinary matches the beginning of a link or a picture whose address is allowed.
var ordinary = regexp.MustCompile(`\]\((?:https?://[A-Za-z0-9.-]+(?:[/?#][\p{L}\p{N}_./?#=&+,:@!~-]*)?|/(?:[\p{L}\p{N}_.?#-][\p{L}\p{N}_./?#=&+,@!~-]*)?)[)\s]`)

// losesNothing reports whether it takes no parsing to see that a body loses nothing: it has
// neither HTML nor code with a language, and only ordinary links, as most bodies have.
func losesNothing(markdown string) bool {
	if strings.Contains(markdown, "<") || strings.Contains(markdown, "```") || strings.Contains(markdown, "~~~") || strings.Contains(markdown, "]:") {
		return false
	}
	links := strings.Count(markdown, "](")
	return links == 0 || len(ordinary.FindAllStringIndex(markdown, -1)) == links
}

// showsSource reports whether the source of a body is shown. It renders only bodies that may be
// nested too deeply.
func (r *Renderer) showsSource(markdown string) bool {
	const deepest = 512 // of which each level that Markdown opens takes two at most
	if tooDeep(markdown) {
		return true
	}
	if strings.Count(markdown, "<")+strings.Count(markdown, ">") < deepest/4 {
		return false
	}
	_, rendered := r.tree(markdown)
	return !rendered
}

// lost is what losses have in common that are told as one.
type lost struct {
	kind               LossKind
	element, attribute string
	value              string
}

type lossFinder struct {
	renderer *Renderer
	source   []byte
	lines    []int // where lines end
	losses   []Loss
	places   map[lost]int // in losses
	more     Loss
	seen     map[string][]lost // what is lost of a tag, by its source
	named    map[string]bool
}

// find looks what the HTML of a node leaves out.
func (f *lossFinder) find(n ast.Node) {
	switch n := n.(type) {
	case *ast.RawHTML:
		f.html(n.Segments)
	case *ast.HTMLBlock:
		lines := *n.Lines()
		if n.HasClosure() {
			lines.Append(n.ClosureLine)
		}
		f.html(&lines)
	case *ast.FencedCodeBlock:
		if language := n.Language(f.source); language != nil {
			f.tag(fmt.Sprintf(`<code class="language-%s">`, util.EscapeHTML(language)), n.Pos())
		}
	case *ast.Link:
		f.address("a", "href", n.Destination, n.Pos())
	case *ast.Image:
		f.address("img", "src", n.Destination, n.Pos())
	case *ast.AutoLink:
		if n.AutoLinkType == ast.AutoLinkURL {
			f.address("a", "href", n.URL(f.source), n.Pos())
		}
	}
}

// address looks at the address of a link or an image of Markdown.
func (f *lossFinder) address(element, attribute string, address []byte, at int) {
	f.tag(fmt.Sprintf(`<%s %s="%s">`, element, attribute, util.EscapeHTML(util.URLEscape(address, true))), at)
}

// html looks at HTML that the writer wrote, in pieces of the source.
func (f *lossFinder) html(pieces *gold.Segments) {
	var written []byte
	var ends, starts []int // of the pieces, in what is written and in the source
	for i := range pieces.Len() {
		piece := pieces.At(i)
		written = append(written, piece.Value(f.source)...)
		ends, starts = append(ends, len(written)), append(starts, piece.Start)
	}
	tokens := html.NewTokenizer(bytes.NewReader(written))
	for at := 0; ; {
		kind := tokens.Next()
		raw := tokens.Raw()
		piece := min(sort.SearchInts(ends, at+1), len(starts)-1)
		switch kind {
		case html.ErrorToken:
			if at < len(written) { // a tag that does not end takes what follows
				f.lose(lost{kind: LostElement, value: short(string(written[at:]))}, starts[piece])
			}
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			f.tag(string(raw), starts[piece])
		case html.CommentToken, html.DoctypeToken:
			f.lose(lost{kind: LostComment}, starts[piece])
		}
		at += len(raw)
	}
}

// tag looks what is lost of a start tag.
func (f *lossFinder) tag(tag string, at int) {
	losses, known := f.seen[tag]
	if !known {
		losses = f.judge(tag)
		f.seen[tag] = losses
	}
	for _, l := range losses {
		if l.kind != LostAnchor {
			f.lose(l, at)
		} else if f.named[l.value] {
			f.lose(l, at)
		} else {
			f.named[l.value] = true
		}
	}
}

// judge returns what the policy takes from a tag. Its name is among it, in case an earlier
// element has that, too.
func (f *lossFinder) judge(tag string) (losses []lost) {
	given := tokenOf(tag)
	if !slices.Contains(elements(), given.Data) {
		return []lost{{kind: LostElement, element: given.Data}}
	}
	kept := map[string]bool{}
	for _, a := range tokenOf(f.renderer.policy.Sanitize(tag)).Attr {
		kept[a.Key] = true
	}
	for _, a := range given.Attr {
		switch {
		case !kept[a.Key], a.Key == "rel" && slices.Contains(strings.Fields(strings.ToLower(a.Val)), opener):
			losses = append(losses, lost{LostAttribute, given.Data, a.Key, short(a.Val)})
		case a.Key == "id":
			losses = append(losses, lost{kind: LostAnchor, value: a.Val})
		}
	}
	return losses
}

func tokenOf(tag string) html.Token {
	tokens := html.NewTokenizer(strings.NewReader(tag))
	tokens.Next()
	return tokens.Token()
}

// short returns the beginning of a value, which may be a whole picture.
func short(value string) string {
	const most = 60
	runes := []rune(strings.Join(strings.FieldsFunc(value, func(r rune) bool { return isHTMLSpace(r) || text.Invisible(r) }), " "))
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}

// lose records a loss at a place of the source.
func (f *lossFinder) lose(l lost, at int) {
	line := f.line(at)
	if place, told := f.places[l]; told {
		f.losses[place].Count++
		f.losses[place].Line = min(f.losses[place].Line, line)
		return
	}
	if len(f.losses) == MaxLosses-1 {
		if f.more.Count == 0 {
			f.more = Loss{Kind: LostMore, Line: line}
		}
		f.more.Count++
		return
	}
	f.places[l] = len(f.losses)
	f.losses = append(f.losses, Loss{Kind: l.kind, Message: l.message(), Line: line, Count: 1})
}

// line returns the line of a place in the source.
func (f *lossFinder) line(at int) int {
	if f.lines == nil {
		for i, b := range f.source {
			if b == '\n' {
				f.lines = append(f.lines, i)
			}
		}
		f.lines = append(f.lines, len(f.source))
	}
	return sort.SearchInts(f.lines, max(at, 0)) + 1
}

func (l lost) message() string {
	switch l.kind {
	case LostElement:
		if l.element == "" {
			return fmt.Sprintf("%q does not end, and is left out with what follows it", l.value)
		}
		if slices.Contains([]string{"frame", "frameset", "iframe", "noembed", "noframes", "noscript", "nostyle", "object", "script", "style", "title"}, l.element) {
			return fmt.Sprintf("`<%s>` is left out, with what is in it", l.element)
		}
		return fmt.Sprintf("`<%s>` is left out; the text in it stays", l.element)
	case LostAttribute:
		return fmt.Sprintf("`%s=%q` of `<%s>` is left out", l.attribute, l.value, l.element)
	case LostAnchor:
		return fmt.Sprintf("`id=%q` is left out: an element before has it", l.value)
	}
	return "a comment is left out"
}
