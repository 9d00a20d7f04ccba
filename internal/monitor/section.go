package monitor

import (
	"maps"
	"slices"
)

// AllSections stands for all sections of a snapshot.
const AllSections = "all"

// sections are the parts of a snapshot by name.
var sections = map[string]func(s Snapshot) any{
	"health":    func(s Snapshot) any { return s.Health },
	"documents": func(s Snapshot) any { return s.Documents },
	"batches":   func(s Snapshot) any { return s.Batches },
	"pipeline":  func(s Snapshot) any { return s.Pipeline },
	"queues":    func(s Snapshot) any { return s.Queues },
	"workers":   func(s Snapshot) any { return s.Workers },
	"cache": func(s Snapshot) any {
		return map[string]any{"stages": s.Cache, "redis": s.Redis, "objects": s.Objects}
	},
	"errors": func(s Snapshot) any { return s.Dead },
	"spend":  func(s Snapshot) any { return s.Spend },
}

// Sections lists the names of the sections of a snapshot.
func Sections() []string { return slices.Sorted(maps.Keys(sections)) }

// Section returns a section of the snapshot, or the snapshot itself for
// [AllSections] and names that are unknown.
func (s Snapshot) Section(name string) any {
	if section, ok := sections[name]; ok {
		return section(s)
	}
	return s
}
