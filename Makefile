# make demo     build, and watch the vehicles query in a time-lapse; it needs no broker
# make test     run the tests
# make build    build the programs in release
# make deps     install the C libraries where they are missing (Debian, Ubuntu)
# make chaos    kill, freeze and cut off real processes: MINUTES=10 SEED=7 PROCESSORS=4;
#               TIDEMARK_TEST_BROKERS=host:port runs it on a Kafka; see Tests/Chaos/README.md
# make check-clients   drive the embedded broker with kcat and confluent-kafka
# make bench    measure; see Benchmarks/README.md. Also bench-memory, bench-peers,
#               bench-instructions
# make format   lay out the sources; make lint checks them
# make compose-check   docker compose up with stand-ins for Kafka and Druid (needs Docker)
# make clean    remove what was built

SHELL := /bin/bash
.DEFAULT_GOAL := build
.PHONY: build bench bench-build bench-instructions bench-memory bench-peers chaos check-clients \
	clean compose-check demo deps format lint test

# Where the programs are that were built in release.
release = $(shell swift build -c release --show-bin-path)

# What the formatter looks after: the folders that are there.
sources := Package.swift $(wildcard Sources Tests Benchmarks generator)

build: deps
	swift build -c release

demo: deps
	swift build -c release --product processor
	"$(release)/processor" demo

# Allocations are counted in a release build: unoptimised code boxes values on its own. Thousands of
# simulated worlds and restarts want one, too.
test: deps
	swift run -c release allocation-check
	swift run -c release simulate --seeds 2000
	swift test

MINUTES ?= 10
PROCESSORS ?= 4
SEED ?=
chaos: deps
	swift build -c release --product processor
	swift build -c release --product generator
	swift build -c release --product chaos
	@exec "$(release)/chaos" --minutes $(MINUTES) \
		--processors $(PROCESSORS) $(if $(SEED),--seed $(SEED))

check-clients: deps
	swift build --product stand-in
	@Tests/Clients/check

compose-check:
	@Tests/Compose/check

bench-build: deps
	swift build -c release --product processor
	swift build -c release --product generator
	swift build -c release --product benchmarks

bench: bench-build
	"$(release)/benchmarks" --programs "$(release)" --json benchmarks.json --markdown benchmarks.md

# Resident memory, descriptors and lag over minutes of load: make bench-memory MINUTES=10
bench-memory: bench-build
	"$(release)/benchmarks" --programs "$(release)" --filter 'memory run' --memory-minutes $(MINUTES)

# The same query in Apache Spark, which needs Java 17 and is installed below .build/peers.
bench-peers: bench-build
	python3 Benchmarks/Peers/compare.py --programs "$(release)" --json benchmarks-peers.json

# Instructions per record, held to those recorded within a wide band; needs valgrind.
bench-instructions: deps
	swift build -c release --product benchmarks
	python3 Benchmarks/instructions.py "$(release)/benchmarks"

deps:
	@./.ci/install-dependencies

format:
	swift format --in-place --recursive $(sources)

lint:
	swift format lint --strict --recursive $(sources)

clean:
	swift package clean
