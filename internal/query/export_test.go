package query

// Whimsical makes the Selector choose its plans by the function, whatever they
// cost.
func Whimsical(s *Selector, choose func(n int) int) { s.whim = choose }

// Looks is how many elements the Selector has looked at.
func Looks(s *Selector) int { return s.looks }

// OnlyBest tells whether the search scored the best that it found alone.
func OnlyBest(h *Hits) bool { return h.onlyBest }
