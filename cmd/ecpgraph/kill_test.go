package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// unexpected is the part of the output that a kill does not explain: one at the right
// moment leaves an empty log file behind. Badger says that it cannot open it, then
// the store that it removes it.
func unexpected(stderr string) string {
	var rest strings.Builder
	for line := range strings.Lines(stderr) {
		if !strings.Contains(line, "removing an empty log file") && !strings.Contains(line, "err: Create a new file. Cleaning up") {
			rest.WriteString(line)
		}
	}
	return rest.String()
}

// TestKillDuringLoad kills a load of a large file at random times: the graph
// holds afterwards what it held before, or the whole file as well, and fsck
// finds no damage.
func TestKillDuringLoad(t *testing.T) {
	const nodes, kills = 20_000, 8
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)

	dir := t.TempDir()
	var lines bytes.Buffer
	for i := range nodes {
		fmt.Fprintf(&lines, `{"kind":"node","id":"website:%d","type":"Website","name":"Site %d","props":{"description":%q},"citations":[{"document":"document:plan","locator":"para %d"}]}`+"\n",
			i, i, strings.Repeat("word ", random.IntN(20)), i%50)
	}
	file := filepath.Join(dir, "large.jsonl")
	if err := os.WriteFile(file, lines.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	before := func(data string) string {
		if code, _, stderr := execute(t.Context(), strings.NewReader(oneNode), "load", "-", "--data", data); code != exitDone {
			t.Fatal(stderr)
		}
		return export(t, data)
	}
	load := func(data string) *exec.Cmd { return exec.Command("ecpgraph", "load", file, "--data", data) }

	var none, all string
	whole := time.Hour // the first load may find the program's file cold, and takes longer then
	for _, name := range []string{"reference", "another"} {
		reference := filepath.Join(dir, name)
		none = before(reference)
		start := time.Now()
		if out, err := load(reference).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		whole = min(whole, time.Since(start))
		all = export(t, reference)
	}
	if got := strings.Count(all, "\n"); got != nodes+1 {
		t.Fatalf("the whole load gives %d nodes", got)
	}

	outcomes, recovered := map[string]int{}, 0
	for i := range kills {
		data := filepath.Join(dir, fmt.Sprint("data", i))
		before(data)
		cmd := load(data)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		delay := time.Duration(random.Int64N(int64(whole * 11 / 10)))
		time.Sleep(delay)
		if err := cmd.Process.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		acknowledged := cmd.Wait() == nil
		code, checked, stderr := execute(t.Context(), nil, "fsck", "--data", data)
		if code != exitDone || unexpected(stderr) != "" {
			t.Errorf("killed after %v: fsck ends with %d, %s", delay, code, stderr)
		}
		if strings.Contains(checked, "had not been closed") {
			recovered++
		}
		switch got := export(t, data); {
		case got == all:
			outcomes["all"]++
		case got != none:
			t.Errorf("killed after %v: the graph holds %d lines, neither 1 nor %d", delay, strings.Count(got, "\n"), nodes+1)
		case acknowledged:
			t.Errorf("killed after %v: the load was acknowledged and is lost", delay)
		default:
			outcomes["none"]++
		}
	}
	t.Logf("a whole load takes %v; after %d kills: %v, %d times with writes to recover", whole.Round(time.Millisecond), kills, outcomes, recovered)
	if recovered == 0 {
		t.Error("no kill left anything to recover")
	}
}

// export is the graph of the data directory as JSON Lines.
func export(t *testing.T, data string) string {
	t.Helper()
	code, stdout, stderr := execute(t.Context(), nil, "export", "--data", data)
	if code != exitDone {
		t.Fatalf("export: exit code %d, %s", code, stderr)
	}
	return stdout
}
