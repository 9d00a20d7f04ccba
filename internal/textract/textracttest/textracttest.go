// Package textracttest is a Textract and a bucket on this machine that misbehave
// on demand, for tests: there is no other way to test what is paid by the page.
package textracttest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Server is the fake. Set its fields before the first call.
type Server struct {
	URL string

	// Text is what is on page number n (from 1) of a file: words parted by
	// blanks, lines by newlines. Pages tells how many pages a file has. The file
	// is given by the bytes that were uploaded.
	Text  func(file []byte, n int) string
	Pages func(file []byte) int

	Waits      int             // how many polls find a job in progress
	PieceSize  int             // blocks in one piece; default 1000
	Faults     []Fault         // what goes wrong with the next calls, in order
	Status     string          // of jobs that are done; default SUCCEEDED
	Message    string          // with Status FAILED
	LosePage   int             // a page that results leave out
	LoopTokens bool            // pieces go round in a circle
	Forget     map[string]bool // jobs that have expired

	mu      sync.Mutex
	objects map[string][]byte
	jobs    map[string]*job   // by id
	tokens  map[string]string // job ids by token
	starts  int
	calls   int
}

// Fault is an answer that replaces a proper one.
type Fault struct {
	Operation string // "StartDocumentTextDetection", …; "" for any
	Status    int
	Type      string // "ThrottlingException", …
	Body      string // instead of an error, if set
	After     bool   // the call takes effect, but its answer is lost
}

type job struct {
	file  []byte
	polls int
}

// Start runs a fake until the test ends and sets credentials for it.
func Start(t *testing.T) *Server {
	t.Helper()
	s := &Server{
		objects: map[string][]byte{}, jobs: map[string]*job{}, tokens: map[string]string{}, Forget: map[string]bool{},
		Text: func(_ []byte, n int) string { return fmt.Sprintf("Page %d as read by the service", n) },
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDTEST")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
	s.URL = server.URL
	return s
}

// Jobs returns how many jobs were paid for, and Starts how often one was asked
// for.
func (s *Server) Jobs() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.jobs)
}

// Starts returns how often a job was asked for.
func (s *Server) Starts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.starts
}

// Calls returns how many calls Textract got.
func (s *Server) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// Objects returns how many files lie in the bucket.
func (s *Server) Objects() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.objects)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	target, isTextract := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "Textract.")
	if !isTextract {
		s.bucket(w, r, body)
		return
	}
	s.calls++
	if problem := unsigned(r, body); problem != "" {
		refuse(w, http.StatusBadRequest, "InvalidSignatureException", problem)
		return
	}
	fault, faulty := s.nextFault(target)
	if faulty && !fault.After {
		answerFault(w, fault)
		return
	}
	answer := s.answer(w, target, body)
	if answer == nil {
		return
	}
	if faulty {
		answerFault(w, fault)
		return
	}
	_, _ = w.Write(answer) // a caller that is gone needs no answer
}

func (s *Server) nextFault(target string) (Fault, bool) {
	if len(s.Faults) == 0 || s.Faults[0].Operation != "" && s.Faults[0].Operation != target {
		return Fault{}, false
	}
	f := s.Faults[0]
	s.Faults = s.Faults[1:]
	return f, true
}

func answerFault(w http.ResponseWriter, f Fault) {
	if f.Body != "" {
		_, _ = io.WriteString(w, f.Body)
		return
	}
	refuse(w, f.Status, f.Type, "on demand")
}

func refuse(w http.ResponseWriter, status int, kind, message string) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": "com.amazonaws.textract#" + kind, "message": message})
}

// unsigned says what is wrong with the signature of a call, or "".
func unsigned(r *http.Request, body []byte) string {
	auth := r.Header.Get("Authorization")
	date := r.Header.Get("X-Amz-Date")
	switch {
	case !strings.HasPrefix(auth, "AWS4-HMAC-SHA256 Credential=AKIDTEST/"):
		return "not signed"
	case len(date) < 8 || !strings.Contains(auth, "/"+date[:8]+"/") || !strings.Contains(auth, "/textract/aws4_request"):
		return "signed for another day or service"
	case !strings.Contains(auth, "x-amz-target") || !strings.Contains(auth, "host"):
		return "headers are left out of the signature"
	case r.Header.Get("Content-Type") != "application/x-amz-json-1.1":
		return "wrong content type"
	}
	if sum := r.Header.Get("X-Amz-Content-Sha256"); sum != "" {
		if got := sha256.Sum256(body); sum != hex.EncodeToString(got[:]) {
			return "the body is not the one signed"
		}
	}
	return ""
}

// bucket keeps files.
func (s *Server) bucket(w http.ResponseWriter, r *http.Request, body []byte) {
	switch r.Method {
	case http.MethodPut:
		s.objects[r.URL.Path] = unchunked(r, body)
		w.Header().Set("ETag", `"0"`)
	case http.MethodDelete:
		delete(s.objects, r.URL.Path)
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Content-Type", "application/xml")
		_, _ = io.WriteString(w, `<LocationConstraint>us-east-1</LocationConstraint>`)
	}
}

