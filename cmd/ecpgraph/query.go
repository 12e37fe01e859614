package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

type queryCommand struct {
	File string `arg:"" optional:"" help:"File with the GraphQL document, or - for standard input."`

	Execute   string   `short:"e" placeholder:"DOCUMENT" help:"The document itself, instead of a file."`
	Variables string   `placeholder:"JSON" help:"The variables, as one JSON object."`
	Var       []string `sep:"none" placeholder:"NAME=VALUE" help:"One variable, as text or JSON; repeats."`
	Operation string   `placeholder:"NAME" help:"Which operation to run, where the document has several."`
	sourceFlags
	textsFlag
	replayFlag
}

func (queryCommand) Help() string {
	return `The answer goes to standard output; errors in it also to standard error, with exit code 7.

The value of a --var is read as the document declares the variable: 2017 is a number for an Int and
text for a String. Lists and objects are written as JSON.

A running server compares with its own --sources, whatever is given here.

Examples:

	ecpgraph query -e '{ revision { number } }'
	ecpgraph query -e 'query @asOf(time: "2026-11-29") { tools { totalCount } }'
	ecpgraph query seeds/ecp/queries/01-action-16.graphql
	ecpgraph query -e 'query($id: ID!) { node(id: $id) { name } }' --var id=action:ecp-3/16
	ecpgraph query seeds/ecp/queries/42-quotes-behind-action-16.graphql --sources ../sources
	ecpgraph query question.graphql --server http://127.0.0.1:8080`
}

func (c *queryCommand) Run(ctx context.Context, s *session) error {
	request, err := c.request(ctx, s)
	if err != nil {
		return err
	}
	answer, err := c.ask(ctx, s, request, c.textsFlag, c.replayFlag)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, bytes.TrimSpace(answer), "", "  "); err != nil {
		return err
	}
	out.WriteByte('\n')
	if _, err := s.stdout.Write(out.Bytes()); err != nil {
		return err
	}
	switch messages := answerErrors(answer); len(messages) {
	case 0:
		return nil
	case 1:
		return failf(exitAnswer, "the answer has an error: %s", messages[0])
	default:
		return failf(exitAnswer, "the answer has %d errors:\n  %s", len(messages), strings.Join(messages, "\n  "))
	}
}

func (c *queryCommand) request(ctx context.Context, s *session) (graphQLRequest, error) {
	request := graphQLRequest{OperationName: c.Operation, Variables: map[string]any{}}
	document, err := c.document(ctx, s)
	if err != nil {
		return request, err
	}
	request.Query = document
	if c.Variables != "" {
		if err := decodeJSON(c.Variables, &request.Variables); err != nil || request.Variables == nil {
			return request, failf(exitUsage, `--variables %s: want one JSON object, such as {"first": 3}`, c.Variables)
		}
	}
	for _, v := range c.Var {
		name, text, found := strings.Cut(v, "=")
		if !found || name == "" {
			return request, failf(exitUsage, "--var %s: want NAME=VALUE", v)
		}
		request.Variables[name] = variableValue(text, declaredType(request, name))
	}
	return request, nil
}

func (c *queryCommand) document(ctx context.Context, s *session) (string, error) {
	switch {
	case c.Execute != "" && c.File != "":
		return "", failf(exitUsage, "give the document once: as a file or with --execute\nSee ecpgraph query --help")
	case c.Execute != "":
		return c.Execute, nil
	case c.File == "":
		return "", failf(exitUsage, "give a document: a file, - for standard input, or --execute\nSee ecpgraph query --help")
	case c.File == "-":
		text, err := io.ReadAll(interruptible{ctx, s.stdin})
		return string(text), err
	}
	text, err := os.ReadFile(c.File)
	if err != nil {
		return "", notThere(err, c.File)
	}
	return string(text), nil
}

// declaredType is the type that the document declares for the variable; nil
// where it declares none, or cannot be read.
func declaredType(request graphQLRequest, variable string) *ast.Type {
	document, err := parser.ParseQuery(&ast.Source{Input: request.Query})
	if err != nil {
		return nil // whoever runs the document says what is wrong with it
	}
	for _, operation := range document.Operations {
		if request.OperationName != "" && operation.Name != request.OperationName {
			continue
		}
		if declared := operation.VariableDefinitions.ForName(variable); declared != nil {
			return declared.Type
		}
	}
	return nil
}

// variableValue is the value that a person means by the text: JSON where it can
// be read so, but a bare number or boolean only where the type wants one.
func variableValue(text string, declared *ast.Type) any {
	var value any
	if decodeJSON(text, &value) != nil {
		return text
	}
	switch value.(type) {
	case bool, json.Number:
		if declared != nil && declared.NamedType != "" && !slices.Contains([]string{"Int", "Float", "Boolean"}, declared.NamedType) {
			return text
		}
	}
	return value
}

// decodeJSON reads one JSON value; numbers keep their digits.
func decodeJSON(text string, into any) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}
