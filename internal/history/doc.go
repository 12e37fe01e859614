// Package history tells what changed: the versions of a node or link with the
// commits that wrote them, and the difference of two revisions. The index says
// where versions lie, the log what they say.
//
//	version.go  versions with their commits and changes
//	changes.go  what differs between two versions, property by property
//	diff.go     what differs between two revisions
package history
