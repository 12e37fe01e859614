package seed

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/outline"
)

// UpdateChecksums cuts the source documents as passages.yaml of the seed folder
// says and writes the checksum of each passage into that file as its sha256,
// leaving comments and layout as they are. The file is replaced at once, or,
// after any fault, not at all.
func UpdateChecksums(folder string, sources fs.FS) error {
	path := filepath.Join(folder, passagesFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return kg.Errorf(kg.NotFound, "seed: %w", err)
	}
	updated, err := withChecksums(path, text, sources)
	if err != nil || string(updated) == string(text) {
		return err
	}
	return replaceFile(path, updated)
}

// withChecksums is the text of passages.yaml with the checksums of the sources.
func withChecksums(name string, text []byte, sources fs.FS) ([]byte, error) {
	var f faults
	outlines := parseOutlines(name, text, &f)
	if err := f.err(); err != nil {
		return nil, err
	}
	var sums []string // of all passages, in the order of the file
	for _, o := range outlines {
		source, err := fs.ReadFile(sources, o.File)
		if err != nil {
			f.addf(o.at, "the source of document %s cannot be read: %v", o.Short, err)
			continue
		}
		for _, cut := range o.cut(string(source), &f) {
			sums = append(sums, outline.Checksum(cut.Text))
		}
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	updated, err := insertChecksums(text, sums)
	if err != nil {
		return nil, kg.Invalidf("%s: %w", name, err)
	}
	// The edit goes by lines; reading the outcome back shows that it holds.
	var i int
	for _, o := range parseOutlines(name, updated, &f) {
		for j := range o.Passages {
			if i >= len(sums) || o.Passages[j].Checksum != sums[i] {
				return nil, kg.Invalidf("%s: the sha256 of %q cannot be written there: write the passage on one line, {locator: …, match: …}", o.places[j], o.Passages[j].Locator)
			}
			i++
		}
	}
	return updated, f.err()
}

// parseOutlines reads passages.yaml by itself, without the manifest.
func parseOutlines(name string, text []byte, f *faults) []*Outline {
	root := parseYAML(name, text, f)
	if root == nil {
		return nil
	}
	shorts := map[string]kg.ID{}
	for _, m := range root.members {
		shorts[m.key] = ""
	}
	return readOutlines(root, shorts, f)
}

// edit replaces the text of one line from column start up to end (in runes,
// from 0) or, where it is a whole line, inserts it after the line.
type edit struct {
	line, start, end int
	text             string
	whole            bool
}

// insertChecksums puts the checksums into the passages in their order.
func insertChecksums(text []byte, sums []string) ([]byte, error) {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, err
	}
	var edits []edit
	for _, passage := range passageNodes(file) {
		if len(edits) == len(sums) {
			break
		}
		edits = append(edits, checksumEdit(passage, sums[len(edits)]))
	}
	if len(edits) != len(sums) {
		return nil, errors.New("not every passage was found again")
	}
	slices.SortStableFunc(edits, func(a, b edit) int { // from the end, so that places stay true
		return -cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.start, b.start))
	})
	lines := strings.SplitAfter(string(text), "\n")
	for _, e := range edits {
		if e.whole {
			lines[e.line] = strings.TrimSuffix(lines[e.line], "\n") + "\n" + e.text + "\n"
			continue
		}
		line := []rune(lines[e.line])
		lines[e.line] = string(line[:e.start]) + e.text + string(line[e.end:])
	}
	return []byte(strings.Join(lines, "")), nil
}

// passageNodes lists the mappings below each document's passages key.
func passageNodes(file *ast.File) []*ast.MappingNode {
	var found []*ast.MappingNode
	for _, doc := range file.Docs {
		documents, _ := doc.Body.(*ast.MappingNode)
		if documents == nil {
			continue
		}
		for _, document := range documents.Values {
			keys, _ := document.Value.(*ast.MappingNode)
			if keys == nil {
				continue
			}
			for _, key := range keys.Values {
				list, _ := key.Value.(*ast.SequenceNode)
				if list == nil || key.Key.GetToken().Value != "passages" {
					continue
				}
				for _, entry := range list.Values {
					if passage, ok := entry.(*ast.MappingNode); ok {
						found = append(found, passage)
					}
				}
			}
		}
	}
	return found
}

// checksumEdit is what gives the passage its checksum.
func checksumEdit(passage *ast.MappingNode, sum string) edit {
	for _, v := range passage.Values {
		if v.Key.GetToken().Value == "sha256" {
			at := v.Value.GetToken().Position
			return edit{line: at.Line - 1, start: at.Column - 1, end: at.Column - 1 + len(sum), text: sum}
		}
	}
	if passage.IsFlowStyle {
		at := passage.End.Position
		return edit{line: at.Line - 1, start: at.Column - 1, end: at.Column - 1, text: ", sha256: " + sum}
	}
	first := passage.Values[0].Key.GetToken().Position
	last := passage.Values[len(passage.Values)-1].Value.GetToken().Position
	return edit{line: last.Line - 1, text: strings.Repeat(" ", first.Column-1) + "sha256: " + sum, whole: true}
}

// replaceFile writes the file beside the old one, makes it durable and renames it.
func replaceFile(path string, text []byte) (err error) {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".passages-*.yaml.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temp.Name()))
		}
	}()
	_, err = temp.Write(text)
	err = errors.Join(err, temp.Chmod(info.Mode().Perm()), temp.Sync(), temp.Close())
	if err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
