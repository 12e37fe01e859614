package limits

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// Trusted are documents that clients name by their hash, and that are served
// even when no others are. Nil holds none.
type Trusted struct {
	texts map[string]string // by the SHA-256 of the text, in hex
}

// ReadTrusted reads the .graphql files below the folder. A document is known by
// the SHA-256 of its file, byte for byte. One that the limits or the schema
// refuse is an error, so that it is found when the server starts.
func ReadTrusted(files fs.FS, folder string, schema *ast.Schema, s Settings) (*Trusted, error) {
	t := &Trusted{texts: map[string]string{}}
	var faults []error
	err := fs.WalkDir(files, folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".graphql" {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if fault := s.check(schema, string(text)); fault != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, fault))
		}
		t.texts[hash(string(text))] = string(text)
		return nil
	})
	if err := errors.Join(append(faults, err)...); err != nil {
		return nil, fmt.Errorf("read trusted documents: %w", err)
	}
	return t, nil
}

// Len is how many documents there are.
func (t *Trusted) Len() int {
	if t == nil {
		return 0
	}
	return len(t.texts)
}

func (t *Trusted) document(hash string) (text string, ok bool) {
	if t == nil {
		return "", false
	}
	text, ok = t.texts[hash]
	return text, ok
}

func (s *Settings) check(schema *ast.Schema, text string) error {
	if fault := s.checkText(text); fault != nil {
		return fault
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		return err
	}
	if fault := s.checkDocument(doc); fault != nil {
		return fault
	}
	if faults := s.Validate(schema, doc); len(faults) > 0 {
		return faults
	}
	if len(doc.Operations) == 0 {
		return gqlerror.Errorf("no operation in it")
	}
	return nil
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
