// Package webhook sends news to addresses that asked for it.
//
// News is queued in the transaction that makes it (the tables webhooks and
// webhook_deliveries; see [store.TxWebhooks.Queue]) and sent from there by
// any number of [Sender]s, so that it can neither be lost nor be sent about
// something that did not happen. It arrives at least once: a sender that dies
// between sending and recording leaves the delivery to be sent again, under the
// same id, by which a receiver drops repeats.
//
// A request is a POST of JSON, a [Message], with the headers
//
//	Dossier-Event:     kind
//	Dossier-Delivery:  id; the same for every attempt
//	Dossier-Timestamp: seconds since 1970
//	Dossier-Signature: v1=hex(HMAC-SHA256(secret, timestamp + "." + body))
//
// A status of 2xx means delivered, and 410 that the receiver wants no more:
// its webhook is disabled. Everything else, redirects too, is tried again, at
// most 12 times over three hours; then the delivery has failed and waits for
// somebody to replay it. A webhook is served by one sender at a time, in the
// order of the news. One that does not answer at all rests, and the news behind
// it waits; one that refuses a delivery is sent the next one.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// The kinds of news.
const (
	DocumentCompleted   = "document.completed"
	DocumentPartial     = "document.partial" // a part of the file could not be read
	DocumentFailed      = "document.failed"
	DocumentQuarantined = "document.quarantined"
	BatchCompleted      = "batch.completed"
	BatchCancelled      = "batch.cancelled"
	BatchAtRisk         = "batch.at_risk" // it will miss its deadline at this rate

	// Test is sent by hand, to see whether a receiver is reached.
	Test = "webhook.test"
)

// Kinds lists the kinds that a webhook can want.
func Kinds() []string {
	return []string{DocumentCompleted, DocumentPartial, DocumentFailed, DocumentQuarantined, BatchCompleted, BatchCancelled, BatchAtRisk}
}

// Message is the body of a request. Fields that do not apply are missing.
type Message struct {
	Kind     string         `json:"kind"`
	At       time.Time      `json:"at"`
	Project  string         `json:"project,omitempty"` // id
	Batch    string         `json:"batch,omitempty"`   // id
	Document string         `json:"document,omitempty"`
	Stage    dossier.Stage  `json:"stage,omitempty"`   // at which it ended
	Attempt  int            `json:"attempt,omitempty"` // at the stage
	Status   dossier.Status `json:"status,omitempty"`
	Code     dossier.Code   `json:"error_code,omitempty"`
	Error    string         `json:"error,omitempty"`
}

// Signature signs a body sent at a time, in seconds since 1970.
func Signature(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}

const (
	timeout   = 10 * time.Second
	maxAnswer = 64 << 10 // bytes read of an answer, so that the connection can be used again
)

// NewClient returns the client that senders use: it follows no redirects, uses
// no proxy and refuses addresses that nobody receives news at.
func NewClient() *http.Client {
	dialer := &net.Dialer{Timeout: timeout, Control: refuse}
	return &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: timeout,
			MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: maxAnswer,
		},
	}
}

// forbidden are networks at which machines give secrets to any process that asks from
// inside. Receivers in the house, and on this machine, are welcome.
var forbidden = []netip.Prefix{
	netip.MustParsePrefix("169.254.0.0/16"),     // link-local, and the metadata of most clouds
	netip.MustParsePrefix("fe80::/10"),          // the same
	netip.MustParsePrefix("fd00:ec2::/32"),      // metadata of AWS
	netip.MustParsePrefix("fd20:ce::254/128"),   // of Google Cloud
	netip.MustParsePrefix("192.0.0.192/32"),     // of Oracle Cloud
	netip.MustParsePrefix("168.63.129.16/32"),   // of Azure
	netip.MustParsePrefix("100.100.100.200/32"), // of Alibaba Cloud
	netip.MustParsePrefix("fd00:42::42/128"),    // of Scaleway
	netip.MustParsePrefix("224.0.0.0/4"),        // multicast
	netip.MustParsePrefix("ff00::/8"),           // multicast
}

