package main

import (
	"encoding/binary"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"
	"github.com/rogpeppe/go-internal/testscript"
)

var updateScripts = flag.Bool("update", false, "rewrite the expected output in the test scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ecpgraph": main})
}

// TestScripts runs testdata/script/*.txtar. Beside the usual commands, scripts
// have the folder of the real seeds as $SEEDS and
//
//	serve ARGS…   start `ecpgraph serve ARGS…` on a free port; set $URL and $PORT
//	terminate     stop that server by SIGTERM; it must end well. (A script ends,
//	              as passed, at the usual command "stop".)
//	get PATH FILE ask the server and keep the body in the file
//	answer FILE   compare the answer on stdout with the file, and its state, which
//	              is of the time of the test, with what it may be
//	forge DIR REVISION HOW    spoil the commit of the closed store: `drop` or `flip`
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *updateScripts,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Values[serverKey{}] = new(*serverProcess)
			seeds, err := filepath.Abs("../../seeds/ecp")
			env.Setenv("SEEDS", seeds)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve":     scriptServe,
			"terminate": scriptTerminate,
			"get":       scriptGet,
			"answer":    scriptAnswer,
			"forge":     scriptForge,
		},
	})
}

// stateText is what an answer of `ecpgraph query` says of the graph.
var stateText = regexp.MustCompile(`,\n  "extensions": \{\n    "digest": "[0-9a-f]{64}",\n    "revision": [0-9]+\n  \}`)

func scriptAnswer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: answer FILE")
	}
	got := ts.ReadFile("stdout")
	if len(stateText.FindAllString(got, -1)) != 1 {
		ts.Fatalf("an answer that does not say its state:\n%s", got)
	}
	if got, want := stateText.ReplaceAllString(got, ""), ts.ReadFile(args[0]); got != want {
		ts.Fatalf("got\n%s\nwant\n%s", got, want)
	}
}

// scriptForge changes a commit behind the store's back.
func scriptForge(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: forge DIR REVISION drop|flip")
	}
	revision, err := strconv.ParseUint(args[1], 10, 64)
	ts.Check(err)
	// docs/disk-format.md: chunk 0 of the revision.
	key := append(binary.BigEndian.AppendUint64([]byte("c"), revision), 0, 0, 0, 0)
	db, err := badger.Open(badger.DefaultOptions(filepath.Join(ts.MkAbs(args[0]), "badger")).WithExternalMagic(1).WithLogger(nil))
	ts.Check(err)
	err = db.Update(func(txn *badger.Txn) error {
		item, err := txn.Get(key)
		if err != nil || args[2] == "drop" {
			return errors.Join(err, txn.Delete(key))
		}
		chunk, err := item.ValueCopy(nil)
		if err != nil {
			return err
		}
		chunk[len(chunk)-20] ^= 1
		return txn.Set(key, chunk)
	})
	ts.Check(errors.Join(err, db.Close()))
}

// serverKey is where a script keeps its server.
type serverKey struct{}

func scriptServe(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("serve cannot be negated: use ! exec ecpgraph serve")
	}
	p, err := startServer(ts.MkAbs("."), args...)
	ts.Check(err)
	ts.Defer(p.kill)
	ts.Setenv("URL", p.url)
	ts.Setenv("PORT", p.url[strings.LastIndex(p.url, ":")+1:])
	*ts.Value(serverKey{}).(**serverProcess) = p
}

func scriptTerminate(ts *testscript.TestScript, neg bool, args []string) {
	server := *ts.Value(serverKey{}).(**serverProcess)
	if neg || len(args) > 0 || server == nil {
		ts.Fatalf("usage: terminate, after serve")
	}
	ts.Check(server.stop())
}

func scriptGet(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: get PATH FILE")
	}
	response, err := http.Get(ts.Getenv("URL") + args[0])
	ts.Check(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), body, 0o600))
}
