// Package coverage answers which nodes of one set meet which of another along
// a pattern of relations, and which meet none.
//
//	Pattern      hops one after the other, and which links may make them
//	Cover        the matrix of two sets: how many paths lead from row to column
//	Project      the network of one set: how many ends two of its nodes share
//
// A path makes every hop of its pattern by one link and never follows a link
// twice in a row, so that a body which answers for an action is not found to
// share the action with itself. It may come through a node twice. Links side by
// side make as many paths.
//
// All of it is counted level by level: a node that many paths come through is
// looked at once a level, whatever their number. What would take more than
// MaxLooks is cut to the first nodes by id and says so: the answer is then the
// whole answer for those.
package coverage
