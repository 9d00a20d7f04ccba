package store

import "time"

// SetClock has the record go by a clock that shows at now.
func (db *DB) SetClock(at time.Time) {
	db.clock.mu.Lock()
	defer db.clock.mu.Unlock()
	db.clock.server, db.clock.local = at, time.Now()
}
