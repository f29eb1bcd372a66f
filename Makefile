# make demo     build, and watch the vehicles query in a time-lapse; it needs no broker
# make test     run the tests
# make build    build the programs in release
# make deps     install the C libraries where they are missing (Debian, Ubuntu)
# make bench    measure; see Benchmarks/README.md. Also bench-memory, bench-peers,
#               bench-instructions
# make format   lay out the sources; make lint checks them
# make compose-check   docker compose up with stand-ins for Kafka and Druid (needs Docker)
# make clean    remove what was built

SHELL := /bin/bash
.DEFAULT_GOAL := build
.PHONY: build bench bench-build bench-instructions bench-memory bench-peers demo test deps format lint clean compose-check

# What the formatter looks after: the folders that are there.
sources := Package.swift $(wildcard Sources Tests Benchmarks generator)

build: deps
	swift build -c release

demo: deps
	swift build -c release --product processor
	"$$(swift build -c release --show-bin-path)/processor" demo

# Allocations are counted in a release build: unoptimised code boxes values on its own.
test: deps
	swift run -c release allocation-check
	swift test

compose-check:
	@Tests/Compose/check

bench-build: deps
	swift build -c release --product processor
	swift build -c release --product generator
	swift build -c release --product benchmarks

release = $(shell swift build -c release --show-bin-path)

bench: bench-build
	$(release)/benchmarks --programs $(release) --json benchmarks.json --markdown benchmarks.md

# Resident memory, descriptors and lag over minutes of load: make bench-memory MINUTES=10
MINUTES ?= 10
bench-memory: bench-build
	$(release)/benchmarks --programs $(release) --filter 'memory run' --memory-minutes $(MINUTES)

# The same query in Apache Spark, which needs Java 17 and is installed below .build/peers.
bench-peers: bench-build
	python3 Benchmarks/Peers/compare.py --programs $(release) --json benchmarks-peers.json

# Instructions per record, held to those recorded within a wide band; needs valgrind.
bench-instructions: deps
	swift build -c release --product benchmarks
	python3 Benchmarks/instructions.py $(release)/benchmarks

deps:
	@./.ci/install-dependencies

format:
	swift format --in-place --recursive $(sources)

lint:
	swift format lint --strict --recursive $(sources)

clean:
	swift package clean
