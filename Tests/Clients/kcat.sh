#!/usr/bin/env bash
# Drives a broker with kcat: metadata, records of all codecs, keys, headers, tombstones, offsets by
# time, a consumer group. Stops at the first surprise. The broker creates topics by itself.
#
#     kcat.sh localhost:9092
set -euo pipefail
brokers=$1
run=kcat-$$-$RANDOM
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "kcat: $1" >&2; exit 1; }
kafka() { timeout 60 kcat -q -b "$brokers" -X allow.auto.create.topics=true "$@"; }
read_all() { kafka -C -t "$1" -o beginning -e -f "$2"; }
same() { diff "$1" "$2" > "$work/diff" || fail "$3: $(head -n 5 "$work/diff")"; }

seq 1 1000 | sed 's/.*/key&:value of &/' > "$work/keyed"
for codec in none gzip snappy lz4 zstd; do
    topic=$run-$codec
    kafka -P -t "$topic" -K: -z "$codec" -l "$work/keyed" || fail "cannot produce with $codec"
    read_all "$topic" '%k:%s\n' | sort > "$work/read"
    same <(sort "$work/keyed") "$work/read" "$codec"
done
echo "records of all codecs come back"

kafka -L -t "$run-none" | grep -q "topic \"$run-none\" with" || fail "no such topic in metadata"
kafka -Q -t "$run-none:0:-1" | grep -q '[0-9]' || fail "no end of the log"
[[ $(kafka -Q -t "$run-none:0:0" | sed 's/.* offset //') -eq 0 ]] ||
    fail "the first record is not found by its time"
echo "metadata, ends and offsets by time"

topic=$run-shapes
printf 'with a header\n' | kafka -P -t "$topic" -H color=blue
printf 'deleted:\n' | kafka -P -t "$topic" -K: -Z
[[ $(read_all "$topic" '%h|%k|%S\n' | sort) == $'color=blue||13\n|deleted|-1' ]] ||
    fail "headers or tombstones: $(read_all "$topic" '%h|%k|%S\n')"
echo "headers and tombstones"

join() {
    kafka -G "$run" -X auto.offset.reset=earliest -X session.timeout.ms=6000 -e -f '%k:%s\n' \
        "$run-none"
}
join | sort > "$work/first"
same <(sort "$work/keyed") "$work/first" "a group's first reading"
printf 'key1001:one more\n' | kafka -P -t "$run-none" -K:
[[ $(join) == 'key1001:one more' ]] || fail "a group does not go on where it stood"
echo "a group goes on where it stood"
