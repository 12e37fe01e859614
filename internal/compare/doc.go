// Package compare tells what two documents say of the same things, and what two
// plans hold, one beside the other. It claims nothing that no link or citation
// carries: each item names the passages of both sides.
//
//	compare.go    the comparison and its items
//	documents.go  two documents, by what cites them
//	plans.go      two plans, by what is linked to them
//	side.go       what one side says, in words, with its passages
package compare
