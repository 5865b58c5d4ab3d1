#!/usr/bin/env bash
# Plans millions of ids beside `dd` (read(2) in blocks of 64 KiB) and `cp`, in turn; prints medians, ratios and peak
# memory. usage: benches/plan.sh [MASSUP] [IDS] [RUNS]
set -euo pipefail
massup=${1:-target/release/massup}
ids=${2:-10000000}
runs=${3:-9}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export LC_ALL=C

# Ids of one organisation have small gaps. Doubles hold 53 bits, so the digits are put together from two numbers.
awk -v n="$ids" 'BEGIN { srand(7); at = 497007; for (i = 0; i < n; i++) { at += 1 + int(rand() * 6); printf "554023%012d\n", at } }' \
    > "$folder/ascending"
shuf --random-source="$folder/ascending" "$folder/ascending" > "$folder/shuffled"
awk -v n="$ids" 'BEGIN { srand(9); for (i = 0; i < n; i++) printf "%09d%09d\n", 100000000 + int(rand() * 900000000), int(rand() * 1000000000) }' \
    > "$folder/random"
# Multiples whose products with the golden ratio, which many hash tables use, have the same upper bits.
awk 'BEGIN { for (i = 1; i <= 400000; i++) { low = i * 191694336; carry = int(low / 1000000000); printf "%d%09d\n", i * 940 + carry, low % 1000000000 } }' \
    > "$folder/colliding"
head -400000 "$folder/random" > "$folder/random-400000"

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
timed() {
    local start=$EPOCHREALTIME
    "$@"
    local end=$EPOCHREALTIME
    echo $((${end/./} - ${start/./}))
}
plan() { "$massup" plan --quiet --module Leads --set Lead_Source=Web --ids "$1" -o "$2"; }
memory() {
    /usr/bin/time -f %M "$massup" plan --quiet --module Leads --set Lead_Source=Web --ids "$1" 2>&1 | tail -1
}

printf '%-14s %9s %9s %9s %9s %7s %7s %9s\n' ids read plan cp file /read /cp 'peak KiB'
for kind in ascending shuffled random colliding random-400000; do
    file=$folder/$kind
    for _ in $(seq "$runs"); do
        timed dd if="$file" of=/dev/null bs=64K status=none >> "$folder/read.$kind"
        timed plan "$file" /dev/null >> "$folder/plan.$kind"
        rm -f "$folder/copy" "$folder/out"
        timed cp "$file" "$folder/copy" >> "$folder/cp.$kind"
        timed plan "$file" "$folder/out" >> "$folder/file.$kind"
    done
    read=$(median < "$folder/read.$kind") plan=$(median < "$folder/plan.$kind")
    cp=$(median < "$folder/cp.$kind") out=$(median < "$folder/file.$kind")
    awk -v kind="$kind" -v r="$read" -v p="$plan" -v c="$cp" -v o="$out" -v m="$(memory "$file")" 'BEGIN {
        printf "%-14s %7.1fms %7.1fms %7.1fms %7.1fms %7.1f %7.1f %9d\n", kind, r/1e3, p/1e3, c/1e3, o/1e3, p/r, o/c, m }'
done
