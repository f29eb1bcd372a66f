# make demo     build, and watch the vehicles query in a time-lapse; it needs no broker
# make test     run the tests
# make build    build the programs in release
# make deps     install the C libraries where they are missing (Debian, Ubuntu)
# make bench    measure the data path; see Benchmarks/README.md
# make format   lay out the sources; make lint checks them
# make clean    remove what was built

SHELL := /bin/bash
.DEFAULT_GOAL := build
.PHONY: build bench demo test test-release deps format lint clean

# What the formatter looks after: the folders that are there.
sources := Package.swift $(wildcard Sources Tests Benchmarks generator)

build: deps
	swift build -c release

demo: deps
	swift build -c release --product processor
	"$$(swift build -c release --show-bin-path)/processor" demo

test: deps
	swift test

# Simulations and chaos runs take their time in a debug build.
test-release: deps
	swift test -c release -Xswiftc -enable-testing

bench: deps
	swift build -c release --product processor
	swift build -c release --product benchmarks
	bin="$$(swift build -c release --show-bin-path)"; \
	"$$bin/benchmarks" --json benchmarks.json --processor "$$bin/processor"

deps:
	@./.ci/install-dependencies

format:
	swift format --in-place --recursive $(sources)

lint:
	swift format lint --strict --recursive $(sources)

clean:
	swift package clean
