package compound

import "time"

// Time converts the count of 100 ns since the year 1601. Times beyond the
// years that a mail can have are none: programs write the largest for never.
func Time(v uint64) time.Time {
	const perSecond, epoch = 10_000_000, 11_644_473_600
	seconds := int64(v/perSecond) - epoch
	if v == 0 || seconds < -epoch/2 || seconds > 1<<33 {
		return time.Time{}
	}
	return time.Unix(seconds, int64(v%perSecond)*100).UTC()
}
