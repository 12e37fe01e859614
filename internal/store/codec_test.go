package store

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"ecpgraph/internal/kg"
)

var update = flag.Bool("update", false, "write the golden files: only together with a new version in the format")

// goldenCommits use every operation, every kind of value and both packings.
func goldenCommits() []kg.Commit {
	cite := []kg.Citation{
		{Document: "document:ecp-3", Locator: "action row 16", Checksum: strings.Repeat("0123456789abcdef", 4)},
		{Document: "document:other", Locator: "para 6", Checksum: "not a checksum"},
	}
	split := kg.Commit{Time: time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC), Author: "bulk"}
	for i := range 20 {
		split.Records = append(split.Records, kg.Record{Op: kg.PutNode, Number: uint32(i), Node: &kg.Node{
			ID: kg.NodeID("Tool", fmt.Sprint(i)), Type: "Tool", Props: kg.Props{kg.PropDescription: strings.Repeat("x", 600)},
		}})
	}
	return []kg.Commit{
		{
			Time: time.Date(2016, 9, 19, 8, 30, 0, 123_000_000, time.UTC), Author: "a curator", Reason: "first words",
			Records: []kg.Record{
				{Op: kg.PutNode, Number: 7, Node: &kg.Node{
					ID: "tool:a", Type: "Tool", Name: "Überblick",
					Aliases: []kg.Alias{{Name: "A", Citations: cite[:1]}, {Name: "B"}},
					Props: kg.Props{
						"z": "last", "a": int64(-1), "year": int64(2017), "open": true, "shut": false,
						"period": kg.Props{"kind": "WINDOW", "from": "2017-07"}, "list": []any{"x", int64(1 << 40), kg.Props{}, []any{}},
					},
					Citations: cite,
				}},
				{Op: kg.PutLink, Number: 300, Link: &kg.Link{
					ID: "supports:tool:a>goal:b", Relation: "Supports", From: "tool:a", To: "goal:b", Basis: kg.Derived,
					Modality: kg.Possible, Premises: []kg.ID{"x:1", "x:2"}, Props: kg.Props{"wording": "may"}, Citations: cite[:1],
				}},
				{Op: kg.DeleteLink, Number: 300, ID: "supports:tool:a>goal:b"},
				{Op: kg.DeleteNode, Number: 7, ID: "tool:a"},
			},
		},
		{Time: time.UnixMilli(0).UTC()},
		split,
	}
}

// TestGolden guards the bytes on disk: a store written today must be read by
// every later version.
func TestGolden(t *testing.T) {
	var text strings.Builder
	var packed []Packed
	var head kg.Head
	for _, c := range goldenCommits() {
		p, next, err := pack(head, &c)
		if err != nil {
			t.Fatal(err)
		}
		packed, head = append(packed, p), next
		for i, chunk := range p.Chunks {
			fmt.Fprintf(&text, "revision %d chunk %d\n%s", p.Revision, i, hex.Dump(chunk))
		}
		fmt.Fprintf(&text, "head %d\n%s", head.Revision, hex.Dump(EncodeHead(head)))
	}
	path := filepath.Join("testdata", "format.golden")
	if *update {
		if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if text.String() != string(want) {
		t.Errorf("the encoded bytes are not those of %s: stores written before could not be read.\n%s", path, text.String())
	}
	if got := len(packed[2].Chunks); got != 2 {
		t.Errorf("the last commit has %d chunks, want 2", got)
	}
	var parent kg.Digest
	for i, c := range goldenCommits() {
		got, _, err := unpack(parent, &packed[i])
		if err != nil {
			t.Fatal(err)
		}
		parent, c.Revision, c.Digest = got.Digest, got.Revision, got.Digest
		if !reflect.DeepEqual(got, c) {
			t.Errorf("revision %d:\n got %+v\nwant %+v", i+1, got, c)
		}
	}
}

func TestPackingIsDeterministic(t *testing.T) {
	commits := goldenCommits()
	first, _, err := pack(kg.Head{}, &commits[0])
	if err != nil {
		t.Fatal(err)
	}
	for range 50 { // maps are walked in random order
		again := goldenCommits()
		second, _, err := pack(kg.Head{}, &again[0])
		if err != nil || !reflect.DeepEqual(first, second) {
			t.Fatalf("other bytes for the same commit, err %v", err)
		}
	}
}

func TestRecordsPerChunk(t *testing.T) {
	sizes := func(count, size int) []int {
		ends := make([]int, count)
		for i := range ends {
			ends[i] = (i + 1) * size
		}
		return ends
	}
	large := sizes(100, 100) // one large record among small ones
	for i := 50; i < len(large); i++ {
		large[i] += MaxRecord - 100
	}
	for name, test := range map[string]struct {
		ends []int
		want uint32
	}{
		"none": {nil, 1}, "one": {sizes(1, 100), 1}, "one large": {sizes(1, MaxRecord), 16},
		"just whole": {sizes(64, 128), 64}, "just split": {sizes(65, 128), 32},
		"tiny": {sizes(10_000, 12), 32}, "middling": {sizes(100, 400), 20}, "fat": {sizes(100, 5000), 16},
		"huge": {sizes(100, 100<<10), 4}, "largest": {sizes(100, MaxRecord), 1}, "one large among small": {large, 16},
	} {
		got := recordsPerChunk(test.ends)
		if got != test.want {
			t.Errorf("%s: %d records a chunk, want %d", name, got, test.want)
		}
		if len(test.ends) > 0 {
			if size := largest(test.ends, int(got)); size > MaxChunk-MaxAuthor-MaxReason {
				t.Errorf("%s: a chunk of %d bytes", name, size)
			}
		}
	}
}

func TestHeadCodec(t *testing.T) {
	head := kg.Head{Revision: 1 << 40, Digest: kg.Digest{1, 31: 2}}
	good := EncodeHead(head)
	if got, err := DecodeHead(good); err != nil || got != head {
		t.Fatalf("%v, %v", got, err)
	}
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 0x10
		_, flipped := DecodeHead(bad)
		_, short := DecodeHead(good[:i])
		if kg.CodeOf(flipped) != kg.Corrupt || kg.CodeOf(short) != kg.Corrupt {
			t.Errorf("byte %d: flipped %v, cut %v", i, flipped, short)
		}
	}
}

