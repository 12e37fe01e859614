package cache

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"runtime/debug"

	"ecpgraph/internal/kg"
)

// Key is the hash of all that an answer, or a spelling of a request, depends on.
type Key [sha256.Size]byte

// Scope is what an answer depends on beside the request.
type Scope struct {
	Head kg.Head // the state of the graph that answers
	Role string  // as what the client asks
}

// Operation is what a request asks for. It is the same for all spellings.
type Operation struct {
	Document  string
	Name      string         // of the operation that runs; empty when it has none
	Variables map[string]any // coerced, so without those that the operation does not declare
}

// What a key is for is part of it.
const (
	ofSpelling byte = iota
	ofAnswer
)

// identity is the part of all keys that stays the same while the program runs.
func identity(settings string) Key {
	return sha256.Sum256(appendText(appendText(nil, build()), settings))
}

// build tells this program from all others: what the Go tool recorded of the
// build, where that names the source as a whole, else a random text.
func build() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return rand.Text()
	}
	whole := info.Main.Sum != "" // a released module
	for _, s := range info.Settings {
		whole = whole || s.Key == "vcs.modified" && s.Value == "false"
	}
	if !whole {
		return rand.Text()
	}
	return info.String()
}

// room is enough to hash most requests without asking for memory.
const room = 1024

// spellingKey is the key of a request as it was sent.
func (c *Cache) spellingKey(s Scope, way string, text []byte) Key {
	var onStack [room]byte
	b := c.appendScope(onStack[:0], s, ofSpelling)
	b = appendText(b, way)
	b = append(b, text...)
	return sha256.Sum256(b)
}

// answerKey is the key of an operation's answer. Spellings that coercion makes
// equal have one; false means that JSON cannot hold the variables.
func (c *Cache) answerKey(s Scope, o Operation) (Key, bool) {
	variables, err := json.Marshal(o.Variables) // with sorted names
	if err != nil {
		return Key{}, false
	}
	var onStack [room]byte
	b := c.appendScope(onStack[:0], s, ofAnswer)
	b = appendText(b, o.Document)
	b = appendText(b, o.Name)
	b = append(b, variables...)
	return sha256.Sum256(b), true
}

// appendScope appends what every key in the scope begins with.
func (c *Cache) appendScope(b []byte, s Scope, of byte) []byte {
	b = append(b, c.identity[:]...)
	b = append(b, s.Head.Digest[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(s.Head.Revision))
	b = append(b, of)
	return appendText(b, s.Role)
}

// appendText appends the text so that what follows cannot be taken for a part of
// it.
func appendText(b []byte, text string) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(text)))
	return append(b, text...)
}
