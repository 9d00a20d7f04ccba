package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"github.com/dossier-legal/dossier/third_party/kong"
)

// Config is the settings of configuration files. It resolves flags for kong: the
// command line outranks the environment, which outranks the files, the first of
// which counts most.
type Config struct {
	entries []entry
}

// entry is a setting in a file.
type entry struct {
	key   string // as it is written
	value any
	file  string
	line  int
}

// ReadConfig reads files of JSON, each an object of settings. Files that are
// missing, or that this user may not read, are left out.
func ReadConfig(files []string) (*Config, error) {
	c := &Config{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			continue
		}
		if err == nil {
			err = c.add(file, data)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return c, nil
}

// add reads the settings of a file.
func (c *Config) add(file string, data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	start, err := d.Token()
	if err != nil {
		return err
	}
	if start != json.Delim('{') {
		return errors.New("the file does not hold a JSON object")
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		e := entry{key: fmt.Sprint(key), file: file, line: 1 + bytes.Count(data[:d.InputOffset()], []byte("\n"))}
		if err := d.Decode(&e.value); err != nil {
			return fmt.Errorf("%s: %w", e.key, err)
		}
		c.entries = append(c.entries, e)
	}
	_, err = d.Token()
	return err
}

// of returns the setting of a flag that counts, nil if no file has one.
func (c *Config) of(f *kong.Flag) *entry {
	for i, e := range c.entries {
		if sameKey(e.key, f.Name) {
			return &c.entries[i]
		}
	}
	return nil
}

// sameKey reports whether a key names a flag: as redis_cache, redis-cache or
// redisCache.
func sameKey(key, flag string) bool {
	plain := strings.NewReplacer("_", "", "-", "")
	return key == strings.ReplaceAll(flag, "-", "_") || key == flag ||
		!strings.ContainsAny(key, "_-") && strings.EqualFold(key, plain.Replace(flag))
}

// Validate does nothing: what a file has for other versions of the program is
// no error. [Config.Unknown] lists it.
func (*Config) Validate(*kong.Application) error { return nil }

// Resolve returns the value of a flag that neither the command line nor the
// environment sets.
func (c *Config) Resolve(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
	if variable(f) != "" {
		return nil, nil
	}
	if e := c.of(f); e != nil {
		return e.value, nil
	}
	return nil, nil
}

// variable is the environment variable that sets a flag, or "".
func variable(f *kong.Flag) string {
	for _, name := range f.Envs {
		if _, ok := os.LookupEnv(name); ok {
			return name
		}
	}
	return ""
}

// Setting is a setting with its value and where that comes from.
type Setting struct {
	Name   string `json:"name"`   // of the flag, without dashes
	Group  string `json:"group"`  // what it is about
	Value  string `json:"value"`  // secrets are masked; "" if there is none
	Source string `json:"source"` // flag, environment, file or default
	From   string `json:"from"`   // the variable, or file:line
}

// The sources of settings.
const (
	FromFlag        = "flag"
	FromEnvironment = "environment"
	FromFile        = "file"
	FromDefault     = "default"
)

// Settings returns the value of every setting of the command line. mask hides
// the secrets in a value.
func (c *Config) Settings(ctx *kong.Context, mask func(value string) string) (list []Setting) {
	for _, g := range SettingGroups(ctx.Model) {
		for _, f := range g.Flags {
			s := c.setting(ctx, f)
			s.Name, s.Group, s.Value = f.Name, g.Title, mask(s.Value)
			list = append(list, s)
		}
	}
	return list
}

// setting finds the value of a flag and where it comes from.
func (c *Config) setting(ctx *kong.Context, f *kong.Flag) Setting {
	for _, p := range ctx.Path {
		if p.Flag == f && !p.Resolved {
			return Setting{Value: text(ctx.FlagValue(f)), Source: FromFlag, From: "--" + f.Name}
		}
	}
	if name := variable(f); name != "" {
		return Setting{Value: os.Getenv(name), Source: FromEnvironment, From: name}
	}
	if e := c.of(f); e != nil {
		return Setting{Value: text(e.value), Source: FromFile, From: fmt.Sprintf("%s:%d", e.file, e.line)}
	}
	return Setting{Value: f.Default, Source: FromDefault}
}

// text is a value as it is written in a variable: lists with commas.
func text(value any) string {
	switch v := value.(type) {
	case []string:
		return strings.Join(v, ",")
	case []any:
		list := make([]string, len(v))
		for i := range v {
			list[i] = text(v[i])
		}
		return strings.Join(list, ",")
	case map[string]any, map[string]string:
		b, err := json.Marshal(v)
		if err != nil {
			return fmt.Sprint(v)
		}
		return string(b)
	}
	return fmt.Sprint(value)
}

// Unknown is a key of a configuration file that sets nothing.
type Unknown struct {
	Key  string `json:"key"`
	From string `json:"from"` // file:line
}

// Unknown returns the keys that name no setting, with the names of all settings.
func (c *Config) Unknown(app *kong.Application) (list []Unknown, known []string) {
	var flags []*kong.Flag
	_ = kong.Visit(app.Node, func(v kong.Visitable, next kong.Next) error {
		if f, ok := v.(*kong.Flag); ok {
			flags = append(flags, f)
		}
		return next(nil)
	})
	set := map[int]bool{}
	for _, f := range flags {
		known = append(known, Key(f))
		for i, e := range c.entries {
			set[i] = set[i] || sameKey(e.key, f.Name)
		}
	}
	for i, e := range c.entries {
		if !set[i] {
			list = append(list, Unknown{e.key, fmt.Sprintf("%s:%d", e.file, e.line)})
		}
	}
	return list, known
}

// Mask stands in the place of a secret.
const Mask = "*****"

// secretParts are the parts of addresses that hold passwords and keys: what
// stands before the host of a URL, parameters of a URL, and fields of a
// connection string of PostgreSQL.
var secretParts = []*regexp.Regexp{
	regexp.MustCompile(`(://[^/?#@:\s]*:)([^/?#\s]*)(@)`),
	regexp.MustCompile(`(?i)([?&;][^=&;]*(?:password|secret|token|key)[^=&;]*=)([^&;#\s]*)()`),
	regexp.MustCompile(`(?i)(\bpassword\s*=\s*)('[^']*'|[^\s'&;]+)()`),
}

// Masked hides the passwords and keys in an address.
func Masked(value string) string {
	for _, secret := range secretParts {
		value = secret.ReplaceAllString(value, "${1}"+Mask+"${3}")
	}
	return value
}
