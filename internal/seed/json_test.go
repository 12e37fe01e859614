package seed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzJSON compares the parser with encoding/json: it takes the same texts, but
// for keys given twice and deep values, and reads the same values from them.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{
		"", "{}", " [ ] ", "nul", "-0", "01", "1.5e+3", "tru", `"a`, `"\u00e9\ud83c\udf3f \ud800 \n\/"`, `"\x"`, "\"\t\"", `{"a":1,"a":2}`,
		`{"a":{"b":[1,{"c":null}],"a":"x"},"":[[],""]}`, `[1,]`, `{"a"}`, `{,}`, `[1 2]`, `{} x`,
		strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1), strings.Repeat("[", maxDepth+2) + strings.Repeat("]", maxDepth+2),
		`"1234567\"12345678\"\\"`, "\"1234567\x1f\"", "\"12345678901234567\x7f\u2028\"",
	} {
		f.Add([]byte(text))
	}
	lines, err := os.ReadFile("testdata/lines/faults.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	for line := range bytes.Lines(lines) {
		f.Add(line)
	}
	var parser jsonParser // one for all: nothing must be left of the text before
	f.Fuzz(func(t *testing.T, text []byte) {
		if !utf8.Valid(text) {
			return
		}
		want, wantErr := standardItem(text)
		got, err := parser.parse(place{}, string(text))
		if (err != nil) != (wantErr != nil) {
			t.Fatalf("%q: error %v, want %v", text, err, wantErr)
		}
		if err == nil && !reflect.DeepEqual(got, want) {
			t.Fatalf("%q is read as\n%+v, want\n%+v", text, got, want)
		}
	})
}

// standardItem reads the text with encoding/json.
func standardItem(text []byte) (item, error) {
	if !json.Valid(text) {
		return item{}, errors.New("not JSON")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	it, err := nextItem(d, 0)
	if _, end := d.Token(); err == nil && end != io.EOF {
		err = end
	}
	return it, err
}

func nextItem(d *json.Decoder, depth int) (item, error) {
	token, err := d.Token()
	if err != nil {
		return item{}, err
	}
	if depth > maxDepth {
		return item{}, errors.New("too deep")
	}
	switch v := token.(type) {
	case nil:
		return item{}, nil
	case string:
		return item{kind: textItem, text: v}, nil
	case json.Delim:
	default:
		return item{kind: plainItem, text: fmt.Sprint(v)}, nil
	}
	it := item{kind: listItem}
	if token == json.Delim('{') {
		it.kind = objectItem
	}
	for d.More() {
		var key string
		if it.kind == objectItem {
			token, err := d.Token()
			if err != nil {
				return item{}, err
			}
			if key = token.(string); it.member(key) != nil {
				return item{}, errors.New("a key given twice")
			}
		}
		value, err := nextItem(d, depth+1)
		if err != nil {
			return item{}, err
		}
		if it.kind == objectItem {
			it.members = append(it.members, member{key: key, value: value})
		} else {
			it.list = append(it.list, value)
		}
	}
	_, err = d.Token()
	return it, err
}
