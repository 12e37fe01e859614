// Package cache keeps whole answers, so that a question that was asked before
// costs little more than writing the bytes.
//
// An answer is kept under the SHA-256 of all that its bytes depend on: the
// document, the operation and its coerced variables, the revision of the graph
// with its digest, the role of who asks, the settings of the server and the
// build of the program. So nothing has to be invalidated: a commit makes a new
// revision, whose answers have other keys, and those of the old one are let go.
// From the same hash comes the entity tag.
//
// A request leads to its answer in two ways. One that is byte for byte as one
// before it is found without being decoded. Any other is decoded, checked and
// coerced as without a cache, and its spelling remembered when it turns out to
// ask for a known answer. A spelling is therefore remembered only after it has
// passed all checks once, under a revision at which they pass.
package cache
