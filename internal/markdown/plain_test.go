package markdown

import "testing"

func TestPlain(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, markdown, want string }{
		{"blocks are separated by a blank line", "# Title\n\nOne.\n\n> Two.\n\n***\n\nThree.", "Title\n\nOne.\n\nTwo.\n\nThree."},
		{"markup is gone", "**bold** _it_ ~~old~~ `a  <b>` [link](http://x)", "bold it old a <b> link"},
		{"a soft break is a space", "one\ntwo", "one two"},
		{"a hard break is a line break", "one  \ntwo\\\nthree<br>four", "one\ntwo\nthree\nfour"},
		{"list items are on lines", "before\n\n- one\n- two\n  - three\n\nafter", "before\n\none\ntwo\nthree\n\nafter"},
		{"loose list items are on lines", "1. one\n\n   more\n\n2. two", "one\nmore\ntwo"},
		{"table rows are on lines and cells at tabs", "before\n\n| a | b |\n|---|---|\n| c | d |\n\nafter", "before\n\na\tb\nc\td\n\nafter"},
		{"code blocks keep their spaces", "```go\nif  x {\n\treturn\n}\n\n\ny\n```\n\nend", "if  x {\n\treturn\n}\n\n\ny\n\nend"},
		{"an indented code block in an item is kept", "- one\n\n      code", "one\n\ncode"},
		{"an empty code block is nothing", "a\n\n```\n```\n\nb", "a\n\nb"},
		{"text right after a code block is apart", "<pre>a</pre>b", "a\n\nb"},
		{"paragraphs in a quote in an item are on lines", "- > a\n  >\n  > b", "a\nb"},
		{"paragraphs in a description or a cell are on lines", "<dl><dd><p>a</p><p>b</p></dd></dl><table><tr><td><p>c</p><p>d</p></td></tr></table>", "a\nb\n\nc\nd"},
		{"terms, descriptions and captions are on lines", "<dl><dt>a</dt><dt>b</dt><dd>c</dd><dd>d</dd></dl><table><caption>e</caption><tr><td>f</td></tr></table>", "a\nb\nc\nd\n\ne\nf"},
		{"figure captions and summaries are on lines", "<figure>a<figcaption>b</figcaption></figure><details><summary>c</summary>d</details>", "a\nb\n\nc\nd"},
		{"blocks are apart from the text around them", "<div>a<ul><li>b</li></ul>c<ol><li>d</li></ol>e<dl><dt>f</dt></dl>g<figure>h</figure>i<details>j</details>k<h6>l</h6>m<blockquote>n</blockquote>o<hr>p<table><tr><td>q</td></tr></table>r</div>", "a\n\nb\n\nc\n\nd\n\ne\n\nf\n\ng\n\nh\n\ni\n\nj\n\nk\n\nl\n\nm\n\nn\n\no\n\np\n\nq\n\nr"},
		{"entities are decoded", "a &amp; b &eacute; &#x62; &lt;i&gt;", "a & b é b <i>"},
		{"an image gives its alternative text", "see ![صورة، قَصر](a.png) here", "see صورة، قَصر here"},
		{"white space of every kind is one space", "<div>a\tb\fc&#13;d <img alt=\" e  f \"></div>", "a b c d e f"},
		{"tags are dropped and their text kept", "a <b>b</b> <unknown>c</unknown> <font color=red>d</font>", "a b c d"},
		{"scripts, styles and frames are dropped whole", "a <script>x()</script>b<style>p{}</style>c<iframe>d</iframe>e", "a bce"},
		{"what stands in for audio and video is dropped", "a <video src=b>c <a href=d>e</a></video><audio src=f>g</audio> h", "a h"},
		{"comments are dropped", "a<!-- b -->c", "ac"},
		{"a div is a line", "<div>a</div><div>b</div>", "a\nb"},
		{"Arabic stays as it is", "## مُحَمَّد\n\nمی\u200Cخواهم **بيروت**،", "مُحَمَّد\n\nمی\u200Cخواهم بيروت،"},
		{"a no-break space stays", "a&nbsp;b", "a\u00A0b"},
		{"nothing gives nothing", "", ""},
		{"blank gives nothing", " \n\n ", ""},
	}
	r := NewRenderer()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := r.Plain(tt.markdown); got != tt.want {
				t.Errorf("Plain(%q) = %q, want %q", tt.markdown, got, tt.want)
			}
		})
	}
}
