package markdown

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestHTML(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, markdown, want string }{
		{"CommonMark is rendered", "# T\n\na **b** _c_ `d`", "<h1 id=\"p-t\">T</h1>\n<p>a <strong>b</strong> <em>c</em> <code>d</code></p>\n"},
		{"tables keep their alignment", "|a|b|\n|-:|-|\n|c|d|", "<table>\n<thead>\n<tr>\n<th align=\"right\">a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td align=\"right\">c</td>\n<td>d</td>\n</tr>\n</tbody>\n</table>\n"},
		{"strikethrough is rendered", "~~a~~", "<p><del>a</del></p>\n"},
		{"a list keeps its first number", "3. a", "<ol start=\"3\">\n<li>a</li>\n</ol>\n"},
		{"bare addresses are not linked", "http://x.org", "<p>http://x.org</p>\n"},
		{"links get rel", "[a](https://x.org \"t\")", "<p><a href=\"https://x.org\" title=\"t\" rel=\"noopener\">a</a></p>\n"},
		{"relative and mailto links are kept", "[a](/b) <m@x.org>", "<p><a href=\"/b\" rel=\"noopener\">a</a> <a href=\"mailto:m@x.org\" rel=\"noopener\">m@x.org</a></p>\n"},
		{"the writer's rel is added to", `<a rel="sponsored  nofollow UGC" href="/b">a</a>`, "<p><a href=\"/b\" rel=\"sponsored nofollow ugc noopener\">a</a></p>\n"},
		{"noopener is there once", `<a href="/b" rel="noopener noreferrer">a</a>`, "<p><a href=\"/b\" rel=\"noreferrer noopener\">a</a></p>\n"},
		{"opener and target go", `<a href="/b" rel="opener me" target="_blank">a</a>`, "<p><a href=\"/b\" rel=\"me noopener\">a</a></p>\n"},
		{"telephones are linked", "[a](tel:+964-1-555) <tel:+9641555>", "<p><a href=\"tel:+964-1-555\" rel=\"noopener\">a</a> <a href=\"tel:+9641555\" rel=\"noopener\">tel:+9641555</a></p>\n"},
		{"audio and video get controls", `<div><audio src="/a.mp3"></audio><video autoplay src="/a.mp4" onplay="x()">b</video></div>`, `<div><audio src="/a.mp3" controls=""></audio><video src="/a.mp4" controls="">b</video></div>`},
		{"sources and tracks from elsewhere than the web go", `<video controls><source src="data:video/mp4;base64,AA=="><source src="ftp://x.org/a.mp4"><track src="data:text/vtt,x"><source src="a.mp4"></video>`, "<p><video controls=\"\"><source src=\"a.mp4\"/></video></p>\n"},
		{"images keep alternative text in any script", "![قَصر، «بعبدا»](a.png)", "<p><img src=\"a.png\" alt=\"قَصر، «بعبدا»\"/></p>\n"},
		{"harmless HTML is kept", "H<sub>2</sub>O <bdi lang=\"he\" dir=\"rtl\">x</bdi>", "<p>H<sub>2</sub>O <bdi lang=\"he\" dir=\"rtl\">x</bdi></p>\n"},
		{"class and style are dropped", `<p class="a" style="color:red" data-x="1">c</p>`, "<p>c</p>"},
		{"a code block tells its language", "```go\nx\n```", "<pre><code class=\"language-go\">x\n</code></pre>\n"},
		{"elements that are not allowed leave their text", "<form><button>a</button></form>", "a"},
		{"numbers too long and no numbers are dropped", `<ol start="1000000000"><li value="x">a</li></ol>`, "<ol><li>a</li></ol>"},
		{"what is no direction or language is dropped", `<div dir="up" lang="no tag">a</div>`, "<div>a</div>"},
		{"the scheme of an image is in any case, after any space", `<div><img src=" HTTPS://x.org/a.png"></div>`, `<div><img src="https://x.org/a.png"/></div>`},
		{"what is left open is closed", "<div><b>a", "<div><b>a</b></div>"},
		{"an end tag cannot leave the article", "</div></div>a", "a"},
		{"ampersands and brackets are escaped", "a & b < c", "<p>a &amp; b &lt; c</p>\n"},
		{"a paragraph in Arabic is marked", "مرحبا", "<p dir=\"auto\">مرحبا</p>\n"},
		{"nothing gives an empty article", "", ""},
	}
	r := NewRenderer()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := `<div dir="ltr" lang="en">` + tt.want + `</div>`
			if got := r.HTML(tt.markdown, Page{Language: "en", Prefix: "p-"}); got != want {
				t.Errorf("HTML(%q, en) = %q, want %q", tt.markdown, got, want)
			}
		})
	}
}

