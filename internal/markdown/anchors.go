package markdown

import (
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/diwan-cms/diwan/internal/text"
)

// anchorName matches what writers can call a place in a body.
var anchorName = regexp.MustCompile("^[^\\s\\p{C}<>\"'`&]{1,200}$")

// anchors are the places in a body to which links can lead. On the page they have a prefix, so
// that they cannot be taken for places of the page or of another body on it.
type anchors struct {
	prefix string
	// named are the elements by their names; headings those headings that have none from
	// their writer, with the names that were made.
	named    map[string]bool
	headings []*html.Node
	links    []*html.Node
	// numbers are the last numbers that tell headings of the same text apart.
	numbers map[string]int
}

// anchor gives headings their ids, and every id its prefix, and makes the links within the
// body lead to them. Of several elements of one name, the first keeps it.
func anchor(root *html.Node, prefix string) {
	a := anchors{prefix: prefix, named: map[string]bool{}, numbers: map[string]int{}}
	for n := range root.Descendants() {
		if len(n.Attr) > 0 || isHeading(n) {
			a.collect(n)
		}
	}
	for _, heading := range a.headings {
		a.name(heading)
	}
	for _, link := range a.links {
		a.lead(link)
	}
}

// collect notes an element that has a name, needs one, or leads to one.
func (a *anchors) collect(n *html.Node) {
	name := attribute(n, "id")
	if old := attribute(n, "name"); name == "" {
		name = old // the way of HTML 4
	}
	drop(n, "name")
	drop(n, "id")
	switch {
	case name != "" && !a.named[name]:
		a.named[name] = true
		n.Attr = append(n.Attr, html.Attribute{Key: "id", Val: a.prefix + name})
	case isHeading(n):
		a.headings = append(a.headings, n)
	}
	if n.DataAtom == atom.A && strings.HasPrefix(attribute(n, "href"), "#") {
		a.links = append(a.links, n)
	}
}

// name makes the name of a heading from its text, as slugs are made.
func (a *anchors) name(heading *html.Node) {
	base := text.Slug(visible(heading))
	if base == "" {
		base = "section"
	}
	name := base
	for a.named[name] {
		a.numbers[base]++
		name = text.NumberedSlug(base, a.numbers[base]+1)
	}
	a.named[name] = true
	heading.Attr = append(heading.Attr, html.Attribute{Key: "id", Val: a.prefix + name})
}

// lead makes a link lead to the place that it names: by its name as it is, or written as a
// heading. A link to no place in the body is one to the page, and stays. The way back from a
// note to which nothing refers leads nowhere, and goes.
func (a *anchors) lead(link *html.Node) {
	name := strings.TrimPrefix(attribute(link, "href"), "#")
	if decoded, err := url.PathUnescape(name); err == nil {
		name = decoded
	}
	if !a.named[name] {
		name = text.Slug(name)
	}
	switch {
	case a.named[name]:
		for i := range link.Attr {
			if link.Attr[i].Key == "href" {
				link.Attr[i].Val = "#" + a.prefix + name
			}
		}
	case isBacklink(link):
		if before := link.PrevSibling; before != nil && before.Type == html.TextNode {
			before.Data = strings.TrimSuffix(before.Data, "\u00A0")
		}
		link.Parent.RemoveChild(link)
	}
}

func isHeading(n *html.Node) bool {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// isReference reports whether n is the raised mark of a note: a link within the body, alone
// in a sup.
func isReference(n *html.Node) bool {
	if n.DataAtom != atom.Sup {
		return false
	}
	link := n.FirstChild
	return link != nil && link == n.LastChild && link.DataAtom == atom.A && strings.HasPrefix(attribute(link, "href"), "#")
}

// isBacklink reports whether n leads from a note back to its mark.
func isBacklink(n *html.Node) bool {
	return n.DataAtom == atom.A && attribute(n, "role") == "doc-backlink"
}

func drop(n *html.Node, key string) {
	kept := n.Attr[:0]
	for _, a := range n.Attr {
		if a.Key != key {
			kept = append(kept, a)
		}
	}
	n.Attr = kept
}

// visible returns the text of an element without the marks of notes.
func visible(n *html.Node) string {
	var w plainWriter
	w.writeChildren(n, true)
	return w.text.String()
}