// refuse looks at the address that a name stands for when it is connected to:
// what it stood for before does not count.
func refuse(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	return allowed(to.Addr())
}

func allowed(a netip.Addr) error {
	a = a.Unmap().WithZone("")
	for _, reached := range append(embedded(a), a) {
		for _, p := range forbidden {
			if p.Contains(reached) {
				return fmt.Errorf("news is not sent to the address %s", a)
			}
		}
	}
	return nil
}

// Networks whose addresses hold an IPv4 address, with the places of its four
// bytes. A gateway passes on what is sent to them.
var embedding = []struct {
	net    netip.Prefix
	places [][4]int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), [][4]int{{12, 13, 14, 15}}}, // NAT64, RFC 6052
	// NAT64 with a prefix of the network's own, RFC 8215: of 48, 56, 64 or 96 bits.
	{netip.MustParsePrefix("64:ff9b:1::/48"), [][4]int{{6, 7, 9, 10}, {7, 9, 10, 11}, {9, 10, 11, 12}, {12, 13, 14, 15}}},
	{netip.MustParsePrefix("2002::/16"), [][4]int{{2, 3, 4, 5}}}, // 6to4, RFC 3056
	{netip.MustParsePrefix("::/96"), [][4]int{{12, 13, 14, 15}}}, // IPv4-compatible, RFC 4291
}

// embedded returns the IPv4 addresses that an IPv6 address may stand for.
func embedded(a netip.Addr) (found []netip.Addr) {
	if !a.Is6() {
		return nil
	}
	b := a.As16()
	for _, e := range embedding {
		if !e.net.Contains(a) {
			continue
		}
		for _, p := range e.places {
			found = append(found, netip.AddrFrom4([4]byte{b[p[0]], b[p[1]], b[p[2]], b[p[3]]}))
		}
	}
	return found
}

// Check refuses an address to which no news is sent.
func Check(address string) error {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" {
		return dossier.Errorf(dossier.CodeInvalidInput, "this is no address of a receiver").About("URL").
			WithCure("write it as https://host/path")
	}
	if u.User != nil {
		return dossier.Errorf(dossier.CodeInvalidInput, "the address holds a password").About("URL").
			WithCure("let the receiver check the signature instead")
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil {
		if err := allowed(a); err != nil {
			return dossier.Errorf(dossier.CodeInvalidInput, "%w", err).About("URL").
				WithCure("name a receiver of your own")
		}
	}
	return nil
}

// Masked is an address for people and for the audit log: path and query, which
// receivers put secrets into, are left out.
func Masked(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "…"
	}
	masked := u.Scheme + "://" + u.Host
	if strings.Trim(u.Path, "/")+u.RawQuery+u.Fragment != "" {
		masked += "/…"
	}
	return masked
}

// answer is a receiver's refusal: it lives, but did not take the delivery.
type answer int

func (a answer) Error() string {
	return fmt.Sprintf("the receiver answered %d %s", int(a), http.StatusText(int(a)))
}

// Send makes one attempt at a delivery. The error says why it was not taken,
// and holds neither address nor secret.
func Send(ctx context.Context, client *http.Client, w store.Webhook, d store.Delivery, now time.Time) error {
	if err := Check(w.URL); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader([]byte(d.Body)))
	if err != nil {
		return err
	}
	timestamp := strconv.FormatInt(now.Unix(), 10)
	for name, value := range map[string]string{
		"Content-Type": "application/json", "User-Agent": "dossier", "Dossier-Event": d.Event, "Dossier-Delivery": d.ID,
		"Dossier-Timestamp": timestamp, "Dossier-Signature": Signature(w.Secret, timestamp, []byte(d.Body)),
	} {
		req.Header.Set(name, value)
	}
	res, err := client.Do(req)
	if err != nil {
		if failed, ok := errors.AsType[*url.Error](err); ok {
			err = failed.Err // without the address, which may hold a token
		}
		return err
	}
	defer res.Body.Close()
	if _, err := io.CopyN(io.Discard, res.Body, maxAnswer); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return answer(res.StatusCode)
	}
	return nil
}
