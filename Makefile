# Diwan. `make help` lists the targets. They need Go and a C compiler; GraphiQL, the
# country list and the clients that tests run need Node. See prerequisites, below.

# SQLite's full-text search is compiled in by this tag: every go command below
# gets it from here. Without paths in what is compiled, clones share the build cache.
TAGS := sqlite_fts5
export GOFLAGS := $(GOFLAGS) -tags=$(TAGS) -trimpath
export CGO_ENABLED := 1

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

GOFUMPT := go tool -modfile=tools/go.mod gofumpt
STATICCHECK := go tool -modfile=tools/go.mod staticcheck

GRAPHIQL := internal/httpd/graphiql/index.html.gz
GRAPHIQL_SOURCES := $(shell find web/graphiql -type f -not -path '*/node_modules/*')
HAVE_NODE := $(shell scripts/prerequisites node 2>/dev/null && echo yes)

# The packages whose tests run once more on PostgreSQL. Left out are those that are about
# rules, HTTP, sockets, clients, the program and texts, which do not depend on the database,
# and tests/databases, which opens both kinds by itself.
ON_DATABASE := ./internal/store/... ./internal/app ./internal/cli \
	./tests/access ./tests/api ./tests/changes ./tests/editing ./tests/lists ./tests/transfer

# The packages whose code runs at the same time in many goroutines, for the race detector.
RACED := ./internal/... ./graph/... ./model ./tests/changes ./tests/sockets

.NOTPARALLEL:
.PHONY: help run build prerequisites without-graphiql quick test test-postgres on-sqlite on-postgres check check-modules check-generated check-format lint race fuzz generate graphiql clients release-schema countries bench bench-1m bench-postgres check-bench fmt clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build and serve; make run ARGS='--listen 127.0.0.1:9000' passes flags on
	bin/diwan serve $(ARGS)

build: prerequisites $(if $(HAVE_NODE),$(GRAPHIQL),$(if $(wildcard $(GRAPHIQL)),,without-graphiql)) ## build bin/diwan, with GraphiQL inside where Node is present
	go build -buildvcs=false -ldflags '-X github.com/diwan-cms/diwan/internal/cli.version=$(VERSION)' -o bin/diwan .

quick: prerequisites ## run the tests that take no time, about a minute: the inner loop
	go test -short $(T) ./...

test: prerequisites on-sqlite $(if $(DIWAN_TEST_POSTGRES),on-postgres) ## run all tests; make test T='-run Publish -v' passes flags on

# What is missing or too old is named in a line, with the command that installs it.
prerequisites:
	@scripts/prerequisites go cc

without-graphiql:
	@scripts/prerequisites graphiql

test-postgres: ## run all tests with a throw-away PostgreSQL
	scripts/with-postgres $(MAKE) --no-print-directory test

# Tests that compare the two databases run here, where DIWAN_TEST_POSTGRES is set.
on-sqlite:
	go test -timeout 20m $(T) ./...

on-postgres:
	DIWAN_TEST_DATABASE=postgres go test -timeout 20m $(T) $(ON_DATABASE)

check: check-modules check-generated check-format lint check-bench race ## what CI runs besides the tests: generated files, format, linters, the race detector

check-modules:
	go mod tidy -diff

# The tree as it stands, committed or not, must be what the generator writes.
check-generated:
	@before=$$(mktemp -d) && trap 'rm -rf "$$before"' EXIT && cp -R graph model docs/schema.graphql "$$before" && \
	$(MAKE) --no-print-directory generate && \
	{ diff -rq "$$before/graph" graph && diff -rq "$$before/model" model && diff -q "$$before/schema.graphql" docs/schema.graphql || \
	{ echo 'These files were out of date and have been generated anew: look at them and commit them.'; exit 1; }; }

check-format:
	@unformatted=$$($(GOFUMPT) -l .) && test -z "$$unformatted" || \
	{ echo "Not formatted; run make fmt: $$unformatted"; exit 1; }

# Nobody reads graph/gen; staticcheck would ask it for comments.
lint:
	go vet ./...
	$(STATICCHECK) $$(go list ./... | grep -v /graph/gen)

# The benchmark is a module of its own, so that nothing it needs is in go.mod.
check-bench:
	cd bench && go vet ./... && go tool -modfile=../tools/go.mod staticcheck ./... && go test ./...

race: ## run the quick tests of what runs concurrently with the race detector
	go test -race -short -timeout 20m $(T) $(RACED)

# What a run finds fails from then on in make test, too: it writes the input to
# testdata/fuzz beside the test.
FUZZTIME ?= 10s

fuzz: ## give each fuzz test 10 s of random input; make fuzz FUZZTIME=2m takes longer
	@tests=$$(go test -list '^Fuzz' ./...) && \
	echo "$$tests" | awk '/^Fuzz/ { names[n++] = $$1 } /^ok/ { for (i = 0; i < n; i++) print $$2, names[i]; n = 0 }' | \
	while read -r package name; do \
		echo "$$package $$name" && \
		go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s "$$package" || exit 1; \
	done

# The file stays as it is where the schema cannot be printed.
generate: ## write graph/gen, models_gen.go, resolver stubs and docs/schema.graphql from graph/schema
	go run ./graph/generate
	$(GOFUMPT) -w graph
	schema=$$(go run . schema) && printf '%s\n' "$$schema" >docs/schema.graphql

graphiql: $(GRAPHIQL) ## build GraphiQL when its sources are newer (needs Node)

$(GRAPHIQL): $(GRAPHIQL_SOURCES)
	@scripts/prerequisites node
	cd web/graphiql && npm ci && npm run build

clients: ## install the clients that tests/ runs in Node
	@scripts/prerequisites node
	cd tests/clients && npm ci

release-schema: generate ## keep the schema as testdata/released.graphql, when a version is released
	cp docs/schema.graphql testdata/released.graphql

countries: ## write internal/content/countries.json from CLDR (needs Node)
	@scripts/prerequisites node
	cd scripts/countries && npm ci && npm run build

# What the benchmark makes is kept in bench/data. BENCH passes flags on: make bench
# BENCH='-only Q1,Q5 -diwan before=old/diwan -diwan after=bin/diwan', BENCH=shapes.
BENCH ?=

bench: prerequisites ## measure against hand-written servers, 100,000 articles; make bench BENCH='-only Q1' passes flags on
	cd bench && go run ./run $(BENCH)

bench-1m: prerequisites ## the same with 1,000,000 articles
	cd bench && go run ./run -articles 1000000 $(BENCH)

bench-postgres: prerequisites ## the same on a throw-away PostgreSQL
	cd bench && $(if $(DIWAN_TEST_POSTGRES),,../scripts/with-postgres) go run ./run -database postgres $(BENCH)

fmt: ## format all Go code
	$(GOFUMPT) -w .

clean: ## remove what was built; databases stay
	rm -rf bin web/graphiql/node_modules tests/clients/node_modules scripts/countries/node_modules
	find internal/httpd/graphiql -mindepth 1 -not -name .gitkeep -delete
