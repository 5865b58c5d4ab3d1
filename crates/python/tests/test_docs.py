"""The examples in docstrings and in the README are run."""

from __future__ import annotations

import doctest
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import massup
import massup.http


def documented() -> Iterator[tuple[str, Any]]:
    for module in (massup, massup.http):
        yield module.__name__, module
        for name in module.__all__:
            one = getattr(module, name)
            yield f"{module.__name__}.{name}", one
            for method, function in vars(one).items() if inspect.isclass(one) else ():
                if not method.startswith("_") and callable(function):
                    yield f"{module.__name__}.{name}.{method}", function


@pytest.mark.parametrize(
    ("name", "one"),
    [pytest.param(name, one, id=name) for name, one in documented() if ">>>" in (inspect.getdoc(one) or "")],
)
def test_examples_are_true(name: str, one: Any) -> None:
    [example] = doctest.DocTestFinder(recurse=False).find(one, name, module=False, globs={})
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example)
    assert result.attempted > 0 and result.failed == 0


def test_the_examples_of_the_readme_are_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    change = {"module": "Leads", "set": {"City": "Chennai"}, "select": {"ids": ["554023000000497007"]}}
    Path("leads.massup.json").write_text(json.dumps(change))
    readme = Path(__file__).parents[1] / "README.md"
    results = doctest.testfile(str(readme), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert results.attempted >= 10 and results.failed == 0


def test_everything_public_is_documented() -> None:
    for name, one in documented():
        assert inspect.getdoc(one) or isinstance(one, str), name
