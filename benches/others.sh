#!/usr/bin/env bash
# Lints bodies with the programs of others and with massup, in turn; prints medians and ratios (V4 and L2).
# Installs what is missing into target/others. usage: benches/others.sh [MASSUP] [RUNS]
set -euo pipefail
cd "$(dirname "$0")/.."
massup=$(realpath "${1:-target/release/massup}")
runs=${2:-9}
tools=$PWD/target/others
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export LC_ALL=C
mkdir -p "$tools"

[ -d "$tools/node_modules/ajv" ] || npm install --silent --prefix "$tools" ajv@8 ajv-cli@5
command -v jsonschema-cli >/dev/null || [ -x "$tools/bin/jsonschema-cli" ] \
    || cargo install --locked --quiet --root "$tools" jsonschema-cli
[ -x "$tools/venv/bin/check-jsonschema" ] \
    || { python3 -m venv "$tools/venv" && "$tools/venv/bin/pip" install -q check-jsonschema; }
export PATH=$tools/bin:$tools/venv/bin:$tools/node_modules/.bin:$PATH

"$massup" schema request --module Deals > "$folder/schema.json"

mkdir "$folder/files"
python3 - "$folder" <<'PY'
import json, random, sys
random.seed(7)
folder = sys.argv[1]
def body(count):
    start = random.randrange(10**6)
    ids = [str(554023000000000000 + start + 7 * n) for n in range(count)]
    if random.random() < 0.5: random.shuffle(ids)
    return json.dumps({"data": [{"Next_Step": "call", "Probability": 7}], "ids": ids})
for n in range(2000):
    open(f"{folder}/files/{n}.json", "w").write(body(50))
for count in (3, 50, 500):
    with open(f"{folder}/{count}.jsonl", "w") as lines:
        for _ in range(200_000 // count):
            lines.write(body(count) + "\n")
PY

cat > "$folder/ajv.js" <<'JS'
// Nanoseconds a document for JSON.parse and ajv, the median of rounds.
const fs = require("fs"), { join } = require("path");
const [tools, schema, file] = process.argv.slice(2);
const Ajv = require(join(tools, "node_modules/ajv/dist/2020.js")).default;
const check = new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(JSON.parse(fs.readFileSync(schema)));
const documents = fs.readFileSync(file).toString().trim().split("\n").map((line) => Buffer.from(line));
const times = [];
for (let round = 0; round < 9; round++) {
    const start = process.hrtime.bigint();
    for (const text of documents) if (!check(JSON.parse(text.toString()))) throw new Error(JSON.stringify(check.errors));
    times.push(Number(process.hrtime.bigint() - start) / documents.length);
}
console.log(times.sort((a, b) => a - b)[4].toFixed(0));
JS

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
timed() {
    local start=$EPOCHREALTIME
    "$@" >/dev/null 2>&1 || true
    local end=$EPOCHREALTIME
    echo $((${end/./} - ${start/./}))
}

echo "V4: JSON.parse and ajv, ns a document; divide by the ns of the report in --bench lint"
for count in 3 50 500; do
    printf '  %4s ids %10s\n' "$count" "$(node "$folder/ajv.js" "$tools" "$folder/schema.json" "$folder/$count.jsonl")"
done

# A program that does not run at all would look fast.
printf '{"data":[],"ids":[]}' > "$folder/faulty.json"
decides() {
    "$@" "$folder/files/0.json" >/dev/null && ! "$@" "$folder/faulty.json" >/dev/null 2>&1 \
        || { echo "$1 does not tell a valid body from a faulty one" >&2; exit 1; }
}
decides "$massup" lint --quiet --module Deals
decides jsonschema-cli validate "$folder/schema.json" -i
decides ajv validate --spec=draft2020 --strict=false --validate-formats=false -s "$folder/schema.json" -d
decides check-jsonschema --schemafile "$folder/schema.json"

echo "L2: 2,000 files of 50 ids, ms, and the ratio to massup (goals 1.8, 25, 60)"
cd "$folder/files"
for _ in $(seq "$runs"); do
    timed "$massup" lint --quiet --module Deals . >> "$folder/massup"
    timed jsonschema-cli validate "$folder/schema.json" $(printf -- '-i %s ' *.json) >> "$folder/jsonschema-cli"
done
for _ in 1 2 3; do
    timed ajv validate --spec=draft2020 --strict=false --validate-formats=false -s "$folder/schema.json" -d '*.json' >> "$folder/ajv-cli"
    timed check-jsonschema --schemafile "$folder/schema.json" *.json >> "$folder/check-jsonschema"
done
ours=$(median < "$folder/massup")
for name in massup jsonschema-cli ajv-cli check-jsonschema; do
    time=$(median < "$folder/$name")
    awk -v name="$name" -v time="$time" -v ours="$ours" 'BEGIN { printf "  %-18s %9.1f %7.2f\n", name, time / 1000, time / ours }'
done
