package query

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"unicode/utf8"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/search"
)

// Bounds of the text of a search, in bytes and in words.
const (
	MaxSearchText  = 1000
	MaxSearchWords = 32 // the bits of a word
)

// SearchArgs are the arguments of a search. OrderBy is not looked at: what is
// found is ordered by score, highest first, then by id.
type SearchArgs struct {
	Args
	Text  string
	Types []*ontology.NodeType // that are searched; all when there is none
	// Inference is EXCLUDE for nodes of types that documents speak of, ONLY for
	// nodes with a derived link, else anything.
	Inference string
}

// Hits are one page of what a search finds. The zero Hits stand for none.
type Hits struct {
	// Elements are the nodes of the page, and Scores how well each fits.
	Elements []index.Node
	Scores   []float64
	// Truncated tells that a word stood for more than MaxReadings terms.
	Truncated bool

	onlyBest     bool // whether the best were found alone, for tests
	total, start int
	ix           *index.Index
	made         fingerprint
	terms        map[string]bool // that the words of the search may mean
}

// Search finds the nodes whose names, aliases or descriptions have all words of
// the text; where there is none, those that have the most of them. Each word is
// found in all its forms, and the last one, unless something follows it, also as
// the beginning of others. A word that no node has is taken for the beginning of
// one, for misspelt or for a contraction. An error is of code Invalid, Limit
// where the page or the text is too large, or Conflict where a cursor was made at
// another revision: scores compare within one.
func Search(ctx context.Context, ix *index.Index, args SearchArgs) (*Hits, error) {
	if len(args.Text) > MaxSearchText {
		return nil, kg.Errorf(kg.Limit, "text: %d bytes are more than the %d that can be searched for", len(args.Text), MaxSearchText)
	}
	if !utf8.ValidString(args.Text) {
		return nil, kg.Invalidf("text: it is not UTF-8")
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	args.OrderBy = nil
	s, err := Select(ctx, ix, nil, args.Args)
	if err != nil {
		return nil, err
	}
	if len(args.Types) > 0 {
		s.filter = typed(s.filter, args.Types)
	}
	if s.filter, err = inferred(ix, s.filter, args.Inference); err != nil {
		return nil, err
	}
	all := search.Words(nil, args.Text)
	h := &Hits{ix: ix, made: searchFingerprint(&args), terms: map[string]bool{}}
	closed := len(all) == 0 || all[len(all)-1].End < len(args.Text)
	last := len(all) - 1
	open := search.Word{}
	if !closed {
		open = all[last]
	}
	different := distinct(slices.Clone(all))
	if len(different) > MaxSearchWords {
		return nil, kg.Errorf(kg.Limit, "text: %d words are more than the %d that can be searched for", len(different), MaxSearchWords)
	}
	words := make([]searched, len(different))
	for i, w := range different {
		isOpen := !closed && w.Text == open.Text && w.Acronym == open.Acronym
		words[i] = searched{reading: s.readWord(w, isOpen)}
		h.Truncated = h.Truncated || words[i].cut
		for _, m := range words[i].terms {
			h.terms[ix.TermText(m.term)] = true
		}
		if !s.looked(1) {
			return nil, s.err
		}
	}
	list, total := s.newScorer(all, words).find(h)
	if s.err != nil {
		return nil, s.err
	}
	return h, h.page(s, list, total)
}

// typed is the condition that the node is of one of the types and matches the
// filter, which may be nil.
func typed(filter condition, types []*ontology.NodeType) condition {
	if filter == nil {
		return &typeCondition{types}
	}
	return allOf(filter, &typeCondition{types})
}

// typeCondition matches nodes of the types.
type typeCondition struct{ types []*ontology.NodeType }

func (c *typeCondition) holds(s *Selector, n index.Node) bool {
	return slices.Contains(c.types, s.ix.NodeType(n))
}

func (c *typeCondition) estimate(*Selector) estimate {
	return estimate{share: 0.5, reads: infinite, cost: infinite, test: valueCost}
}
func (c *typeCondition) read(*Selector) []index.Node {
	panic("query: no index leads to the nodes of a type")
}
func (c *typeCondition) source() string { return "types" }
func (c *typeCondition) weight() int    { return 1 }

// inferred is the filter, which may be nil, for nodes as SearchArgs.Inference has
// them.
func inferred(ix *index.Index, filter condition, inference string) (condition, error) {
	switch basisOf(inference) {
	case kg.Stated:
		var cited []*ontology.NodeType
		for _, t := range ix.Ontology().NodeTypes {
			if !t.Uncited {
				cited = append(cited, t)
			}
		}
		return typed(filter, cited), nil
	case kg.Derived:
		derived, err := ix.Narrowed(kg.Derived)
		if filter == nil || err != nil {
			return &linkedCondition{derived}, err
		}
		return allOf(filter, &linkedCondition{derived}), nil
	}
	return filter, nil
}

// linkedCondition matches nodes with a link in the index.
type linkedCondition struct{ in *index.Index }

func (c *linkedCondition) holds(_ *Selector, n index.Node) bool { return c.in.Degree(n) > 0 }
func (c *linkedCondition) estimate(*Selector) estimate {
	return estimate{share: 0.5, reads: infinite, cost: infinite, test: valueCost}
}
func (c *linkedCondition) read(*Selector) []index.Node {
	panic("query: no index leads to the nodes with links")
}
func (c *linkedCondition) source() string { return "derived links" }
func (c *linkedCondition) weight() int    { return 1 }

// searchFingerprint tells cursors of one search from those of others.
func searchFingerprint(args *SearchArgs) fingerprint {
	text := "search\x00" + args.Text + "\x00" + args.Inference
	for _, t := range args.Types {
		text += "\x00" + t.Name
	}
	where, err := json.Marshal(args.Where)
	if err != nil {
		panic("query: a filter cannot be written: " + err.Error())
	}
	hash := sha256.Sum256([]byte(text + "\x00" + string(where)))
	var f fingerprint
	base64.RawURLEncoding.Encode(f[:], hash[:6])
	return f
}

// page fills the hits from all that were found, which comes to the total, or from
// the first of them.
func (h *Hits) page(s *Selector, list []found, total int) error {
	var marks [2]*found
	for i, g := range s.given {
		if g == nil {
			continue
		}
		m, err := h.mark(g)
		if err != nil {
			return err
		}
		marks[i] = m
	}
	h.total = total
	start, stop := 0, len(list)
	inside := list
	if marks[0] != nil || marks[1] != nil {
		start, stop, inside = 0, 0, list[:0]
		for _, f := range list {
			beyond := marks[0] == nil || h.compare(f, *marks[0]) > 0
			within := marks[1] == nil || h.compare(f, *marks[1]) < 0
			if !beyond {
				start++
			}
			if within {
				stop++
			}
			if beyond && within {
				inside = append(inside, f)
			}
		}
		stop = max(start, stop)
	}
	inside = h.extreme(inside, s.size, s.fromEnd)
	h.start = start
	if s.fromEnd {
		h.start = stop - len(inside)
	}
	h.Elements, h.Scores = make([]index.Node, len(inside)), make([]float64, len(inside))
	for i, f := range inside {
		h.Elements[i], h.Scores[i] = f.node, f.score
	}
	return nil
}

// compare orders by score, highest first, then by id.
func (h *Hits) compare(a, b found) int {
	if a.score != b.score {
		return cmp.Compare(b.score, a.score)
	}
	return h.ix.CompareNodes(a.node, b.node)
}

// extreme is the first of the list, or the last, as many as size, in order. It
// reorders the list.
func (h *Hits) extreme(list []found, size int, fromEnd bool) []found {
	compare := h.compare
	if fromEnd {
		compare = func(a, b found) int { return h.compare(b, a) }
	}
	if len(list) > size {
		best := list[:size] // a heap with the worst on top
		down := func(i int) {
			for {
				child := 2*i + 1
				if child >= size {
					return
				}
				if child+1 < size && compare(best[child+1], best[child]) > 0 {
					child++
				}
				if compare(best[child], best[i]) <= 0 {
					return
				}
				best[i], best[child] = best[child], best[i]
				i = child
			}
		}
		for i := size/2 - 1; i >= 0; i-- {
			down(i)
		}
		for _, f := range list[size:] {
			if size == 0 || !fromEnd && f.score < best[0].score {
				continue // as most do
			}
			if compare(f, best[0]) < 0 {
				best[0] = f
				down(0)
			}
		}
		list = best
	}
	slices.SortFunc(list, h.compare)
	return list
}

// Total is how many nodes are found in all. The error is always nil.
func (h *Hits) Total() (int, error) { return h.total, nil }

// HasPrevious reports whether the search finds nodes before those of the page.
// The error is always nil.
func (h *Hits) HasPrevious() (bool, error) { return h.start > 0, nil }

// HasNext reports whether the search finds nodes after those of the page. The
// error is always nil.
func (h *Hits) HasNext() (bool, error) { return h.start+len(h.Elements) < h.total, nil }

// Cursor is the place of the i-th node of the page. It holds for the revision:
// JSON of the search's fingerprint, the revision, the score and the id, in
// base64url.
func (h *Hits) Cursor(i int) string {
	text := append([]byte(`["`), h.made[:]...)
	text = append(text, '"', ',')
	text = strconv.AppendUint(text, uint64(h.ix.Head().Revision), 10)
	text = append(text, ',')
	text = strconv.AppendFloat(text, h.Scores[i], 'g', -1, 64)
	text = appendJSON(append(text, ','), string(h.ix.NodeID(h.Elements[i])))
	return base64.RawURLEncoding.EncodeToString(append(text, ']'))
}

// mark is the place that the cursor stands for.
func (h *Hits) mark(g *given) (*found, error) {
	malformed := kg.Invalidf("%s: %.80q is not a cursor: give back one that a search returned", g.name, g.text)
	switch {
	case !g.read:
		return nil, malformed
	case g.made != string(h.made[:]):
		return nil, kg.Invalidf("%s: the cursor was made for another search", g.name)
	case len(g.keys) != 3:
		return nil, malformed
	}
	revision, ok := g.keys[0].(json.Number)
	score, okToo := g.keys[1].(json.Number)
	id, okThree := g.keys[2].(string)
	if !ok || !okToo || !okThree {
		return nil, malformed
	}
	number, err := strconv.ParseUint(revision.String(), 10, 64)
	if err != nil {
		return nil, malformed
	}
	if head := h.ix.Head().Revision; kg.Revision(number) != head {
		return nil, kg.Errorf(kg.Conflict, "%s: the cursor was made at revision %d and the graph is at %d, where scores differ: search again from the start, or ask with @asOf(revision: %d) on the operation",
			g.name, number, head, number)
	}
	value, err := score.Float64()
	n, there := h.ix.Node(kg.ID(id))
	if err != nil || !there {
		return nil, malformed
	}
	return &found{n, value}, nil
}

// Matches lists the words of the text, which is in the language, that the search
// looked for, by where they start and end, in bytes.
func (h *Hits) Matches(text string, language kg.Language) [][2]int {
	end := ""
	if language != kg.English {
		end = search.Unstemmed
	}
	var list [][2]int
	for _, w := range search.Words(nil, text) {
		if h.terms[w.Text+end] || h.terms[w.Acronym] {
			list = append(list, [2]int{w.Start, w.End})
		}
	}
	return list
}

// TypeNamed is the node type that the enum NodeTypeName of the schema names so;
// nil when there is none.
func TypeNamed(o *ontology.Ontology, name string) *ontology.NodeType {
	for _, t := range o.NodeTypes {
		if kg.UpperSnake(t.Name) == name {
			return t
		}
	}
	return nil
}
