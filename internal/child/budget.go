package child

import (
	"fmt"
	"time"
)

// Budget bounds a piece of work of a process. Zero fields bound nothing.
//
// Processor time is what counts: on a busy machine a process waits for its turn,
// a container is throttled, a virtual machine is suspended, and none of that is
// the fault of the file that is read. The other two bounds end a process that
// waits for something that never comes.
type Budget struct {
	CPU  time.Duration // processor time of the process and all below it
	Idle time.Duration // without any processor time, at a stretch
	Wall time.Duration // in all
}

// A process that gets a thirtieth of a processor still finishes within Wall.
const (
	wallPerCPU = 30
	leastWall  = 10 * time.Minute
	idleLimit  = 3 * time.Minute
)

// Work returns the budget for work that takes at most cpu of processor time.
// The bounds on waiting are far beyond what a busy machine needs.
func Work(cpu time.Duration) Budget {
	return Budget{CPU: cpu, Idle: idleLimit, Wall: max(leastWall, wallPerCPU*cpu)}
}

// Times returns n times the budget.
func (b Budget) Times(n int) Budget {
	d := time.Duration(n)
	return Budget{CPU: d * b.CPU, Idle: d * b.Idle, Wall: d * b.Wall}
}

// OverBudget is the cause of death of a process that exceeded a budget. Its text
// completes a sentence: "took longer than 1m0s of processor time".
type OverBudget struct {
	Work string // what the budget was for, as given to [Guard.Allow]
	text string
}

func (e *OverBudget) Error() string { return e.text }

// usage is what a process used since it is watched.
type usage struct {
	cpu, wall time.Duration
	active    time.Duration // the wall time at which it last used the processor
}

// allowance is a budget in force.
type allowance struct {
	Budget
	from  usage
	begun bool
}

// exceeded says how used exceeds the allowance, "" if it does not.
func (a *allowance) exceeded(used usage) string {
	if !a.begun {
		a.from, a.begun = used, true
	}
	cpu, wall, idle := used.cpu-a.from.cpu, used.wall-a.from.wall, used.wall-max(used.active, a.from.wall)
	switch {
	case a.CPU > 0 && cpu > a.CPU:
		return fmt.Sprintf("took longer than %v of processor time", a.CPU)
	case a.Idle > 0 && idle > a.Idle:
		return fmt.Sprintf("did nothing for %v", a.Idle)
	case a.Wall > 0 && wall > a.Wall:
		return fmt.Sprintf("took longer than %v", a.Wall)
	}
	return ""
}
