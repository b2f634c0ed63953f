package markdown

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"
)

// elements are those that the HTML of a body may have.
func elements() []string {
	return []string{
		"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "br", "div",
		"ul", "ol", "li", "dl", "dt", "dd",
		"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
		"figure", "figcaption", "details", "summary", "audio", "video", "source", "track", "img",
		"a", "em", "strong", "b", "i", "u", "s", "del", "ins", "small", "mark", "sub", "sup",
		"code", "kbd", "samp", "var", "abbr", "cite", "dfn", "q", "time",
		"span", "bdi", "bdo", "ruby", "rt", "rp", "wbr",
	}
}

// fetched matches the addresses of what a page loads: http or https, or no scheme, which
// means no colon before the path begins.
var fetched = regexp.MustCompile(`^\s*(?:(?i:https?):|[^:/?#]*(?:[/?#]|$))`)

// newPolicy returns what HTML is allowed. Unlike bluemonday's UGCPolicy, it refuses image
// maps and sizes except of images and videos, and allows ids, alternative texts and titles in
// any script: UGCPolicy drops those with an Arabic comma or vowel sign. What an id becomes is
// for [anchors] to say.
func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements(elements()...)
	language := regexp.MustCompile(`^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$`)
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`^(?:rtl|ltr|auto)$`)).Globally()
	p.AllowAttrs("lang").Matching(language).Globally()
	p.AllowAttrs("id").Matching(anchorName).Globally()
	p.AllowAttrs("name").Matching(anchorName).OnElements("a")
	p.AllowAttrs("role").Matching(regexp.MustCompile(`^doc-(?:noteref|backlink|endnotes|footnote)$`)).OnElements("a", "div", "li", "ol", "p")
	p.AllowAttrs("title").OnElements("a", "abbr", "dfn", "img")
	p.AllowAttrs("datetime").OnElements("time", "del", "ins")
	p.AllowAttrs("open").OnElements("details")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^language-[A-Za-z0-9_+#.-]+$`)).OnElements("code")

	number := regexp.MustCompile(`^[0-9]{1,4}$`)
	ordinal := regexp.MustCompile(`^[0-9]{1,9}$`)
	p.AllowAttrs("start").Matching(ordinal).OnElements("ol")
	p.AllowAttrs("value").Matching(ordinal).OnElements("li")
	p.AllowAttrs("colspan", "rowspan").Matching(number).OnElements("th", "td")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(?:left|right|center)$`)).OnElements("th", "td")

	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^[A-Za-z\s-]+$`)).OnElements("a")
	p.AllowAttrs("cite").OnElements("blockquote", "q", "del", "ins")
	// bluemonday 1.0.27 checks neither posters nor the src of source by itself.
	p.AllowAttrs("src").Matching(fetched).OnElements("img", "audio", "video", "source", "track")
	p.AllowAttrs("poster").Matching(fetched).OnElements("video")
	p.AllowAttrs("width", "height").Matching(number).OnElements("img", "video")
	p.AllowAttrs("alt").OnElements("img")

	p.AllowAttrs("controls", "loop", "muted", "playsinline").OnElements("audio", "video")
	p.AllowAttrs("preload").Matching(regexp.MustCompile(`^(?:none|metadata|auto)$`)).OnElements("audio", "video")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^(?:audio|video|application)/[A-Za-z0-9.+-]+(?:;\s*codecs="?[A-Za-z0-9., -]+"?)?$`)).OnElements("source")
	p.AllowAttrs("kind").Matching(regexp.MustCompile(`^(?:subtitles|captions|descriptions|chapters|metadata)$`)).OnElements("track")
	p.AllowAttrs("srclang").Matching(language).OnElements("track")
	p.AllowAttrs("label", "default").OnElements("track")
	return p
}
