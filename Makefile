# ecpgraph: `make run` to use it, `make test` to trust it, `make help` for the rest.

SHELL   := bash
SOURCES ?= ../shared/sources
WEBUI   := internal/webui
UI      := $(WEBUI)/dist/.built
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo devel)
LDFLAGS := -X main.version=$(VERSION)
NPM     := $(shell command -v npm 2>/dev/null)

.DEFAULT_GOAL := help

help: ## say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: build ## build everything, load seeds/ecp at first start, serve on http://127.0.0.1:8080
	./bin/ecpgraph serve

build: ui ## build bin/ecpgraph, with the web pages when there is Node
	go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ecpgraph ./cmd/ecpgraph

ifdef NPM
ui: $(UI) ## build the web pages that the binary embeds
else
ui:
	@echo "no Node: the web pages are left out, and the fallback page says how to build them"
endif

$(UI): $(shell find $(WEBUI) -path $(WEBUI)/node_modules -prune -o -path $(WEBUI)/dist -prune -o -type f ! -name '*.go' -print)
	cd $(WEBUI) && npm ci --ignore-scripts --no-audit --no-fund && npm run --silent build
	go run ./$(WEBUI)/precompress $(WEBUI)/dist
	touch $@

generate: ## derive the schema and Go types from graph/schema/ontology
	go generate ./...

lint: ## gofmt, go vet and the linters of .golangci.yml
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	go tool -modfile=tools/go.mod golangci-lint run

test: test-go test-sources test-webui test-clients ## all tests
	@echo "all tests passed"

test-go: ui
	go test ./...

# The texts that the citations point into are not part of the project.
test-sources:
	@if [ -d $(SOURCES) ]; then go run ./cmd/ecpgraph check --sources $(SOURCES) seeds/ecp; \
	elif [ -n "$$CI" ]; then echo "FAIL: CI needs the source documents in $(SOURCES)"; exit 1; \
	else echo "SKIPPED: citations are not checked against the documents, as there is no $(SOURCES)"; fi

ifdef NPM
test-webui: build
	cd $(WEBUI) && npm run --silent check && npm test --silent
	./$(WEBUI)/browser/run.sh bin/ecpgraph

test-clients: build
	./internal/conformance/run.sh bin/ecpgraph
else
test-webui test-clients:
	@echo "SKIPPED: no Node, so $@ is left out"; test -z "$$CI"
endif

race: ## the Go tests under the race detector
	go test -race ./...

FUZZTIME ?= 10s
fuzz: ## each fuzz test for FUZZTIME (10s)
	@set -e; for package in $$(grep -rl --include='*_test.go' '^func Fuzz' internal graph cmd | xargs -n1 dirname | sort -u); do \
	  for name in $$(grep -rhoE '^func Fuzz[A-Za-z]+' $$package/*_test.go | sed 's/func //'); do \
	    go test ./$$package -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME); done; done

bench: ## one table of what questions cost a server, at 100,000 nodes (BENCHFLAGS=-quick for 500)
	go run ./internal/tools/bench $(BENCHFLAGS)

bench-compare: ## the Go benchmarks of a commit beside the work tree's: REF=main (COUNT=6 NODES=500 BENCH=.)
	@COUNT='$(COUNT)' NODES='$(NODES)' BENCH='$(BENCH)' BENCHTIME='$(BENCHTIME)' ./internal/tools/bench/compare.sh '$(REF)'

bench-go: ## the benchmarks of single packages
	go test -run '^$$' -bench . -benchmem ./internal/... ./graph

dos: ## what hostile requests cost before they are refused; fails over 50 ms of CPU or 16 MB
	go run ./internal/tools/dos

clean: ## remove what was built, but not ./data
	rm -rf bin $(WEBUI)/dist/* $(WEBUI)/node_modules internal/conformance/node_modules

.PHONY: help run build ui generate lint test test-go test-sources test-webui test-clients race fuzz bench bench-compare bench-go dos clean
