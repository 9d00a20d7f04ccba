// Package llmtest is an endpoint with a model on this machine that knows some
// names by heart and misbehaves on demand, for tests: there is no other way to
// test what is paid by the token.
package llmtest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/llm"
)

// The model that the server has, and its key.
const (
	Model = "parrot-1"
	Key   = "sk-hush"
)

// Server is the fake. Set its fields before the first call.
type Server struct {
	URL string

	// Names are what it finds, wherever it stands in a passage.
	Names map[string]dossier.MentionType

	Faults   []Fault  // what goes wrong with the next calls, in order
	Formats  []string // response formats that it keeps; others are refused
	Prose    bool     // it ignores formats, and answers a request for one in prose
	Fences   bool     // it puts its answers between fences, with a preface
	NoUsage  bool     // it does not tell what a call cost
	Newer    bool     // it wants max_completion_tokens
	MostTold int      // names in one answer; more are cut off. 0: any number
	Refuses  string   // it will not read passages with this
	Rejects  string   // … and turns down calls with this
	Garbles  string   // … and answers to this in a form of its own
	Forgets  string   // … and leaves these out of packs

	mu     sync.Mutex
	usages []llm.Usage
	calls  int
	read   map[string]int
}

// Fault is what goes wrong with a call. The zero value is none.
type Fault struct {
	Status     int
	RetryAfter string
	Body       string
	Break      bool                  // the connection breaks within the answer
	Stall      bool                  // half of the answer comes, and nothing more while the caller waits
	Until      <-chan struct{}       // no answer before it is closed
	Finish     string                // finish_reason
	Change     func(a *Answer)       // in what it says
	Write      func(a string) string // in how it says it
}

// Passage is what it is asked about.
type Passage struct {
	ID   int
	Text string
}

// Mention is a name as it tells of it.
type Mention struct {
	Chunk      int    `json:"chunk"`
	Type       string `json:"type"`
	Text       string `json:"text"`
	Occurrence int    `json:"occurrence"`
}

// Answer is what it says.
type Answer struct {
	Read     []int     `json:"read"`
	Mentions []Mention `json:"mentions"`
}

// Start runs a fake until the test ends.
func Start(t *testing.T) *Server {
	t.Helper()
	s := &Server{Formats: []string{"json_schema", "json_object", ""}, read: map[string]int{}, Names: map[string]dossier.MentionType{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.URL = server.URL + "/v1"
	return s
}

// Calls returns how many calls came, and Usages what those cost that were
// answered.
func (s *Server) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// Usages returns what the calls cost that were answered, in order.
func (s *Server) Usages() []llm.Usage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.usages)
}

// Cost is what the calls cost that were answered.
func (s *Server) Cost(p llm.Price) int64 {
	sum := int64(0)
	for _, u := range s.Usages() {
		sum += p.Cost(u)
	}
	return sum
}

// Read returns how often each passage was answered for.
func (s *Server) Read() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.read)
}

// question is a request.
type question struct {
	Model    string
	Max      int  `json:"max_tokens"`
	NewerMax int  `json:"max_completion_tokens"`
	Heat     *int `json:"temperature"`
	Messages []struct{ Role, Content string }
	Format   struct {
		Type   string
		Schema struct {
			Strict bool
			Schema struct{ Required []string }
		} `json:"json_schema"`
	} `json:"response_format"`
	size     int
	passages []Passage
	gone     <-chan struct{} // closed when the caller is
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer "+Key {
		http.Error(w, "no such key: "+r.Header.Get("Authorization"), http.StatusUnauthorized)
		return
	}
	if r.Method == http.MethodGet && r.URL.Path == "/v1/models" {
		fmt.Fprintf(w, `{"data":[{"id":"other"},{"id":%q}]}`, Model)
		return
	}
	s.calls++
	body, err := io.ReadAll(r.Body)
	q := question{size: len(body), gone: r.Context().Done()}
	if err == nil {
		err = json.Unmarshal(body, &q)
	}
	if err == nil && len(q.Messages) == 2 {
		err = json.Unmarshal([]byte(q.Messages[1].Content), &q.passages)
	}
	if err != nil || r.URL.Path != "/v1/chat/completions" || q.Model != Model || len(q.passages) == 0 {
		http.Error(w, fmt.Sprintf("model %q does not understand: %v", q.Model, err), http.StatusNotFound)
		return
	}
	s.answer(w, &q)
}

func (s *Server) answer(w http.ResponseWriter, q *question) {
	var f Fault
	if len(s.Faults) > 0 {
		f, s.Faults = s.Faults[0], s.Faults[1:]
	}
	s.mu.Unlock() // others are answered meanwhile
	if f.Until != nil {
		<-f.Until
	}
	s.mu.Lock()
	if f.Status != 0 {
		if f.RetryAfter != "" {
			w.Header().Set("Retry-After", f.RetryAfter)
		}
		http.Error(w, f.Body, f.Status)
		return
	}
	if why := s.turnDown(q); why != "" {
		http.Error(w, why, http.StatusBadRequest)
		return
	}
	s.say(w, q, f)
}

