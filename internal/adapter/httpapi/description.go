package httpapi

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// schemaPrefix begins the reference of every schema.
const schemaPrefix = "#/components/schemas/"

// describeAnswers marks the fields that an answer always has. Inputs leave every field optional, so that the services can
// name all that is missing at once; a schema that some input uses stays as it is.
func describeAnswers(doc *huma.OpenAPI) {
	registry := doc.Components.Schemas
	inputs := map[string]bool{}
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete, item.Patch} {
			if op == nil || op.RequestBody == nil {
				continue
			}
			for _, media := range op.RequestBody.Content {
				reach(registry, media.Schema, inputs)
			}
		}
	}
	for name, schema := range registry.Map() {
		if t := registry.TypeFromRef(schemaPrefix + name); !inputs[name] && t != nil && t.Kind() == reflect.Struct {
			schema.Required = always(schema, t)
		}
	}
}

// reach adds the names of the schemas that s leads to.
func reach(registry huma.Registry, s *huma.Schema, names map[string]bool) {
	if s == nil {
		return
	}
	if name, ok := strings.CutPrefix(s.Ref, schemaPrefix); ok {
		if !names[name] {
			names[name] = true
			reach(registry, registry.SchemaFromRef(s.Ref), names)
		}
		return
	}
	reach(registry, s.Items, names)
	for _, p := range s.Properties {
		reach(registry, p, names)
	}
}

// always lists the properties that the encoder never leaves out, sorted.
func always(s *huma.Schema, t reflect.Type) []string {
	left := map[string]bool{}
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if strings.Contains(options, "omit") {
			left[name] = true
		}
	}
	var out []string
	for name := range s.Properties {
		if !left[name] {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// OpenAPI returns the description of all operations in JSON, indented.
func (a *API) OpenAPI() ([]byte, error) {
	a.described.Do(func() { describeAnswers(a.huma.OpenAPI()) })
	return json.MarshalIndent(a.huma.OpenAPI(), "", "  ")
}
