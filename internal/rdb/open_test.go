package rdb_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
)

// withUser puts user and password into an address.
func withUser(url, user, password string) string {
	return strings.Replace(url, "://", "://"+user+":"+password+"@", 1)
}

// Any server will do, with 16 databases, with too few, with none to
// choose; over TLS, by an ACL user, found by Sentinels.
func TestServersOfAllKinds(t *testing.T) {
	t.Parallel()
	const numbered, prefixed = "database 2", "prefix {dossier:cache}:"
	user := []string{"--user", "dossier", "on", ">pa/s@s", "~*", "&*", "+@all"}
	for name, kind := range map[string]struct {
		url   func(t *testing.T) string
		space string // of the cache
	}{
		"16 databases":  {func(t *testing.T) string { return redistest.Start(t) }, numbered},
		"3 databases":   {func(t *testing.T) string { return redistest.Start(t, "--databases", "3") }, prefixed},
		"one database":  {func(t *testing.T) string { return redistest.Start(t, "--databases", "1") }, prefixed},
		"cluster":       {func(t *testing.T) string { return redistest.Cluster(t) }, prefixed},
		"socket":        {socket, numbered},
		"TLS":           {func(t *testing.T) string { url, _ := redistest.TLS(t); return url }, numbered},
		"Sentinel":      {sentinel, numbered},
		"Sentinels":     {twoSentinels, numbered},
		"ACL":           {func(t *testing.T) string { return aclServer(t, user...) }, numbered},
		"ACL no SELECT": {func(t *testing.T) string { return aclServer(t, append(user, "-select")...) }, prefixed},
		"ACL no CONFIG": {func(t *testing.T) string { return aclServer(t, append(user, "-config")...) }, numbered},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := redistest.Open(t, rdb.Config{URL: kind.url(t)})
			if err := r.Check(t.Context()); err != nil {
				t.Error(err)
			}
			for _, f := range r.Findings() {
				if f.Warning != "" || f.Version == "" || f.Policy != "noeviction" || strings.Contains(f.Server, "@") {
					t.Errorf("%+v", f)
				}
			}
			if got := r.Findings()[rdb.Cache].Space; got != kind.space {
				t.Errorf("the cache is in %s, want %s", got, kind.space)
			}
			purposesAreIsolated(t, r)
		})
	}
}

func socket(t *testing.T) string {
	path := t.TempDir() + "/s"
	redistest.Start(t, "--unixsocket", path)
	return "unix://" + path
}

func sentinel(t *testing.T) string {
	url, _, _ := redistest.Sentinel(t)
	return url
}

// twoSentinels puts one that does not answer before the other.
func twoSentinels(t *testing.T) string {
	return strings.Replace(sentinel(t), "127.0.0.1", "127.0.0.1:1,127.0.0.1", 1)
}

func aclServer(t *testing.T, args ...string) string {
	return withUser(redistest.Start(t, args...), "dossier", "pa%2Fs%40s")
}

// A user who may not even ask is told what could not be found out.
func TestSilentServer(t *testing.T) {
	t.Parallel()
	r := redistest.Open(t, rdb.Config{URL: aclServer(t, "--user", "dossier", "on", ">pa/s@s", "~*", "&*", "+@all", "-info")})
	for _, f := range r.Findings() {
		if f.Warning == "" || f.Cure == "" {
			t.Errorf("%+v", f)
		}
	}
}

