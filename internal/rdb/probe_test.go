package rdb

import (
	"strings"
	"testing"
)

// Servers that no test machine has.
func TestJudge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		server        server
		info, cluster map[string]string
		want          string // in the error; "" for none
	}{
		"old":             {server: server{version: "6.0.16"}, want: "install Redis 6.2"},
		"very old":        {server: server{version: "5"}, want: "install Redis 6.2"},
		"oldest":          {server: server{version: "6.2.0"}},
		"two digits":      {server: server{version: "10.0"}},
		"strange version": {server: server{version: "unstable"}},
		"unknown version": {},
		"cluster of one": {
			info: map[string]string{"cluster_enabled": "1"}, cluster: map[string]string{"cluster_size": "1"},
		},
		"cluster of three": {
			info: map[string]string{"cluster_enabled": "1"}, cluster: map[string]string{"cluster_size": "3"},
			want: "has 3 shards",
		},
		"silent cluster": {
			info: map[string]string{"cluster_enabled": "1"}, want: "an unknown number of shards",
		},
		"volatile broker": {server: server{policy: "volatile-lru"}, want: "maxmemory-policy noeviction"},
	} {
		t.Run(name, func(t *testing.T) {
			c.server.purposes = Purposes()
			err := c.server.judge(c.info, c.cluster)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("err = %v, want %q", err, c.want)
			}
		})
	}
}
