package ecpgraph_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"strings"
	"testing"
)

// mayImport says, for the packages of the module, which others of it they may
// import; the longest pattern that matches a package holds. Imports run one
// way: cmd knows everything, kg knows nothing.
var mayImport = map[string][]string{
	"cmd/*":              {"*"},
	"graph":              {"graph/*", "internal/index", "internal/kg", "internal/live", "internal/ontology", "internal/query", "internal/records", "internal/requestid", "internal/sources"},
	"graph/buffer":       {},
	"graph/cache":        {"internal/kg"},
	"graph/generated":    {"graph/model"},
	"graph/limits":       {"graph/cache", "graph/selection", "internal/kg", "internal/query"},
	"graph/transport":    {"graph/buffer", "graph/cache", "internal/kg"},
	"graph/plan":         {"graph/buffer", "graph/cache", "graph/model", "graph/selection", "internal/claims", "internal/compare", "internal/coverage", "internal/history", "internal/index", "internal/kg", "internal/language", "internal/ontology", "internal/outline", "internal/paths", "internal/progress", "internal/query", "internal/records", "internal/rules", "internal/sources", "internal/structure", "internal/timeline"},
	"graph/model":        {"internal/index", "internal/kg", "internal/language", "internal/ontology", "internal/outline", "internal/query", "internal/records", "internal/rules", "internal/sources"},
	"graph/schema":       {},
	"graph/selection":    {},
	"internal/kg":        {},
	"internal/claims":    {"internal/index", "internal/kg", "internal/ontology", "internal/records", "internal/search"},
	"internal/compare":   {"internal/index", "internal/kg", "internal/ontology", "internal/records"},
	"internal/coverage":  {"internal/index", "internal/kg", "internal/ontology"},
	"internal/gen":       {"internal/index", "internal/kg", "internal/ontology", "internal/query"},
	"internal/history":   {"internal/index", "internal/kg", "internal/ontology", "internal/records"},
	"internal/index":     {"internal/kg", "internal/ontology", "internal/search"},
	"internal/live":      {"internal/index", "internal/kg", "internal/ontology", "internal/records", "internal/rules"},
	"internal/language":  {"internal/kg"},
	"internal/ontology":  {"internal/kg", "internal/language"},
	"internal/outline":   {"internal/kg"},
	"internal/paths":     {"internal/index", "internal/kg", "internal/ontology"},
	"internal/progress":  {"internal/index", "internal/kg", "internal/ontology"},
	"internal/query":     {"internal/index", "internal/kg", "internal/ontology", "internal/search"},
	"internal/records":   {"internal/index", "internal/kg", "internal/ontology"},
	"internal/reference": {"internal/index", "internal/kg", "internal/ontology", "internal/query", "internal/records", "internal/search"},
	"internal/report":    {"internal/kg"},
	"internal/requestid": {},
	"internal/rules":     {"internal/index", "internal/kg", "internal/ontology"},
	"internal/search":    {},
	"internal/seed":      {"internal/kg", "internal/language", "internal/ontology", "internal/outline"},
	"internal/server":    {"internal/kg", "internal/requestid"},
	"internal/sources":   {"internal/index", "internal/kg", "internal/ontology", "internal/outline", "internal/records"},
	"internal/structure": {"internal/coverage", "internal/index", "internal/kg", "internal/ontology"},
	"internal/store":     {"internal/kg"},
	// An engine never imports another.
	"internal/store/badgerstore":    {"internal/kg", "internal/store"},
	"internal/store/memstore":       {"internal/kg", "internal/store"},
	"internal/store/storetest":      {"internal/kg", "internal/store", "internal/store/memstore"},
	"internal/timeline":             {"internal/index", "internal/kg", "internal/ontology"},
	"internal/webui":                {},
	"internal/webui/precompress":    {},
	"internal/tools/bench":          {"graph/schema", "internal/kg", "internal/ontology", "internal/tools/synth/generate"},
	"internal/tools/bench/executor": {"graph", "graph/schema", "internal/kg", "internal/live", "internal/ontology", "internal/server", "internal/store", "internal/store/badgerstore"},
	"internal/tools/dos":            {"graph/generated", "graph/limits", "graph/transport"},
	"internal/tools/synth":          {"graph/schema", "internal/ontology", "internal/tools/synth/generate"},
	"internal/tools/synth/generate": {"internal/kg", "internal/ontology", "internal/outline", "internal/seed"},
	"seeds":                         {},
}

// TestImportsRunOneWay holds the map of the code. Tests may import more.
func TestImportsRunOneWay(t *testing.T) {
	command := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(out))
	packages := 0
	for {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name, ours := strings.CutPrefix(p.ImportPath, "ecpgraph/")
		if !ours {
			continue
		}
		packages++
		allowed, found := rule(name)
		if !found {
			t.Errorf("%s: say in mayImport what it may import", name)
			continue
		}
		for _, i := range p.Imports {
			target, ours := strings.CutPrefix(i, "ecpgraph/")
			switch {
			case ours && !matches(allowed, target):
				t.Errorf("%s must not import %s", name, target)
			case !ours && name == "internal/kg" && strings.Contains(i, "."):
				t.Errorf("%s imports %s: it may use the standard library only", name, i)
			case strings.Contains(i, "99designs/gqlgen") && !strings.HasPrefix(name, "graph") && name != "internal/gen" && name != "internal/tools/dos":
				t.Errorf("%s imports %s: gqlgen stays in graph", name, i)
			case strings.Contains(i, "dgraph-io/badger") && name != "internal/store/badgerstore":
				t.Errorf("%s imports %s: badger stays in its engine", name, i)
			}
		}
	}
	if packages < 10 {
		t.Errorf("only %d packages seen", packages)
	}
}

func rule(name string) (allowed []string, found bool) {
	best := ""
	for pattern, imports := range mayImport {
		if match(pattern, name) && len(pattern) > len(best) {
			best, allowed, found = pattern, imports, true
		}
	}
	return allowed, found
}

func matches(patterns []string, name string) bool {
	for _, p := range patterns {
		if match(p, name) {
			return true
		}
	}
	return false
}

// match takes * for everything, dir/* for what is below dir.
func match(pattern, name string) bool {
	if pattern == "*" {
		return true
	}
	if dir, below := strings.CutSuffix(pattern, "/*"); below {
		return strings.HasPrefix(name, dir+"/")
	}
	return path.Clean(pattern) == name
}
