// Package records brings what nodes and links say into answers. A Cache reads
// records from the store in batches and keeps them as Records: bytes in which
// each property stands as JSON, ready to be copied into an answer, in large
// blocks without pointers and up to a bound.
//
// A cached Record is never stale: a commit writes new versions under new refs
// and the index of each revision says which ref is the one to show.
package records
