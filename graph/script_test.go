package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"ecpgraph/graph"
	"ecpgraph/internal/records"
)

var update = flag.Bool("update", false, "write the answers into the scripts and goldens")

// TestScripts asks each query of testdata/queries of the seed graph. A script
// is a txtar file: query.graphql, optionally variables.json, and the whole
// answer in response.json.
func TestScripts(t *testing.T) {
	view := seeded(t).View()
	scripts, err := filepath.Glob("testdata/queries/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, name := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files := map[string][]byte{}
			for _, f := range archive.Files {
				files[f.Name] = f.Data
			}
			got := ask(t, view, string(files["query.graphql"]), files["variables.json"])
			if *update {
				files["response.json"] = got
				rewrite(t, name, archive, files)
				return
			}
			if diff := cmp.Diff(string(files["response.json"]), string(got)); diff != "" {
				t.Errorf("answer (-want +got; go test ./graph -update rewrites it):\n%s", diff)
			}
		})
	}
}

// TestExamples runs the example queries that people find in GraphiQL. Each has
// a script of the same name with its answer.
func TestExamples(t *testing.T) {
	examples, err := filepath.Glob("../seeds/ecp/queries/*.graphql")
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	_, at := serve(t)
	for _, name := range examples {
		document, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, a := post(t, at, map[string]any{"query": string(document)}); len(a.Errors) > 0 {
			t.Errorf("%s is refused by the server: %v", name, a.Errors)
		}
		script := "testdata/queries/example-" + strings.TrimSuffix(filepath.Base(name), ".graphql") + ".txtar"
		archive, err := txtar.ParseFile(script)
		if err != nil && !*update {
			t.Errorf("%s has no script with its answer; go test ./graph -update makes it", name)
			continue
		}
		if *update {
			rewrite(t, script, &txtar.Archive{}, map[string][]byte{
				"query.graphql": document,
				"response.json": ask(t, seeded(t).View(), string(document), nil),
			})
			continue
		}
		if !bytes.Equal(archive.Files[0].Data, document) {
			t.Errorf("%s asks something else than %s; go test ./graph -update copies it", script, name)
		}
	}
}

func rewrite(t *testing.T, name string, archive *txtar.Archive, files map[string][]byte) {
	t.Helper()
	out := &txtar.Archive{Comment: archive.Comment}
	for _, part := range []string{"query.graphql", "variables.json", "response.json"} {
		if data := files[part]; data != nil {
			out.Files = append(out.Files, txtar.File{Name: part, Data: data})
		}
	}
	if err := os.WriteFile(name, txtar.Format(out), 0o644); err != nil {
		t.Fatal(err)
	}
}

// ask runs the query and returns the answer as indented JSON, without the state
// that it comes from: its digest is of the time of the test.
func ask(t *testing.T, view records.View, query string, variables []byte) []byte {
	t.Helper()
	var vars map[string]any
	if len(variables) > 0 {
		if err := json.Unmarshal(variables, &vars); err != nil {
			t.Fatal(err)
		}
	}
	response := graph.Execute(context.Background(), view, quiet, query, "", vars)
	// Fields are resolved side by side, so errors come in any order.
	slices.SortFunc(response.Errors, func(a, b *gqlerror.Error) int { return strings.Compare(a.Path.String(), b.Path.String()) })
	if len(response.Errors) == 0 && (response.Extensions["revision"] == nil || response.Extensions["digest"] == nil) {
		t.Errorf("an answer that does not say its state: %v", response.Extensions)
	}
	delete(response.Extensions, "revision")
	delete(response.Extensions, "digest")
	text, err := json.Marshal(response)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		t.Fatal(err)
	}
	out.WriteByte('\n')
	return out.Bytes()
}
