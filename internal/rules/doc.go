// Package rules concludes links from other links.
//
// A rule is a node of the graph: a pattern of hops, and the relation that is
// concluded between the ends of each path that fits it. Rules are positive
// Datalog over the links of a finite graph, so they may use each other's and
// their own conclusions and still come to an end.
//
// A conclusion is as firm as the weakest link of its proof, and of several
// proofs the firmest counts. Of those that are equally firm, the one counts that
// takes the fewest rounds of reasoning, then the first by rule and links: so the
// conclusions of a graph, and the proof that each is kept with, follow from the
// stated links alone, whatever the order in which these came. They are found in
// the order of their worth, as Dijkstra's algorithm finds nodes (D. E. Knuth, A
// generalization of Dijkstra's algorithm, Information Processing Letters 6,
// 1977), and kept current by taking back what rested on a link that went and
// concluding anew from there (A. Gupta, I. S. Mumick, V. S. Subrahmanian,
// Maintaining views incrementally, SIGMOD 1993).
//
//	rule.go      a rule, read from its node and checked
//	set.go       the rules of a graph
//	graph.go     the links that rules look at, and what each is worth
//	match.go     the paths that fit a pattern
//	conclude.go  from links to conclusions
//	revise.go    what a change does to the conclusions
//	past.go      what the conclusions before it are kept with
//	proof.go     how a derived link follows
package rules
