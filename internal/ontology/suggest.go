package ontology

import "github.com/agnivade/levenshtein"

// DidYouMean is the end of an error about an unknown name: `; did you mean
// "tool"?` with the candidate nearest to it, or nothing when none is near: at
// most a third of its letters (and at least two) differ. Of equally near
// candidates the first is taken.
func DidYouMean(name string, candidates []string) string {
	best, least := "", max(2, len([]rune(name))/3)+1
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(name, c); d < least {
			best, least = c, d
		}
	}
	if best == "" {
		return ""
	}
	return `; did you mean "` + best + `"?`
}
