package limits

import (
	"encoding/json"

	"ecpgraph/internal/kg"
)

// CheckJSON bounds the values and levels of JSON that is not decoded yet: a
// body, a message, a parameter of a URL. Decoded to maps and lists, a megabyte
// of brackets takes fifty. Text that is no JSON passes; the decoder refuses it.
func (s *Settings) CheckJSON(text []byte) *kg.Error {
	values, depth, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		if quoted {
			switch text[i] {
			case '\\':
				i++
			case '"':
				quoted = false
			}
			continue
		}
		switch text[i] {
		case '"':
			quoted = true
		case '[', '{':
			values++
			if depth++; depth > s.ValueDepth {
				return tooMany("limit-value-depth", s.ValueDepth, "the JSON of the request has more than the %d levels")
			}
		case ']', '}':
			depth--
		case ',':
			values++
		}
		if values > s.Values {
			return tooMany("limit-values", s.Values, "the JSON of the request has more than the %d values")
		}
	}
	return nil
}

// jsonBounds counts decoded JSON.
type jsonBounds struct {
	settings      *Settings
	values, bytes int
}

func (b *jsonBounds) check(value any, depth int) *kg.Error {
	b.values++
	if b.values > b.settings.Values {
		return tooMany("limit-values", b.settings.Values, "the variables and extensions have more than the %d values")
	}
	switch v := value.(type) {
	case string:
		return b.text(v)
	case json.Number:
		return b.text(string(v))
	case []any:
		if depth >= b.settings.ValueDepth {
			return tooMany("limit-value-depth", b.settings.ValueDepth, "the variables have more than the %d levels")
		}
		for _, element := range v {
			if fault := b.check(element, depth+1); fault != nil {
				return fault
			}
		}
	case map[string]any:
		if depth >= b.settings.ValueDepth {
			return tooMany("limit-value-depth", b.settings.ValueDepth, "the variables have more than the %d levels")
		}
		for name, element := range v {
			if fault := b.text(name); fault != nil {
				return fault
			}
			if fault := b.check(element, depth+1); fault != nil {
				return fault
			}
		}
	}
	return nil
}

func (b *jsonBounds) text(s string) *kg.Error {
	if b.bytes += len(s); b.bytes > b.settings.VariableBytes {
		return tooMany("limit-variable-bytes", b.settings.VariableBytes, "variables, extensions and the operation's name have more than the %d bytes of text")
	}
	return nil
}
