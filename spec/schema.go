package spec

import (
	"bytes"
	"encoding/json"
)

// Schema returns the JSON Schema (draft 2020-12) of the language, for editors.
// It accepts every spec that Parse accepts. What it accepts and Parse refuses
// is what JSON Schema has no words for: contradictions between keys, the spans
// of durations, rates and sizes, reserved names, networks and origins in other
// than their canonical spelling, what a URL points at, and YAML beyond plain
// values.
func Schema() []byte {
	s := schema{
		Dialect: "https://json-schema.org/draft/2020-12/schema",
		Title:   "authgen.yaml",
	}
	language().describe(&s)

	var out bytes.Buffer
	if err := json.Indent(&out, marshal(s), "", "  "); err != nil {
		panic("spec: the schema is not JSON: " + err.Error())
	}
	out.WriteByte('\n')

	return out.Bytes()
}

// A schema is the part of JSON Schema that the language needs, in the order it
// is printed in.
type schema struct {
	Dialect       string            `json:"$schema,omitempty"`
	Title         string            `json:"title,omitempty"`
	Description   string            `json:"description,omitempty"`
	Type          jsonTypes         `json:"type,omitempty"`
	Const         json.RawMessage   `json:"const,omitempty"`
	Enum          []string          `json:"enum,omitempty"`
	Pattern       string            `json:"pattern,omitempty"`
	MaxLength     int               `json:"maxLength,omitempty"`
	Minimum       *int              `json:"minimum,omitempty"`
	Maximum       *int              `json:"maximum,omitempty"`
	Items         *schema           `json:"items,omitempty"`
	UniqueItems   bool              `json:"uniqueItems,omitempty"`
	MaxItems      int               `json:"maxItems,omitempty"`
	Properties    properties        `json:"properties,omitempty"`
	PropertyNames *schema           `json:"propertyNames,omitempty"`
	Additional    *additional       `json:"additionalProperties,omitempty"`
	MinProperties int               `json:"minProperties,omitempty"`
	MaxProperties int               `json:"maxProperties,omitempty"`
	Required      []string          `json:"required,omitempty"`
	Default       json.RawMessage   `json:"default,omitempty"`
	Examples      []json.RawMessage `json:"examples,omitempty"`
}

// jsonTypes is a type, or several of which one must fit.
type jsonTypes []string

func (t jsonTypes) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}

	return json.Marshal([]string(t))
}

// A property is a key of an object.
type property struct {
	key string
	schema
}

// properties keeps the order of the language, which a map would not.
type properties []property

func (ps properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer

	b.WriteByte('{')
	for i, p := range ps {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(marshal(p.key))
		b.WriteByte(':')
		b.Write(marshal(p.schema))
	}
	b.WriteByte('}')

	return b.Bytes(), nil
}

// additional is what keys beyond the properties may hold; without a schema
// there may be none.
type additional struct{ *schema }

func (a additional) MarshalJSON() ([]byte, error) {
	if a.schema == nil {
		return []byte("false"), nil
	}

	return marshal(*a.schema), nil
}

// marshal writes v as JSON with <, > and & as they are.
func marshal[T any](v T) []byte {
	var b bytes.Buffer

	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("spec: a schema has no JSON: " + err.Error())
	}

	return bytes.TrimSpace(b.Bytes())
}
