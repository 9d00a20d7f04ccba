package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/dossier-legal/dossier"
)

// Webhook is where news is sent.
type Webhook struct {
	ID        string    `json:"id"`
	ProjectID string    `json:"-"` // "": of every project
	Project   string    `json:"project,omitempty"`
	URL       string    `json:"url"`
	Secret    string    `json:"-"`
	Events    []string  `json:"events"`             // kinds; none: all
	Disabled  string    `json:"disabled,omitempty"` // why nothing is sent any more
	CreatedAt time.Time `json:"created"`
}

// Add records a webhook and returns its id.
func (tx TxWebhooks) Add(ctx context.Context, w Webhook) (string, error) {
	v7, err := uuid.NewV7()
	if err != nil {
		return "", err
	}
	_, err = tx.exec(ctx, `INSERT INTO webhooks (id, project_id, url, secret, events, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		v7.String(), nullable(w.ProjectID), w.URL, w.Secret, jsonText(w.Events), tx.now)
	return v7.String(), err
}

// Remove takes a webhook and its deliveries off the record.
func (tx TxWebhooks) Remove(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, `DELETE FROM webhooks WHERE id = $1`, id)
	return err
}

const webhookColumns = `SELECT w.id, coalesce(w.project_id, ''), coalesce(p.name, ''), w.url, w.secret, w.events, w.disabled, w.created_at
	FROM webhooks w LEFT JOIN projects p ON p.id = w.project_id `

func scanWebhook(scan func(...any) error) (w Webhook, err error) {
	var events string
	var created int64
	if err := scan(&w.ID, &w.ProjectID, &w.Project, &w.URL, &w.Secret, &events, &w.Disabled, &created); err != nil {
		return w, err
	}
	w.CreatedAt = fromMicros(created)
	return w, json.Unmarshal([]byte(events), &w.Events)
}

// List lists the webhooks, the oldest first.
func (db Webhooks) List(ctx context.Context) ([]Webhook, error) {
	list := []Webhook{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		w, err := scanWebhook(rows.Scan)
		list = append(list, w)
		return err
	}, webhookColumns+`ORDER BY w.created_at, w.id`)
	return list, err
}

// Get returns a webhook by its id, or by the beginning of it.
func (db Webhooks) Get(ctx context.Context, typed string) (Webhook, error) {
	id, err := idOf(ctx, db.rows, "webhooks", "id", typed)
	if err != nil {
		return Webhook{}, notFound(err, "webhook", typed, "`dossier webhook list` shows those on record")
	}
	w, err := scanWebhook(func(dest ...any) error { return db.one(ctx, dest, webhookColumns+`WHERE w.id = $1`, id) })
	return w, notFound(err, "webhook", id, "`dossier webhook list` shows those on record")
}

// news is what webhooks may want to hear of.
type news struct {
	projectID, kind, eventID string
	body                     any
}

// Queue leaves word for the webhooks that want it: news of the kind
// about the project, with a body that becomes JSON. It is written when the
// transaction ends. eventID tells news from each other: the same news queued
// again, in this transaction or a later one, is not sent again.
func (tx TxWebhooks) Queue(projectID, kind, eventID string, body any) {
	tx.news = append(tx.news, news{projectID, kind, eventID, body})
}

func (w Webhook) wants(n news) bool {
	return (w.ProjectID == "" || w.ProjectID == n.projectID) && (len(w.Events) == 0 || slices.Contains(w.Events, n.kind))
}

// flushDeliveries writes the deliveries of the news. Without webhooks that is
// one look at an empty table.
func (tx *transaction) flushDeliveries(ctx context.Context) error {
	if len(tx.news) == 0 {
		return nil
	}
	var hooks []Webhook
	if err := tx.rows(ctx, func(rows *sql.Rows) error {
		var w Webhook
		var events string
		if err := rows.Scan(&w.ID, &w.ProjectID, &events); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(events), &w.Events)
		hooks = append(hooks, w)
		return err
	}, `SELECT id, coalesce(project_id, ''), events FROM webhooks WHERE disabled = '' ORDER BY id`+tx.dialect.forKeyShare); err != nil {
		return err
	}
	type row struct {
		ID      string `json:"delivery"`
		Webhook string `json:"webhook"`
		Kind    string `json:"kind"`
		Body    string `json:"text"`
		At      int64  `json:"queued"`
	}
	var rows []row
	for _, n := range tx.news {
		for _, w := range hooks {
			if w.wants(n) {
				rows = append(rows, row{
					dossier.DeriveID(w.ID, "delivery", n.eventID), w.ID, n.kind, jsonText(n.body), tx.now + int64(len(rows)),
				})
			}
		}
	}
	tx.news = nil
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.exec(ctx, `INSERT INTO webhook_deliveries (id, webhook_id, event, body, status, not_before, created_at)
		SELECT v.delivery, v.webhook, v.kind, v.text, 'pending', $2, v.queued
		FROM json_rows($1, delivery text, webhook text, kind text, text text, queued bigint) v
		WHERE true ON CONFLICT DO NOTHING`, jsonText(rows), tx.now)
	return err
}

// The states of a delivery.
const (
	DeliveryPending   = "pending"
	DeliveryDelivered = "delivered"
	DeliveryFailed    = "failed" // given up
)

// Delivery is news for one webhook.
type Delivery struct {
	ID          string    `json:"id"`
	WebhookID   string    `json:"webhook"`
	Event       string    `json:"event"` // kind
	Body        string    `json:"-"`     // JSON
	Status      string    `json:"status"`
	Attempts    int       `json:"attempts"`
	NotBefore   time.Time `json:"not_before"` // of the next attempt
	LastError   string    `json:"last_error,omitempty"`
	CreatedAt   time.Time `json:"created"`
	DeliveredAt time.Time `json:"delivered,omitzero"`
}

const deliveryColumns = `SELECT id, webhook_id, event, body, status, attempts, not_before, last_error, created_at, delivered_at
	FROM webhook_deliveries `

func scanDelivery(scan func(...any) error) (d Delivery, err error) {
	var notBefore, created, delivered int64
	err = scan(&d.ID, &d.WebhookID, &d.Event, &d.Body, &d.Status, &d.Attempts, &notBefore, &d.LastError, &created, &delivered)
	d.NotBefore, d.CreatedAt, d.DeliveredAt = fromMicros(notBefore), fromMicros(created), fromMicros(delivered)
	return d, err
}

// Deliveries returns the newest deliveries in a state, or in any if that is "",
// the newest first.
func (db Webhooks) Deliveries(ctx context.Context, status string, limit int) ([]Delivery, error) {
	list := []Delivery{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		d, err := scanDelivery(rows.Scan)
		list = append(list, d)
		return err
	}, deliveryColumns+`WHERE $1 = '' OR status = $1 ORDER BY created_at DESC, id DESC LIMIT $2`, status, limit)
	return list, err
}

// Due reports whether there may be a webhook to lease. It only reads.
func (db Webhooks) Due(ctx context.Context) (bool, error) {
	var id string
	err := db.one(ctx, []any{&id}, dueWebhook, micros(db.now()))
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// dueWebhook finds the webhook with due deliveries that has waited longest; $1
// is the time.
const dueWebhook = `SELECT w.id FROM webhooks w WHERE w.not_before <= $1 AND w.disabled = '' AND EXISTS (
		SELECT 1 FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.status = 'pending' AND d.not_before <= $1)
	ORDER BY w.not_before, w.id LIMIT 1`

// WebhookLease is the right to send what is due to one webhook, until a time.
// Others wait, so that deliveries keep their order and none is sent twice at a
// time.
type WebhookLease struct {
	Webhook    Webhook
	Deliveries []Delivery // in the order of sending
	Until      time.Time
}

// Lease leases the webhook with due deliveries that has waited longest,
// and returns the first of them, at most limit. Nothing is due if there are
// none.
func (tx TxWebhooks) Lease(ctx context.Context, lease time.Duration, limit int) (WebhookLease, error) {
	l := WebhookLease{Until: fromMicros(tx.now + lease.Microseconds())}
	err := tx.one(ctx, []any{&l.Webhook.ID, &l.Webhook.URL, &l.Webhook.Secret}, `UPDATE webhooks SET leased = 1, not_before = $2
		WHERE not_before <= $1 AND disabled = '' AND id = (`+dueWebhook+`)
		RETURNING id, url, secret`, tx.now, micros(l.Until))
	if errors.Is(err, sql.ErrNoRows) {
		return WebhookLease{}, nil
	}
	if err != nil {
		return l, err
	}
	return l, tx.rows(ctx, func(rows *sql.Rows) error {
		d, err := scanDelivery(rows.Scan)
		l.Deliveries = append(l.Deliveries, d)
		return err
	}, deliveryColumns+`WHERE webhook_id = $1 AND status = 'pending' AND not_before <= $2 ORDER BY created_at, id LIMIT $3`,
		l.Webhook.ID, tx.now, limit)
}

// DeliveryOutcome is what an attempt at a delivery came to.
type DeliveryOutcome struct {
	ID     string
	Status string        // pending: try again after Wait
	Error  string        // why it was not delivered
	Wait   time.Duration // before the next attempt
}

// Settle records what became of leased deliveries, and gives the lease
// back: the webhook rests that long. Those without an outcome stay as they
// were.
func (tx TxWebhooks) Settle(ctx context.Context, l WebhookLease, outcomes []DeliveryOutcome, rest time.Duration) error {
	type row struct {
		ID        string `json:"delivery"`
		Status    string `json:"state"`
		Error     string `json:"reason"`
		NotBefore int64  `json:"next"`
		Delivered int64  `json:"arrived"`
	}
	rows := make([]row, len(outcomes))
	for i, o := range outcomes {
		rows[i] = row{o.ID, o.Status, o.Error, tx.now + o.Wait.Microseconds(), 0}
		if o.Status == DeliveryDelivered {
			rows[i].Delivered = tx.now
		}
	}
	if _, err := tx.exec(ctx, `UPDATE webhook_deliveries SET status = v.state, attempts = attempts + 1, not_before = v.next,
		last_error = v.reason, delivered_at = v.arrived
		FROM json_rows($1, delivery text, state text, reason text, next bigint, arrived bigint) v
		WHERE id = v.delivery AND status = 'pending'`, jsonText(rows)); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `UPDATE webhooks SET leased = 0, not_before = $3 WHERE id = $1 AND not_before = $2`,
		l.Webhook.ID, micros(l.Until), tx.now+rest.Microseconds())
	return err
}

// Disable ends sending to a webhook and gives up what waits for it.
func (tx TxWebhooks) Disable(ctx context.Context, id, why string) error {
	if _, err := tx.exec(ctx, `UPDATE webhooks SET disabled = $2 WHERE id = $1`, id, why); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `UPDATE webhook_deliveries SET status = 'failed', last_error = $2
		WHERE webhook_id = $1 AND status = 'pending'`, id, why)
	return err
}

// Replay sends a delivery again, given by its id or the beginning of it, or all
// that failed if id is "", with as many attempts as new ones have. Webhooks that were disabled and get one
// are in use again. It returns how many deliveries wait now.
func (tx TxWebhooks) Replay(ctx context.Context, id string) (int, error) {
	if id != "" {
		full, err := idOf(ctx, tx.rows, "webhook_deliveries", "id", id)
		if err != nil {
			return 0, notFound(err, "delivery", id, "`dossier webhook deliveries` shows those on record")
		}
		id = full
	}
	hooks := map[string]bool{}
	n := 0
	if err := tx.rows(ctx, func(rows *sql.Rows) error {
		var hook string
		err := rows.Scan(&hook)
		hooks[hook] = true
		n++
		return err
	}, `UPDATE webhook_deliveries SET status = 'pending', attempts = 0, not_before = $2, last_error = '', delivered_at = 0
		WHERE status <> 'pending' AND (id = $1 OR ($1 = '' AND status = 'failed')) RETURNING webhook_id`, id, tx.now); err != nil {
		return 0, err
	}
	if n == 0 && id != "" { // it waits already
		return 0, nil
	}
	_, err := tx.exec(ctx, `UPDATE webhooks SET disabled = '' WHERE id IN json_list($1) AND disabled <> ''`, jsonText(slices.Sorted(maps.Keys(hooks))))
	if err != nil {
		return 0, err
	}
	return n, tx.wakeWebhooks(ctx)
}

// Hasten makes everything that waits for another attempt due now, and
// returns how much that is.
func (tx TxWebhooks) Hasten(ctx context.Context) (int, error) {
	n, err := tx.exec(ctx, `UPDATE webhook_deliveries SET not_before = $1 WHERE status = 'pending' AND attempts > 0`, tx.now)
	if err != nil {
		return 0, err
	}
	return int(n), tx.wakeWebhooks(ctx)
}

// wakeWebhooks ends the rest of webhooks, but no lease.
func (tx *transaction) wakeWebhooks(ctx context.Context) error {
	_, err := tx.exec(ctx, `UPDATE webhooks SET not_before = $1 WHERE leased = 0 AND not_before > $1`, tx.now)
	return err
}

// Round says how often a batch was taken up, the first time included.
func (tx TxBatches) Round(ctx context.Context, id string) (round int, err error) {
	return round, tx.one(ctx, []any{&round}, `SELECT round FROM chords WHERE batch_id = $1`, id)
}
