package child

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func setAttributes(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// lastingThread runs jobs on one thread for the life of the program.
func lastingThread(jobs <-chan func()) {
	runtime.LockOSThread()
	for job := range jobs {
		job()
	}
}

// killGroup ends the group that p leads, unless p has been waited for: its
// number may belong to somebody else by then. An error of kill says that the
// group is gone already, which is what was wanted.
func killGroup(p *os.Process) {
	if p.Signal(syscall.Signal(0)) == nil {
		_ = syscall.Kill(-p.Pid, syscall.SIGKILL)
	}
}

// residentMemory reads the second field of /proc/<pid>/statm, a count of pages.
func residentMemory(pid int) int64 {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return 0 // the process has ended
	}
	fields := bytes.Fields(b)
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// TreeRSS returns the resident memory of this process and all below it, in
// bytes; 0 if it is not known.
func TreeRSS() int64 { return treeMemory(os.Getpid()) }

func treeMemory(pid int) int64 {
	total := residentMemory(pid)
	for _, child := range childrenOf(pid) {
		total += treeMemory(child)
	}
	return total
}

// childrenOf lists the children of a process, those that have ended and are not
// waited for included.
func childrenOf(pid int) (children []int) {
	// Children are listed by the thread that made them.
	lists, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/children")
	if err != nil {
		return nil // the pattern is valid: this cannot happen
	}
	for _, list := range lists {
		b, err := os.ReadFile(list)
		if err != nil {
			continue // the thread has ended
		}
		for field := range strings.FieldsSeq(string(b)) {
			if child, err := strconv.Atoi(field); err == nil {
				children = append(children, child)
			}
		}
	}
	return children
}

// clockTick is the unit of processor times in /proc, the same on all processors
// that Go runs on.
const clockTick = time.Second / 100

// processorTime returns the processor time of a process and all below it, those
// included that have ended and were waited for. It is false if the process has
// ended.
func processorTime(pid int) (time.Duration, bool) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, false
	}
	// The name, in parentheses, may hold anything; the state follows it.
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	const user, childrenSystem = 11, 14 // user, system, the children's user and system
	if len(fields) <= childrenSystem {
		return 0, false
	}
	total := time.Duration(0)
	for _, field := range fields[user : childrenSystem+1] {
		ticks, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, false
		}
		total += time.Duration(ticks) * clockTick
	}
	for _, child := range childrenOf(pid) {
		below, _ := processorTime(child) // one that has ended just now counts nothing for a moment
		total += below
	}
	return total, true
}
