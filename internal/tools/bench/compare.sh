#!/usr/bin/env bash
# Compares the Go benchmarks of a commit with those of the work tree, by
# benchstat: compare.sh COMMIT. The two run in turns, so that what else the
# machine does falls on both. From the environment: COUNT runs of each (6),
# NODES of the graph that the questions are asked of (500), BENCH, a regular
# expression of names (all), and BENCHTIME of a benchmark in a run (1s).
set -euo pipefail
commit=$(git rev-parse --verify --quiet "${1-}^{commit}") || { echo "compare.sh: ${1-no argument} is no commit" >&2; exit 2; }
count=${COUNT:-6} nodes=${NODES:-500} bench=${BENCH:-.} benchtime=${BENCHTIME:-1s}

top=$(git rev-parse --show-toplevel)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/tree"
git -C "$top" archive "$commit" | tar -x -C "$scratch/tree"

# The benchmarks of the questions and of the planner.
packages=(internal/tools/bench graph graph/plan)

# build TREE NAME makes NAME-0.test, NAME-1.test, … of the packages with tests.
build() {
  for i in "${!packages[@]}"; do
    if compgen -G "$1/${packages[i]}/*_test.go" >/dev/null; then
      (cd "$1" && go test -c -o "$scratch/$2-$i.test" "./${packages[i]}")
    fi
  done
}

# measure TREE NAME adds one run to NAME.txt.
measure() {
  for i in "${!packages[@]}"; do
    [ -e "$scratch/$2-$i.test" ] || continue
    flags=(-test.run '^$' -test.bench "$bench" -test.benchtime "$benchtime" -test.benchmem)
    [ "${packages[i]}" != internal/tools/bench ] || flags+=(-graph.nodes "$nodes")
    (cd "$1/${packages[i]}" && "$scratch/$2-$i.test" "${flags[@]}" </dev/null) | sed '/^PASS$/d' >>"$scratch/$2.txt"
  done
}

build "$scratch/tree" old
build "$top" new
for run in $(seq "$count"); do
  echo "compare.sh: run $run of $count" >&2
  measure "$scratch/tree" old
  measure "$top" new
done
cd "$top"
go tool -modfile=tools/go.mod benchstat "${commit:0:10}=$scratch/old.txt" "work tree=$scratch/new.txt"
