package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
)

// The ceiling is what no server over net/http can beat: a handler that reads
// the body and writes the answer that was recorded for it, or says that the
// client has it already.

// ceilingHandler answers each body with the answer recorded for it, and each
// request with an If-None-Match with 304 and that tag.
func ceilingHandler(answers map[string][]byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if tag := r.Header.Get("If-None-Match"); tag != "" {
			w.Header().Set("ETag", tag)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		body := make([]byte, r.ContentLength)
		if _, err := io.ReadFull(r.Body, body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer, ok := answers[string(body)]
		if !ok {
			http.Error(w, "no answer is recorded for this body", http.StatusNotFound)
			return
		}
		header := w.Header()
		header.Set("Content-Type", "application/json")
		header.Set("Content-Length", strconv.Itoa(len(answer)))
		_, _ = w.Write(answer) // fails when the client is gone
	})
}

// recording is a request with its answer, as the file between the processes
// holds them.
type recording struct{ Body, Answer []byte }

func writeRecordings(name string, list []recording) error {
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o600)
}

// serveCeiling serves the recordings of the file until the context ends, and
// prints where.
func serveCeiling(ctx context.Context, name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var list []recording
	if err := json.Unmarshal(text, &list); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	answers := map[string][]byte{}
	for _, r := range list {
		answers[string(r.Body)] = r.Answer
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: ceilingHandler(answers)}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		stopped <- server.Close()
	}()
	fmt.Printf("http://%s/\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