func TestHTMLKeepsTheWritersHTML(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, markdown string }{
		{"figures", `<figure><img src="a.png"/><figcaption>a</figcaption></figure>`},
		{"details, open or not", `<details open=""><summary>a</summary>b</details><details><summary>a</summary>b</details>`},
		{"descriptions", `<dl><dt>a</dt><dd>b</dd></dl>`},
		{"tables with all their parts", `<table><caption>a</caption><thead><tr><th colspan="2">b</th></tr></thead><tbody><tr><td rowspan="2" align="center">c</td><td align="left">d</td></tr></tbody><tfoot><tr><td>e</td></tr></tfoot></table>`},
		{"numbers of items", `<ol start="999999999"><li value="7">a</li></ol>`},
		{"emphasis of every kind", `<div><em>a</em><strong>a</strong><b>a</b><i>a</i><u>a</u><s>a</s><del>a</del><ins>a</ins><small>a</small><mark>a</mark><sub>a</sub><sup>a</sup></div>`},
		{"terms of every kind", `<div><code>a</code><kbd>a</kbd><samp>a</samp><var>a</var><cite>a</cite><q cite="/b">a</q><span>a</span><bdi>a</bdi><bdo dir="rtl">a</bdo>a<wbr/>b</div>`},
		{"ruby", `<div><ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby></div>`},
		{"titles", `<div><abbr title="a">b</abbr><dfn title="a">b</dfn><img src="a.png" title="b"/></div>`},
		{"dates", `<div><time datetime="2024-01-02">a</time><del datetime="2024-01-02">a</del><ins datetime="2024-01-02" cite="/b">a</ins></div>`},
		{"sources of quotes", `<blockquote cite="https://x.org/">a</blockquote>`},
		{"direction and language", `<div dir="auto" lang="ar-IQ">a</div><div dir="ltr" lang="fr">a</div>`},
		{"sizes of images", `<div><img src="a.png" width="10" height="20"/></div>`},
		{"video with sources and captions", `<figure><video width="640" height="360" poster="/a.jpg" preload="metadata" playsinline="" controls=""><source src="/a.webm" type="video/webm; codecs=&#34;vp9, opus&#34;"/><source src="https://x.org/a.mp4" type="video/mp4"/><track src="/a.vtt" kind="captions" srclang="ar" label="العربية" default=""/></video><figcaption>a</figcaption></figure>`},
		{"audio", `<div><audio src="/a.mp3" loop="" muted="" preload="none" controls=""></audio></div>`},
		{"images by http and https", `<div><img src="http://x.org/a.png"/><img src="https://x.org/a.png"/></div>`},
		{"images from paths with a colon", `<div><img src="/a:b.png"/><img src="a/b:c.png"/></div>`},
		{"links by http", `<div><a href="http://x.org" rel="noopener">a</a></div>`},
	}
	r := NewRenderer()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := `<div dir="ltr" lang="en">` + tt.markdown + `</div>`
			if got := r.HTML(tt.markdown, Page{Language: "en", Prefix: "p-"}); got != want {
				t.Errorf("HTML(%q, en) = %q, want it unchanged", tt.markdown, got)
			}
		})
	}
}