// Whatever is wrong with an address, its password is not told; and the
// user learns what is wrong.
func TestBadAddressesAreRefused(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t"
	server := redistest.Start(t, "--requirepass", "other")
	tlsURL, bare := redistest.TLS(t)
	for name, c := range map[string]struct {
		url  string
		want string // in the error
	}{
		"scheme":            {"http://:" + secret + "@localhost", "not a Redis address"},
		"no scheme":         {secret + "@localhost", "not a Redis address"},
		"slash unescaped":   {"redis://user:" + secret + "/x@localhost", "not a Redis address"},
		"? unescaped":       {"redis://user:12?" + secret + "@localhost", "not a Redis address"},
		"# unescaped":       {"redis://user:12#" + secret + "@localhost", "not a Redis address"},
		"fragment":          {"redis://localhost#" + secret, "not a Redis address"},
		"at unescaped":      {"redis://user:a@" + secret + "@localhost:1", "cannot be reached"},
		"port":              {"redis://user:" + secret + "@localhost:port", "not a Redis address"},
		"escape":            {"redis://user:" + secret + "%zz@localhost", "not a Redis address"},
		"control":           {"redis://user:" + secret + "\x01@localhost", "not a Redis address"},
		"no host":           {"redis://user:" + secret + "@", "not a Redis address"},
		"no socket":         {"unix://user:" + secret + "@", "not a Redis address"},
		"database":          {withUser(server, "", secret) + "/2", "names a database"},
		"database by name":  {withUser(server, "", secret) + "?db=2", "no parameter db"},
		"parameter":         {withUser(server, "", secret) + "?tls_ca=x", "no parameter tls_ca"},
		"TLS parameter":     {withUser(tlsURL, "", secret) + "&skip_verify=true", "no parameter skip_verify"},
		"several":           {"redis://user:" + secret + "@a,b", "several servers"},
		"no master":         {"redis-sentinel://user:" + secret + "@a,b", "?master=NAME"},
		"no authority":      {withUser(bare, "", secret) + "?tls_ca=/nowhere", "tls_ca"},
		"no key":            {withUser(bare, "", secret) + "?tls_cert=/nowhere", "tls_cert"},
		"unknown authority": {withUser(bare, "", secret), "?tls_ca=PATH"},
		"password":          {withUser(server, "", secret), "check user and password"},
		"no password":       {server, "check user and password"},
		"user":              {withUser(server, "nobody", secret), "check user and password"},
		"closed port":       {"redis://user:" + secret + "@" + closedPort(t), "cannot be reached"},
		"plain to TLS":      {strings.Replace(withUser(bare, "", secret), "rediss", "redis", 1), "cannot be reached"},
		"sentinel":          {"redis-sentinel://user:" + secret + "@" + closedPort(t) + "/?master=m&sentinel_password=" + secret, "cannot be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := rdb.Open(t.Context(), rdb.Config{URL: c.url})
			if err == nil {
				_ = r.Close()
				t.Fatal("it opens")
			}
			if !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "--redis") || dossier.CodeOf(err) == dossier.CodeInternal {
				t.Errorf("%s: %v, want %q", dossier.CodeOf(err), err, c.want)
			}
			if text := fmt.Sprintf("%v %+v", err, err); strings.Contains(text, secret) {
				t.Error("the error tells the password: ", text)
			}
		})
	}
}

// closedPort returns an address at which nobody listens, and nobody else can
// before the test ends: it is taken.
func closedPort(t *testing.T) string {
	s, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(s) })
	if err := syscall.Bind(s, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(s)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("127.0.0.1:%d", name.(*syscall.SockaddrInet4).Port)
}

// A purpose's own server is named by its own setting, and one without the
// others makes no sense.
func TestPurposeErrorsNameTheirSetting(t *testing.T) {
	t.Parallel()
	for _, cfg := range []rdb.Config{
		{Purposes: map[rdb.Purpose]string{rdb.RateLimit: "redis://localhost"}},
		{URL: redistest.Start(t), Purposes: map[rdb.Purpose]string{rdb.RateLimit: "redis://localhost/1"}},
	} {
		_, err := rdb.Open(t.Context(), cfg)
		if err == nil || !strings.HasPrefix(err.Error(), "--redis-rate: ") || dossier.CodeOf(err) != dossier.CodeInvalidInput {
			t.Errorf("err = %v", err)
		}
	}
}

func TestReplicaIsRefused(t *testing.T) {
	t.Parallel()
	primary := redistest.Launch(t)
	replica := redistest.Start(t, "--replicaof", "127.0.0.1", fmt.Sprint(primary.Port))
	if _, err := rdb.Open(t.Context(), rdb.Config{URL: replica}); err == nil || !strings.Contains(err.Error(), "replica") {
		t.Errorf("err = %v", err)
	}
}

// When the primary is gone, the clients follow the Sentinels to the replica.
func TestSentinelFailover(t *testing.T) {
	t.Parallel()
	url, primary, replica := redistest.Sentinel(t)
	r := redistest.Open(t, rdb.Config{URL: url})
	writeAll(t, r)
	want := counted(t, r)
	port, _, _ := strings.Cut(strings.TrimPrefix(url, "redis-sentinel://127.0.0.1:"), "/")
	c := redis.NewSentinelClient(&redis.Options{Addr: "127.0.0.1:" + port})
	defer c.Close()
	ctx := t.Context()
	if n, err := (place{primary.URL, 0}).open(t).Wait(ctx, 1, time.Minute).Result(); n != 1 || err != nil {
		t.Fatalf("%d replicas, %v", n, err)
	}
	eventually(t, "the Sentinel knows the replica", func() bool { return c.Failover(ctx, "dossier").Err() == nil })
	eventually(t, "the replica takes over", func() bool {
		at, err := c.GetMasterAddrByName(ctx, "dossier").Result()
		return err == nil && at[1] == fmt.Sprint(replica.Port)
	})
	primary.Stop()
	writeAll(t, r)
	if diff := cmp.Diff(want, counted(t, r)); diff != "" {
		t.Error(diff)
	}
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not come true that ", what)
		}
	}
}

