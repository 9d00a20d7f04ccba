package build

import (
	"runtime/debug"
	"testing"
)

// Two builds that differ have two names, also when the tree had changes or no
// revision at all.
func TestBuildsHaveNames(t *testing.T) {
	info := func(version string, settings ...string) *debug.BuildInfo {
		i := &debug.BuildInfo{}
		i.Main.Version = version
		for n := 0; n < len(settings); n += 2 {
			i.Settings = append(i.Settings, debug.BuildSetting{Key: settings[n], Value: settings[n+1]})
		}
		return i
	}
	for _, c := range []struct {
		info *debug.BuildInfo
		want string
	}{
		{info("(devel)", "vcs.revision", "1127549ab7410000", "vcs.modified", "false"), "1127549ab741"},
		{info("(devel)", "vcs.revision", "1127549ab7410000", "vcs.modified", "true"), "1127549ab741+dirty.hash"},
		{info("v1.2.3"), "v1.2.3"},
		{info("(devel)"), "devel.hash"},
		{nil, "devel.hash"},
	} {
		if got := nameOf(c.info, func() string { return "hash" }); got != c.want {
			t.Errorf("%+v: %s, not %s", c.info, got, c.want)
		}
	}
	if h := executableHash(); len(h) != 12 {
		t.Errorf("the hash of this program: %q", h)
	}
}
