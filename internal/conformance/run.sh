#!/usr/bin/env bash
# Runs the public suites and clients against the binary: conformance/run.sh
# BINARY. Needs Node with npm, and nothing beyond 127.0.0.1 once the packages
# are installed.
set -euo pipefail
binary=$(realpath "$1")
cd "$(dirname "$0")"

if [ ! package-lock.json -ot node_modules/.package-lock.json ]; then
  npm ci --silent --ignore-scripts --no-audit --no-fund
  touch node_modules/.package-lock.json
fi

../tools/serving.sh "$binary" npm test --silent
