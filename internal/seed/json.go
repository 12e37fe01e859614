package seed

import (
	"encoding/json"
	"fmt"
	"strings"
)

// maxDepth is how deep values of a JSON line may nest; the deepest use is far below.
const maxDepth = 16

type jsonParser struct {
	at   place
	text string
	pos  int

	// The members and elements of the objects and lists that are open. What
	// closes moves to the closed ones, whose memory the next line takes over.
	members, closedMembers []member
	list, closedList       []item
}

// parse reads one JSON value that fills the text. Unlike encoding/json it sees
// a key that is given twice, tells keys apart by case and keeps numbers as they
// are written. The item holds until the next parse; its texts are parts of the
// text unless they had escapes.
func (p *jsonParser) parse(at place, text string) (item, error) {
	p.at, p.text, p.pos = at, text, 0
	p.members, p.closedMembers = p.members[:0], p.closedMembers[:0]
	p.list, p.closedList = p.list[:0], p.closedList[:0]
	it, err := p.value(0)
	if err != nil {
		return item{}, err
	}
	if p.blanks(); p.pos < len(text) {
		return item{}, p.unexpected("the end of the line")
	}
	return it, nil
}

func (p *jsonParser) blanks() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\t', '\r', '\n':
			p.pos++
		default:
			return
		}
	}
}

func (p *jsonParser) unexpected(want string) error {
	if p.pos >= len(p.text) {
		return fmt.Errorf("not JSON: the line ends where %s should be", want)
	}
	return fmt.Errorf("not JSON: want %s at byte %d, not %.12q", want, p.pos+1, p.text[p.pos:])
}

// take consumes the character when it is the next after blanks.
func (p *jsonParser) take(c byte) bool {
	p.blanks()
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *jsonParser) value(depth int) (item, error) {
	it := item{at: p.at}
	if depth > maxDepth {
		return it, fmt.Errorf("values nest deeper than %d levels", maxDepth)
	}
	var err error
	switch p.blanks(); {
	case p.take('{'):
		it.kind = objectItem
		it.members, err = p.object(depth)
	case p.take('['):
		it.kind = listItem
		it.list, err = p.array(depth)
	case p.pos < len(p.text) && p.text[p.pos] == '"':
		it.kind = textItem
		it.text, err = p.quoted()
	default:
		it.kind = plainItem
		if it.text, err = p.word(); it.text == "null" {
			it.kind, it.text = nullItem, ""
		}
	}
	return it, err
}

func (p *jsonParser) object(depth int) ([]member, error) {
	if p.take('}') {
		return nil, nil
	}
	start := len(p.members)
	for {
		if p.blanks(); p.pos >= len(p.text) || p.text[p.pos] != '"' {
			return nil, p.unexpected("a key")
		}
		key, err := p.quoted()
		if err != nil {
			return nil, err
		}
		for i := range p.members[start:] {
			if p.members[start+i].key == key {
				return nil, fmt.Errorf("the key %q is given twice", key)
			}
		}
		if !p.take(':') {
			return nil, p.unexpected(`":"`)
		}
		value, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		p.members = append(p.members, member{key: key, at: p.at, value: value})
		if p.take('}') {
			var members []member
			members, p.closedMembers = move(p.members[start:], p.closedMembers)
			p.members = p.members[:start]
			return members, nil
		}
		if !p.take(',') {
			return nil, p.unexpected(`"," or "}"`)
		}
	}
}

func (p *jsonParser) array(depth int) ([]item, error) {
	if p.take(']') {
		return nil, nil
	}
	start := len(p.list)
	for {
		value, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		p.list = append(p.list, value)
		if p.take(']') {
			var list []item
			list, p.closedList = move(p.list[start:], p.closedList)
			p.list = p.list[:start]
			return list, nil
		}
		if !p.take(',') {
			return nil, p.unexpected(`"," or "]"`)
		}
	}
}

// move appends what has closed to the closed, and returns both. What a growth
// of the closed leaves behind stays valid for those who hold it.
func move[T any](open, closed []T) (moved, all []T) {
	start := len(closed)
	closed = append(closed, open...)
	return closed[start:len(closed):len(closed)], closed
}

// quoted reads a string from its opening quote on.
func (p *jsonParser) quoted() (string, error) {
	start, escaped := p.pos, false
	for i := start + 1; ; i++ {
		if i += plainBytes(p.text[min(i, len(p.text)):]); i >= len(p.text) {
			break
		}
		switch c := p.text[i]; {
		case c == '\\':
			escaped = true
			i++
		case c < ' ':
			p.pos = i
			return "", p.unexpected("no control character in a string")
		case c == '"':
			p.pos = i + 1
			if !escaped {
				return p.text[start+1 : i], nil
			}
			var text string
			if err := json.Unmarshal([]byte(p.text[start:p.pos]), &text); err != nil {
				return "", fmt.Errorf("not JSON: a string with a wrong escape at byte %d: %w", start+1, err)
			}
			return text, nil
		}
	}
	p.pos = len(p.text)
	return "", p.unexpected("a closing quote")
}

// plainBytes is how many bytes at the front of the text, in steps of eight, are
// neither quotes nor backslashes nor control characters.
func plainBytes(text string) int {
	const each, high = 0x0101010101010101, 0x8080808080808080
	n := 0
	for ; len(text) >= 8; text = text[8:] {
		x := uint64(text[0]) | uint64(text[1])<<8 | uint64(text[2])<<16 | uint64(text[3])<<24 |
			uint64(text[4])<<32 | uint64(text[5])<<40 | uint64(text[6])<<48 | uint64(text[7])<<56
		// (x-n) &^ x has a high bit set just where a byte of x is less than that
		// of n, but for borrows into the bytes above such a one.
		quote, slash := x^(each*'"'), x^(each*'\\')
		if ((quote-each)&^quote|(slash-each)&^slash|(x-each*' ')&^x)&high != 0 {
			break
		}
		n += 8
	}
	return n
}

// word reads a number, true, false or null.
func (p *jsonParser) word() (string, error) {
	end := p.pos
	for end < len(p.text) && strings.IndexByte(" \t\r\n,:]}[{\"", p.text[end]) < 0 {
		end++
	}
	word := p.text[p.pos:end]
	if !json.Valid([]byte(word)) {
		return "", p.unexpected("a value")
	}
	p.pos = end
	return word, nil
}
