package lock

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// mapping calls f for every key of a mapping; an empty value is an empty mapping.
func (p *parser) mapping(n *yaml.Node, what string, f func(key string, at, value *yaml.Node) error) error {
	if empty(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode || n.Anchor != "" {
		return p.errorf(n, "%s must be a mapping", what)
	}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.Anchor != "" {
			return p.errorf(key, "a key of %s must be a word", what)
		}
		if err := f(key.Value, key, n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// each calls f for every element of a list; an empty value is an empty list.
func (p *parser) each(n *yaml.Node, what string, f func(*yaml.Node) error) error {
	if empty(n) {
		return nil
	}
	if n.Kind != yaml.SequenceNode || n.Anchor != "" {
		return p.errorf(n, "%s must be a list", what)
	}
	for _, element := range n.Content {
		if err := f(element); err != nil {
			return err
		}
	}
	return nil
}

// text stores the text of a scalar that is not empty.
func (p *parser) text(n *yaml.Node, what string, into *string) error {
	if n.Kind != yaml.ScalarNode || n.Anchor != "" || n.Value == "" {
		return p.errorf(n, "%s must be a text", what)
	}
	*into = n.Value
	return nil
}

// record reads a mapping of texts: an entry of a list. Keys are known, appear once,
// and those that are required are there.
func (p *parser) record(n *yaml.Node, what string, required, optional []string) (map[string]string, error) {
	values := map[string]string{}
	err := p.mapping(n, what, func(key string, at, value *yaml.Node) error {
		if !slices.Contains(required, key) && !slices.Contains(optional, key) {
			return p.errorf(at, "unknown key %q in %s", key, what)
		}
		if _, ok := values[key]; ok {
			return p.errorf(at, "%q appears twice in %s", key, what)
		}
		var text string
		err := p.text(value, key, &text)
		values[key] = text
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, key := range required {
		if _, ok := values[key]; !ok {
			return nil, p.errorf(n, "%s has no %q", what, key)
		}
	}
	return values, nil
}

func (p *parser) flag(n *yaml.Node, values map[string]string, key string) (bool, error) {
	switch values[key] {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	default:
		return false, p.errorf(n, "%s must be true or false", key)
	}
}

func empty(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Tag == "!!null" && n.Anchor == ""
}
