#!/usr/bin/env python3
"""Plans millions of ids next to a read loop, `cp` and a Python script; prints each goal with what was measured.

usage: benches/plan.py [--massup PROGRAM] [--ids 10000000] [--runs 9] [--folder FOLDER]

Every program is a process of its own, and the programs take turns, so a busy moment slows all of them. Ratios are those
of the medians: of the time that a user waits, and of the processor time of all threads. The Python script is the slow
one, so it runs a third as often. Build first: cargo build --release -p massup-cli
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

# What people write: the csv module, a set, a body for each 500 ids.
SCRIPT = """
import csv, json, sys
seen, chunk = set(), []
with open(sys.argv[1], newline="") as ids, open(sys.argv[2], "w") as out:
    def call():
        out.write(json.dumps({"data": [{"Lead_Source": "Web"}], "ids": chunk}) + "\\n")
        chunk.clear()
    for row in csv.reader(ids):
        if row[0] not in seen:
            seen.add(row[0])
            chunk.append(row[0])
            if len(chunk) == 500:
                call()
    if chunk:
        call()
"""

BLOCK = 256 * 1024


def ids(kind, count):
    """The ids of a list, the same ones in every run."""
    number = random.Random(7).random
    if kind == "random":
        return (10**17 + int(number() * 9 * 10**17) for _ in range(count))
    if kind == "colliding":
        # Their products with the golden ratio, which many hash tables use, have the same upper bits.
        return ((n * 1_836_311_903 << 9) % (1 << 63) for n in range(1, count + 1))
    near = []
    at = 554_023_000_000_497_007
    for _ in range(count):
        # The ids of an organisation have small gaps.
        at += 1 + int(number() * 6)
        near.append(at)
    if kind == "shuffled":
        random.Random(8).shuffle(near)
    return near


def write(path, numbers):
    with open(path, "w") as file:
        file.writelines(f"{number}\n" for number in numbers)


def run(command):
    """Runs a program. Returns its time and its processor time, in seconds."""
    start = time.perf_counter()
    child = os.posix_spawnp(
        command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    )
    _, status, used = os.wait4(child, 0)
    took = time.perf_counter() - start
    if status:
        sys.exit(f"failed: {' '.join(command)}")
    return took, used.ru_utime + used.ru_stime


def peak(command):
    """The most memory that a program takes, in MiB. GNU time starts it: a child of Python would count Python's memory."""
    done = subprocess.run(["time", "-f", "%M", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    return int(done.stderr.split()[-1]) / 1024


class Contender:
    def __init__(self, command, out=None, every=1):
        self.command, self.out, self.every, self.runs = command, out, every, []

    def run(self, round):
        if round % self.every == 0:
            if self.out and os.path.exists(self.out):
                os.remove(self.out)
            self.runs.append(run(self.command))

    def median(self, what):
        return statistics.median(run[what] for run in self.runs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--massup", default="target/release/massup")
    parser.add_argument("--ids", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--folder", help="where the lists are kept, and taken from if they are there")
    args = parser.parse_args()
    folder = args.folder or tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    try:
        measure(args, folder)
    finally:
        if not args.folder:
            shutil.rmtree(folder)


def measure(args, folder):
    files = {kind: os.path.join(folder, f"{kind}-{args.ids}.txt") for kind in ["ascending", "shuffled", "random", "colliding"]}
    for kind, path in files.items():
        if not os.path.exists(path):
            write(path + ".new", ids(kind, args.ids))
            os.rename(path + ".new", path)
    out = os.path.join(folder, "out")
    plan = lambda kind, out: [args.massup, "plan", "--quiet", "--module", "Leads", "--set", "Lead_Source=Web", "--ids", files[kind], "-o", out]
    read = lambda kind: Contender(["dd", f"if={files[kind]}", "of=/dev/null", f"bs={BLOCK}", "status=none"])
    all = {f"read {kind}": read(kind) for kind in files}
    all |= {f"plan {kind}": Contender(plan(kind, os.devnull)) for kind in files}
    all |= {
        "cp shuffled": Contender(["cp", files["shuffled"], out], out),
        "plan shuffled to a file": Contender(plan("shuffled", out), out),
        "Python csv shuffled": Contender([sys.executable, "-c", SCRIPT, files["shuffled"], out], out, every=3),
    }
    for round in range(args.runs):
        for contender in all.values():
            contender.run(round)

    print(f"{args.ids:,} ids, medians of {args.runs} runs\n")
    print(f"{'':26}{'wall ms':>10}{'cpu ms':>10}")
    for name, one in all.items():
        print(f"{name:26}{one.median(0) * 1e3:10.0f}{one.median(1) * 1e3:10.0f}")

    def ratio(slow, fast):
        return [all[slow].median(what) / all[fast].median(what) for what in (0, 1)]

    print(f"\n{'goal':52}{'must':>8}{'stretch':>9}{'wall':>8}{'cpu':>8}")
    for name, sign, must, stretch, slow, fast in [
        ("P1  plan shuffled / read", "<=", 9, 6, "plan shuffled", "read shuffled"),
        ("P2  plan shuffled to a file / cp", "<=", 4.5, 3, "plan shuffled to a file", "cp shuffled"),
        ("P3  Python csv / plan shuffled to a file", ">=", 18, 30, "Python csv shuffled", "plan shuffled to a file"),
        ("P4  plan random / read", "<=", 20, 14, "plan random", "read random"),
        ("P4  plan colliding / plan random", "<=", 2, 1.2, "plan colliding", "plan random"),
    ]:
        wall, cpu = ratio(slow, fast)
        print(f"{name:52}{sign + ' ' + str(must):>8}{sign + ' ' + str(stretch):>9}{wall:8.2f}{cpu:8.2f}")
    for kind, must, stretch in [("shuffled", 16, 12), ("ascending", 8, 4), ("random", 160, 132)]:
        name = f"P5  peak memory of plan {kind}, MiB"
        most = max(peak(plan(kind, os.devnull)) for _ in range(3))
        print(f"{name:52}{'<= ' + str(must):>8}{'<= ' + str(stretch):>9}{most:8.1f}")


if __name__ == "__main__":
    main()
