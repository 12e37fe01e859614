package index

// owner is the identity of one Apply. What carries the running Apply's owner
// was made by it, is seen by nobody else yet, and may be changed in place; all
// else is published and is copied before a change.
type owner struct{ _ byte }

// leafSize is the number of slots of a leaf.
const leafSize = 64

// leaf is a stretch of a table.
type leaf[T any] struct {
	owner *owner
	own   uint64 // which slots hold a value that the owner made, bit by bit
	slots [leafSize]T
}

// table is a persistent array in two levels: a change copies the root and the
// leaf it falls in, each once an Apply. Slots that were never set are zero.
type table[T any] struct {
	owner  *owner
	leaves []*leaf[T]
}

// at is the value of the slot.
func (t *table[T]) at(i uint32) T {
	if l := int(i / leafSize); l < len(t.leaves) && t.leaves[l] != nil {
		return t.leaves[l].slots[i%leafSize]
	}
	var zero T
	return zero
}

// edit is the slot, to be changed in place, and whether the value in it was
// made by the owner too; if not, it must be replaced, not changed. The slot
// counts as the owner's from then on.
func (t *table[T]) edit(o *owner, i uint32) (slot *T, owned bool) {
	at := int(i / leafSize)
	if t.owner != o {
		leaves := make([]*leaf[T], max(len(t.leaves), at+1))
		copy(leaves, t.leaves)
		t.owner, t.leaves = o, leaves
	}
	for len(t.leaves) <= at {
		t.leaves = append(t.leaves, nil)
	}
	l := t.leaves[at]
	if l == nil {
		l = &leaf[T]{owner: o}
		t.leaves[at] = l
	} else if l.owner != o {
		l = &leaf[T]{owner: o, slots: l.slots}
		t.leaves[at] = l
	}
	bit := uint64(1) << (i % leafSize)
	owned = l.own&bit != 0
	l.own |= bit
	return &l.slots[i%leafSize], owned
}

// set replaces the value of the slot.
func (t *table[T]) set(o *owner, i uint32, value T) {
	slot, _ := t.edit(o, i)
	*slot = value
}

// pageRows is the number of rows of a page.
const pageRows = 64

// rows is a persistent array of rows without pointers, in pages.
type rows[T any] struct {
	pages table[*[pageRows]T]
}

// at is the row; zero when it was never set.
func (r *rows[T]) at(i uint32) T {
	if p := r.pages.at(i / pageRows); p != nil {
		return p[i%pageRows]
	}
	var zero T
	return zero
}

// edit is the row, to be changed in place.
func (r *rows[T]) edit(o *owner, i uint32) *T {
	slot, owned := r.pages.edit(o, i/pageRows)
	switch {
	case *slot == nil:
		*slot = new([pageRows]T)
	case !owned:
		page := **slot
		*slot = &page
	}
	return &(*slot)[i%pageRows]
}
