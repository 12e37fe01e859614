// Package report renders answers of the graph as documents for people: one page
// of Markdown or HTML that stands by itself, with a footnote for each passage that
// it rests on.
package report
