package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"

	"ecpgraph/internal/ontology"
)

// settings resolves what the command line leaves open: flags with the tag
// `setting` come from the environment, else from the configuration file.
type settings struct {
	env  map[string]string
	file map[string]any
}

// envName is the variable for a flag: "ECPGRAPH_LOG_LEVEL" for "log-level".
func envName(flag string) string {
	return "ECPGRAPH_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// settingHelp names the variable beside the help of a flag.
func settingHelp(value *kong.Value) string {
	if value.Tag.Has("setting") {
		return value.Help + " [$" + envName(value.Name) + "]"
	}
	return value.Help
}

// Validate implements kong.Resolver.
func (s *settings) Validate(*kong.Application) error { return nil }

// Resolve implements kong.Resolver. An empty variable counts as unset.
func (s *settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if !flag.Tag.Has("setting") {
		return nil, nil
	}
	if value := s.env[envName(flag.Name)]; value != "" {
		return value, nil
	}
	return s.file[flag.Name], nil
}

// configFile is the value of --config.
type configFile string

// BeforeResolve loads the file before the other flags need it.
func (configFile) BeforeResolve(ctx *kong.Context, trace *kong.Path, s *settings) error {
	path, _ := ctx.FlagValue(trace.Flag).(configFile)
	return s.load(string(path), ctx.Model)
}

// load reads the configuration file: a YAML mapping from names of flags to
// values.
func (s *settings) load(path string, app *kong.Application) error {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return failf(exitNotFound, "configuration file %s: there is no such file", path)
	}
	if err != nil {
		return failf(exitFailure, "configuration file: %w", err)
	}
	values := map[string]any{}
	if err := yaml.Unmarshal(text, &values); err != nil {
		return failf(exitUsage, "configuration file %s: want flag names with values, such as listen: 127.0.0.1:8081\n%w", path, err)
	}
	names := settingNames(app)
	for name, value := range values {
		if !slices.Contains(names, name) {
			return failf(exitUsage, "configuration file %s: there is no setting %q%s", path, name, ontology.DidYouMean(name, names))
		}
		switch value.(type) {
		case bool, []any, string:
		default:
			values[name] = fmt.Sprint(value)
		}
	}
	s.file = values
	return nil
}

// settingNames lists what a configuration file may hold, whatever the command.
func settingNames(app *kong.Application) []string {
	var names []string
	for _, command := range app.Leaves(false) {
		for _, flag := range command.Flags {
			if flag.Tag.Has("setting") && !slices.Contains(names, flag.Name) {
				names = append(names, flag.Name)
			}
		}
	}
	return names
}
