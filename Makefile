# The contracts of this file are in CONTRIBUTING.md. Everything installs what it needs; nothing else has to be done first.
SHELL := /bin/bash
GO    ?= go
BIN   := bin
CACHE := .cache

export GOFLAGS := -buildvcs=false
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)

.PHONY: run test test-inside check build console bench soak trace generate install clean prerequisites

# run builds everything and starts a complete demonstration: control plane, two connectors, directory, identity provider.
run: build
	$(BIN)/causeway dev $(ARGS)

prerequisites:
	@test/prerequisites

# console builds the web application into the Go tree, where the program embeds it.
CONSOLE_SOURCES := $(shell find console -path console/node_modules -prune -o -type f -print 2>/dev/null)
console: prerequisites $(CACHE)/console.stamp
$(CACHE)/console.stamp: $(CONSOLE_SOURCES)
	mkdir -p $(CACHE)
	cd console && npm ci --no-audit --no-fund --prefer-offline && npm run build
	touch $@

build: console
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN)/causeway ./cmd/causeway
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN)/causeway-connector ./cmd/causeway-connector

# test runs everything against real parts, which a lab in its own network namespace provides.
test: prerequisites
	test/run

# check is the quick round: format, vet, static analysis, fast tests, stale generated files.
check: prerequisites
	test/check

bench: build
	test/bench

soak: build
	test/soak

trace:
	$(GO) run ./test/trace $(ARGS) $(addprefix -vitest ,$(wildcard $(CACHE)/vitest.json)) $(wildcard $(CACHE)/test/*.json)

generate:
	$(GO) generate ./...
	$(GO) run ./cmd/causeway openapi > internal/adapter/httpapi/openapi.json
	$(GO) run ./cmd/causeway config --sample > docs/causeway.sample.yaml

clean:
	rm -rf $(BIN) $(CACHE) console/node_modules test/e2e/node_modules
