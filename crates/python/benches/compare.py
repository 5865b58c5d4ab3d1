"""Compares `massup.lint` with validators of JSON Schema on the same bodies: `python benches/compare.py`.

A validator checks the form by `schemas/request/v8.leads.schema.json`; massup runs all its rules. Medians of interleaved
rounds, in microseconds a body.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastjsonschema
import jsonschema_rs

import massup

ROOT = Path(__file__).resolve().parents[3]
ROUNDS = 30


def body(ids: int) -> dict[str, Any]:
    return {"data": [{"City": "Chennai"}], "ids": [str(554023000000497007 + number) for number in range(ids)]}


def once(call: Callable[[], object], times: int) -> float:
    started = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - started) / times * 1e6


def compare(title: str, calls: dict[str, Callable[[], object]], times: int) -> None:
    rounds = [{name: once(call, times) for name, call in calls.items()} for _ in range(ROUNDS)]
    print(title)
    for name in calls:
        print(f"  {name:42} {statistics.median(one[name] for one in rounds):10.1f} us")


def main() -> None:
    schema = json.loads((ROOT / "schemas/request/v8.leads.schema.json").read_text())
    fast = fastjsonschema.compile(schema)
    rs = jsonschema_rs.validator_for(schema)
    linter = massup.Linter(module="Leads", api_version="v8")
    for ids, times in ((1, 300), (500, 20)):
        good = body(ids)
        data = json.dumps(good).encode()
        assert linter.lint(good).ok and rs.is_valid(good) and fast(good)
        compare(
            f"{ids} ids, a dict",
            {
                "massup.Linter.lint(dict)": lambda: linter.lint(good).ok,
                "fastjsonschema": lambda: fast(good),
                "jsonschema-rs is_valid": lambda: rs.is_valid(good),
            },
            times,
        )
        compare(
            f"{ids} ids, bytes",
            {
                "massup.Linter.lint(bytes)": lambda: linter.lint(data).ok,
                "json.loads and fastjsonschema": lambda: fast(json.loads(data)),
                "json.loads and jsonschema-rs is_valid": lambda: rs.is_valid(json.loads(data)),
            },
            times,
        )
    bad = {"data": [{"City": "a", "State": "b"}], "ids": []}
    compare(
        "a body with 2 errors, all of them listed",
        {
            "massup.Linter.lint(dict).findings": lambda: linter.lint(bad).findings,
            "jsonschema-rs iter_errors": lambda: list(rs.iter_errors(bad)),
        },
        300,
    )


if __name__ == "__main__":
    main()
