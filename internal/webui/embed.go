// Package webui holds the browser side of ecpgraph: the landing page, GraphiQL and the explorer, embedded so that they
// work without internet, and the handler that serves them.
//
// The pages are built from the TypeScript sources beside this file into dist, which is not committed. A binary built
// without that step serves the pages of fallback instead, which need no script.
package webui

import (
	"embed"
	"io/fs"
)

//go:embed all:dist all:fallback
var embedded embed.FS

// Built reports whether the built pages are embedded; if not, Handler serves the fallback page.
func Built() bool {
	_, err := fs.Stat(embedded, "dist/index.html")
	return err == nil
}
