package limits

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestSettingsAreDocumented holds the table of docs/limits.md to the tags.
func TestSettingsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Settings]()) {
		want = append(want, fmt.Sprintf("| `%s` | %s | %s |", f.Tag.Get("name"), f.Tag.Get("default"), f.Tag.Get("help")))
	}
	got := regexp.MustCompile("(?m)^\\| `.*$").FindAllString(string(text), -1)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the table of docs/limits.md should be\n%s\nand is\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
	}
}

func TestDefaults(t *testing.T) {
	s := Defaults()
	for name, ok := range map[string]bool{
		"tokens":  s.Tokens == 1500,
		"cost":    s.Cost == 10_000,
		"timeout": s.QueryTimeout == 10*time.Second && s.MutationTimeout == 30*time.Second,
		"open":    s.Introspection && !s.TrustedOnly,
	} {
		if !ok {
			t.Errorf("%s: the default is wrong: %+v", name, s)
		}
	}
}
