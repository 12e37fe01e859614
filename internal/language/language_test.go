package language

import (
	"strings"
	"testing"

	"ecpgraph/internal/kg"
)

func TestParse(t *testing.T) {
	for tag, want := range map[string]kg.Language{
		"en": kg.English, "EN": kg.English, "fr": "fr", "FR-ch": "fr-CH", "zh-hant": "zh-Hant", "iw": "he", "en-GB": "en-GB", "en-Latn": "en-Latn",
	} {
		got, err := Parse(tag)
		if err != nil || got != want || Check(got) != nil {
			t.Errorf("%s: %q, %v, valid: %v, want %q", tag, got, err, Check(got), want)
		}
	}
	for _, bad := range []string{"", "no tongue", "f", "fr_CH", "xx-unknown-subtag", "*", "fr-*"} {
		if got, err := Parse(bad); kg.CodeOf(err) != kg.Invalid {
			t.Errorf("%q is read as %q, %v", bad, got, err)
		}
	}
	for _, bad := range []kg.Language{"en", "FR", "iw", "no tongue"} {
		if err := Check(bad); kg.CodeOf(err) != kg.Invalid {
			t.Errorf("%q is valid: %v", string(bad), err)
		}
	}
}

// TestLabel: a label is looked up as RFC 4647, section 3.4, says.
func TestLabel(t *testing.T) {
	n := &kg.Node{Name: "Transit Guidelines", Aliases: []kg.Alias{
		{Name: "TG"}, {Name: "lignes", Language: "fr"}, {Name: "Lignes directrices", Language: "fr", Label: true},
		{Name: "Leitlinien (CH)", Language: "de-CH", Label: true}, {Name: "指南", Language: "zh-Hant", Label: true},
	}}
	for _, test := range []struct{ languages, want, language, asked string }{
		{"", "Transit Guidelines", "en", ""},
		{"fr", "Lignes directrices", "fr", "fr"},
		{"fr-CH", "Lignes directrices", "fr", "fr-CH"},
		{"FR-ch-x-a", "Lignes directrices", "fr", "FR-ch-x-a"},
		{"de", "Transit Guidelines", "en", ""}, // what is asked for is not narrowed
		{"de fr", "Lignes directrices", "fr", "fr"},
		{"de-CH fr", "Leitlinien (CH)", "de-CH", "de-CH"},
		{"es en fr", "Transit Guidelines", "en", "en"},
		{"en-GB", "Transit Guidelines", "en", "en-GB"},
		{"zh-Hant-TW", "指南", "zh-Hant", "zh-Hant-TW"},
		{"zh-Hans", "Transit Guidelines", "en", ""},
		{"* fr", "Lignes directrices", "fr", "fr"},
		{"es *", "Transit Guidelines", "en", ""},
	} {
		asked, err := ParseWanted(strings.Fields(test.languages))
		if err != nil {
			t.Fatal(err)
		}
		name, language, took := asked.Label(n)
		if name != test.want || language.Tag() != test.language || took != test.asked {
			t.Errorf("%s: %q in %s for %q, want %q in %s for %q", test.languages, name, language.Tag(), took, test.want, test.language, test.asked)
		}
	}
	if _, err := ParseWanted([]string{"fr", "no tongue"}); kg.CodeOf(err) != kg.Invalid {
		t.Errorf("no tongue: %v", err)
	}
	if _, err := ParseWanted(make([]string, MaxWanted+1)); kg.CodeOf(err) != kg.Limit {
		t.Errorf("too many: %v", err)
	}
}
