package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/requestid"
)

func TestFaultsAreMaskedAndLogged(t *testing.T) {
	var log bytes.Buffer
	m := errorMapper{slog.New(slog.NewTextHandler(&log, nil))}
	ctx := requestid.With(context.Background(), "req-1")

	onPath := func(err error) error { return gqlerror.WrapPath(ast.Path{ast.PathName("tools")}, err) }
	shown := m.present(ctx, onPath(fmt.Errorf("disk: %w", errors.New("secret path"))))
	if shown.Extensions["code"] != string(kg.Internal) || strings.Contains(shown.Message, "secret") || !strings.Contains(shown.Message, "req-1") {
		t.Errorf("an unknown fault shows as %v", shown)
	}
	if !strings.Contains(log.String(), "secret path") || !strings.Contains(log.String(), "req-1") {
		t.Errorf("the log does not tell the whole: %s", log.String())
	}

	log.Reset()
	shown = m.present(ctx, onPath(m.recover(ctx, "boom")))
	if shown.Extensions["code"] != string(kg.Internal) || strings.Contains(shown.Message, "boom") {
		t.Errorf("a panic shows as %v", shown)
	}
	if !strings.Contains(log.String(), "boom") || !strings.Contains(log.String(), "errors_test.go") {
		t.Errorf("the log lacks the panic or its stack: %s", log.String())
	}

	log.Reset()
	shown = m.present(ctx, onPath(kg.Errorf(kg.Conflict, "read again")))
	if shown.Extensions["code"] != string(kg.Conflict) || shown.Message != "read again" || log.Len() > 0 {
		t.Errorf("a known fault shows as %v and logs %q", shown, log.String())
	}
	shown = m.present(ctx, onPath(context.DeadlineExceeded))
	if shown.Extensions["code"] != string(kg.Unavailable) {
		t.Errorf("a request that ran out of time shows as %v", shown)
	}
}

// TestLongMessages: a message that repeats what a client sent is cut.
func TestLongMessages(t *testing.T) {
	m := errorMapper{slog.New(slog.DiscardHandler)}
	shown := m.present(context.Background(), kg.Invalidf("%s", strings.Repeat("ü", 5000)))
	if len(shown.Message) > maxMessage+3 || !strings.HasSuffix(shown.Message, "ü…") {
		t.Errorf("%d bytes, ending in %q", len(shown.Message), shown.Message[len(shown.Message)-8:])
	}
}
