package main

import (
	"encoding/json"
	"io"
)

// writeJSON writes the value indented, with a line end.
func writeJSON(w io.Writer, value any) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(value)
}
