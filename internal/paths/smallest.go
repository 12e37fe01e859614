package paths

import (
	"slices"
	"strings"

	"ecpgraph/internal/index"
)

// smallest keeps, of nodes that it is given once each, those with the smallest
// ids.
type smallest struct {
	from    *index.Index
	most    int
	list    []named
	bound   string // once full, what is above it is not kept
	full    bool
	dropped bool // whether any was not kept
}

type named struct {
	id   string
	node index.Node
}

// add gives it a node.
func (s *smallest) add(n index.Node) {
	id := string(s.from.NodeID(n))
	if s.most == 0 || s.full && id > s.bound {
		s.dropped = true
		return
	}
	s.list = append(s.list, named{id, n})
	if len(s.list) == 2*s.most+8 {
		s.cut()
	}
}

// cut sorts what is kept, and drops what is too much.
func (s *smallest) cut() {
	slices.SortFunc(s.list, func(a, b named) int { return strings.Compare(a.id, b.id) })
	if len(s.list) > s.most {
		s.list = s.list[:s.most]
		s.bound, s.full, s.dropped = s.list[s.most-1].id, true, true
	}
}

// sorted are the nodes that were kept, by id.
func (s *smallest) sorted() []named {
	s.cut()
	return s.list
}
