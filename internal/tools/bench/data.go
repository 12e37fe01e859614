package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"ecpgraph/internal/ontology"
	"ecpgraph/internal/tools/synth/generate"
)

// loaded is what a load of the synthetic graph into an empty data directory
// came to; it is kept beside the directory.
type loaded struct {
	Server     string // SHA-256 of the binary that did it
	Nodes      int
	Links      int
	LinesBytes int64         // of the JSON Lines
	Elapsed    time.Duration // by the clock
	CPU        time.Duration
	PeakMemory int64 // resident, bytes
	Disk       int64 // bytes, after the load
	data       string
}

// prepare makes the graph's JSON Lines and loads them into a data directory,
// or takes both from an earlier run with the same graph and server binary.
func prepare(ctx context.Context, s settings, o *ontology.Ontology, g *generate.Graph) (*loaded, error) {
	sum, err := fingerprint(o, s)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("n%d-l%d-s%d-%.12s", s.nodes, s.links, s.seed, sum)
	lines := filepath.Join(s.dir, name+".jsonl")
	if err := os.MkdirAll(s.dir, 0o750); err != nil {
		return nil, err
	}
	if _, err := os.Stat(lines); errors.Is(err, fs.ErrNotExist) {
		sayf("writing %s", lines)
		if err := writeWhole(lines, g.Write); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	server, err := hashFile(s.binary)
	if err != nil {
		return nil, err
	}
	data, note := filepath.Join(s.dir, name+".data"), filepath.Join(s.dir, name+".json")
	var l loaded
	if text, err := os.ReadFile(note); err == nil && json.Unmarshal(text, &l) == nil && l.Server == server {
		l.data = data
		return &l, nil
	}
	// The note is gone before the data is, so that there is none without a whole load.
	if err := errors.Join(os.RemoveAll(note), os.RemoveAll(data)); err != nil {
		return nil, err
	}
	sayf("loading %s", lines)
	l = loaded{Server: server, data: data}
	if err := l.load(ctx, s.binary, lines); err != nil {
		return nil, err
	}
	text, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	return &l, os.WriteFile(note, text, 0o600)
}

// fingerprint changes with the ontology, the generator and the seed.
func fingerprint(o *ontology.Ontology, s settings) (string, error) {
	sample, err := generate.New(o, generate.Options{Nodes: 500, Seed: s.seed})
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	if err := sample.Write(hash); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", hash.Sum(nil)), nil
}

func hashFile(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", hash.Sum(nil)), nil
}

// writeWhole makes the file under another name first, so that there is never a
// part of it.
func writeWhole(name string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(name), "part-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // fails when all went well
	if err := errors.Join(write(file), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}

func (l *loaded) load(ctx context.Context, binary, lines string) error {
	info, err := os.Stat(lines)
	if err != nil {
		return err
	}
	l.LinesBytes = info.Size()
	command := exec.CommandContext(ctx, binary, "load", lines, "--data", l.data, "--output", "json")
	var faults bytes.Buffer
	command.Stderr = &faults
	start := time.Now()
	out, err := command.Output()
	if err != nil {
		return fmt.Errorf("loading: %w\n%.2000s", err, faults.Bytes())
	}
	l.Elapsed = time.Since(start)
	l.CPU = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	l.PeakMemory = peakMemory(command.ProcessState)
	if err := json.Unmarshal(out, l); err != nil { // its keys nodes and links
		return err
	}
	l.Disk, err = diskUse(l.data)
	return err
}