// unchunked takes the signatures of pieces out of an upload over plain HTTP.
func unchunked(r *http.Request, body []byte) []byte {
	if !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		return body
	}
	var out []byte
	for rest := body; ; {
		head, tail, ok := strings.Cut(string(rest), "\r\n")
		size, err := strconv.ParseInt(strings.Split(head, ";")[0], 16, 64)
		if !ok || err != nil || size == 0 || int(size) > len(tail) {
			return out
		}
		out = append(out, tail[:size]...)
		rest = []byte(strings.TrimPrefix(tail[size:], "\r\n"))
	}
}

// answer does a call. Nil means that it was refused already.
func (s *Server) answer(w http.ResponseWriter, target string, body []byte) []byte {
	var q struct {
		DocumentLocation   struct{ S3Object struct{ Bucket, Name string } }
		ClientRequestToken string
		JobID              string `json:"JobId"`
		NextToken          string
		MaxResults         int
	}
	if err := json.Unmarshal(body, &q); err != nil {
		refuse(w, http.StatusBadRequest, "InvalidParameterException", err.Error())
		return nil
	}
	if target == "StartDocumentTextDetection" {
		s.starts++
		o := q.DocumentLocation.S3Object
		file, ok := s.objects["/"+o.Bucket+"/"+o.Name]
		if !ok {
			refuse(w, http.StatusBadRequest, "InvalidS3ObjectException", "no such object")
			return nil
		}
		id, known := s.tokens[q.ClientRequestToken]
		if !known || s.Forget[id] {
			id = fmt.Sprintf("job-%d", len(s.jobs)+1)
			s.jobs[id], s.tokens[q.ClientRequestToken] = &job{file: file}, id
		}
		return mustJSON(map[string]string{"JobId": id})
	}
	j := s.jobs[q.JobID]
	if j == nil || s.Forget[q.JobID] {
		refuse(w, http.StatusBadRequest, "InvalidJobIdException", "no such job")
		return nil
	}
	if j.polls < s.Waits {
		j.polls++
		return mustJSON(map[string]string{"JobStatus": "IN_PROGRESS"})
	}
	return s.piece(j, q.NextToken, q.MaxResults)
}

// piece is a part of the result of a job. Tokens are places in the list of blocks.
func (s *Server) piece(j *job, token string, most int) []byte {
	status := s.Status
	if status == "" {
		status = "SUCCEEDED"
	}
	pages := 1
	if s.Pages != nil {
		pages = s.Pages(j.file)
	}
	var blocks []map[string]any
	for n := 1; n <= pages; n++ {
		if n != s.LosePage {
			blocks = append(blocks, s.page(j.file, n)...)
		}
	}
	at := 0
	if token != "" {
		at, _ = strconv.Atoi(token) // ours
	}
	size := s.PieceSize
	if size == 0 {
		size = 1000
	}
	end := min(at+min(size, most), len(blocks))
	answer := map[string]any{
		"JobStatus": status, "StatusMessage": s.Message,
		"DocumentMetadata": map[string]int{"Pages": pages}, "Blocks": blocks[at:end],
	}
	if status == "PARTIAL_SUCCESS" {
		answer["Warnings"] = []map[string]any{{"ErrorCode": "PAGE_CHARACTER_LIMIT_EXCEEDED", "Pages": []int{s.LosePage}}}
	}
	if end < len(blocks) {
		answer["NextToken"] = strconv.Itoa(end)
	}
	if s.LoopTokens {
		answer["NextToken"] = "1"
	}
	return mustJSON(answer)
}

// page is the blocks of a page.
func (s *Server) page(file []byte, n int) []map[string]any {
	var lines, words []map[string]any
	var ids []string
	for i, line := range strings.Split(s.Text(file, n), "\n") {
		lineID := fmt.Sprintf("l%d.%d", n, i)
		ids = append(ids, lineID)
		var wordIDs []string
		fields := strings.Fields(line)
		for k, word := range fields {
			id := fmt.Sprintf("w%d.%d.%d", n, i, k)
			wordIDs = append(wordIDs, id)
			words = append(words, blockOf("WORD", id, n, word, nil, float64(k)*0.1, float64(i)*0.05, 0.08))
		}
		lines = append(lines, blockOf("LINE", lineID, n, line, wordIDs, 0, float64(i)*0.05, 0.9))
	}
	page := blockOf("PAGE", fmt.Sprintf("p%d", n), n, "", ids, 0, 0, 1)
	return append(append([]map[string]any{page}, lines...), words...)
}

func blockOf(kind, id string, page int, text string, children []string, left, top, width float64) map[string]any {
	b := map[string]any{
		"BlockType": kind, "Id": id, "Page": page, "Text": text, "Confidence": 98.5,
		"Geometry": map[string]any{"BoundingBox": map[string]float64{"Left": left, "Top": top, "Width": width, "Height": 0.03}},
	}
	if len(children) > 0 {
		b["Relationships"] = []map[string]any{{"Type": "CHILD", "Ids": children}}
	}
	return b
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // these types have no way to fail
	}
	return b
}