func TestHTMLDirection(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, language, markdown, want string }{
		{"an Arabic article runs from the right", "ar-IQ", "مرحبا", `<div dir="rtl" lang="ar-IQ"><p>مرحبا</p></div>`},
		{"an English paragraph in it is marked", "ar", "Hello, عالم!", `<div dir="rtl" lang="ar"><p dir="auto">Hello, عالم!</p></div>`},
		{"an Arabic paragraph that begins in Latin is not", "ar", "BBC: أعلن المجلس", `<div dir="rtl" lang="ar"><p>BBC: أعلن المجلس</p></div>`},
		{"a paragraph of digits is not", "ar", "2024", `<div dir="rtl" lang="ar"><p>2024</p></div>`},
		{"the innermost block is marked", "ar", "> Hello", `<div dir="rtl" lang="ar"><blockquote><p dir="auto">Hello</p></blockquote></div>`},
		{"a block in a marked block is judged by it", "ar", "- Hello\n  - عالم\n  - World", `<div dir="rtl" lang="ar"><ul><li dir="auto">Hello<ul><li dir="auto">عالم</li><li>World</li></ul></li></ul></div>`},
		{"the writer's direction stays and counts", "ar", `<div dir="ltr"><p>Hello</p><p>مرحبا</p></div>`, `<div dir="rtl" lang="ar"><div dir="ltr"><p>Hello</p><p dir="auto">مرحبا</p></div></div>`},
		{"and is not given twice", "ar", `<p dir="auto">Hello</p>`, `<div dir="rtl" lang="ar"><p dir="auto">Hello</p></div>`},
		{"Hebrew runs as Arabic does", "en", "שלום", `<div dir="ltr" lang="en"><p dir="auto">שלום</p></div>`},
		{"headings are marked", "ar", "# A\n## B\n### C\n#### D\n##### E\n###### F", `<div dir="rtl" lang="ar"><h1 dir="auto" id="p-a">A</h1><h2 dir="auto" id="p-b">B</h2><h3 dir="auto" id="p-c">C</h3><h4 dir="auto" id="p-d">D</h4><h5 dir="auto" id="p-e">E</h5><h6 dir="auto" id="p-f">F</h6></div>`},
		{"cells and captions are marked", "ar", "<table><caption>A</caption><tr><th>B</th><td>C</td></tr></table>", `<div dir="rtl" lang="ar"><table><caption dir="auto">A</caption><tbody><tr><th dir="auto">B</th><td dir="auto">C</td></tr></tbody></table></div>`},
		{"descriptions, figures, summaries and quotes are marked", "ar", "<dl><dt>A</dt><dd>B</dd></dl><figure><figcaption>C</figcaption></figure><details><summary>D</summary></details><blockquote>E</blockquote>", `<div dir="rtl" lang="ar"><dl><dt dir="auto">A</dt><dd dir="auto">B</dd></dl><figure><figcaption dir="auto">C</figcaption></figure><details><summary dir="auto">D</summary></details><blockquote dir="auto">E</blockquote></div>`},
		{"code in an Arabic article is marked", "ar", "    x := 1", `<div dir="rtl" lang="ar"><pre dir="auto"><code>x := 1</code></pre></div>`},
		{"Arabic written in Latin runs from the left", "ar-Latn", "marhaba", `<div dir="ltr" lang="ar-Latn"><p>marhaba</p></div>`},
		{"a language that is no tag cannot break out", `"><script>`, "a", `<div dir="ltr" lang="&#34;&gt;&lt;script&gt;"><p>a</p></div>`},
	}
	r := NewRenderer()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.ReplaceAll(r.HTML(tt.markdown, Page{Language: tt.language, Prefix: "p-"}), "\n", ""); got != tt.want {
				t.Errorf("HTML(%q, %q) = %q, want %q", tt.markdown, tt.language, got, tt.want)
			}
		})
	}
}

