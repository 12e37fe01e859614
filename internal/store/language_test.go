package store

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"ecpgraph/internal/kg"
)

// TestGoldenLanguages guards the bytes of records that tell languages, which those
// of TestGolden do not.
func TestGoldenLanguages(t *testing.T) {
	cite := []kg.Citation{{Document: "document:ecp-3", Locator: "action row 16"}}
	text := ""
	for i, n := range []*kg.Node{
		{
			ID: "tool:b", Type: "Tool", Name: "Guide", Language: "fr", Citations: cite,
			Aliases: []kg.Alias{
				{Name: "G", Citations: cite}, {Name: "Guide", Label: true, Citations: cite},
				{Name: "Leitfaden", Language: "de-CH", Label: true}, {Name: "Heft", Language: "de"},
			},
		},
		{ID: "tool:c", Type: "Tool", Aliases: []kg.Alias{{Name: "x", Language: "fr"}}},
	} {
		r := kg.Record{Op: kg.PutNode, Number: uint32(i), Node: n}
		b, err := appendRecord(nil, &r)
		if err != nil {
			t.Fatal(err)
		}
		text += hex.Dump(b)
		if got, err := decodeRecord(b); err != nil || !reflect.DeepEqual(got, r) {
			t.Errorf("%+v comes back as %+v, %v", n, got.Node, err)
		}
	}
	path := filepath.Join("testdata", "languages.golden")
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if text != string(want) {
		t.Errorf("the encoded bytes are not those of %s: stores written before could not be read.\n%s", path, text)
	}
}
