"""Plans."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import massup

CHANGE: dict[str, Any] = {
    "module": "Deals",
    "set": {"Stage": "Closed Won", "Pipeline": "Standard"},
    "select": {"ids": [str(554023000000000000 + number) for number in range(1_234)]},
}


def test_a_plan_is_the_one_of_the_command(tmp_path: Path) -> None:
    file = tmp_path / "deals.massup.json"
    file.write_text(json.dumps(CHANGE))
    made = tmp_path / "deals.plan.jsonl"
    command = [sys.executable, "-m", "massup", "plan", os.fspath(file), "-o", os.fspath(made), "--format", "json"]
    document = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    for plan in (massup.plan(CHANGE), massup.plan(file), massup.plan(json.dumps(CHANGE))):
        assert plan.to_dict() == document
        assert plan.to_jsonl() == made.read_bytes()
    plan.save(tmp_path / "again.plan.jsonl")
    assert massup.lint(tmp_path / "again.plan.jsonl").ok
    assert (plan.feasible, plan.calls, plan.records, plan.credits) == (True, 3, 1_234, 3)
    assert [len(step["body"]["ids"]) for step in plan] == [500, 500, 234]


def test_ids_are_read_next_to_the_change_file(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("Record Id,Deal Name\n7,Boyle\n8,Chapman\n")
    change = {**CHANGE, "select": {"ids_file": "deals.csv"}}
    (tmp_path / "deals.massup.json").write_text(json.dumps(change))
    assert massup.plan(tmp_path / "deals.massup.json").records == 2
    assert massup.Linter().plan(change, folder=tmp_path).records == 2
    with pytest.raises(massup.Error, match=r"deals\.csv"):
        massup.plan(change)


def test_a_plan_that_is_not_possible_has_reasons() -> None:
    plan = massup.plan({**CHANGE, "policy": {"automation": "forbid"}})
    assert not plan.feasible and plan.nearest
    for attempt in (plan.to_jsonl, lambda: list(plan)):
        with pytest.raises(ValueError, match="no plan is possible"):
            attempt()


def test_a_change_with_errors_is_not_planned() -> None:
    with pytest.raises(massup.LintError, match="no-selection"):
        massup.plan({"module": "Deals", "set": {"Stage": "Closed Won"}})
    with pytest.raises(massup.LintError, match="bad-change-file"):
        massup.plan({"data": [{"Stage": "Closed Won"}], "ids": ["7"]})
