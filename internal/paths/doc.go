// Package paths walks over the links of an index: the shortest paths between
// two nodes, the surroundings of some, and what can be reached from one.
//
//	Shortest      k shortest simple paths, links and all
//	Surroundings  the subgraph within some hops of given nodes
//	Reached       a page of the nodes that can be reached, by distance
//
// All three follow Rules, look at MaxLooks links at most and say when that ended
// them, and answer the same for the same graph whatever order it was written
// in: what is equally long is ordered by ids.
package paths