// FuzzDecodeRecord: any bytes are a record or an error; and what decodes
// encodes to bytes that decode to the same.
func FuzzDecodeRecord(f *testing.F) {
	for _, c := range goldenCommits() {
		for i := range c.Records {
			b, err := appendRecord(nil, &c.Records[i])
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
	}
	f.Add([]byte("\x9000\xa6000000"))           // an unknown operation without fields
	f.Add([]byte{0xdd, 0xff, 0xff, 0xff, 0xff}) // a list said to be very long
	f.Add(append([]byte{0x98, 1, 0, 0xa0, 0xa0, 0xa0, 0x90, 0x81, 0xa0}, bytes.Repeat([]byte{0x91}, 1000)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := decodeRecord(b)
		if err != nil {
			return
		}
		again, err := appendRecord(nil, &r)
		if err != nil {
			t.Fatalf("%x decodes to %+v, which does not encode: %v", b, r, err)
		}
		if r2, err := decodeRecord(again); err != nil || !reflect.DeepEqual(r, r2) {
			t.Fatalf("%+v comes back as %+v, err %v", r, r2, err)
		}
	})
}

// FuzzUnpack: chunks whose checksums hold, around any header and any records,
// are a commit or a named error, and never a panic.
func FuzzUnpack(f *testing.F) {
	deletion, err := appendRecord(nil, &kg.Record{Op: kg.DeleteNode, ID: "tool:a"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(2), uint32(1), deletion, deletion, []byte{})
	f.Add(uint32(1), uint32(1<<32-1), deletion, []byte{}, []byte{0})
	f.Add(uint32(1<<32-1), uint32(0), deletion, deletion, []byte{})
	f.Fuzz(func(t *testing.T, records, perChunk uint32, first, second, behind []byte) {
		h := header{time: time.UnixMilli(0), records: records, perChunk: perChunk}
		p := Packed{Revision: 1, Chunks: [][]byte{h.append(nil, 1)}}
		p.Chunks[0] = append(appendFrame(p.Chunks[0], kg.Ref{Revision: 1}, first), behind...)
		if len(second) > 0 {
			p.Chunks = append(p.Chunks, appendFrame([]byte{codecVersion}, kg.Ref{Revision: 1, Ordinal: perChunk}, second))
		}
		if _, _, err := unpack(kg.Digest{}, &p); err == nil || kg.CodeOf(err) != kg.Corrupt {
			t.Fatalf("error %v, want one of code %s: no digest is right here", err, kg.Corrupt)
		}
	})
}
