package cache

import (
	"bytes"
	"encoding/json"
	"testing"

	"ecpgraph/internal/kg"
)

// TestSpellingsOfOneQuestion: variables that coercion makes equal have one key,
// all others have their own.
func TestSpellingsOfOneQuestion(t *testing.T) {
	c := New(1<<20, "")
	keyOf := func(variables string) Key {
		t.Helper()
		o := Operation{Document: "query Q {a}", Name: "Q"}
		decoder := json.NewDecoder(bytes.NewReader([]byte(variables)))
		decoder.UseNumber()
		if err := decoder.Decode(&o.Variables); err != nil {
			t.Fatal(err)
		}
		for name, value := range o.Variables { // what coercion does with a Float
			if n, ok := value.(json.Number); ok && name == "float" {
				o.Variables[name], _ = n.Float64()
			}
		}
		key, ok := c.answerKey(Scope{}, o)
		if !ok {
			t.Fatalf("%s has no key", variables)
		}
		return key
	}
	seen := map[Key]string{}
	for _, spellings := range [][]string{
		{`{}`, ` { } `},
		{`{"a":1,"b":{"c":"x","d":[1,2]}}`, "{ \"b\": {\"d\":[1, 2],\n\t\"c\":\"\\u0078\"}, \"a\":1 }"},
		{`{"float":1}`, `{"float":1.0}`, `{"float":1e0}`, `{"float":0.1E1}`},
		{`{"a":1}`},
		{`{"a":1.0}`}, // nobody said that it is a number
		{`{"a":"1"}`},
		{`{"a":null}`},
		{`{"a":false}`},
		{`{"a":[1]}`},
		{`{"a":[[1]]}`},
		{`{"a":{}}`},
		{`{"a":""}`},
		{`{"a":"ü"}`, `{"a":"\u00fc"}`},
		{`{"a":"u\u0308"}`},
	} {
		key := keyOf(spellings[0])
		if other, taken := seen[key]; taken {
			t.Errorf("%s has the key of %s", spellings[0], other)
		}
		seen[key] = spellings[0]
		for _, s := range spellings[1:] {
			if keyOf(s) != key {
				t.Errorf("%s and %s have different keys", s, spellings[0])
			}
		}
	}
}

// TestKeysTellApart: each thing that an answer depends on changes the key.
func TestKeysTellApart(t *testing.T) {
	c, other := New(1<<20, "a"), New(1<<20, "b")
	seen := map[Key]string{}
	check := func(name string, c *Cache, s Scope, o Operation) {
		key, ok := c.answerKey(s, o)
		if !ok {
			t.Fatalf("%s has no key", name)
		}
		for name, key := range map[string]Key{name: key, name + ", as sent": c.spellingKey(s, o.Name, []byte(o.Document))} {
			if as, taken := seen[key]; taken {
				t.Errorf("%s has the key of %s", name, as)
			}
			seen[key] = name
		}
	}
	s, o := Scope{Role: "anonymous"}, Operation{Document: "query A{a} query B{b}", Name: "A"}
	check("the first", c, s, o)
	check("other settings", other, s, o)
	check("another revision", c, Scope{Role: s.Role, Head: kg.Head{Revision: 1}}, o)
	check("another digest", c, Scope{Role: s.Role, Head: kg.Head{Digest: kg.Digest{1}}}, o)
	check("another role", c, Scope{Role: "curator"}, o)
	check("another document", c, s, Operation{Document: "query A{a} query B{c}", Name: "A"})
	check("another operation", c, s, Operation{Document: o.Document, Name: "B"})
	check("a letter moved", c, s, Operation{Document: o.Document + "A", Name: ""})
	if _, ok := c.answerKey(s, Operation{Variables: map[string]any{"a": func() {}}}); ok {
		t.Error("a key from what JSON cannot hold")
	}
}
