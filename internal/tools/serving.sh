#!/usr/bin/env bash
# Starts the binary on a free port with an empty data directory, runs the
# command with ECPGRAPH_URL set to the server's address, and stops the server:
# serving.sh BINARY COMMAND [ARGUMENT...]. The exit code is the command's.
set -euo pipefail
binary=$(realpath "$1")
shift

data=$(mktemp -d)
log="$data/serve.log"
"$binary" serve --listen 127.0.0.1:0 --data "$data/graph" >"$log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$data"' EXIT

for _ in $(seq 100); do
  url=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$log" | head -n 1 || true)
  [ -n "$url" ] && break
  kill -0 "$server" 2>/dev/null || { cat "$log"; exit 1; }
  sleep 0.1
done
[ -n "$url" ] || { echo "the server did not say where it listens"; cat "$log"; exit 1; }

ECPGRAPH_URL=$url "$@"
