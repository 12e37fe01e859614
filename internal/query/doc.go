// Package query answers selections over the index of one revision: which nodes
// or links match a filter, in what order, and which page of them is asked for.
// What a filter, an order or a cursor means is written here once, for every
// type, engine and transport.
//
// Select reads the arguments once; the Selector is then applied to one parent
// or to many. It chooses how: along an order of the index from the cursor on,
// testing the filter on the way; or from the few nodes that an index gives for
// the filter, sorted as far as the page needs. A page costs about as much deep
// in a selection as at its start.
//
// A deletion, a rename or a new node between two pages never repeats or skips
// what was there throughout: a cursor holds the sort keys of the element it
// stands on, not a position.
package query
