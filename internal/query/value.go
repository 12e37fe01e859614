package query

import (
	"bytes"
	"regexp"
	"regexp/syntax"
	"unicode"
	"unicode/utf8"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// field matches nodes by their value in one column.
type field struct {
	of     *ontology.NodeType // nil for any
	column *index.Column
	set    set    // the value is in it,
	texts  []text // and is a text with these in it

	scratch   []byte // for the value in lower case
	positions []span // of the values of set in the column's order
	searched  bool   // whether positions are set
}

// text is a part of a text, in lower case, or a pattern of it.
type text struct {
	part    []byte
	atStart bool
	pattern *regexp.Regexp // nil for a part
	looks   int            // that a match of the pattern counts for
}

// What a pattern may be: its bytes, and the steps that it compiles to. Matching
// takes time by the steps, for each byte of the text.
const (
	MaxPattern      = 200
	maxPatternSteps = 1000
)

// pattern reads a regular expression in the syntax of RE2, for the field of
// that name.
func pattern(name, source string) (text, error) {
	if len(source) > MaxPattern {
		return text{}, kg.Errorf(kg.Limit, "where: %s: matches takes patterns of at most %d bytes, not %d", name, MaxPattern, len(source))
	}
	tree, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return text{}, kg.Invalidf("where: %s: matches takes a regular expression as RE2 has them: %v", name, err)
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return text{}, kg.Invalidf("where: %s: matches: %v", name, err)
	}
	if steps := len(program.Inst); steps > maxPatternSteps {
		return text{}, kg.Errorf(kg.Limit, "where: %s: matches: the pattern comes to %d steps, more than %d: repeat less in it", name, steps, maxPatternSteps)
	}
	compiled, err := regexp.Compile(source)
	if err != nil {
		return text{}, kg.Invalidf("where: %s: matches: %v", name, err)
	}
	return text{pattern: compiled, looks: 1 + len(program.Inst)/8}, nil
}

func (t text) in(lowered []byte) bool {
	if t.atStart {
		return bytes.HasPrefix(lowered, t.part)
	}
	return bytes.Contains(lowered, t.part)
}

// lower appends the text without regard to case, as strings.ToLower writes it.
func lower(to []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		b := s[i]
		if b >= utf8.RuneSelf {
			for _, r := range s[i:] {
				to = utf8.AppendRune(to, unicode.ToLower(r))
			}
			return to
		}
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		to = append(to, b)
	}
	return to
}

// simple is the condition, or the constant that it comes to.
func (f *field) simple() condition {
	switch {
	case f.set.isNothing():
		return constant(false)
	case f.set.isEverything() && len(f.texts) == 0:
		return constant(true)
	}
	return f
}

func (f *field) holds(s *Selector, n index.Node) bool {
	return f.has(s, s.ix.Value(f.column, n))
}

// has reports whether the value meets the condition.
func (f *field) has(s *Selector, v index.Value) bool {
	if !f.set.has(v) {
		return false
	}
	lowered := false
	for _, t := range f.texts {
		if t.pattern != nil {
			if !s.looked(t.looks) || !t.pattern.MatchString(v.Text()) {
				return false
			}
			continue
		}
		if !lowered {
			f.scratch, lowered = lower(f.scratch[:0], v.Text()), true
		}
		if !t.in(f.scratch) {
			return false
		}
	}
	return true
}

// spans are where the values of the set stand in the order of the column.
func (f *field) spans(s *Selector) []span {
	if !f.searched {
		f.positions, f.searched = f.set.spans(s.ix, f.column), true
	}
	return f.positions
}

func (f *field) estimate(s *Selector) estimate {
	e := estimate{test: valueCost, exact: len(f.texts) == 0}
	if !e.exact {
		e.test += textCost
	}
	size := float64(max(1, s.sizeOf(f.of)))
	switch {
	case f.of != nil:
		e.reads = float64(total(f.spans(s)))
		e.cost = e.reads * stepCost
		e.share = e.reads / size
	case f.column.Name == "id":
		if ids, ok := f.set.values(); ok {
			e.reads, e.cost = float64(len(ids)), float64(len(ids))*lookUpCost
			e.share = e.reads / size
			break
		}
		fallthrough
	default:
		e.reads, e.cost, e.share = infinite, infinite, 0.5
	}
	if !e.exact {
		e.share /= 10
	}
	return e
}

func (f *field) read(s *Selector) []index.Node {
	var nodes []index.Node
	if f.of == nil {
		ids, _ := f.set.values()
		for _, id := range ids {
			if n, found := s.ix.Node(kg.ID(id.Text())); found {
				nodes = append(nodes, n)
			}
		}
		return nodes
	}
	spans := f.spans(s)
	nodes = make([]index.Node, 0, total(spans))
	list := s.ix.Order(f.column)
	for _, at := range spans {
		for i := at.lo; i < at.hi; {
			run := list.Run(i)
			run = run[:min(len(run), at.hi-i)]
			if !s.looked(len(run)) {
				return nil
			}
			nodes = append(nodes, run...)
			i += len(run)
		}
	}
	return nodes
}

func (f *field) source() string { return f.column.Name }

func (f *field) weight() int {
	switch {
	case len(f.texts) > 0:
		return 3
	case f.column.Kind == ontology.String || f.column.Kind == ontology.URL:
		return 2
	}
	return 1
}
