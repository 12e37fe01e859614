package claims

// SetBounds lowers what a question looks at and reads, and returns how to undo it.
func SetBounds(looked, read int) (undo func()) {
	before := bounds
	bounds.looked, bounds.read = looked, read
	return func() { bounds = before }
}
