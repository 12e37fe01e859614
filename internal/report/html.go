package report

import (
	_ "embed"
	"html/template"
	"io"
)

//go:embed progress.html
var progressHTML string

var htmlTemplate = template.Must(template.New("progress").Funcs(template.FuncMap{
	"number": func(i int) int { return i + 1 },
	"upper":  upper,
}).Parse(progressHTML))

// HTML writes the report as one file that needs no other, and no script.
func HTML(w io.Writer, p *Progress) error { return htmlTemplate.Execute(w, newPage(p)) }
