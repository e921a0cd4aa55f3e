# clusterdns: `make` alone prints what there is. Each target does its own set-up (.ci/setup): as root it installs what is
# missing, else it says what to install.

SWIFT ?= swift
export SWIFT

CONF ?= zones/Corefile
MANIFESTS ?= zones/cluster.yaml
DNS_PORT ?= 1053
ARGS ?=
FUZZ_SECONDS ?= 60

# The Swift runtime is linked in, so that the program runs where no toolchain is.
RELEASE = -c release --static-swift-stdlib
PROGRAM = .build/release/clusterdns

# Our own modules: without targets, the comments of packages from elsewhere would be documented too, which DocC warns of.
DOCUMENTED = $(filter-out CLDNS CLinux,$(notdir $(wildcard Sources/*)))

.PHONY: help run build test counts test-thread test-address lint docs bench fuzz clean

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  Variables of make run: CONF=$(CONF) MANIFESTS=$(MANIFESTS) DNS_PORT=$(DNS_PORT) ARGS=$(ARGS)"

run: build ## serve the demo cluster of zones/ on 127.0.0.1, port 1053
	@exec $(PROGRAM) serve --conf $(CONF) --manifests $(MANIFESTS) --dns-port $(DNS_PORT) $(ARGS)

build: ## the program, optimised: .build/release/clusterdns
	@.ci/setup build
	@.ci/progress $(SWIFT) build $(RELEASE) --product clusterdns

test: ## format, import borders, build, every test
	@.ci/test

test-thread: ## the suites of registry, snapshot and workers under the thread sanitizer
	@.ci/test-sanitized thread

test-address: ## the suites that read bytes from outside under the address sanitizer
	@.ci/test-sanitized address

counts: ## allocations, reference counts, locks and instructions of a query on the fast path, held to bounds
	@.ci/setup counts
	@Benchmarks/fastpath-counts $(ARGS)

lint: ## format and import borders only
	@.ci/setup build
	@.ci/lint

docs: ## the documentation of all modules (DocC), without a warning: .build/plugins/Swift-DocC/outputs
	@.ci/setup build
	@$(SWIFT) package generate-documentation --warnings-as-errors $(DOCUMENTED:%=--target %)

bench: build ## every figure of docs/performance.md beside its bound, measured against echo, NSD, Knot and BIND
	@.ci/setup bench
	@Benchmarks/run $(ARGS)
	@Benchmarks/in-process

fuzz: ## each fuzz target for a minute (FUZZ_SECONDS)
	@.ci/setup build
	@Fuzz/run --seconds $(FUZZ_SECONDS)

clean: ## remove everything that was built
	@rm -rf .build .build-* Benchmarks/.build* Benchmarks/results Fuzz/.build*
