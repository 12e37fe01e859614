package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ecpgraph/internal/ontology"
	"ecpgraph/internal/tools/synth/generate"
)

// bench holds a graph and the two processes under load.
type bench struct {
	settings
	load            *loaded
	draw            *draw
	cached          bool // whether the binary has a response cache
	server, ceiling *process
}

// prepared makes the graph of the settings and its data directory. No process
// runs yet.
func prepared(ctx context.Context, s settings, o *ontology.Ontology) (*bench, error) {
	g, err := generate.New(o, generate.Options{Nodes: s.nodes, LinksPerNode: s.links, Seed: s.seed})
	if err != nil {
		return nil, err
	}
	b := &bench{settings: s, draw: &draw{rand.New(rand.NewPCG(s.seed, 1)), g, o, nil}}
	if b.load, err = prepare(ctx, s, o, g); err != nil {
		return nil, err
	}
	b.cached, err = knowsFlag(ctx, s.binary, responseCacheFlag)
	return b, err
}

// build makes the binary of a package of this source tree in the directory.
func build(ctx context.Context, dir, pkg string) (string, error) {
	binary := filepath.Join(dir, filepath.Base(pkg))
	// Without the stamp of version control equal sources make equal binaries, and
	// the data directory of an earlier run serves again.
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-o", binary, pkg)
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building %s: %w\n%s", pkg, err, out)
	}
	return binary, nil
}

// knowsFlag tells whether `ecpgraph serve` of the binary has the flag.
func knowsFlag(ctx context.Context, binary, flag string) (bool, error) {
	help, err := exec.CommandContext(ctx, binary, "serve", "--help").Output()
	if err != nil {
		return false, fmt.Errorf("%s serve --help: %w", binary, err)
	}
	return strings.Contains(string(help), flag), nil
}

func (b *bench) stop() error {
	var errs []error
	for _, p := range []*process{b.server, b.ceiling} {
		if p != nil {
			errs = append(errs, p.stop())
		}
	}
	return errors.Join(errs...)
}

// serveArguments are those of `ecpgraph serve`; the response cache, where there
// is one, is as the server has it by default, or off.
func (b *bench) serveArguments(responseCache bool) []string {
	args := []string{"serve", "--data", b.load.data, "--no-seeds", "--listen", "127.0.0.1:0", "--log-level", "warn"}
	if b.cached && !responseCache {
		args = append(args, responseCacheFlag+"=0")
	}
	return append(args, b.serverFlags...)
}

// startServer starts the command in place of the server that runs, and tells
// how long that took to its first answer.
func (b *bench) startServer(ctx context.Context, binary string, args ...string) (time.Duration, error) {
	if b.server != nil {
		if err := b.server.stop(); err != nil {
			return 0, err
		}
	}
	var err error
	if b.server, err = start(binary, args...); err != nil {
		return 0, err
	}
	err = b.ask(ctx, `query($id: ID!) { tool(id: $id) { name } }`, b.draw.ofType("Tool")(b.draw), &map[string]any{})
	return time.Since(b.server.started), err
}

// ask gives the server one request and decodes the data of its answer.
func (b *bench) ask(ctx context.Context, document string, variables map[string]any, data any) error {
	body, err := requestBody(document, variables)
	if err != nil {
		return err
	}
	c, err := dial(ctx, b.server.address)
	if err != nil {
		return err
	}
	defer c.conn.Close()
	answer, err := c.do(newExchange(body))
	if err != nil {
		return err
	}
	return decodeData(answer, data)
}

func requestBody(document string, variables map[string]any) ([]byte, error) {
	return json.Marshal(map[string]any{"query": document, "variables": variables})
}

// decodeData takes the data of an answer without errors.
func decodeData(answer []byte, data any) error {
	var whole struct {
		Data   json.RawMessage
		Errors []json.RawMessage
	}
	if err := json.Unmarshal(answer, &whole); err != nil {
		return fmt.Errorf("not JSON: %w: %.500s", err, answer)
	}
	if len(whole.Errors) > 0 || len(whole.Data) == 0 || string(whole.Data) == "null" {
		return fmt.Errorf("the answer has errors: %.1000s", answer)
	}
	return json.Unmarshal(whole.Data, data)
}

// asked is a question with the requests for it and their answers.
type asked struct {
	question
	exchanges []*exchange
}

// bytes is the size of an answer, on average.
func (a *asked) bytes() int {
	sum := 0
	for _, e := range a.exchanges {
		sum += len(e.answer)
	}
	return sum / len(a.exchanges)
}

// record asks the questions with as many draws of variables each, twice, over
// two connections, and keeps the answers, which must be equal and without errors.
func (b *bench) record(ctx context.Context, draws, page int) ([]asked, error) {
	err := b.draw.fetchCursors(draws, func(document string, variables map[string]any, data any) error {
		return b.ask(ctx, document, variables, data)
	})
	if err != nil {
		return nil, err
	}
	var list []asked
	for _, q := range questions(b.draw.ontology, page) {
		if len(b.only) > 0 && !slices.Contains(b.only, q.name) {
			continue
		}
		a := asked{question: q}
		var clients [2]*client
		for i := range clients {
			if clients[i], err = dial(ctx, b.server.address); err != nil {
				return nil, err
			}
			defer clients[i].conn.Close()
		}
		for range draws {
			body, err := requestBody(q.document, q.variables(b.draw))
			if err != nil {
				return nil, err
			}
			e := newExchange(body)
			for i, c := range clients {
				answer, err := c.do(e)
				if err == nil {
					err = decodeData(answer, &map[string]any{})
				}
				if err == nil && i > 0 && !bytes.Equal(answer, e.answer) {
					err = fmt.Errorf("two answers: %.500s and %.500s", e.answer, answer)
				}
				if err != nil {
					return nil, fmt.Errorf("%s: %.500s: %w", q.name, body, err)
				}
				e.answer = bytes.Clone(answer)
			}
			a.exchanges = append(a.exchanges, e)
		}
		list = append(list, a)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("there are no questions %v", b.only)
	}
	return list, nil
}

// startCeiling starts this program again, as the handler that writes what was
// recorded.
func (b *bench) startCeiling(list []asked) error {
	var recordings []recording
	for _, a := range list {
		for _, e := range a.exchanges {
			recordings = append(recordings, recording{e.body, e.answer})
		}
	}
	file := filepath.Join(b.scratch, "recordings.json")
	if err := writeRecordings(file, recordings); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	b.ceiling, err = start(self, "-ceiling", file)
	return err
}
