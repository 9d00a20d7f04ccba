package child

import (
	"bufio"
	"os"
	"strconv"
	"strings"
)

// FreeMemory returns how many bytes this process and its children may still take:
// what the machine has free, or the control group allows if that is less. It is
// false if neither can be read.
func FreeMemory() (int64, bool) {
	free, ok := machineMemory("/proc/meminfo")
	const group = "/sys/fs/cgroup/"
	limit, limited := number(group + "memory.max")
	used, known := number(group + "memory.current")
	if limited && known && (!ok || limit-used < free) {
		return limit - used, true
	}
	return free, ok
}

// machineMemory reads the memory that is available without swapping.
func machineMemory(path string) (int64, bool) {
	f, err := os.Open(path)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if fields := strings.Fields(s.Text()); len(fields) == 3 && fields[0] == "MemAvailable:" {
			kib, err := strconv.ParseInt(fields[1], 10, 64)
			return kib << 10, err == nil
		}
	}
	return 0, false
}

// number reads a file that holds a number; "max", no limit, is none.
func number(path string) (int64, bool) {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	return n, err == nil
}
