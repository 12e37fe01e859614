package server

import (
	"io/fs"
	"path"
	"strings"

	"ecpgraph/internal/kg"
)

// Example is a query that shows what the graph can answer.
type Example struct {
	Name        string `json:"name"`        // the file's name without its ending: "01-action-16"
	Title       string `json:"title"`       // the question it answers
	Description string `json:"description"` // one or two sentences; may be empty
	Query       string `json:"query"`       // the whole document, comments included
}

// ReadExamples reads the *.graphql files of the folder by name; a folder without
// any, or no folder, has no examples. The first line of a file is "# Title"; the
// comment lines that follow are the description. A file without a title is an
// error of code Invalid.
func ReadExamples(fsys fs.FS, dir string) ([]Example, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.graphql"))
	if err != nil {
		return nil, err
	}
	var examples []Example
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		comments := leadingComments(string(text))
		if len(comments) == 0 || comments[0] == "" {
			return nil, kg.Invalidf("%s:1: want a title as the first line, such as # Actions due by July 2018", name)
		}
		examples = append(examples, Example{
			Name:        strings.TrimSuffix(path.Base(name), ".graphql"),
			Title:       comments[0],
			Description: strings.TrimSpace(strings.Join(comments[1:], " ")),
			Query:       strings.TrimSpace(string(text)) + "\n",
		})
	}
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
