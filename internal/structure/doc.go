// Package structure measures how the nodes of a graph hang together: degree,
// PageRank, betweenness, connected components and communities.
//
// A Network is the part of a graph that is measured: the nodes of some types
// and the links of some relations between them. What is measured of it is found
// when it is first asked for, once, whoever asks, and holds for the revision
// that the network was taken from.
//
// All results depend on the graph alone, not on the order in which it came
// about: nodes are visited in the order of their ids, and samples are drawn from
// a fixed seed. They are rounded to six significant digits.
package structure
