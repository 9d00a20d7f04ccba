package monitor

import "regexp"

// MetricNames lists the metrics exported.
func MetricNames() (names []string) {
	for _, m := range metrics {
		names = append(names, m.name)
	}
	return names
}

// MetricNamesIn lists the metrics that a text uses.
func MetricNamesIn(text string) []string {
	return regexp.MustCompile(`dossier_[a-z_]+`).FindAllString(text, -1)
}
