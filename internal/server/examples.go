package server

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"

	"ecpgraph/internal/kg"
)

// Example is a query that shows what the graph can answer.
type Example struct {
	Name        string `json:"name"`        // the file's name without its ending: "01-action-16"
	Group       string `json:"group"`       // what kind of question it is: "Lists and filters"
	Title       string `json:"title"`       // the question it answers
	Description string `json:"description"` // one or two sentences; may be empty
	Query       string `json:"query"`       // the whole document, comments included
}

// ReadExamples reads the *.graphql files of the folder; a folder without any, or
// no folder, has no examples. A file starts with "# Group: Name" and "# Title";
// the comment lines that follow are the description. A file without a group or a
// title is an error of code Invalid. Groups come in the order of the names of
// their first files, and the examples of a group by name.
func ReadExamples(fsys fs.FS, dir string) ([]Example, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.graphql"))
	if err != nil {
		return nil, err
	}
	var examples []Example
	places := map[string]int{} // of groups
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		comments := append(leadingComments(string(text)), "", "")
		group, found := strings.CutPrefix(comments[0], "Group:")
		if group = strings.TrimSpace(group); !found || group == "" {
			return nil, kg.Invalidf("%s:1: want a group as the first line, such as # Group: Lists and filters", name)
		}
		if comments[1] == "" {
			return nil, kg.Invalidf("%s:2: want a title as the second line, such as # Actions due by July 2018", name)
		}
		if _, known := places[group]; !known {
			places[group] = len(places)
		}
		examples = append(examples, Example{
			Name:        strings.TrimSuffix(path.Base(name), ".graphql"),
			Group:       group,
			Title:       comments[1],
			Description: strings.TrimSpace(strings.Join(comments[2:], " ")),
			Query:       strings.TrimSpace(string(text)) + "\n",
		})
	}
	slices.SortStableFunc(examples, func(a, b Example) int { return cmp.Compare(places[a.Group], places[b.Group]) })
	return examples, nil
}

// leadingComments lists the lines of comment that the text starts with, without
// their signs.
func leadingComments(text string) []string {
	var comments []string
	for line := range strings.Lines(text) {
		comment, found := strings.CutPrefix(strings.TrimSpace(line), "#")
		if !found {
			break
		}
		comments = append(comments, strings.TrimSpace(comment))
	}
	return comments
}
