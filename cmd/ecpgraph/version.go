package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"ecpgraph/internal/server"
	"ecpgraph/internal/webui"
)

type versionCommand struct {
	Server string `placeholder:"URL" setting:"" help:"Also ask this running server."`
	outputFlag
}

func (versionCommand) Help() string {
	return `Examples:

	ecpgraph version
	ecpgraph version --server http://127.0.0.1:8080 --output json`
}

// versionResult is what version tells. Its JSON form is part of the program's
// interface.
type versionResult struct {
	Version string          `json:"version"`
	Commit  string          `json:"commit,omitempty"`
	Go      string          `json:"go"`
	UIBuilt bool            `json:"uiBuilt"`
	Server  *server.Version `json:"server,omitempty"`
}

func (c *versionCommand) Run(ctx context.Context, s *session) error {
	build := thisBuild()
	result := versionResult{Version: build.Version, Commit: build.Commit, Go: build.Go, UIBuilt: build.UIBuilt}
	if c.Server != "" {
		r, err := newRemote(c.Server)
		if err != nil {
			return err
		}
		answer, err := r.version(ctx)
		if err != nil {
			return err
		}
		result.Server = &answer
	}
	if c.json() {
		return writeJSON(s.stdout, result)
	}
	fmt.Fprintln(s.stdout, "ecpgraph", describeBuild(result.Version, result.Commit, result.Go))
	if v := result.Server; v != nil {
		fmt.Fprintf(s.stdout, "%s runs ecpgraph %s\n", c.Server, describeBuild(v.Version, v.Commit, v.Go))
		fmt.Fprintf(s.stdout, "%s is at revision %d, digest %s\n", c.Server, v.Revision, v.Digest)
	}
	return nil
}

func describeBuild(version, commit, goVersion string) string {
	if commit == "" {
		return fmt.Sprintf("%s (%s)", version, goVersion)
	}
	return fmt.Sprintf("%s (commit %.12s, %s)", version, commit, goVersion)
}

// version can be set when linking: -ldflags "-X main.version=v1.2.3".
var version string

// thisBuild describes the program from what the Go tool recorded in it.
func thisBuild() server.Build {
	build := server.Build{Version: version, Go: runtime.Version(), UIBuilt: webui.Built()}
	if info, ok := debug.ReadBuildInfo(); ok {
		if build.Version == "" {
			build.Version = info.Main.Version
		}
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				build.Commit = setting.Value
			}
		}
	}
	if build.Version == "" || build.Version == "(devel)" {
		build.Version = "devel"
	}
	return build
}
