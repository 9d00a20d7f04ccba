package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// memory measures the peak of the parent process over many documents: it must
// not grow with the pile. The readers are children and have caps of their own.
func (b *bench) memory() error {
	const goal = "< 300 MiB"
	what := fmt.Sprintf("peak memory of the parent over %d documents (absolute, as the goal is)", b.many)
	const command = "`dossier process` over letters and mails of three pages; VmHWM of the process"
	if _, err := os.Stat("/proc/self/status"); err != nil {
		b.table.Add(what, "n/a: this system has no /proc", "", "", goal, command)
		return nil
	}
	dir, err := os.MkdirTemp(b.tmp, "many-")
	if err != nil {
		return err
	}
	for i := range b.many {
		name, content := letter(i)
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return err
		}
	}
	data, err := b.fresh("data")
	if err != nil {
		return err
	}
	var log bytes.Buffer
	cmd := exec.CommandContext(b.ctx, b.dossier.Path, "process", dir, "--data", data, "--json")
	cmd.Stderr = &log
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	peak, err := watchMemory(cmd)
	if err != nil {
		return fmt.Errorf("dossier process: %w: %s", err, log.String())
	}
	b.table.Add(what, fmt.Sprintf("%d MiB (%.1f documents/s)", peak>>20, float64(b.many)/time.Since(start).Seconds()), "", "", goal, command)
	return nil
}

// watchMemory waits for a process and returns the peak of its memory, in bytes.
func watchMemory(cmd *exec.Cmd) (peak int64, err error) {
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	status := fmt.Sprintf("/proc/%d/status", cmd.Process.Pid)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			if err == nil && peak == 0 {
				err = errors.New("ended before its memory could be read")
			}
			return peak, err
		case <-tick.C:
			// The kernel keeps the peak itself; a process that has just
			// ended has no figure any more, and then the last one stands.
			if raw, err := os.ReadFile(status); err == nil {
				peak = max(peak, statusField(raw, "VmHWM:"))
			}
		}
	}
}

// statusField reads an amount, in bytes, from a process status file; 0 if absent.
func statusField(status []byte, name string) int64 {
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			if err != nil {
				return 0
			}
			return kib << 10
		}
	}
	return 0
}

var (
	people = []string{"Ada Merrow", "Thomas Quill", "Ines Valdane", "George Abbot", "Ruth Lindqvist", "Omar Castell", "Helen Pryce", "Paul Nakata"}
	firms  = []string{"Northgate Freight Inc.", "Bellamy & Stone LLP", "Corvin Holdings LLC", "Harbor Point Bank", "Tallis Energy Corp."}
	acts   = []string{"agreed to deliver the goods", "objected to the demand", "paid the sum of $%d", "signed the lease on March %d, 2019", "moved to dismiss count %d of the complaint"}
)

// letter makes the i-th document, about three pages of text: a letter, or for
// every third a mail. The same i gives the same bytes.
func letter(i int) (name string, content []byte) {
	r := rand.New(rand.NewPCG(uint64(i), 1))
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	from, to := pick(people), pick(people)
	var b bytes.Buffer
	if i%3 == 0 {
		name = fmt.Sprintf("mail-%05d.eml", i)
		fmt.Fprintf(&b, "From: %s <%d@example.com>\r\nTo: %s <office@example.org>\r\nSubject: Matter %d\r\nDate: Mon, 04 Mar 2019 10:00:00 +0000\r\nMessage-ID: <%d@example.com>\r\n\r\n", from, i, to, i, i)
	} else {
		name = fmt.Sprintf("letter-%05d.txt", i)
		fmt.Fprintf(&b, "Letter %d of %s to %s\n\n", i, from, to)
	}
	for paragraph := range 24 {
		for range 5 {
			act := pick(acts)
			if strings.Contains(act, "%d") {
				act = fmt.Sprintf(act, 1+r.IntN(28))
			}
			fmt.Fprintf(&b, "%s of %s %s, as %s had noted in paragraph %d. ", pick(people), pick(firms), act, pick(people), paragraph+1)
		}
		b.WriteString("\n\n")
	}
	return name, b.Bytes()
}

// onePage is a PDF with one page and one line of text, for the rows that time
// the start.
func onePage() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	const line = "BT /F1 12 Tf 72 720 Td (One page with one line of text.) Tj ET"
	var at []int
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(line), line),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return b.Bytes()
}
