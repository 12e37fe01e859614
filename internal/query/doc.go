// Package query answers selections over the index of one revision: which nodes
// or links match a filter, in what order, and which page of them is asked for.
// What a filter, an order or a cursor means is written here once, for every
// type, engine and transport.
//
// A deletion, a rename or a new node between two pages never repeats or skips
// what was there throughout: a cursor holds the sort keys of the element it
// stands on, not a position.
package query
