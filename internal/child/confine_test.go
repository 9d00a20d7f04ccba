//go:build linux

package child

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// playPrisoner tries what a confined process must not do, and what it must.
func playPrisoner() {
	try := func(what string, err error) {
		outcome := "done"
		if err != nil {
			outcome = "refused"
		}
		fmt.Printf("%s: %s\n", what, outcome)
	}
	outside, address, readable := os.Args[2], os.Args[3], os.Args[4]
	_, err := net.Dial("tcp", address)
	try("dial", err)
	_, err = net.ListenPacket("udp", "127.0.0.1:0")
	try("udp", err)
	_, err = syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	try("socket", err)
	try("write outside", os.WriteFile(filepath.Join(outside, "x"), []byte("x"), 0o600))
	try("remove outside", os.Remove(filepath.Join(outside, "keep")))
	try("kill the parent", syscall.Kill(os.Getppid(), 0))
	try("ptrace", syscall.PtraceAttach(os.Getppid()))
	_, err = os.ReadFile(readable)
	try("read", err)
	try("write inside", os.WriteFile("x", []byte("x"), 0o600))
	try("write to TMPDIR", os.WriteFile(filepath.Join(os.TempDir(), "y"), []byte("x"), 0o600))
	try("run before", exec.Command("/bin/true").Run())
	try("forbid", ForbidPrograms())
	try("run after", exec.Command("/bin/true").Run())
	signal.Ignore(syscall.SIGXFSZ) // or it would die of it, which is as good
	try("write much", os.WriteFile("bomb", make([]byte, 2<<20), 0o600))
	fmt.Println("secret:", os.Getenv("DOSSIER_TEST_SECRET"), "orders:", os.Getenv(confineVariable))
}

// TestConfined starts a process that tries everything, and wants each thing to
// come out as it should. A layer that the kernel lacks is no failure of ours.
func TestConfined(t *testing.T) {
	layers, err := Layers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	holds := map[string]bool{}
	for _, l := range layers {
		name, _, _ := strings.Cut(l.Name, ":")
		holds[name] = l.Holds
		t.Logf("%s: %v %s", l.Name, l.Holds, l.Why)
	}
	if !holds["limits"] || !holds["no new privileges"] {
		t.Errorf("layers %v", layers)
	}
	t.Setenv("DOSSIER_TEST_SECRET", "hush")
	outside := t.TempDir()
	keep := filepath.Join(outside, "keep")
	if err := os.WriteFile(keep, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	p, err := StartConfined([]string{self, "role-prisoner", outside, listener.Addr().String(), keep}, Confinement{TempDir: tmp, MaxFile: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(p.Stdout)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Fatalf("%v: %s %s", err, out, p.Stderr())
	}
	want := map[string]string{
		"read": "done", "write inside": "done", "write to TMPDIR": "done", "run before": "done", "write much": "refused",
	}
	if holds["seccomp"] {
		for _, what := range []string{"dial", "udp", "socket", "kill the parent", "ptrace", "run after"} {
			want[what] = "refused"
		}
	}
	if holds["landlock"] {
		want["write outside"], want["remove outside"] = "refused", "refused"
	}
	for what, outcome := range want {
		if !strings.Contains(string(out), what+": "+outcome+"\n") {
			t.Errorf("%s was not %s", what, outcome)
		}
	}
	if !strings.Contains(string(out), "secret:  orders: \n") {
		t.Error("it sees what it should not")
	}
	if t.Failed() {
		t.Logf("it said\n%s", out)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("its directory is still there: %v, %v", left, err)
	}
}

func TestConfinedProgramIsMissing(t *testing.T) {
	if _, err := StartConfined([]string{"no-such-program"}, Confinement{}); err == nil || !strings.Contains(err.Error(), "not found") {
		t.Errorf("error %v", err)
	}
}

func BenchmarkStart(b *testing.B) {
	for name, start := range map[string]func() (*Process, error){
		"plain":    func() (*Process, error) { return Start([]string{"/bin/true"}) },
		"confined": func() (*Process, error) { return StartConfined([]string{"/bin/true"}, Confinement{}) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p, err := start()
				if err != nil {
					b.Fatal(err)
				}
				if err := p.Wait(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
