"""No input crashes the interpreter, and no call leaks. `MASSUP_FUZZ_SECONDS` says how long each search goes on."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import massup

SECONDS = float(os.environ.get("MASSUP_FUZZ_SECONDS", "0"))
NAMES = st.sampled_from(["a.json", "a.jsonl", "a.massup.yaml", "a.massup.toml", "a.plan.jsonl", "a.sh", "a.har", "\x00", ""])
KEYS = st.sampled_from(["data", "ids", "cvid", "territory", "module", "set", "select", "policy", "method", "path", "body"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.complex_numbers()
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner) | st.dictionaries(KEYS | st.text(), inner) | st.dictionaries(LEAVES, inner),
    max_leaves=30,
)
OBJECTS = st.dictionaries(KEYS, VALUES)
GOOD = json.dumps({"data": [{"City": "Chennai"}], "ids": ["554023000000497007"], "over_write": True}).encode()
EDITS = st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 4), st.binary(max_size=4)), max_size=4)


CALLS = 0


@pytest.fixture(scope="module", autouse=True)
def count_of_calls(pytestconfig: pytest.Config) -> Iterator[None]:
    """Says at the end how many calls were made."""
    yield
    if SECONDS > 0:
        capture = pytestconfig.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            print(f"\n{CALLS} calls of the package")


def called() -> None:
    """Counts a call."""
    global CALLS
    CALLS += 1


def search(strategy: st.SearchStrategy[Any], check: Callable[[Any], None]) -> None:
    """Runs a check on 500 inputs, or for as many seconds as asked for."""
    started = time.monotonic()
    while True:
        one = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        one(given(strategy)(check))()
        if time.monotonic() - started >= SECONDS:
            return


def lint(source: Any, name: str = "a.json") -> None:
    linter = massup.Linter()
    called()
    try:
        report = linter.lint(source, name=name)
    except (TypeError, ValueError, RecursionError):
        return
    called()
    assert report.to_dict() == linter.lint(source, name=name).to_dict()
    assert report.ok == (not report.errors)
    assert str(report) and repr(report)
    assert len(report.findings) == len(report)
    assert all(one.outcome for one in report.automations) and all(one.supply for one in report.unchecked)


def test_any_bytes() -> None:
    search(st.tuples(st.binary(max_size=4_000), NAMES), lambda drawn: lint(*drawn))


def test_any_objects() -> None:
    def check(value: Any) -> None:
        lint(value)
        called()
        try:
            massup.plan(value)
        except (TypeError, ValueError, RecursionError, massup.LintError, massup.Error):
            pass

    search(VALUES | OBJECTS, check)


def test_near_misses() -> None:
    """Texts that are nearly calls get further than random bytes."""

    def check(drawn: tuple[list[tuple[int, int, bytes]], str]) -> None:
        edits, name = drawn
        text = GOOD
        for at, cut, new in edits:
            text = text[:at] + new + text[at + cut :]
        lint(text, name)

    search(st.tuples(EDITS, NAMES), check)


@pytest.mark.parametrize("wrong", [None, 1, 1.5, object(), [], {}, "x", b"x", "\ud800", "\x00"])
def test_any_types_for_options(wrong: Any) -> None:
    for option in ("module", "api_version", "snapshot", "allow", "warn", "deny"):
        try:
            massup.Linter(**{option: wrong})
        except (TypeError, ValueError, massup.Error):
            pass
    for function in (massup.explain, massup.lint, massup.plan):
        try:
            function(wrong)
        except (TypeError, ValueError, massup.LintError, massup.Error):
            pass


def memory() -> int:
    """The resident memory in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_a_hundred_thousand_calls_leak_nothing() -> None:
    linter = massup.Linter(module="Leads")
    good = {"data": [{"City": "Chennai"}], "ids": ["554023000000497007"]}
    bad = b'{"data": [{"City": "a", "State": "b"}], "ids": []}'
    change = {"module": "Leads", "set": {"City": "Chennai"}, "select": {"ids": ["7", "8"]}}

    def calls(number: int) -> None:
        for _ in range(number // 4):
            for _ in range(4):
                called()
            linter.lint(good)
            assert linter.lint(bad).findings
            linter.plan(change)
            with pytest.raises(ValueError):
                massup.explain("no such rule")

    calls(20_000)
    before = memory()
    calls(100_000)
    # 20 bytes a call would be 2 MB.
    assert memory() - before < 2_000_000
