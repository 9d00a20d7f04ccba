package mail

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/detect"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Bounds of a mailbox.
const (
	maxMail     = wire.MaxTextFile // of one mail
	maxMailbox  = 2 << 30          // of all mails together
	maxMailLine = 1 << 20          // what is looked at of a line
)

const reasonMailbox = "mailbox"

// ReadMbox sends every mail of a mailbox as a child, and how many there are as
// a page.
func ReadMbox(j wire.Job, out *wire.Sender) error {
	f, err := os.Open(j.Path)
	if err != nil {
		return wire.Unreadable(j.Path, err)
	}
	defer f.Close()
	m := &mailbag{out: out}
	if err := m.read(bufio.NewReaderSize(f, maxMailLine)); err != nil {
		return err
	}
	if m.count == 0 {
		return dossier.Errorf(dossier.CodeDamaged, "the mailbox holds no mail").WithCure("get the original again")
	}
	page := wire.TextPage(1, fmt.Sprintf("Mailbox of %d mails", m.count))
	page.Reason = reasonMailbox
	if err := out.Page(page); err != nil {
		return err
	}
	return out.Meta(m.Into(wire.FileMeta{}))
}

// mailbag takes the mails out of a mailbox one after the other.
type mailbag struct {
	out      *wire.Sender
	mail     bytes.Buffer
	open     bool // inside a mail
	tooLarge bool
	count    int
	size     int64
	wire.Remarks
}

// read goes through r by lines. A mail begins with a line that says so, after
// an empty line and before a header field: the same words also stand in texts.
func (m *mailbag) read(r *bufio.Reader) error {
	empty, whole := true, true // what the line before was
	for {
		line, err := r.ReadSlice('\n')
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return dossier.Errorf(dossier.CodeUnreadable, "cannot read the mailbox: %w", err)
		}
		begins := whole && empty && detect.MailStart.Match(line)
		if begins {
			line = bytes.Clone(line) // to look ahead overwrites it
			begins = fieldFollows(r)
		}
		if begins {
			if err := m.end(); err != nil {
				return err
			}
			m.open = true
		} else if m.open {
			m.add(line, whole)
		}
		if errors.Is(err, io.EOF) {
			return m.end()
		}
		whole = err == nil
		empty = whole && len(bytes.TrimRight(line, "\r\n")) == 0
	}
}

// fieldFollows reports whether the next line of r is a header field.
func fieldFollows(r *bufio.Reader) bool {
	const longestName = 128
	// A short rest is all there is.
	next, _ := r.Peek(longestName)
	return detect.FieldLine.Match(next)
}

var quotedFrom = regexp.MustCompile(`^>+From `)

// add takes a line of the open mail. Lines that look like the begin of a mail
// carry a mark more than the mail had.
func (m *mailbag) add(line []byte, whole bool) {
	if whole && quotedFrom.Match(line) {
		line = line[1:]
	}
	if m.mail.Len()+len(line) > maxMail {
		m.tooLarge = true
		return
	}
	m.mail.Write(line)
}

// end sends the open mail. The empty line before the next one is not its own.
func (m *mailbag) end() error {
	if !m.open {
		return nil
	}
	m.open = false
	m.count++
	m.size += int64(m.mail.Len())
	data := m.mail.Bytes()
	if before, ok := bytes.CutSuffix(data, []byte("\n")); ok && (bytes.HasSuffix(before, []byte("\n")) || bytes.HasSuffix(before, []byte("\n\r"))) {
		data = bytes.TrimSuffix(before, []byte("\r"))
	}
	defer func() { m.mail.Reset(); m.tooLarge = false }()
	switch {
	case m.count > wire.MaxMails || m.size > maxMailbox:
		return dossier.Errorf(dossier.CodeOutputTooLarge, "the mailbox holds more than %d mails or %d GiB", wire.MaxMails, maxMailbox>>30).
			WithCure("export its folders one by one")
	case m.tooLarge:
		m.Lose(dossier.CodeTooLarge, "mail %d has more than %d MiB; export it by itself", m.count, maxMail>>20)
		return nil
	}
	return m.out.Child(fmt.Sprintf("message-%04d.eml", m.count), data)
}