// A server that forgets keys when it is full carries no broker.
func TestEvictingPoliciesAreRefusedForTheBroker(t *testing.T) {
	t.Parallel()
	evicting := redistest.Start(t, "--maxmemory-policy", "allkeys-lru", "--maxmemory", "20mb")
	keeping := redistest.Start(t)
	_, err := rdb.Open(t.Context(), rdb.Config{URL: evicting})
	if err == nil || !strings.Contains(err.Error(), "noeviction") || !strings.Contains(err.Error(), "--redis-broker") {
		t.Errorf("an evicting broker: %v", err)
	}
	r := redistest.Open(t, rdb.Config{URL: evicting, Purposes: map[rdb.Purpose]string{rdb.Broker: keeping}})
	var warned []rdb.Purpose
	for _, f := range r.Findings() {
		if f.Warning != "" {
			warned = append(warned, f.Purpose)
		}
	}
	if diff := cmp.Diff([]rdb.Purpose{rdb.RateLimit, rdb.Batch}, warned); diff != "" {
		t.Error(diff)
	}
}

// A cache that overflows takes nothing from the broker.
func TestFullCacheLosesNoTask(t *testing.T) {
	t.Parallel()
	broker := redistest.Start(t)
	r := redistest.Open(t, rdb.Config{URL: broker, Purposes: map[rdb.Purpose]string{
		rdb.Cache: redistest.Start(t, "--maxmemory-policy", "allkeys-lru", "--maxmemory", "4mb"),
	}})
	writeAll(t, r)
	want := counted(t, r)
	ctx, value := t.Context(), strings.Repeat("x", 16<<10)
	for i := range 1000 {
		if err := r.For(rdb.Cache).Set(ctx, r.CacheKey(fmt.Sprint("cache:ocr:1:", i)), value, 0).Err(); err != nil {
			t.Fatal(err)
		}
	}
	stats, err := r.Stats(ctx)
	if err != nil || len(stats) != 2 || *stats[1].EvictedKeys == 0 {
		t.Fatalf("the cache did not overflow: %+v, %v", stats, err)
	}
	got := counted(t, r)
	delete(want, rdb.Cache)
	delete(got, rdb.Cache)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestStats(t *testing.T) {
	t.Parallel()
	redistest.Each(t, func(t *testing.T, r *rdb.Redis) {
		trips := redistest.CountRoundTrips(r)
		all, err := r.Stats(t.Context())
		if err != nil || len(all) != 1 || trips.Take() != 1 {
			t.Fatalf("%+v, %v", all, err)
		}
		s := all[0]
		if !s.Up || s.Clients == nil || *s.Clients < 1 || !slices.Equal(s.Purposes, rdb.Purposes()) {
			t.Errorf("%+v", s)
		}
		if told := s.UsedMemory != nil && s.PeakMemory != nil && s.MaxMemory != nil && s.EvictedKeys != nil && s.Uptime != nil && s.Version != ""; told == r.Embedded() {
			t.Errorf("%+v", s)
		}
	})
}

// shortly is a context that ends soon.
func shortly(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

// A server that dies or hangs is an error within bounds, and of use again when
// it is back.
func TestServerGoesAndComesBack(t *testing.T) {
	t.Parallel()
	s := redistest.Launch(t)
	r := redistest.Open(t, rdb.Config{URL: s.URL})
	writeAll(t, r)
	s.Pause()
	if _, err := r.Stats(shortly(t)); err == nil {
		t.Error("a server that hangs answers")
	}
	s.Resume()
	if diff := cmp.Diff(1, counted(t, r)[rdb.Results]["result"]); diff != "" {
		t.Error(diff)
	}
	s.Stop()
	all, err := r.Stats(shortly(t))
	if err == nil || len(all) != 1 || all[0].Up {
		t.Errorf("%+v, %v", all, err)
	}
	s.Restart()
	if n := len(slices.Collect(maps.Keys(counted(t, r)[rdb.Results]))); n != 0 {
		t.Errorf("%d kinds of keys in a new server", n)
	}
}

// A purpose has no more connections than its pool, however many ask at once.
func TestPoolIsBounded(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t)
	if n := redistest.Open(t, rdb.Config{URL: url}).For(rdb.Cache).Options().PoolSize; n != 50 {
		t.Errorf("the pool has %d places", n)
	}
	r := redistest.Open(t, rdb.Config{URL: url, PoolSize: 3})
	ctx, c := t.Context(), r.For(rdb.Results)
	var asking sync.WaitGroup
	for i := range 100 {
		asking.Go(func() {
			key := r.ResultKey(fmt.Sprint(i % 7))
			_, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
				p.Set(ctx, key, "x", 0)
				p.Get(ctx, key)
				return nil
			})
			if err := errors.Join(err, c.Get(ctx, key).Err()); err != nil {
				t.Error(err)
			}
		})
	}
	asking.Wait()
	list, err := r.For(rdb.Broker).ClientList(ctx).Result()
	// One more is that of the first Redis above.
	if n := strings.Count(list, "name=dossier:results "); n < 2 || n > 4 || err != nil {
		t.Errorf("%d connections, %v", n, err)
	}
}
