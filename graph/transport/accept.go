package transport

import (
	"net/http"
	"strings"
)

// The media types that answers come in.
const (
	typeJSON      = "application/json"
	typeGraphQL   = "application/graphql-response+json"
	typeEvents    = "text/event-stream"
	typeMultipart = "multipart/mixed"
)

// deferSpec is the form of incremental answers that is spoken.
const deferSpec = "20220824"

// accepts is what a client takes, best or not, in the order of its header.
type accepts []mediaRange

// mediaRange is one entry of an Accept header. Its weight is in thousandths, as
// RFC 9110 allows three digits.
type mediaRange struct {
	kind   string // "application/json", "text/*" or "*/*", in lower case
	weight int
	spec   string // the parameter deferSpec, empty without
}

var everything = accepts{{kind: "*/*", weight: 1000}}

// parseAccept reads Accept headers. Entries that are malformed are left out; a
// request without the header takes everything.
func parseAccept(header http.Header) accepts {
	values := header.Values("Accept")
	if len(values) == 0 || strings.TrimSpace(strings.Join(values, "")) == "" {
		return everything
	}
	list := accepts{}
	for _, value := range values {
		for entry := range splitQuoted(value, ',') {
			if m, ok := parseRange(entry); ok {
				list = append(list, m)
			}
		}
	}
	return list
}

func parseRange(entry string) (mediaRange, bool) {
	m := mediaRange{weight: 1000}
	first := true
	for part := range splitQuoted(entry, ';') {
		part = strings.TrimSpace(part)
		if first {
			m.kind, first = strings.ToLower(part), false
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		switch value = strings.Trim(strings.TrimSpace(value), `"`); strings.ToLower(strings.TrimSpace(name)) {
		case "q":
			weight, ok := parseWeight(value)
			if !ok {
				return mediaRange{}, false
			}
			m.weight = weight
		case "deferspec":
			m.spec = value
		}
	}
	kind, subkind, slash := strings.Cut(m.kind, "/")
	return m, slash && kind != "" && subkind != "" && (kind != "*" || subkind == "*")
}

// parseWeight reads a qvalue of RFC 9110, section 12.4.2, in thousandths.
func parseWeight(s string) (int, bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	if whole != "0" && whole != "1" || len(fraction) > 3 {
		return 0, false
	}
	weight := int(whole[0] - '0')
	for i := range 3 {
		digit := byte('0')
		if i < len(fraction) {
			digit = fraction[i]
		}
		if digit < '0' || digit > '9' {
			return 0, false
		}
		weight = weight*10 + int(digit-'0')
	}
	return weight, weight <= 1000
}

// splitQuoted yields the parts between separators, which count as text inside
// of double quotes.
func splitQuoted(s string, separator byte) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start, quoted := 0, false
		for i := 0; i < len(s); i++ {
			switch {
			case s[i] == '\\' && quoted:
				i++
			case s[i] == '"':
				quoted = !quoted
			case s[i] == separator && !quoted:
				if !yield(s[start:i]) {
					return
				}
				start = i + 1
			}
		}
		yield(s[start:])
	}
}

// weight is that of the most specific range that takes the media type, 0 when
// none does, and the range's place in the header.
func (a accepts) weight(kind string) (weight, place int) {
	group, _, _ := strings.Cut(kind, "/")
	best := 0
	for i, m := range a {
		specific := 0
		switch m.kind {
		case kind:
			specific = 3
		case group + "/*":
			specific = 2
		case "*/*":
			specific = 1
		}
		if kind == typeMultipart && m.spec != "" && m.spec != deferSpec {
			specific = 0
		}
		if specific > best {
			best, weight, place = specific, m.weight, i
		}
	}
	return weight, place
}

// names reports whether the header has the media type itself, not by a
// wildcard, and takes it.
func (a accepts) names(kind string) bool {
	for _, m := range a {
		if m.kind == kind && m.weight > 0 && (kind != typeMultipart || m.spec == "" || m.spec == deferSpec) {
			return true
		}
	}
	return false
}

// json is the better liked of the two JSON types and its weight, 0 when the
// client takes neither. Of equals the one named first wins, application/json
// where a wildcard stands for both.
func (a accepts) json() (kind string, weight int) {
	plain, plainPlace := a.weight(typeJSON)
	graph, graphPlace := a.weight(typeGraphQL)
	if graph > plain || graph == plain && graphPlace < plainPlace {
		return typeGraphQL, graph
	}
	return typeJSON, plain
}

// whole is the media type for an answer that is given in one piece. Event
// streams and parts are for those who like them better than JSON or take
// nothing else; empty means that the client takes nothing there is.
func (a accepts) whole() string {
	kind, weight := a.json()
	if events, _ := a.weight(typeEvents); a.names(typeEvents) && events > weight {
		return typeEvents
	}
	switch {
	case weight > 0:
		return kind
	case a.names(typeMultipart):
		return typeMultipart
	}
	return ""
}
