package child

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// obey takes on the layers and becomes the program, so it returns only errors.
// All is done on one thread, whose successor the program is.
func obey(o orders, argv []string) error {
	runtime.LockOSThread()
	layers := confine(o)
	if o.Report {
		if err := json.NewEncoder(os.Stdout).Encode(layers); err != nil {
			return err
		}
		os.Exit(0)
	}
	if len(argv) == 0 {
		return fmt.Errorf("no program given")
	}
	argv[0] = filepath.Clean(argv[0])
	return syscall.Exec(argv[0], argv, os.Environ())
}

func confine(o orders) []Layer {
	layer := func(name string, err error) Layer {
		if err != nil {
			return Layer{Name: name, Why: err.Error()}
		}
		return Layer{Name: name, Holds: true}
	}
	return []Layer{
		layer("no new privileges", unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)),
		layer("limits", limits(o.MaxFile)),
		layer("landlock: writes to its own directory only", landlock(o.Writable)),
		layer("seccomp: no network, no other process", filter(forbidden)),
	}
}

// maxOpenFiles is plenty for a reader.
const maxOpenFiles = 256

func limits(maxFile uint64) error {
	if maxFile == 0 {
		maxFile = unix.RLIM_INFINITY
	}
	for what, most := range map[int]uint64{unix.RLIMIT_CORE: 0, unix.RLIMIT_NOFILE: maxOpenFiles, unix.RLIMIT_FSIZE: maxFile} {
		if err := unix.Setrlimit(what, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			return fmt.Errorf("limit %d: %w", what, err)
		}
	}
	return nil
}

// The rights that change files, by the version of Landlock that knows them.
const (
	writeRights = unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_REMOVE_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE |
		unix.LANDLOCK_ACCESS_FS_MAKE_CHAR | unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_MAKE_REG |
		unix.LANDLOCK_ACCESS_FS_MAKE_SOCK | unix.LANDLOCK_ACCESS_FS_MAKE_FIFO | unix.LANDLOCK_ACCESS_FS_MAKE_BLOCK |
		unix.LANDLOCK_ACCESS_FS_MAKE_SYM
	renameRights   = unix.LANDLOCK_ACCESS_FS_REFER
	truncateRights = unix.LANDLOCK_ACCESS_FS_TRUNCATE
	netRights      = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
)

// landlock lets this thread write below the directories and nowhere else.
func landlock(writable []string) error {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return fmt.Errorf("the kernel has none: %w", errno)
	}
	rules := unix.LandlockRulesetAttr{Handled_access_fs: writeRights}
	size := unsafe.Sizeof(rules.Handled_access_fs)
	if version >= 2 {
		rules.Handled_access_fs |= renameRights
	}
	if version >= 3 {
		rules.Handled_access_fs |= truncateRights
	}
	if version >= 4 {
		rules.Handled_access_net = netRights
		size += unsafe.Sizeof(rules.Handled_access_net)
	}
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&rules)), size, 0)
	if errno != 0 {
		return errno
	}
	defer unix.Close(int(fd))
	for _, dir := range writable {
		if err := allow(int(fd), dir, rules.Handled_access_fs); err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
	}
	if err := allow(int(fd), os.DevNull, unix.LANDLOCK_ACCESS_FS_WRITE_FILE); err != nil {
		return err
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, fd, 0, 0); errno != 0 {
		return errno
	}
	return nil
}

func allow(ruleset int, path string, rights uint64) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	rule := unix.LandlockPathBeneathAttr{Allowed_access: rights, Parent_fd: int32(fd)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(ruleset), unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// forbidden are the calls that a reader of files has no business with: other
// machines, other processes, the kernel.
var forbidden = []uint32{
	unix.SYS_SOCKET, unix.SYS_SOCKETPAIR, unix.SYS_CONNECT, unix.SYS_BIND, unix.SYS_LISTEN, unix.SYS_ACCEPT, unix.SYS_ACCEPT4,
	unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER,
	unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_KILL, unix.SYS_PIDFD_SEND_SIGNAL, unix.SYS_PIDFD_GETFD, unix.SYS_KCMP,
	unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_PIVOT_ROOT, unix.SYS_CHROOT, unix.SYS_UNSHARE, unix.SYS_SETNS, unix.SYS_MOVE_MOUNT, unix.SYS_OPEN_TREE, unix.SYS_FSOPEN,
	unix.SYS_OPEN_BY_HANDLE_AT, unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD,
	unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY, unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE,
	unix.SYS_KEXEC_LOAD, unix.SYS_REBOOT, unix.SYS_SWAPON, unix.SYS_SWAPOFF, unix.SYS_SETHOSTNAME, unix.SYS_SETTIMEOFDAY, unix.SYS_CLOCK_SETTIME,
}

// ForbidPrograms keeps this process, all its threads, from starting any other
// program. A reader that needs none says so once it runs.
func ForbidPrograms() error { return filter([]uint32{unix.SYS_EXECVE, unix.SYS_EXECVEAT}) }

// architectures are the names of processors in a filter.
var architectures = map[string]uint32{"amd64": unix.AUDIT_ARCH_X86_64, "arm64": unix.AUDIT_ARCH_AARCH64}

// filter makes calls fail with EPERM, which programs bear better than death.
// Calls for another processor, which would pass under other numbers, fail too.
func filter(calls []uint32) error {
	arch, ok := architectures[runtime.GOARCH]
	if !ok {
		return fmt.Errorf("not done on %s", runtime.GOARCH)
	}
	// The program loads a field of the call and jumps: the offsets are those of
	// struct seccomp_data, whose first fields are the number and the processor.
	const (
		load, jumpEqual, jumpNotLess, ret = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K, unix.BPF_RET | unix.BPF_K
		numberAt, archAt                  = 0, 4
		otherABI                          = 0x40000000 // x32 on amd64
		refuse                            = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
	)
	program := []unix.SockFilter{
		{Code: load, K: archAt},
		{Code: jumpEqual, Jt: 1, K: arch},
		{Code: ret, K: refuse},
		{Code: load, K: numberAt},
		{Code: jumpNotLess, Jf: 1, K: otherABI},
		{Code: ret, K: refuse},
	}
	for _, call := range calls {
		program = append(program, unix.SockFilter{Code: jumpEqual, Jf: 1, K: call}, unix.SockFilter{Code: ret, K: refuse})
	}
	program = append(program, unix.SockFilter{Code: ret, K: unix.SECCOMP_RET_ALLOW})
	list := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	if _, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&list))); errno != 0 {
		return fmt.Errorf("the kernel refuses a filter: %w", errno)
	}
	return nil
}
