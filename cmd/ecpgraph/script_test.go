package main

import (
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
//	stop          stop that server by SIGTERM; it must end well
//	get PATH FILE ask the server and keep the body in the file
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
			"serve": scriptServe,
			"stop":  scriptStop,
			"get":   scriptGet,
		},
	})
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

func scriptStop(ts *testscript.TestScript, neg bool, args []string) {
	server := *ts.Value(serverKey{}).(**serverProcess)
	if neg || len(args) > 0 || server == nil {
		ts.Fatalf("usage: stop, after serve")
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
