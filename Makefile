# Bursar. `make` alone says what can be made.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

STATIC := internal/web/static
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := go run golang.org/x/vuln/cmd/govulncheck@v1.9.0
# The packages in which goroutines meet; `make race` takes all of them.
CONCURRENT := $(addsuffix /...,$(wildcard ./internal/db ./internal/postgres ./internal/enrolment ./internal/worker))
# The journeys through the whole program, in a browser too: what takes longest, one package after the other.
JOURNEYS := ./internal/app/...

# apt installs a Debian package as root, and else says which: $(call apt,what is missing,package)
define apt
if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
  echo "Installing $(2) ..."; \
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $(2); } >/dev/null 2>&1 || \
    { echo "$(1) missing and apt-get could not install it: try 'apt-get install $(2)' by hand" >&2; exit 1; }; \
else echo "$(1) missing: run 'sudo apt-get install $(2)'" >&2; exit 1; fi
endef

.PHONY: help
help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build database ## start everything on this machine with demo data; Ctrl-C stops it
	@export BURSAR_MODE="$${BURSAR_MODE:-demo}"; \
	if [ "$$BURSAR_MODE" = demo ]; then export BURSAR_CLOCK="$${BURSAR_CLOCK-2026-11-23T09:00:00Z}"; fi; \
	exec bin/bursar serve

.PHONY: build
build: go assets ## build bin/bursar
	@go build -trimpath -buildvcs=false -o bin/bursar ./cmd/bursar

.PHONY: test
test: unit browser ## do all set-up and run the whole test suite
	@go test -p 1 -timeout 20m $(JOURNEYS)

.PHONY: check
check: lint unit concurrent vulnerabilities ## the quick gate before a commit: lint, tests, races, known vulnerabilities

.PHONY: lint
lint: go ## formatting, go vet and staticcheck
	@unformatted=$$(gofmt -l cmd internal migrations templates); \
	if [ -n "$$unformatted" ]; then echo "gofmt these:" $$unformatted >&2; exit 1; fi
	@go vet ./...
	@$(STATICCHECK) ./...

.PHONY: unit
unit: go assets database readers
	@go test -timeout 10m $$(go list ./... | grep -v '/internal/app') | { grep -v 'no test files' || true; }

.PHONY: concurrent
concurrent: go assets database readers
	@if command -v gcc >/dev/null; then go test -race -timeout 10m $(CONCURRENT); \
	else echo "Races not looked for: the detector needs gcc ('apt-get install gcc libc6-dev')"; fi

.PHONY: vulnerabilities
vulnerabilities: go
	@if curl --silent --fail --max-time 5 --output /dev/null https://vuln.go.dev/index/db.json; then $(GOVULNCHECK) ./...; \
	else echo "Known vulnerabilities not looked for: vuln.go.dev cannot be reached"; fi

.PHONY: e2e
e2e: go assets database readers browser ## the journeys through the whole program, in a browser too
	@go test -p 1 -count=1 -timeout 20m $(JOURNEYS)

.PHONY: race
race: go assets database readers browser ## the whole test suite under the race detector
	@command -v gcc >/dev/null || { $(call apt,gcc is,gcc libc6-dev); }
	@go test -race -timeout 40m ./... | { grep -v 'no test files' || true; }

.PHONY: soak
soak: go assets database ## storms nobody has seen yet, and a whole year at ten times the usual volume, with a card processor that has bad days
	@go test -v -count=1 -timeout 4h -run Storm ./internal/worker -rapid.checks=100 -rapid.seed=0
	@go test -v -count=1 -timeout 4h -run 'Storm|Gale' ./internal/admissions -storms=30
	@go test -v -count=1 -timeout 4h -run TestAfterAYear ./internal/app/year -year.days=365 -year.scale=10

.PHONY: bench
bench: go assets database ## the benchmarks
	@go test -run '^$$' -bench . -benchmem ./... | { grep -E '^(Benchmark|FAIL)' || true; }

.PHONY: cover
cover: go assets database readers browser ## the whole test suite with coverage, line by line in coverage/index.html
	@mkdir -p coverage
	@go test -timeout 20m -coverpkg=./internal/... -coverprofile=coverage/profile ./... >/dev/null
	@go tool cover -html=coverage/profile -o coverage/index.html
	@go tool cover -func=coverage/profile | tail -n 1

.PHONY: clean
clean: ## remove what was built and what tests keep in memory; .data stays
	@rm -rf bin coverage $(STATIC)/node_modules
	@find $(STATIC)/dist -mindepth 1 ! -name .gitkeep -delete
	@for dir in /dev/shm/bursar-test-$$(id -u) "$${TMPDIR:-/tmp}/bursar-test-$$(id -u)"; do \
	  [ ! -d "$$dir" ] || flock --nonblock "$$dir/users" rm -rf "$$dir" || echo "$$dir is in use and stays"; done

# What the others need.

.PHONY: assets
assets: $(STATIC)/dist/app.css

$(STATIC)/dist/app.css: $(STATIC)/node_modules/.package-lock.json $(STATIC)/build.js $(shell find $(STATIC)/src -type f 2>/dev/null)
	@cd $(STATIC) && npm run --silent build

$(STATIC)/node_modules/.package-lock.json: $(STATIC)/package-lock.json
	@command -v node >/dev/null && command -v npm >/dev/null || \
	  { echo "Node 20 or newer with npm is missing: run 'apt-get install nodejs npm', or see https://nodejs.org/en/download" >&2; exit 1; }
	@echo "Installing what builds the styles and scripts ..."
	@cd $(STATIC) && npm ci --include=dev --silent && touch node_modules/.package-lock.json

.PHONY: go
go:
	@command -v go >/dev/null || \
	  { echo "Go 1.26 or newer is missing: run 'curl -fsSL https://go.dev/dl/go1.26.8.linux-$$(dpkg --print-architecture 2>/dev/null || echo amd64).tar.gz | tar -C /usr/local -xz', then add /usr/local/go/bin to PATH" >&2; exit 1; }

.PHONY: database
database:
	@if [ -z "$${DATABASE_URL:-}" ] && ! command -v postgres >/dev/null && ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then \
	  $(call apt,PostgreSQL is,postgresql); fi

.PHONY: browser
browser:
	@if ! command -v chromium chromium-browser google-chrome >/dev/null; then $(call apt,Chromium is,chromium); fi

.PHONY: readers
readers:
	@if ! command -v pdftotext >/dev/null || ! command -v xmllint >/dev/null; then $(call apt,What reads PDF and XML in tests is,poppler-utils libxml2-utils); fi
