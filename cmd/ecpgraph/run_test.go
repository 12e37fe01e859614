package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ecpgraph/internal/store/badgerstore"
)

// execute runs a command line in this process, without an environment.
func execute(ctx context.Context, stdin io.Reader, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(ctx, args, stdin, &out, &errs, nil)
	return code, out.String(), errs.String()
}

const oneNode = `{"kind":"node","id":"document:plan","type":"Document","name":"Plan","props":{"kind":"REPORT","source":true},"citations":[{"document":"document:plan","locator":"title"}]}
`

func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	damaged := filepath.Join(dir, "damaged")
	stranger := httptest.NewServer(http.NotFoundHandler())
	defer stranger.Close()
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/jsonl")
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, oneNode)
	}))
	defer broken.Close()
	for _, folder := range []string{data, damaged} {
		if code, _, stderr := execute(t.Context(), strings.NewReader(oneNode), "load", "-", "--data", folder); code != exitDone {
			t.Fatal(stderr)
		}
	}
	if err := os.WriteFile(filepath.Join(damaged, "anchor"), []byte("not an anchor"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		code   int
		stderr string // part of it
		args   []string
	}{
		{exitDone, "", []string{"--help"}},
		{exitDone, "", nil},
		{exitDone, "", []string{"version"}},
		{exitDone, "", []string{"export", "--data", data}},
		{exitUsage, "See ecpgraph --help", []string{"nonsense"}},
		{exitUsage, "See ecpgraph export --help", []string{"export", "--nonsense"}},
		{exitUsage, "--server", []string{"export", "--server", "nonsense"}},
		{exitUsage, "not a folder", []string{"check", "--sources", filepath.Join(data, "anchor")}},
		{exitInvalid, "not valid UTF-8", []string{"check", filepath.Join(data, "anchor")}},
		{exitNotFound, "there is no graph in", []string{"export", "--data", filepath.Join(dir, "none")}},
		{exitNotFound, "no such file", []string{"load", filepath.Join(dir, "none"), "--data", data}},
		{exitNotFound, "no such file", []string{"query", filepath.Join(dir, "none"), "--data", data}},
		{exitInvalid, "not valid UTF-8", []string{"load", filepath.Join(data, "anchor"), "--data", data}},
		{exitStore, "damaged", []string{"export", "--data", damaged}},
		{exitUnreachable, "is not an ecpgraph server", []string{"export", "--server", stranger.URL}},
		{exitUnreachable, "is not an ecpgraph server", []string{"query", "-e", "{a}", "--server", stranger.URL}},
		{exitUnreachable, "is not an ecpgraph server", []string{"version", "--server", stranger.URL}},
		{exitUnreachable, "broke off", []string{"export", "--server", broken.URL}},
		{exitAnswer, "the answer has an error", []string{"query", "-e", "{ nonsense }", "--data", data}},
	} {
		code, _, stderr := execute(t.Context(), strings.NewReader(""), test.args...)
		if code != test.code || !strings.Contains(stderr, test.stderr) || (stderr == "") != (code == exitDone) {
			t.Errorf("ecpgraph %s: exit code %d, want %d; stderr %q, want %q", strings.Join(test.args, " "), code, test.code, stderr, test.stderr)
		}
	}
}

// TestInterrupt: an interrupt ends a command that waits for input, and leaves
// nothing behind.
func TestInterrupt(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	data := filepath.Join(t.TempDir(), "data")
	in, out := io.Pipe()
	defer out.Close()
	go func() {
		_, _ = io.WriteString(out, oneNode) // the reader is then known to wait for more
		time.Sleep(10 * time.Millisecond)
		interrupt()
	}()
	code, stdout, stderr := execute(ctx, in, "load", "-", "--data", data)
	if code != exitInterrupted || stdout != "" || stderr != "ecpgraph: interrupted\n" {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	if badgerstore.Exists(data) {
		t.Error("the interrupted load has made a graph")
	}
}

// TestExportLeavesOldFile: an export that breaks off does not touch the file.
func TestExportLeavesOldFile(t *testing.T) {
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/jsonl")
		_, _ = io.WriteString(w, oneNode)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}))
	defer broken.Close()
	dir := t.TempDir()
	file := filepath.Join(dir, "graph.jsonl")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := execute(t.Context(), nil, "export", "--server", broken.URL, "--out", file)
	if code != exitUnreachable {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "old" || len(entries) != 1 {
		t.Errorf("the file is %q, %v; the folder has %v", text, err, entries)
	}
}
