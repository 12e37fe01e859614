package seed

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// parseYAML reads a file whose top level is a mapping, which a file without
// content is too. It returns nil after noting a fault for any other.
func parseYAML(name string, text []byte, f *faults) *item {
	if !utf8.Valid(text) {
		valid := bytes.ToValidUTF8(text, nil)
		at := 0
		for at < len(valid) && valid[at] == text[at] {
			at++
		}
		f.addf(place{name, 1 + bytes.Count(text[:at], []byte("\n"))}, "the file is not valid UTF-8")
		return nil
	}
	file, err := parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		at, message := place{file: name}, err.Error()
		var syntax yaml.Error
		if errors.As(err, &syntax) && syntax.GetToken() != nil {
			at.line, message = syntax.GetToken().Position.Line, syntax.GetMessage()
		}
		f.addf(at, "%s", message)
		return nil
	}
	var root *item
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		it := yamlItem(name, doc.Body, f)
		switch {
		case root != nil:
			f.addf(it.at, "a second YAML document: write one a file")
		case it.kind != objectItem:
			f.addf(it.at, "want keys with values at the top level, not %s", it.kind)
			return nil
		default:
			root = &it
		}
	}
	if root == nil {
		root = &item{at: place{name, 1}, kind: objectItem}
	}
	return root
}

// yamlItem turns a syntax tree into items; what seeds do not use is a fault.
func yamlItem(file string, node ast.Node, f *faults) item {
	tok := node.GetToken()
	it := item{at: place{file, tok.Position.Line}, kind: plainItem, text: tok.Value}
	switch n := node.(type) {
	case *ast.NullNode:
		it.kind, it.text = nullItem, ""
	case *ast.StringNode:
		if tok.Type == token.DoubleQuoteType || tok.Type == token.SingleQuoteType {
			it.kind = textItem
		}
		it.text = n.Value
	case *ast.LiteralNode:
		it.kind, it.text = textItem, n.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		// The raw text of the token is what counts.
	case *ast.SequenceNode:
		it.kind, it.text = listItem, ""
		for _, v := range n.Values {
			it.list = append(it.list, yamlItem(file, v, f))
		}
	case *ast.MappingNode:
		it = yamlObject(file, it.at, n.Values, f)
	case *ast.MappingValueNode:
		it = yamlObject(file, it.at, []*ast.MappingValueNode{n}, f)
	case *ast.AnchorNode:
		it = yamlItem(file, n.Value, f)
		f.addf(it.at, "anchors are not used in seeds")
	case *ast.TagNode:
		it = yamlItem(file, n.Value, f)
		f.addf(it.at, "tags are not used in seeds: the ontology knows the type")
	default:
		f.addf(it.at, "%s is not used in seeds: write the value itself", node.Type())
	}
	return it
}

func yamlObject(file string, at place, values []*ast.MappingValueNode, f *faults) item {
	it := item{at: at, kind: objectItem}
	if len(values) > 0 {
		it.at.line = values[0].Key.GetToken().Position.Line
	}
	for _, v := range values {
		tok := v.Key.GetToken()
		m := member{key: tok.Value, at: place{file, tok.Position.Line}, value: yamlItem(file, v.Value, f)}
		if first := it.member(m.key); first != nil {
			f.addf(m.at, "the key %q is given twice, first at %s", m.key, first.at)
			continue
		}
		it.members = append(it.members, m)
	}
	return it
}
