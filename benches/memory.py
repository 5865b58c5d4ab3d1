#!/usr/bin/env python3
"""Checks hostile files of 1, 10 and 100 MB, and prints the peak memory and the processor time that each takes.

usage: benches/memory.py [--massup PROGRAM] [--sizes 1,10,100] [--folder FOLDER] [SHAPE…]

A shape passes if `massup lint` ends with a report, if its memory is at most 12 times the size of the file and 16 MiB, and if
its time grows no more than the file. A file that a documented limit refuses (docs/limits.md) passes too. Unix only. Build
first: cargo build --release --bin massup
"""

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading

FACTOR = 12
BASE = 16 << 20
# Ten times the file may take so many times the time, once it takes long enough to be measured: a table of names that no
# longer fits into the caches of the processor takes longer for each.
STEEP = 20
MEASURABLE = 0.2
PATIENCE = 300

BODY = '{"data":[{"City":"Chennai"}],"ids":["554023000000497007"]}'


def repeated(item, head="", tail="", last=""):
    """A text of about a size: a head, as many items as fit, and a tail. `last` replaces the last comma."""

    def make(size):
        count = max(1, (size - len(head) - len(tail)) // len(item))
        text = item * count
        if item.endswith(",") and last != ",":
            text = text[:-1]
        return (head + text + tail).encode()

    return make


def numbered(item, head="", tail=""):
    """The same with a number in each item, so that no two are the same."""

    def make(size):
        length = len(item % 10_000_000)
        count = max(1, (size - len(head) - len(tail)) // length)
        return (head + ",".join(item % (10_000_000 + n) for n in range(count)) + tail).encode()

    return make


def deep(opening, closing, middle="1"):
    def make(size):
        count = size // len(opening + closing)
        return (opening * count + middle + closing * count).encode()

    return make


def packed(make):
    """A file that is as large once it is unpacked; gzip hardly has to store it."""
    return lambda size: gzip.compress(make(size), compresslevel=9)


def in_har(text):
    def make(size):
        entry = {
            "request": {
                "method": "POST",
                "url": "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update",
                "headers": [],
                "postData": {"mimeType": "application/json", "text": text},
            },
            "response": {"status": 200},
        }
        one = json.dumps(entry)
        return ('{"log":{"entries":[' + ",".join([one] * max(1, size // len(one))) + "]}}").encode()

    return make


CURL = "curl -X POST https://www.zohoapis.com/crm/v8/Leads/actions/mass_update -d '%s'\n"

# The name of the file and how it is made.
SHAPES = {
    "numbers": ("a.json", repeated("5,", "[", "]")),
    "numbers, not closed": ("a.json", repeated("5,", "[", "")),
    "numbers, last comma": ("a.json", repeated("5,", "[", "]", last=",")),
    "arrays": ("a.json", repeated("[],", "[", "]")),
    "objects": ("a.json", repeated("{},", "[", "]")),
    "values side by side": ("a.json", repeated("[]")),
    "numbers side by side": ("a.json", repeated("5,")),
    "calls": ("a.json", repeated('{"data":[{"City":"x"}],"ids":["7","7"]},', "[", "]")),
    "clean calls": ("a.json", repeated(BODY + ",", "[", "]")),
    "ids": ("a.json", numbered('"5540230%d"', '{"data":[{"City":"x"}],"ids":[', "]}")),
    "repeated ids": ("a.json", repeated('"7",', '{"data":[{"City":"x"}],"ids":[', "]}")),
    "malformed ids": ("a.json", repeated('"x",', '{"data":[{"City":"x"}],"ids":[', "]}")),
    "numbers as ids": ("a.json", repeated("7,", '{"data":[{"City":"x"}],"ids":[', "]}")),
    "keys": ("a.json", numbered('"%d":1', "{", "}")),
    "repeated keys": ("a.json", repeated('"":1,', "{", "}")),
    "repeated keys in ids": ("a.json", repeated('"a":1,', '{"data":[{"City":"x"}],"ids":[{', "}]}")),
    "fields": ("a.json", numbered('"F%d":1', '{"data":[{', '}],"ids":["7"]}')),
    "repeated fields": ("a.json", repeated('"F":1,', '{"data":[{', '}],"ids":["7"]}')),
    "records": ("a.json", repeated("{},", '{"data":[', '],"ids":["7"]}')),
    "depth": ("a.json", deep("[", "]")),
    "depth of objects": ("a.json", deep('{"a":', "}")),
    "depth, not closed": ("a.json", repeated("[")),
    "a long key": ("a.json", repeated("k", '{"data":[{"', '":1}],"ids":["7"]}')),
    "a long repeated key": ("a.json", repeated("k", '{"data":[{"F":{"', '":{"a":1,"a":2,"a":3,"a":4}}}],"ids":["7"]}')),
    "a long unknown key": ("a.json", repeated("k", '{"data":[{"City":1}],"ids":["7"],"', '":1}')),
    "a long value": ("a.json", repeated("v", '{"data":[{"City":"', '"}],"ids":["7","7"]}')),
    "a long number": ("a.json", repeated("9", '{"data":[{"City":', '}],"ids":["7","7"]}')),
    "escapes": ("a.json", repeated("\\u00e9", '{"data":[{"City":"', '"}],"ids":["7","7"]}')),
    "control characters": ("a.json", repeated("\x01", '{"data":[{"City":"', '"}],"ids":["7","7"]}')),
    "comments": ("a.json", repeated("/**/", "", BODY)),
    "allow comments": ("a.json", repeated("// massup: allow(MU123) x\n", "", BODY)),
    "an allow comment and ids": (
        "a.json",
        repeated('"7",', '// massup: allow(MU104) x\n{"data":[{"City":"x"}],"ids":[', "]}"),
    ),
    "an allow comment and calls": (
        "a.json",
        repeated('{"data":[{"City":"x"}],"ids":["7","7"]},', "// massup: allow(MU104) x\n[", "]"),
    ),
    "line breaks": ("a.json", repeated("\n", '{"data":[{"City":"x"}],"ids":["7","7"]}')),
    "not UTF-8": ("a.json", lambda size: b"\xff" * size),
    "a change file of ids": ("a.massup.json", numbered('"5540230%d"', '{"module":"Leads","set":{"City":"x"},"select":{"ids":[', "]}}")),
    "selections": ("a.massup.json", repeated('{"ids":[]},', '{"module":"Leads","set":{"City":"x"},"select":[', "]}")),
    "call files": ("a.json", repeated('{"body":0},', "[", "]")),
    "JSON Lines of numbers": ("a.jsonl", repeated("5\n")),
    "JSON Lines of objects": ("a.jsonl", repeated("{}\n")),
    "JSON Lines of calls": ("a.jsonl", repeated('{"data":[{"City":"x"}],"ids":["7","7"]}\n')),
    "JSON Lines of clean calls": ("a.jsonl", repeated(BODY + "\n")),
    "JSON Lines not JSON": ("a.jsonl", repeated("x\n")),
    "a line of numbers": ("a.jsonl", repeated("5,", "[", "]\n")),
    "a plan": ("a.plan.jsonl", repeated('{"step":1}\n', '{"massup_plan":1,"module":"Leads","api_version":"v8","fields":["City"],"route":"ids"}\n')),
    "YAML items": ("a.yaml", repeated("- 5\n")),
    "YAML in brackets": ("a.yaml", repeated("5,", "[", "]")),
    "YAML keys": ("a.yaml", repeated("a: 1\n")),
    "YAML ids": ("a.massup.yaml", repeated("- 7\n", "module: Leads\nset: {City: x}\nselect:\n  ids:\n", "")),
    "YAML documents": ("a.yaml", repeated("---\n5\n")),
    "YAML depth": ("a.yaml", repeated("- ")),
    "YAML anchors": ("a.yaml", repeated("- *a\n", "- &a [1,2,3,4,5,6,7,8,9]\n")),
    "TOML items": ("a.massup.toml", repeated("5,", "a = [", "]")),
    "TOML keys": ("a.massup.toml", repeated("[[a]]\n")),
    "CSV": ("a.csv", repeated("7,7\n", "id,name\n")),
    "a script": ("a.sh", repeated(CURL % BODY)),
    "a script of faults": ("a.sh", repeated(CURL % '{"data":[{"City":"x"}],"ids":["7","7"]}')),
    "a script of quotes": ("a.sh", repeated("' \" ", "curl mass_update ")),
    "a line of a script": ("a.sh", repeated("x ", "curl https://www.zohoapis.com/crm/v8/Leads/actions/mass_update -d ")),
    "Python": ("a.py", repeated('f("/crm/v8/Leads/actions/mass_update")\n')),
    "brackets of Python": ("a.py", repeated("(", 'f("/crm/v8/Leads/actions/mass_update",')),
    "Markdown fences": ("a.md", repeated("```json\n" + BODY + "\n```\n")),
    "HTTP requests": ("a.http", repeated("###\nPOST https://www.zohoapis.com/crm/v8/Leads/actions/mass_update\n\n" + BODY + "\n\n")),
    "HAR": ("a.har", in_har(BODY)),
    "HAR of faults": ("a.har", in_har('{"data":[{"City":"x"}],"ids":["7","7"]}')),
    "HAR of numbers": ("a.har", in_har("[" + "5," * 500 + "5]")),
    "gzip": ("a.json.gz", packed(repeated("[],", "[", "]"))),
    "settings": ("massup.toml", repeated("# a comment\n")),
}

# Refusals that docs/limits.md documents.
REFUSALS = ("the most that massup reads", "holds more than", "more words than", "nested more than")


def measured(program, folder, file):
    """The peak memory in bytes, the processor seconds and what is said."""
    read, write = os.pipe()
    process = subprocess.Popen(
        [program, "lint", file, "--module", "Leads"], cwd=folder, stdout=write, stderr=write, stdin=subprocess.DEVNULL
    )
    os.close(write)
    # Only the start and the length of what is said matter.
    said, length = b"", 0
    timer = threading.Timer(PATIENCE, process.kill)
    timer.start()
    with os.fdopen(read, "rb") as out:
        while part := out.read(1 << 16):
            said = (said + part)[: 1 << 20]
            length += len(part)
    _, status, usage = os.wait4(process.pid, 0)
    timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss * 1024, usage.ru_utime + usage.ru_stime, process.returncode, said, length


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--massup", default="target/release/massup")
    parser.add_argument("--sizes", default="1,10,100", help="in millions of bytes")
    parser.add_argument("--folder", default=None)
    parser.add_argument("shapes", nargs="*")
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.massup)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    failed = []
    print(f"{'shape':28} {'MB':>5} {'memory':>9} {'× size':>7} {'time':>8} {'said':>9}  verdict")
    for shape in arguments.shapes or SHAPES:
        name, make = SHAPES[shape]
        before = None
        for size in (int(float(size) * 1_000_000) for size in arguments.sizes.split(",")):
            with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
                path = os.path.join(folder, name)
                # In a process of its own: what this one holds would count as memory of the programs that it starts.
                if (maker := os.fork()) == 0:
                    with open(path, "wb") as file:
                        file.write(make(size))
                    os._exit(0)
                os.waitpid(maker, 0)
                content = os.path.getsize(path)
                memory, time, code, said, length = measured(program, folder, name)
            bound = FACTOR * content + BASE
            text = said.decode(errors="replace")
            refused = next((refusal for refusal in REFUSALS if refusal in text), None)
            verdict = "ok"
            if code not in (0, 1, 2, 3) or (code > 1 and not refused):
                verdict = f"FAILED with {code}"
            elif memory > bound:
                verdict = f"MEMORY: at most {bound >> 20} MiB"
            elif before and before[0] < size and time > MEASURABLE and time > STEEP * max(before[1], MEASURABLE / 10) * size / before[0] / 10:
                verdict = f"TIME: {time / max(before[1], 0.001):.0f} times the one before"
            elif refused:
                verdict = f"refused: {refused}"
            if verdict.split()[0] in ("FAILED", "MEMORY:", "TIME:"):
                failed.append(f"{shape}, {size // 1_000_000} MB")
            before = (size, time)
            print(f"{shape:28} {content / 1e6:5.1f} {memory >> 20:5} MiB {memory / content:7.1f} {time:6.2f} s {length:9}  {verdict}", flush=True)
            if code not in (0, 1, 3):
                break
    if failed:
        sys.exit(f"{len(failed)} failed: " + "; ".join(failed))


if __name__ == "__main__":
    main()
