package verify

import (
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/chunk"
	"github.com/dossier-legal/dossier/internal/pipeline"
)

// A mention that is longer than what chunks share is on record like any other,
// wherever in the text it stands.
func TestPlaceLosesNoMention(t *testing.T) {
	long := strings.Repeat("Amalgamated ", 40) + "Holdings"
	for _, before := range []int{0, 50, 700, 990, 1500, 3000} {
		text := strings.Repeat("word ", before/5) + long + strings.Repeat(" word", 300)
		start := strings.Index(text, long)
		spans := []dossier.PageSpan{{Number: 1, Start: 0, End: len(text)}}
		chunks := chunk.Split(text, spans, chunk.Options{})
		mentions := []dossier.Mention{{Text: long, Start: start, End: start + len(long)}}
		list, err := pipeline.Place(text, spans, chunks, mentions)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d characters before: %d mentions, %v", before, len(list), err)
		}
		m := list[0]
		c := chunks[m.ChunkIndex]
		if !placed(chunks, m) || c.Start+m.ChunkStart != start || !strings.HasPrefix(long, c.Text[m.ChunkStart:m.ChunkEnd]) {
			t.Errorf("%d characters before: in chunk %d from %d to %d", before, m.ChunkIndex, m.ChunkStart, m.ChunkEnd)
		}
		m.ChunkEnd--
		if placed(chunks, m) {
			t.Errorf("%d characters before: a mention cut short counts as placed", before)
		}
	}
}
