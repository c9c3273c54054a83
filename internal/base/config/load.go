package config

import (
	"fmt"
	"maps"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/go-viper/mapstructure/v2"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/rawbytes"
	"github.com/knadh/koanf/v2"
	yamlnode "go.yaml.in/yaml/v3"
)

const envPrefix = "CAUSEWAY_"

// Key describes one key of the configuration.
type Key struct {
	Path   string // "http.addr"
	Doc    string
	Kind   reflect.Kind
	Secret bool // its value must not be shown as it is
}

// Env is the environment variable of the key.
func (k Key) Env() string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(k.Path, ".", "_"))
}

// Keys lists all keys in the order of the structure.
func Keys() []Key { return keysOf(reflect.TypeFor[Config](), "") }

func keysOf(t reflect.Type, prefix string) []Key {
	var out []Key
	for i := range t.NumField() {
		f := t.Field(i)
		path := prefix + f.Tag.Get("koanf")
		if f.Type.Kind() == reflect.Struct {
			out = append(out, keysOf(f.Type, path+".")...)
			continue
		}
		out = append(out, Key{Path: path, Doc: f.Tag.Get("doc"), Kind: f.Type.Kind(), Secret: f.Tag.Get("secret") != ""})
	}
	return out
}

// Loaded is a configuration with the origin of each value.
type Loaded struct {
	Config
	Origin map[string]string // by key path: "default", the file's path, the variable's name, "flag"
}

// Load reads the configuration. file may be "" for none; environ is the environment as os.Environ gives it; flags are
// the keys set on the command line. Unknown keys of the file and unknown CAUSEWAY_ variables are errors. The result is
// not validated yet.
func Load(file string, environ []string, flags map[string]string) (Loaded, error) {
	k := koanf.New(".")
	out := Loaded{Config: Default(), Origin: map[string]string{}}
	for _, key := range Keys() {
		out.Origin[key.Path] = "default"
	}
	if file != "" {
		raw, err := os.ReadFile(file)
		if err != nil {
			return out, fmt.Errorf("read configuration: %w", err)
		}
		if err := checkFile(file, raw); err != nil {
			return out, err
		}
		if err := k.Load(rawbytes.Provider(raw), yaml.Parser()); err != nil {
			return out, fmt.Errorf("%s: %w", file, err)
		}
		for path := range out.Origin {
			if k.Exists(path) {
				out.Origin[path] = file
			}
		}
	}
	env, err := fromEnv(environ)
	if err != nil {
		return out, err
	}
	for _, layer := range []struct {
		values map[string]string
		origin func(path string) string
	}{
		{env, func(path string) string { return Key{Path: path}.Env() }},
		{flags, func(string) string { return "flag" }},
	} {
		values := make(map[string]any, len(layer.values))
		for path, v := range layer.values {
			values[path] = v
			out.Origin[path] = layer.origin(path)
		}
		if err := k.Load(confmap.Provider(values, "."), nil); err != nil {
			return out, err
		}
	}
	err = k.UnmarshalWithConf("", &out.Config, koanf.UnmarshalConf{DecoderConfig: &mapstructure.DecoderConfig{
		Result: &out.Config, WeaklyTypedInput: true, TagName: "koanf",
		DecodeHook: mapstructure.ComposeDecodeHookFunc(mapstructure.StringToTimeDurationHookFunc(), mapstructure.StringToSliceHookFunc(",")),
	}})
	if err != nil {
		return out, fmt.Errorf("configuration: %w", err)
	}
	return out, nil
}

// fromEnv picks our variables by key path.
func fromEnv(environ []string) (map[string]string, error) {
	byEnv := map[string]string{}
	for _, k := range Keys() {
		if k.Kind != reflect.Map {
			byEnv[k.Env()] = k.Path
		}
	}
	out := map[string]string{}
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(name, envPrefix) {
			continue
		}
		if path, ok := byEnv[name]; ok {
			out[path] = value
			continue
		}
		if foreign(name) {
			continue
		}
		return nil, fmt.Errorf("environment variable %s: no such key; the nearest is %s", name, nearest(name, slices.Collect(maps.Keys(byEnv))))
	}
	return out, nil
}

