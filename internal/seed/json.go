package seed

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// maxDepth is how deep values of a JSON line may nest; the deepest use is far below.
const maxDepth = 16

type jsonParser struct {
	at   place
	text string
	pos  int

	// The members and elements of the objects and lists that are open; what
	// closes is copied, so that each takes one allocation of its size.
	members []member
	list    []item
}

// parse reads one JSON value that fills the text. Unlike encoding/json it sees
// a key that is given twice, tells keys apart by case and keeps numbers as they
// are written. The parser may be used again.
func (p *jsonParser) parse(at place, text string) (item, error) {
	p.at, p.text, p.pos, p.members, p.list = at, text, 0, p.members[:0], p.list[:0]
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
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.pos]) >= 0 {
		p.pos++
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
			members := slices.Clone(p.members[start:])
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
			list := slices.Clone(p.list[start:])
			p.list = p.list[:start]
			return list, nil
		}
		if !p.take(',') {
			return nil, p.unexpected(`"," or "]"`)
		}
	}
}

// quoted reads a string from its opening quote on.
func (p *jsonParser) quoted() (string, error) {
	start, escaped := p.pos, false
	for i := start + 1; i < len(p.text); i++ {
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
