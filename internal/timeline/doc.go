// Package timeline puts what is dated in the order of time. What dates a node
// is the ontology's to say: its dates, the periods among its values, and pairs of
// dates that make a period.
package timeline