// turnDown says what it does not like about a request.
func (s *Server) turnDown(q *question) string {
	strict := q.Format.Type == "json_schema"
	switch {
	case s.Newer && (q.Max != 0 || q.Heat != nil):
		return "use max_completion_tokens instead"
	case !s.Newer && q.NewerMax != 0:
		return "unknown parameter"
	case !slices.Contains(s.Formats, q.Format.Type):
		return "response_format: " + q.Format.Type + " is not supported"
	case strict && (!q.Format.Schema.Strict || len(q.Format.Schema.Schema.Required) != 2):
		return "not a strict schema"
	case s.Rejects != "" && strings.Contains(q.Messages[1].Content, s.Rejects):
		return "this content is not to be had"
	}
	return ""
}

// say answers a request with what it knows.
func (s *Server) say(w http.ResponseWriter, q *question, f Fault) {
	a, refusal, garbled := s.known(q)
	if f.Change != nil {
		f.Change(&a)
	}
	text, finish := s.write(a, f, garbled)
	if refusal != "" {
		text = ""
	}
	s.send(w, q, reply{text: text, finish: finish, refusal: refusal, broken: f.Break || f.Stall, stalls: f.Stall})
	if finish != "stop" || refusal != "" || garbled || f.Write != nil || f.Break || f.Stall {
		return
	}
	for _, p := range q.passages {
		if slices.Contains(a.Read, p.ID) {
			s.read[p.Text]++
		}
	}
}

// known returns what the server knows of the passages, why it refuses to answer,
// and whether it answers in prose.
func (s *Server) known(q *question) (a Answer, refusal string, garbled bool) {
	a = Answer{Read: []int{}, Mentions: []Mention{}}
	garbled = s.Prose && q.Format.Type != ""
	for _, p := range q.passages {
		garbled = garbled || s.Garbles != "" && strings.Contains(p.Text, s.Garbles)
		switch {
		case s.Refuses != "" && strings.Contains(p.Text, s.Refuses):
			refusal = "I would rather not."
		case s.Forgets != "" && len(q.passages) > 1 && strings.Contains(p.Text, s.Forgets):
		default:
			a.Read = append(a.Read, p.ID)
			a.Mentions = append(a.Mentions, s.find(p)...)
		}
	}
	return a, refusal, garbled
}

// write returns the text of an answer and why it ends.
func (s *Server) write(a Answer, f Fault, garbled bool) (text, finish string) {
	b, err := json.Marshal(a)
	if err != nil {
		panic(err)
	}
	text, finish = string(b), "stop"
	if s.MostTold > 0 && len(a.Mentions) > s.MostTold {
		text, finish = text[:len(text)/2], "length"
	}
	if s.Fences {
		text = "Here {as asked} it is:\n```json\n" + text + "\n```\nAnything else?"
	}
	if f.Write != nil {
		text = f.Write(text)
	}
	if garbled {
		text = "I found some names, among them one or two that I know."
	}
	if f.Finish != "" {
		finish = f.Finish
	}
	return text, finish
}

type reply struct {
	text, finish, refusal string
	broken, stalls        bool
}

// send writes an answer down and bills it.
func (s *Server) send(w http.ResponseWriter, q *question, r reply) {
	u := llm.Usage{Prompt: q.size / 4, Cached: 100, Completion: len(r.text)/4 + 1}
	s.usages = append(s.usages, u)
	body := map[string]any{"choices": []any{map[string]any{
		"finish_reason": r.finish, "message": map[string]any{"content": r.text, "refusal": r.refusal},
	}}}
	if !s.NoUsage {
		body["usage"] = map[string]any{
			"prompt_tokens": u.Prompt, "completion_tokens": u.Completion,
			"prompt_tokens_details": map[string]any{"cached_tokens": u.Cached},
		}
	}
	b, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	if r.broken {
		w.Header().Set("Content-Length", fmt.Sprint(len(b)))
		b = b[:len(b)/2]
	}
	_, _ = w.Write(b) // a client that is gone does not care
	if r.stalls {
		_ = http.NewResponseController(w).Flush()
		s.mu.Unlock() // others are answered meanwhile
		<-q.gone
		s.mu.Lock()
	}
}

// find tells the names of a passage.
func (s *Server) find(p Passage) []Mention {
	var list []Mention
	flat := strings.Join(strings.Fields(p.Text), " ")
	for name, typ := range s.Names {
		for n := range strings.Count(flat, name) {
			list = append(list, Mention{p.ID, string(typ), name, n + 1})
		}
	}
	slices.SortFunc(list, func(a, b Mention) int { return strings.Compare(a.Text, b.Text) })
	return list
}