// foreign names the variables with our prefix that belong to the tests and the connector, not to this configuration.
func foreign(name string) bool {
	for _, p := range []string{"CAUSEWAY_TEST_", "CAUSEWAY_LAB", "CAUSEWAY_CONNECTOR_"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// checkFile finds keys of the file that do not exist, with their lines.
func checkFile(file string, raw []byte) error {
	var doc yamlnode.Node
	if err := yamlnode.Unmarshal(raw, &doc); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if len(doc.Content) == 0 {
		return nil
	}
	known := map[string]reflect.Kind{}
	var paths []string
	for _, k := range Keys() {
		known[k.Path] = k.Kind
		paths = append(paths, k.Path)
		for i := range k.Path {
			if k.Path[i] == '.' {
				known[k.Path[:i]] = reflect.Struct
			}
		}
	}
	var wrong []string
	var walk func(n *yamlnode.Node, prefix string)
	walk = func(n *yamlnode.Node, prefix string) {
		if n.Kind != yamlnode.MappingNode {
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s: keys are expected here", file, n.Line, strings.TrimSuffix(prefix, ".")))
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			name, value := n.Content[i], n.Content[i+1]
			path := prefix + name.Value
			kind, ok := known[path]
			switch {
			case !ok:
				wrong = append(wrong, fmt.Sprintf("%s:%d: unknown key %s; the nearest is %s", file, name.Line, path, nearest(path, paths)))
			case kind == reflect.Struct:
				walk(value, path+".")
			}
		}
	}
	walk(doc.Content[0], "")
	if len(wrong) > 0 {
		return fmt.Errorf("%s", strings.Join(wrong, "\n"))
	}
	return nil
}

// nearest finds the candidate with the smallest edit distance.
func nearest(s string, candidates []string) string {
	slices.Sort(candidates)
	best, distance := "", 1<<30
	for _, c := range candidates {
		if d := edits(s, c); d < distance {
			best, distance = c, d
		}
	}
	return best
}

func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := last
			if a[i] != b[j] {
				cost = 1 + min(last, row[j], row[j+1])
			}
			last, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

// Shown is one line of "causeway config": an effective value and where it came from.
type Shown struct {
	Key, Value, Origin string
}

// Show lists the effective values; secrets are hidden.
func (l Loaded) Show() []Shown {
	var out []Shown
	var walk func(v reflect.Value, prefix string)
	walk = func(v reflect.Value, prefix string) {
		for i := range v.NumField() {
			f := v.Type().Field(i)
			path := prefix + f.Tag.Get("koanf")
			if f.Type.Kind() == reflect.Struct {
				walk(v.Field(i), path+".")
				continue
			}
			value := fmt.Sprint(v.Field(i).Interface())
			if f.Tag.Get("secret") == "url" {
				value = Redacted(value)
			}
			out = append(out, Shown{Key: path, Value: value, Origin: l.Origin[path]})
		}
	}
	walk(reflect.ValueOf(l.Config), "")
	return out
}

// Redacted hides the password of an address.
func Redacted(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return "(unreadable)"
	}
	return u.Redacted()
}

// Sample is a commented configuration file with the built-in values, made from the structure.
func Sample() string {
	var b strings.Builder
	b.WriteString("# Configuration of the control plane. Every key also has an environment variable: http.addr is CAUSEWAY_HTTP_ADDR.\n# All keys take effect at the next start.\n")
	section := ""
	for _, s := range (Loaded{Config: Default()}).Show() {
		key := keyByPath(s.Key)
		indent, name := "", s.Key
		if parent, child, ok := strings.Cut(s.Key, "."); ok {
			if parent != section {
				b.WriteString("\n" + parent + ":\n")
				section = parent
			}
			indent, name = "  ", child
		} else {
			b.WriteString("\n")
		}
		value := `"` + s.Value + `"`
		switch key.Kind {
		case reflect.Bool, reflect.Int:
			value = s.Value
		case reflect.Slice:
			value = "[]"
		case reflect.Map:
			value = "{}"
		}
		fmt.Fprintf(&b, "%s# %s\n%s%s: %s\n", indent, key.Doc, indent, name, value)
	}
	return b.String()
}

func keyByPath(path string) Key {
	for _, k := range Keys() {
		if k.Path == path {
			return k
		}
	}
	return Key{}
}
