package text

import "testing"

func TestHTMLText(t *testing.T) {
	tests := []struct{ in, want string }{
		{"a<br>b<br><br>c", "a\nb\n\nc"},
		{"<p>one</p>\n<p>two\n three</p>", "one\n\ntwo three"},
		{"<ul><li>a<li>b</ul>", "a\nb"},
		{"<pre>a\n  b</pre>", "a\n  b"},
		{"a<script>var x = '</p>'</script>b<style>p{}</style>", "ab"},
		{"&sect;&nbsp;1&amp;2", "§ 1&2"},
		{"<tr><td>a</td><td>b</td></tr><tr><td>c", "a\tb\nc"},
		{"un<b>closed <i>tags", "unclosed tags"},
	}
	for _, tt := range tests {
		got, _, err := HTML([]byte(tt.in), "text/html; charset=utf-8")
		if err != nil || got != tt.want {
			t.Errorf("htmlText(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}
