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
func TreeRSS() int64 { return treeMemory(strconv.Itoa(os.Getpid())) }

func treeMemory(pid string) int64 {
	n, err := strconv.Atoi(pid)
	if err != nil {
		return 0
	}
	total := residentMemory(n)
	// Children are listed by the thread that made them.
	lists, err := filepath.Glob("/proc/" + pid + "/task/*/children")
	if err != nil {
		return total
	}
	for _, list := range lists {
		b, err := os.ReadFile(list)
		if err != nil {
			continue // the thread has ended
		}
		for childPID := range strings.FieldsSeq(string(b)) {
			total += treeMemory(childPID)
		}
	}
	return total
}
