package paid

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/dossier-legal/dossier/internal/vision"
)

// TestVisionIsSettled pays for pages what the model says they cost, the price of
// a page where it does not say, and nothing where it turns a call down.
func TestVisionIsSettled(t *testing.T) {
	const said = `{"choices":[{"finish_reason":"stop","message":{"content":"by the model"}}]`
	for answer, want := range map[string]float64{
		said + `,"usage":{"prompt_tokens":900,"completion_tokens":100}}`: 2 * 0.005,
		said + `}`: 2 * 0.0015,
		`{"choi`:   2 * 0.0015,
		"":         0,
	} {
		p := newPaidTest(t, 4, 1<<20) // two pages to read
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if answer == "" {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			_, _ = w.Write([]byte(answer))
		}))
		client, err := vision.New(vision.Config{BaseURL: server.URL, Model: "seer"})
		if err != nil {
			t.Fatal(err)
		}
		p.Recognition = Recognition{Vision: client, PageMicros: 1500, TokenMicros: 5000}
		doc, _, err := p.read()
		if err != nil {
			t.Fatal(err)
		}
		if got := doc.Pages[0].Text == "by the model"; got != (want != 0 && answer != `{"choi`) || p.spent() != want {
			t.Errorf("%s: $%.4f, page %+v", answer, p.spent(), doc.Pages[0])
		}
		server.Close()
	}
}
