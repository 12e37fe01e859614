package records

import "ecpgraph/internal/index"

// View is the graph at one revision: an index, and the records it addresses.
type View struct {
	Index   *index.Index
	Records *Cache
}