func TestHTMLIsSafe(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, markdown string }{
		{"javascript link", "[a](javascript:alert(1))"},
		{"javascript link in mixed case", "[a](JaVaScRiPt:alert(1))"},
		{"javascript link with entities", "[a](javascript&colon;alert(1)) [b](&#106;avascript:alert(1)) [c](java&#x0A;script:alert(1))"},
		{"javascript link with white space", "<a href=\" java\tscript:alert(1)\">a</a> <a href=\"\x01javascript:alert(1)\">b</a>"},
		{"javascript autolink", "<javascript:alert(1)>"},
		{"javascript reference link", "[a]\n\n[a]: javascript:alert(1)"},
		{"vbscript and file links", "[a](vbscript:x) [b](file:///etc/passwd) [c](ftp://x)"},
		{"data link", "[a](data:text/html;base64,PHNjcmlwdD4=)"},
		{"data image", "![a](data:image/svg+xml;base64,PHN2Zz4=) <img src='data:image/png;base64,AA=='>"},
		{"javascript image", "![a](javascript:alert(1))"},
		{"mailto image", "![a](mailto:a@x.org)"},
		{"event handler", "<img src=x onerror=alert(1)> <b onclick=\"x()\">a</b>"},
		{"event handler without spaces", "<img/src=x/onerror=alert(1)>"},
		{"event handler in an alternative text", "![a\" onerror=\"alert(1)](x)"},
		{"event handler in a title", "[a](/b 'c\" onclick=\"alert(1)')"},
		{"script", "<script>alert(1)</script>"},
		{"nested script", "<scr<script>ipt>alert(1)</scr</script>ipt>"},
		{"unclosed script", "a\n\n<script>alert(1)"},
		{"script in a code block's info", "```\"><script>alert(1)</script>\nx\n```"},
		{"svg", "<svg onload=alert(1)><script>alert(1)</script><a xlink:href='javascript:x'>a</a></svg>"},
		{"svg and style mutation", "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">"},
		{"math mutation", "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">"},
		{"noscript mutation", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">"},
		{"template and textarea", "<template><script>x</script></template><textarea></textarea><img src=x onerror=alert(1)>"},
		{"style element and attribute", "<style>@import 'x'</style><p style=\"background:url(javascript:x)\">a</p>"},
		{"iframe, object and embed", "<iframe src='javascript:x'></iframe><object data=x></object><embed src=x>"},
		{"iframe srcdoc", "<iframe srcdoc='<script>x</script>'></iframe>"},
		{"form and input", "<form action=javascript:x><input onfocus=x autofocus><button formaction=x>a</button></form>"},
		{"meta, base and link", "<meta http-equiv=refresh content='0;x'><base href=//x><link rel=stylesheet href=x>"},
		{"comment tricks", "<!--><img src=x onerror=alert(1)>--> <!--[if IE]><script>x</script><![endif]-->"},
		{"CDATA and processing instruction", "<![CDATA[<script>x</script>]]><?php <script>x</script> ?>"},
		{"ids and names that shadow the page", "<a id=location name=body href=x>a</a><a name=body href=x>a</a><img name=cookie src=x># cookie"},
		{"image map", "<img usemap='#m' src=x><map name=m><area href='javascript:x'></map>"},
		{"direction with more in it", "<p dir='rtl\" onclick=\"x'>a</p><p lang='en\" onclick=\"x'>a</p>"},
		{"heading attributes", "# a {onclick=x() #id .class}"},
		{"unquoted end of the article", "</div></body></html><script>alert(1)</script>"},
		{"media from elsewhere", "<audio src='javascript:x'></audio><video poster='javascript:x'><source src=' java\nscript:x'><track src='data:x,y'></video><source src=\"\x01javascript:x\"><source src='vbscript:x/y'>"},
		{"handlers of media", "<video src=x onerror=alert(1) autoplay><source src=x onerror=alert(1)></video><audio src=x oncanplay=x>"},
		{"footnotes with tricks", "a[^1] b[^\"><script>]\n\n[^1]: <img src=x onerror=y>\n[^\"><script>]: <script>x</script> [a](javascript:x)"},
		{"ids with tricks", "<p id='\" onclick=\"x'>a</p><p id='a b'>b</p><a href='#\" onclick=\"x'>c</a>\n\n# \" onclick=\"x\n"},
		{"emphasis and lists around tricks", "و**<img src=x onerror=y>**\n\n١. <script>x</script>\n\nب*[a](javascript:x)*"},
		{"null bytes", "<scr\x00ipt>alert(1)</scr\x00ipt><img src=x on\x00error=x>"},
	}
	r := NewRenderer()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := r.HTML(tt.markdown, Page{Language: "en", Prefix: "p-"})
			for _, fault := range unsafe(t, got) {
				t.Errorf("HTML(%q) = %q: %s", tt.markdown, got, fault)
			}
		})
	}
}

