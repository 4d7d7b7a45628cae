package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"gopkg.in/yaml.v3"
)

// This file and its test are all that knows the YAML library.

// readYAML returns the one document of src, or nil after reporting why there
// is none that can be walked.
func readYAML(w *walker, src []byte) *node {
	dec := yaml.NewDecoder(bytes.NewReader(src))

	doc, err := nextDocument(dec)
	if errors.Is(err, io.EOF) {
		w.refuse("", position{1, 1}, "expected a mapping with version and strategies, found an empty file",
			`the smallest spec is two lines: "version: 1" and "strategies: {session: {}}"`)
		return nil
	}
	if err != nil {
		w.refuseSyntax(src, err)
		return nil
	}

	second, err := nextDocument(dec)
	switch {
	case err == nil:
		w.refuse("", position{second.Line, second.Column}, "expected one document, found a second one", "remove what follows the first document, and the --- before it")
	case !errors.Is(err, io.EOF):
		w.refuseSyntax(src, err)
		return nil
	}

	c := converter{w: w}
	root := c.node("", doc.Content[0])
	if c.refused {
		return nil
	}

	return root
}

// nextDocument reads one document. The library reports most malformed input as
// an error and has had inputs that made it panic; both are errors here.
func nextDocument(dec *yaml.Decoder) (doc *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()

	doc = &yaml.Node{}
	err = dec.Decode(doc)

	return doc, err
}

// syntaxError returns the library's complaint about src, "" when it has none.
func syntaxError(src []byte) string {
	dec := yaml.NewDecoder(bytes.NewReader(src))
	for {
		_, err := nextDocument(dec)
		if errors.Is(err, io.EOF) {
			return ""
		}
		if err != nil {
			return err.Error()
		}
	}
}

// A converter turns the library's nodes into ours and refuses what the
// language has no use for, wherever it stands: one rule for known and unknown
// keys, and no node is visited twice.
type converter struct {
	w       *walker
	refused bool
}

func (c *converter) refuse(path string, n *yaml.Node, message, hint string) {
	c.refused = true
	c.w.refuse(path, position{n.Line, n.Column}, message, hint)
}

func (c *converter) node(path string, n *yaml.Node) *node {
	out := &node{pos: position{n.Line, n.Column}, text: n.Value}

	if n.Anchor != "" {
		c.refuse(path, n, "expected a plain value, found the anchor &"+cut(n.Anchor), "write the value out: anchors and aliases are not part of the language")
	}
	if n.Style&yaml.TaggedStyle != 0 {
		c.refuse(path, n, "expected a plain value, found the tag "+quote(n.Tag), "remove the tag: the key decides the type")
	}

	switch n.Kind {
	case yaml.AliasNode:
		c.refuse(path, n, "expected a value, found the alias *"+cut(n.Value), "write the value out: anchors and aliases are not part of the language")
	case yaml.SequenceNode:
		out.kind = kindList
		for i, item := range n.Content {
			out.items = append(out.items, c.node(index(path, i), item))
		}
	case yaml.MappingNode:
		out.kind = kindMapping
		out.pairs = c.pairs(path, n)
	default:
		out.kind = scalarKind(n)
	}

	return out
}

func (c *converter) pairs(path string, n *yaml.Node) []pair {
	first := map[string]position{}
	pairs := make([]pair, 0, len(n.Content)/2)

	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if !c.key(path, k) {
			continue
		}

		at := join(path, k.Value)
		p := pair{key: k.Value, pos: position{k.Line, k.Column}, value: c.node(at, v)}
		if p.value.kind == kindNull {
			p.value.pos = p.pos // what is not there has no place of its own
		}

		if before, ok := first[p.key]; ok {
			c.w.refuse(at, p.pos, fmt.Sprintf("duplicate key %s, first written at %d:%d", quote(p.key), before.line, before.col), "keep one of the two")
			continue
		}
		first[p.key] = p.pos
		pairs = append(pairs, p)
	}

	return pairs
}

// key reports whether k can be a key, after refusing it when it cannot.
func (c *converter) key(path string, k *yaml.Node) bool {
	switch {
	case k.Kind != yaml.ScalarNode:
		c.refuse(path, k, "expected a name as key, found "+c.node(path, k).describe(), "write the key as plain text")
	case k.Anchor != "" || k.Style&yaml.TaggedStyle != 0:
		c.refuse(join(path, k.Value), k, "expected a plain key, found an anchor or a tag", "remove what stands before the key")
	case k.Tag == "!!merge":
		c.refuse(path, k, "expected a name as key, found the merge key <<", "write the keys out: anchors and aliases are not part of the language")
	case k.Tag != "!!str":
		n := node{kind: scalarKind(k), text: k.Value}
		c.refuse(join(path, k.Value), k, "expected a name as key, found "+n.describe(), "begin the key with a letter, or quote it")
	default:
		return true
	}

	return false
}

func scalarKind(n *yaml.Node) nodeKind {
	switch n.Tag {
	case "!!null":
		return kindNull
	case "!!int":
		return kindInteger
	case "!!float":
		return kindFloat
	case "!!bool":
		return kindBool
	case "!!timestamp":
		return kindDate
	}

	return kindText // !!str, and !!binary, which only an explicit tag makes
}
