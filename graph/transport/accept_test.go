package transport

import (
	"net/http"
	"testing"
)

func TestAccept(t *testing.T) {
	for header, want := range map[string]string{
		"":                                  typeJSON,
		"*/*":                               typeJSON,
		"application/json":                  typeJSON,
		"application/*":                     typeJSON,
		"application/graphql-response+json": typeGraphQL,
		"application/graphql-response+json, application/json":                         typeGraphQL,
		"application/json, application/graphql-response+json":                         typeJSON,
		"application/json;q=0.9,application/graphql-response+json":                    typeGraphQL,
		"application/graphql-response+json;q=0.1, */*;q=0.2":                          typeJSON,
		"application/json;q=0, */*":                                                   typeGraphQL,
		"APPLICATION/GraphQL-Response+JSON ; charset=utf-8":                           typeGraphQL,
		`application/json;profile="a,b;q=0", application/graphql-response+json;q=0.5`: typeJSON,
		"text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8":  typeJSON,
		"text/event-stream":                               typeEvents,
		"text/event-stream, */*;q=0.1":                    typeEvents,
		"application/json, text/event-stream":             typeJSON,
		"text/event-stream, application/json":             typeJSON,
		"application/json;q=0.5, text/event-stream;q=0.6": typeEvents,
		"text/*":                             "",
		"text/html":                          "",
		"application/json;q=0":               "",
		"application/json;q=2":               "",
		"application/json;q=0.1234":          "",
		"application/json;q=NaN":             "",
		"/, application, */json":             "",
		"multipart/mixed":                    typeMultipart,
		"multipart/mixed;deferSpec=20220824": typeMultipart,
		"multipart/mixed;deferSpec=20990101": "",
		"multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9":                       typeGraphQL,
		"application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed": typeGraphQL,
	} {
		headers := http.Header{}
		if header != "" {
			headers.Set("Accept", header)
		}
		if got := parseAccept(headers).whole(); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

// FuzzAccept: nothing in a header breaks the parser, weights stay in their
// bounds, and what is chosen is something that the client takes.
func FuzzAccept(f *testing.F) {
	for _, seed := range []string{"*/*", "application/json;q=0.5, text/event-stream", `a/b;c="\",\"";q=1.000`, ";q=", `"`, "multipart/mixed;deferSpec=20220824"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		a := parseAccept(http.Header{"Accept": {header}})
		for _, m := range a {
			if m.weight < 0 || m.weight > 1000 {
				t.Errorf("weight %d", m.weight)
			}
		}
		if chosen := a.whole(); chosen != "" {
			if weight, _ := a.weight(chosen); weight == 0 {
				t.Errorf("%q is chosen, which the client does not take", chosen)
			}
		}
		if multi, _ := a.weight(typeMultipart); a.names(typeMultipart) && multi == 0 && len(a) == 1 {
			t.Error("named, but without weight")
		}
	})
}

func TestChooseEncoding(t *testing.T) {
	for header, want := range map[string]string{
		"":                            "",
		"gzip":                        "gzip",
		"gzip, deflate, br, zstd":     "zstd",
		"zstd;q=0.5, gzip":            "gzip",
		"zstd;q=0, *":                 "gzip",
		"*":                           "zstd",
		"identity, gzip;q=0.5":        "",
		"br":                          "",
		"GZIP;q=1.0":                  "gzip",
		"gzip;q=bad":                  "",
		"gzip;q=0":                    "",
		"identity;q=0.5, gzip;q=0.5 ": "gzip",
	} {
		if got := chooseEncoding(http.Header{"Accept-Encoding": {header}}); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}