// unsafe returns what is wrong with a page. It judges the document that a browser would build
// from it, by lists of its own: it shares nothing with the policy that it checks.
func unsafe(t *testing.T, page string) (faults []string) {
	t.Helper()
	document, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatalf("html.Parse(%q): %v", page, err)
	}
	forbidden := strings.Fields("script style iframe object embed form input button textarea select svg math template noscript meta base link map area frame frameset title")
	harmless := strings.Fields("href src alt title dir lang rel cite datetime open start value colspan rowspan align width height id role class controls loop muted playsinline preload poster type kind srclang label default")
	for n := range document.Descendants() {
		if n.Type == html.CommentNode || n.Namespace != "" || n.Type == html.ElementNode && slices.Contains(forbidden, n.Data) {
			faults = append(faults, "has <"+n.Data+">")
		}
		for _, a := range n.Attr {
			if !slices.Contains(harmless, a.Key) {
				faults = append(faults, "has the attribute "+a.Key)
			}
			switch {
			case a.Key == "id" && !strings.HasPrefix(a.Val, "p-"), a.Key == "class" && !strings.HasPrefix(a.Val, "language-"):
				faults = append(faults, "has "+a.Key+"="+a.Val)
			case !slices.Contains([]string{"href", "src", "cite", "poster"}, a.Key):
				continue
			}
			// Browsers ignore tabs, line breaks and leading controls in addresses.
			address := strings.ToLower(strings.TrimLeft(strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(a.Val), "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f "))
			scheme, _, found := strings.Cut(address, ":")
			if !found || strings.ContainsAny(scheme, "/?#") {
				continue
			}
			if scheme != "http" && scheme != "https" && (scheme != "mailto" && scheme != "tel" || a.Key == "src" || a.Key == "poster") {
				faults = append(faults, "has the address "+a.Val)
			}
		}
	}
	return faults
}

func TestHTMLOfDeepNesting(t *testing.T) {
	t.Parallel()
	r := NewRenderer()
	tests := []struct{ name, markdown string }{
		{"quotes", strings.Repeat(">", 101) + " a <b>"},
		{"elements", strings.Repeat("<div>", 511) + "a <b>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := `<div dir="ltr" lang="en">` + html.EscapeString(tt.markdown) + `</div>`
			if got := r.HTML(tt.markdown, Page{Language: "en", Prefix: "p-"}); got != want {
				t.Errorf("HTML(%.20q…) = %.60q…, want its source", tt.markdown, got)
			}
			if got := r.Plain(tt.markdown); got != tt.markdown {
				t.Errorf("Plain(%.20q…) = %.60q…, want its source", tt.markdown, got)
			}
		})
	}
}

func TestRendererIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	r := NewRenderer()
	const body = "# مرحبا\n\n[a](http://x) ![b](c) <b>Hello</b>\n\n|a|\n|-|\n|b|"
	page, plain := NewRenderer().HTML(body, Page{Language: "ar", Prefix: "p-"}), NewRenderer().Plain(body)
	done := make(chan bool)
	for range 4 {
		go func() {
			ok := true
			for range 50 {
				ok = ok && r.HTML(body, Page{Language: "ar", Prefix: "p-"}) == page && r.Plain(body) == plain
			}
			done <- ok
		}()
	}
	for range 4 {
		if !<-done {
			t.Error("a Renderer returned another result while other goroutines used it")
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, s := range []string{
		"# a\n\n- [b](javascript:c)", "<img src=x onerror=y>", "<svg><style><a id=\"</style><img onerror=x>\">",
		"<noscript><p title=\"</noscript><img src=x onerror=x>\">", "مرحبا <bdo dir=rtl>", "|a|\n|-|\n|<script>|", "</div><!--",
		"[a](java&#10;script:x)", "a[^1]\n\n[^1]: b", "و**«a»**ي", "١. a\n   - b\n٢) c", "# a\n# a\n[b](#a)", "<video poster=x><source src=y><track src=z>", "<a name=x id=y>", "<sup><a href=#x>", "<math><mtext><table><mglyph><style><!--</style>",
	} {
		f.Add(s)
	}
	r := NewRenderer()
	f.Fuzz(func(t *testing.T, markdown string) {
		page := r.HTML(markdown, Page{Language: "ar", Prefix: "p-"})
		for _, fault := range unsafe(t, page) {
			t.Errorf("HTML(%q) = %q: %s", markdown, page, fault)
		}
		const start, end = `<div dir="rtl" lang="ar">`, `</div>`
		if !strings.HasPrefix(page, start) || !strings.HasSuffix(page, end) {
			t.Errorf("HTML(%q) = %q, which is not wrapped", markdown, page)
		}
		if plain := r.Plain(markdown); strings.TrimLeft(plain, "\n") != plain {
			t.Errorf("Plain(%q) = %q, which begins with a gap", markdown, plain)
		}
	})
}

func BenchmarkHTML(b *testing.B) {
	r := NewRenderer()
	body := strings.Repeat("## عنوان\n\nأعلن **المجلس** أن [الموازنة](https://x.org) ستقر.\n\n- بند\n- Item\n\n", 40)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		r.HTML(body, Page{Language: "ar", Prefix: "p-"})
	}
}

func BenchmarkNewRenderer(b *testing.B) {
	for b.Loop() {
		NewRenderer()
	}
}

func TestHTMLShowsTheSourceOfWhatIsNestedDeeply(t *testing.T) {
	t.Parallel()
	r := NewRenderer()
	for opened, element := range map[string]string{
		">": "<blockquote>", "> ": "<blockquote>", ">\t": "<blockquote>", "- ": "<ul>", "+\t": "<ul>", "* - ": "<ul>",
		"1. ": "<ol>", "١. ": "<ol>", "۱) ": "<ol>", "[^a]: ": "<ol>", "> - ١. [^ب]: ": "<blockquote>",
	} {
		most := 100 / len(strings.Fields(strings.ReplaceAll(opened, ">", "> ")))
		body := strings.Repeat(opened, most+1) + "x"
		if got := r.HTML(body, Page{Language: "en", Prefix: "p-"}); !strings.Contains(got, html.EscapeString(body)) {
			t.Errorf("HTML(%.10q…, en) = %.40q…, want its source", body, got)
		}
		if got := r.HTML(strings.Repeat(opened, most)+"x", Page{Language: "en", Prefix: "p-"}); !strings.Contains(got, element) {
			t.Errorf("HTML of %d times %q = %.60q…, want %s", most, opened, got, element)
		}
	}
	for _, body := range []string{strings.Repeat("- ", 200), strings.Repeat("* ", 200) + "\r\n"} {
		if got := r.HTML(body, Page{Language: "en", Prefix: "p-"}); !strings.Contains(got, "<hr/>") {
			t.Errorf("HTML(%.10q…) = %.60q…, want a rule", body, got)
		}
	}
}
