package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"ecpgraph/internal/kg"
)

// The exit codes. They are part of the program's interface.
const (
	exitDone        = 0
	exitFailure     = 1
	exitUsage       = 2
	exitNotFound    = 3
	exitInvalid     = 4
	exitStore       = 5
	exitUnreachable = 6
	exitAnswer      = 7
	exitInterrupted = 130
)

// failure is an error with an exit code of its own.
type failure struct {
	code int
	err  error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func failf(code int, format string, args ...any) error {
	return &failure{code, fmt.Errorf(format, args...)}
}

// usageError turns a fault of the command line or of a setting into one that
// names the help.
func usageError(err error) error {
	var own *failure
	if errors.As(err, &own) {
		return own
	}
	command := "ecpgraph"
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context.Command() != "" {
		command += " " + strings.Fields(parse.Context.Command())[0]
	}
	return failf(exitUsage, "%w\nSee %s --help", err, command)
}

// exitCode sorts errors by what the caller can do about them.
func exitCode(err error) int {
	var own *failure
	if errors.As(err, &own) {
		return own.code
	}
	switch kg.CodeOf(err) {
	case kg.NotFound:
		return exitNotFound
	case kg.Invalid, kg.Limit:
		return exitInvalid
	case kg.Unavailable, kg.Corrupt, kg.Conflict:
		return exitStore
	}
	return exitFailure
}

// fail tells the error and returns its exit code.
func (s *session) fail(ctx context.Context, err error) int {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		fmt.Fprintln(s.stderr, "ecpgraph: interrupted")
		return exitInterrupted
	}
	fmt.Fprintf(s.stderr, "ecpgraph: %v\n", err)
	return exitCode(err)
}

// faultsIn lists the faults that the error joins, or the error alone. A fault
// that is itself no more than several joined counts as these.
func faultsIn(err error) []string {
	var joined joinedError
	if !errors.As(err, &joined) {
		return []string{err.Error()}
	}
	var list []string
	for _, fault := range joined.Unwrap() {
		if errors.As(fault, &joined) && joined.Error() == fault.Error() {
			list = append(list, faultsIn(fault)...)
			continue
		}
		list = append(list, fault.Error())
	}
	return list
}

type joinedError interface {
	error
	Unwrap() []error
}

// faultList is an error that counts the faults of err behind the headline and
// lists them, one a line.
func faultList(code int, err error, headline string) error {
	faults := faultsIn(err)
	count := "1 fault"
	if len(faults) > 1 {
		count = fmt.Sprintf("%d faults", len(faults))
	}
	return failf(code, "%s: %s\n  %s", headline, count, strings.Join(faults, "\n  "))
}
